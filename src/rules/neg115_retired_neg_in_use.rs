//! NEG115: the controller cannot delete a NEG that it retired, because something uses it.

use crate::controller::event::{Reported, Trouble};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::event::Event;
use crate::kind::svc_neg::{MadeNeg, SvcNeg};
use crate::world::{GRACE, Joined, Told, World};

use super::{Row, cloud};

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
        Kind::Neg,
        Kind::BackendService,
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
            let told = world.told(&record.object);
            for group in retired {
                let refusing = told.iter().find(|told| refuses(told, group));
                let found = match refusing {
                    Some(told) => Some(finding(service, record, group, told.event)),
                    None => in_cloud(world, service, record, group),
                };
                verdicts.findings.extend(found);
            }
        }
    }
}

/// Whether the controller says, and has said for some time, that a NEG cannot be deleted for its
/// use.
fn refuses(told: &Told<'_, '_>, group: &MadeNeg<'_>) -> bool {
    let in_use = |reported: &Reported<'_>| reported.cause.in_use_by().is_some();
    told.trouble == Trouble::NegNotDeleted
        && told.decoded.neg() == Some(group.name)
        && told.decoded.zone() == group.zone
        && told.span() >= GRACE
        && told.decoded.causes.iter().any(in_use)
}

fn finding(
    service: Joined<'_, '_>,
    record: &SvcNeg<'_>,
    group: &MadeNeg<'_>,
    event: &Event<'_>,
) -> Finding {
    let user = "a backend service";
    about(service, record, group, user).because(event.told(), "what Google Cloud says")
}

/// Google Cloud shows a backend service that holds it.
fn in_cloud(
    world: &World<'_>,
    service: Joined<'_, '_>,
    record: &SvcNeg<'_>,
    group: &MadeNeg<'_>,
) -> Option<Finding> {
    let (holder, backend) = world.cloud().holders(group.link()?).next()?;
    let finding = about(service, record, group, &cloud::called(&holder));
    Some(
        finding
            .because(backend.node, "holds it")
            .concerning(&holder),
    )
}

fn about(service: Joined<'_, '_>, record: &SvcNeg<'_>, group: &MadeNeg<'_>, user: &str) -> Finding {
    let (name, zone) = (group.name, group.zone.unwrap_or_default());
    let message = format!(
        "NEG {name} in {zone} of Service {} is retired, and cannot be deleted while {user} uses it",
        service.object.name
    );
    let state = group.node.get("state").unwrap_or(group.node);
    Finding::new(
        &ROW,
        &service.object,
        message,
        Label::new(state, "its subnet is no longer the cluster's"),
    )
    .concerning(&record.object)
    .detail(format!("{name} in {zone}"))
    .help(format!(
        "take NEG {name} of {zone} out of {user}, where its endpoints get no more \
         updates, and see that the NEGs of the present subnets are in; the controller deletes it \
         within minutes"
    ))
}
