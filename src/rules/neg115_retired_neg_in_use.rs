//! NEG115: the controller cannot delete a NEG that it retired, because something uses it.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::event::Event;
use crate::kind::svc_neg::{MadeNeg, SvcNeg};
use crate::world::{GRACE, Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG115",
    slug: "retired-neg-in-use",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Event,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
    ],
    follows: &["NEG114"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| service.is_settled()) {
        for record in service.wanted_svc_negs() {
            let groups = record.groups.iter();
            let mut retired = groups
                .filter(|group| group.state == "TO_BE_DELETED")
                .peekable();
            if retired.peek().is_none() {
                continue;
            }
            let events = world.events_of(&record.object);
            for group in retired {
                let said = events.iter().rev().find(|event| refuses(event, group));
                let found = said.map(|event| finding(service, record, group, event));
                verdicts.findings.extend(found);
            }
        }
    }
}

/// Whether an event says, and has said for some time, that a NEG cannot be deleted for its use.
fn refuses(event: &Event<'_>, group: &MadeNeg<'_>) -> bool {
    let lasting = || Some(event.last?.duration_since(event.first?) >= GRACE);
    let zone = group.zone.unwrap_or_default();
    let of_group = format!("failed to delete NEG {} in {zone}: ", group.name);
    event.reason == "NegCRError"
        && event.message.starts_with(&of_group)
        && says_in_use(event.message)
        && lasting() == Some(true)
}

/// Whether Google Cloud refused a deletion because something refers to the NEG. The place for the
/// decoded cause.
fn says_in_use(message: &str) -> bool {
    message.contains("resourceInUse") || message.contains("already being used by")
}

fn finding(
    service: Joined<'_, '_>,
    record: &SvcNeg<'_>,
    group: &MadeNeg<'_>,
    event: &Event<'_>,
) -> Finding {
    let (name, zone) = (group.name, group.zone.unwrap_or_default());
    let message = format!(
        "NEG {name} in {zone} of Service {} is retired, and cannot be deleted while a backend \
         service uses it",
        service.object.name
    );
    let state = group.node.get("state").unwrap_or(group.node);
    Finding::new(
        &ROW,
        &service.object,
        message,
        Label::new(state, "its subnet is the cluster's no more"),
    )
    .concerning(&record.object)
    .detail(format!("{name} in {zone}"))
    .because(event.told(), "what Google Cloud says")
    .help(format!(
        "take NEG {name} of {zone} out of the backend service, where its endpoints get no more \
         updates, and see that the NEGs of the present subnets are in; the controller deletes it \
         within minutes"
    ))
}
