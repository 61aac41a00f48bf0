//! NEG026: `zones` asks for NEGs ahead of Pods, and this cluster's controller does not know it.

use std::collections::BTreeSet;

use crate::controller::decode::Spanned;
use crate::controller::event::Trouble;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::svc_neg::SvcNeg;
use crate::world::{GRACE, Joined, LiveNeg, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG026",
    slug: "zones-not-honoured",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
        Kind::Event,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Neg,
    ],
    follows: &["NEG022", "NEG101", "NEG105", "NEG118"],
    check,
};

/// Stands for all zones of the region.
const ALL_ZONES: &str = "*";
/// Every region has at least so many:
/// <https://cloud.google.com/compute/docs/regions-zones>.
const FEWEST: usize = 3;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| service.is_settled()) {
        let Some((inner, claim)) = service.service.claim() else {
            continue;
        };
        let zones = claim.zones.as_deref().unwrap_or_default();
        let told = world.told(&service.object);
        // One wrong zone, and the list is passed over.
        let is_ignored = told
            .iter()
            .any(|told| told.trouble == Trouble::ZonesIgnored);
        if zones.is_empty() || is_ignored {
            continue;
        }
        for neg in service.live_negs().iter().filter(|neg| neg.of.exposed) {
            let record = neg.record().filter(|record| is_made(world, record));
            let found = record.and_then(|record| {
                let made = made_in(neg, record);
                finding(world, service, (inner, zones), &made)
            });
            if let Some(finding) = found {
                verdicts.find(finding);
                break;
            }
        }
    }
}

/// Whether the controller has long made what it means to make.
fn is_made(world: &World<'_>, record: &SvcNeg<'_>) -> bool {
    let age = world.age(&record.object, record.object.created());
    let failed = record
        .condition("Initialized")
        .is_some_and(|condition| condition.status == "False");
    age.is_some_and(|age| age >= GRACE) && !failed && !record.groups.is_empty()
}

/// The zones of its NEGs, by the controller's record and by Google Cloud.
fn made_in<'d>(neg: &LiveNeg<'_, 'd>, record: &SvcNeg<'d>) -> BTreeSet<&'d str> {
    let shown = neg.beside().and_then(Result::ok).unwrap_or_default();
    let shown = shown.iter().filter_map(|neg| neg.link.zone());
    record.zones().chain(shown).collect()
}

fn finding(
    world: &World<'_>,
    service: Joined<'_, '_>,
    (inner, zones): (&Inner<'_>, &[Spanned<String>]),
    made: &BTreeSet<&str>,
) -> Option<Finding> {
    let object = &service.object;
    let usable = world.usable_zones();
    // Where there are Nodes, a NEG that is missing has other reasons.
    let missing: Vec<_> = zones
        .iter()
        .filter(|zone| match zone.value.as_str() {
            ALL_ZONES => made.len() < FEWEST,
            zone => {
                let is_of_region = made.iter().any(|made| region(made) == region(zone));
                is_of_region && !made.contains(zone) && usable.since(object, zone).is_none()
            }
        })
        .collect();
    let first = missing.first()?;
    let names: Vec<_> = missing.iter().map(|zone| zone.value.as_str()).collect();
    let place = match names.as_slice() {
        [ALL_ZONES] => format!(
            "all zones of the region, and has them in {} alone",
            made.iter().copied().collect::<Vec<_>>().join(", ")
        ),
        names => format!("{}, and has none there", names.join(", ")),
    };
    let message = format!(
        "Service {} asks for NEGs ahead of Pods in {place}: the NEG controller of this cluster does \
         not know zones",
        object.name
    );
    let label = Label::new(inner.place(first.range.clone()), "not honoured");
    let mut finding = Finding::new(&ROW, object, message, label);
    for zone in missing.iter().skip(1).take(2) {
        finding = finding.because(inner.place(zone.range.clone()), "nor this");
    }
    if let Some(status) = service.status() {
        finding = finding.because(status.inner.node(), "what the controller means to make");
    }
    Some(finding.help(
        "upgrade the cluster to a version whose controller knows zones, or have a Node in each zone \
         before anything reads the NEG there; what attaches NEGs, such as Terraform, must take the \
         zones from neg-status",
    ))
}

/// `europe-west1` of `europe-west1-b`.
fn region(zone: &str) -> &str {
    zone.rsplit_once('-').map_or(zone, |(region, _)| region)
}
