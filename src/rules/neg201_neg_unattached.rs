//! NEG201: no backend service holds a standalone NEG.

use jiff::SignedDuration;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, Neg};
use crate::world::{NegGroup, Ownership, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG201",
    slug: "neg-unattached",
    severity: Severity::Error,
    reads: &[
        Kind::Neg,
        Kind::BackendService,
        Kind::GkeCluster,
        Kind::Service,
        Kind::Ingress,
        Kind::Route,
        Kind::Gateway,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &["NEG101", "NEG108"],
    check,
};

/// So long a NEG may wait for its load balancer before it is more than new.
const NEW: SignedDuration = SignedDuration::from_hours(1);

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for group in world.neg_groups() {
        let Some(neg) = group.first() else {
            continue;
        };
        let held = group
            .negs
            .iter()
            .any(|neg| world.cloud().holders(neg.link).next().is_some());
        // What a controller attaches by itself is its own matter; who is gone is NEG901's.
        if held || neg.endpoint_type() != "GCE_VM_IP_PORT" || is_others(&group) {
            continue;
        }
        // What people made by hand is their own matter, and what is left over NEG901's.
        let may_be_asked = || matches!(world.ownership(neg), Ownership::Unclear(..));
        if group.asked.is_none() && !may_be_asked() {
            continue;
        }
        if let Err(missing) = world.cloud().whole(Kind::BackendService, neg.link.project) {
            verdicts.leave(missing.undecided(&ROW, neg, neg.head()));
            continue;
        }
        verdicts.findings.extend(unattached(world, &group));
    }
}

/// True where an Ingress or a Gateway serves the same port.
fn is_others(group: &NegGroup<'_, '_>) -> bool {
    let served = |it: &crate::world::LiveNeg<'_, '_>| {
        it.service.ingresses().next().is_some() || it.service.routes().next().is_some()
    };
    group.asked.as_ref().is_some_and(served)
}

fn unattached(world: &World<'_>, group: &NegGroup<'_, '_>) -> Option<Finding> {
    let neg = group.first()?;
    let zones: Vec<String> = group
        .negs
        .iter()
        .map(|it| it.link.location.to_string())
        .collect();
    let age = neg
        .created()
        .and_then(|time| world.cloud().age(neg.link.project, time));
    let is_new = age.is_none_or(|age| age < NEW);
    let sure = group.asked.is_some() && group.size() > 0 && !is_new;
    let message = format!(
        "NEG {} ({}) is no backend of any backend service of project {}: nothing sends to its {}",
        neg.name(),
        cloud::list(&zones),
        neg.link.project,
        match group.size() {
            0 => "endpoints, once it has some".to_owned(),
            1 => "endpoint".to_owned(),
            size => format!("{size} endpoints"),
        }
    );
    let severity = if sure {
        Severity::Error
    } else {
        Severity::Warning
    };
    let label = Label::new(neg.head(), "attached to nothing");
    let mut finding = Finding::new(&ROW, neg, message, label)
        .severity(severity)
        .help(
            "a standalone NEG needs a load balancer of your own: add the NEG of every zone to a \
             backend service, with a health check, a firewall rule, a proxy and a forwarding rule",
        );
    if let Some(asked) = &group.asked {
        let label = asked.asked("asks for it");
        finding = finding
            .because(label.place, label.text)
            .concerning(&asked.service.service.object);
    }
    for (service, other) in mistaken(world, neg) {
        let label = format!(
            "holds only NEGs that nothing fills, such as {}",
            other.name()
        );
        finding = finding
            .because(service.place_of("backends"), label)
            .concerning(&service);
    }
    Some(finding)
}

/// Backend services that may hold a NEG of another name by mistake: each of theirs was made by hand, in
/// the same network, and is empty.
fn mistaken<'d>(world: &World<'d>, neg: &Neg<'d>) -> Vec<(BackendService<'d>, Neg<'d>)> {
    let cloud = world.cloud();
    let idle = |it: &Neg<'d>| {
        let by_hand = matches!(world.ownership(it), Ownership::Unknown);
        let network = neg.link("network").map(|it| it.link);
        let beside = it.link("network").map(|it| it.link) == network;
        it.is_zonal() && it.size() == 0 && by_hand && beside
    };
    let held = |service: BackendService<'d>| {
        let negs: Vec<_> = cloud.negs_of(&service).map(|(neg, _)| neg).collect();
        let first = *negs.first()?;
        (negs.len() == service.backends().count() && negs.iter().all(idle))
            .then_some((service, first))
    };
    let here = cloud
        .backend_services()
        .filter(|it| it.link.project == neg.link.project);
    here.filter_map(held).collect()
}
