//! NEG117: no Service asks for a NEG any more, and a backend service still uses it.

use jiff::SignedDuration;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Neg;
use crate::kind::object::Object;
use crate::kind::svc_neg::MadeNeg;
use crate::world::{Joined, Leftover, Ownership, Told, World, in_use};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG117",
    slug: "claim-removed-neg-used",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Event,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Namespace,
        Kind::Node,
        Kind::Neg,
        Kind::BackendService,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for leftover in world.leftovers() {
        match &leftover {
            Ok(leftover) => {
                // While a load balancer is being taken down, its backend services go after the NEG.
                let now = world.now(&leftover.svc_neg.object);
                let used = leftover.used().filter(|(told, _)| told.lasts_long(now));
                verdicts
                    .findings
                    .extend(used.map(|(told, user)| finding(world, leftover, told, user)));
            }
            Err((record, missing)) => {
                verdicts.leave(missing.clone().undecided(&ROW, *record, record.head()));
            }
        }
    }
    for group in world.neg_groups() {
        let is_told = |it: &Finding| group.first().is_some_and(|neg| it.detail == neg.name());
        if group.asked.is_none() && !verdicts.findings.iter().any(is_told) {
            verdicts.findings.extend(in_cloud(world, &group.negs));
        }
    }
}

/// So long after the last sync nobody works on a NEG any more: the controller looks at everything
/// every ten minutes.
const ABANDONED: SignedDuration = SignedDuration::from_mins(15);

/// The NEGs of one name that a cluster's controller made, that nothing there asks for, and that a
/// backend service holds.
fn in_cloud(world: &World<'_>, negs: &[Neg<'_>]) -> Option<Finding> {
    let mut held = negs.iter().filter_map(|neg| {
        let (service, backend) = world.cloud().holders(neg.link).next()?;
        match world.ownership(neg) {
            Ownership::Unwanted(cluster, owner) => Some((neg, service, backend, cluster, owner)),
            _ => None,
        }
    });
    let (neg, holder, backend, cluster, owner) = held.next()?;
    let rest: Vec<_> = held.map(|(neg, ..)| neg).collect();
    let all: Vec<_> = std::iter::once(neg).chain(rest).collect();
    let service = world.services_named(&owner.service_name).find(|it| {
        it.object.namespace == Some(owner.namespace.as_str())
            && world
                .clusters(&it.object)
                .any(|it| std::ptr::eq(it, cluster))
    });
    if !is_abandoned(world, neg, service) {
        return None;
    }
    let called = format!("Service {}/{}", owner.namespace, owner.service_name);
    let why = match service {
        None => format!("{called} of cluster {} no longer exists", cluster.name),
        Some(_) => format!("{called} of cluster {} no longer asks for it", cluster.name),
    };
    let size: i64 = all.iter().map(|it| it.size()).sum();
    let message = message(&all, size, &why, &cloud::called(&holder));
    let severity = if size == 0 {
        Severity::Warning
    } else {
        Severity::Error
    };
    let label = Label::new(backend.node, "still sends to it");
    let subject = service.map_or_else(|| neg.subject(), |it| it.object.subject());
    let finding = Finding::new(&ROW, subject, message, label)
        .severity(severity)
        .detail(neg.name())
        .because(neg.place_of("description"), "whom it was made for")
        .concerning(neg)
        .concerning(&holder)
        .help(format!(
            "take the NEG out of {}, and the controller deletes it; or, if it is still needed, ask \
             for it again in cloud.google.com/neg under the same name",
            cloud::called(&holder)
        ));
    let Some(service) = service else {
        return Some(finding);
    };
    let place = service
        .neg
        .map_or_else(|| service.object.head(), |neg| neg.key.place());
    Some(finding.because(place, "asks for this NEG no longer"))
}

fn message(negs: &[&Neg<'_>], size: i64, why: &str, holder: &str) -> String {
    let zones: Vec<_> = negs.iter().map(|it| it.link.location.to_string()).collect();
    let effect = match size {
        0 => "it is empty".to_owned(),
        1 => "its endpoint gets stale".to_owned(),
        size => format!("its {size} endpoints get stale"),
    };
    format!(
        "NEG {} in {} is kept up by nobody, as {why}, and {holder} still sends to it: {effect}",
        negs.first().map(|neg| neg.name()).unwrap_or_default(),
        cloud::list(&zones),
    )
}

/// Whether the claim went so long ago that no controller is about to take the NEG away.
fn is_abandoned(world: &World<'_>, neg: &Neg<'_>, service: Option<Joined<'_, '_>>) -> bool {
    let is_long = |object: &Object<'_>, since| {
        let age = world.age(object, since);
        age.is_some_and(|age| age >= ABANDONED)
    };
    let changed = service.is_none_or(|it| is_long(&it.object, it.object.changed()));
    let mut records = world.svc_negs().iter();
    let record = records.find(|it| {
        let mut links = it.groups.iter().filter_map(MadeNeg::link);
        links.any(|link| link == neg.link)
    });
    changed && record.is_none_or(|it| is_long(&it.object, it.last_sync()))
}

fn finding(
    world: &World<'_>,
    leftover: &Leftover<'_, '_>,
    told: &Told<'_, '_>,
    user: &str,
) -> Finding {
    let object = &leftover.svc_neg.object;
    let (user, place) = in_use(user);
    let message = format!(
        "NEG {} gets no endpoints any more, as {}, but {user} still uses it",
        object.name,
        leftover.why()
    );
    let label = told.label(world.now(object));
    let subject = leftover
        .service
        .map_or(object, |service| &service.service.object);
    let mut finding = Finding::new(&ROW, subject, message, label)
        .concerning(object)
        .detail(object.name)
        .help(format!(
            "take the NEG out of {place}, and the controller deletes it within two minutes; or, if \
             the NEG is still needed, ask for it again in cloud.google.com/neg under the same name"
        ));
    if let Some(service) = leftover.service {
        let place = service
            .neg
            .map_or_else(|| service.object.head(), |neg| neg.key.place());
        finding = finding.because(place, "asks for this NEG no longer");
    }
    finding
}
