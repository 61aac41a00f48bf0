//! NEG110: the NEG is in another network or subnet than the cluster.

use crate::controller::event::{Cause, Trouble};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{GkeCluster, Link, Neg, Reference};
use crate::world::{Failure, GRACE, LiveNeg, Matter, World, in_use};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG110",
    slug: "neg-on-other-network",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Event,
        Kind::SvcNeg,
        Kind::Namespace,
        Kind::Node,
        Kind::Neg,
        Kind::BackendService,
        Kind::GkeCluster,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        for failure in service.failures(Matter::OtherNetwork) {
            if failure.trouble == Trouble::Recreated {
                verdicts.find(recreated(world, &failure));
            } else if failure.stands(world) {
                verdicts.find(refused(world, &failure));
            }
        }
        let is_told = |it: &Finding| it.subject == service.object.subject();
        if !verdicts.findings.iter().any(is_told) {
            let negs = service.live_negs();
            let findings = negs.iter().filter_map(|neg| in_cloud(world, neg));
            verdicts.findings.extend(findings);
        }
    }
}

/// A NEG that Google Cloud shows in another network or subnet than the cluster's nodes.
fn in_cloud(world: &World<'_>, asked: &LiveNeg<'_, '_>) -> Option<Finding> {
    let object = &asked.service.service.object;
    // Pods of additional networks have NEGs there.
    let selector = asked.service.service.selector.as_deref();
    let of_other = selector.is_some_and(|all| all.iter().any(|(key, _)| *key == NETWORK_KEY));
    if of_other || !asked.service.is_settled() {
        return None;
    }
    let gke = world.gke_cluster(object)?;
    // NEGs of additional subnets have a name of their own.
    let names = [asked.name, asked.stated];
    let own = asked.in_cloud().into_iter();
    let own = own.filter(|neg| names.contains(&Some(neg.name())) && is_old(world, neg));
    let mut own = own.filter_map(|neg| Some((neg, differing(&neg, &gke)?)));
    let (neg, (field, called)) = own.next()?;
    let holder = world.cloud().holders(neg.link).next();
    let have = neg.text(field)?.rsplit('/').next().unwrap_or_default();
    let user = holder.map(|(user, _)| cloud::called(&user));
    let severity = match user {
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    let (effect, help) = outcome(user.as_deref());
    let message = format!(
        "{} of Service {} is in {called} {have}, and cluster {} is not: {effect}",
        cloud::head(&neg),
        object.name,
        gke.name()
    );
    let label = Label::new(neg.place_of(field), format!("not the cluster's {called}"));
    let mut finding = Finding::new(&ROW, object, message, label)
        .severity(severity)
        .detail(neg.link)
        .because(gke.place_of(field), format!("the cluster's {called}"))
        .concerning(&neg)
        .help(help);
    if let Some((user, backend)) = holder {
        finding = finding.because(backend.node, "uses it").concerning(&user);
    }
    Some(finding)
}

/// What comes of it, and what to do, by who uses the NEG.
fn outcome(user: Option<&str>) -> (String, String) {
    let Some(user) = user else {
        let effect = "the controller deletes it and makes it again";
        let help = "if it stays, look for SyncNetworkEndpointGroupFailed among the events of the \
                    Service; nothing of this project uses it";
        return (effect.to_owned(), help.to_owned());
    };
    let effect = format!("the controller cannot make it again while {user} uses it");
    let help = format!(
        "take the NEG out of {user}: then the controller deletes it and makes it again in the \
         cluster's network, which cannot be changed in place; then attach it again"
    );
    (effect, help)
}

/// The field in which a NEG differs from its cluster, and a word for it. Of a network of another
/// project the cluster may show the bare name, so only names are compared.
fn differing(neg: &Neg<'_>, gke: &GkeCluster<'_>) -> Option<(&'static str, &'static str)> {
    let differs = |have: Option<Reference<'_>>, want: Option<Link<'_>>| {
        have.zip(want).is_some_and(|(have, want)| {
            (have.link.location, have.link.name) != (want.location, want.name)
        })
    };
    if differs(neg.network(), gke.network()) {
        Some(("network", "network"))
    } else {
        differs(neg.subnetwork(), gke.subnetwork()).then_some(("subnetwork", "subnet"))
    }
}

/// The key in a Service's selector that names an additional network of Pods.
const NETWORK_KEY: &str = "networking.gke.io/network";

/// False for a NEG that the controller may just have found.
fn is_old(world: &World<'_>, neg: &Neg<'_>) -> bool {
    let created = neg.created();
    let age = created.and_then(|time| world.cloud().age(neg.link.project, time));
    age.is_some_and(|age| age >= GRACE)
}

fn recreated(world: &World<'_>, failure: &Failure<'_, '_>) -> Finding {
    let zone = failure.decoded.zone().unwrap_or_default();
    let neg = failure.called();
    let message = format!(
        "{neg} of Service {} was deleted and made again in {zone}: it was in another network or \
         subnet than the cluster",
        failure.service.object.name
    );
    failure
        .finding(&ROW, world, message)
        .detail(format!(
            "{} {zone}",
            failure.neg.as_deref().unwrap_or_default()
        ))
        .severity(Severity::Note)
        .help(
            "check that every backend service that had the NEG has the new one, which has another \
             id, and that its endpoints are attached",
        )
}

fn refused(world: &World<'_>, failure: &Failure<'_, '_>) -> Finding {
    let service = failure.service.object.name;
    let cause = failure.report.as_ref().map(|report| &report.cause);
    if let Some(Cause::WrongNetwork { neg, .. }) = cause {
        let message = format!(
            "NEG {neg} is in another network or subnet than the cluster, so it gets no endpoints \
             of Service {service}"
        );
        let finding = failure.finding(&ROW, world, message).detail(neg);
        return finding.help(failure.decoded.advice().unwrap_or_default());
    }
    let (user, place) = in_use(cause.and_then(Cause::in_use_by).unwrap_or_default());
    let message = format!(
        "{} of Service {service} is in another network or subnet than the cluster, and cannot be \
         made again while {user} uses it",
        failure.called()
    );
    failure.finding(&ROW, world, message).help(format!(
        "take the NEG out of {place}: then the controller deletes it and makes it again in the \
         cluster's network, which cannot be changed in place"
    ))
}
