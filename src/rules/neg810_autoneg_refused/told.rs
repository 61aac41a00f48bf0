//! What autoneg says of a Service, in events that no later one takes back.

use crate::controller::autoneg::AUTONEG;
use crate::controller::event::{Cause, Refusal, Reported, Trouble};
use crate::finding::Finding;
use crate::world::{Joined, Told, World};

use super::{ROW, SHAPE};

/// The first trouble that it tells, unless that is a refusal that the annotation shows by itself.
pub(super) fn finding(
    world: &World<'_>,
    service: Joined<'_, '_>,
    is_shown: bool,
) -> Option<Finding> {
    let told = world.told(&service.object);
    let mut told = told
        .iter()
        .filter(|told| stands(world, service, told) && !(is_shown && is_config(told)));
    told.next().map(|told| said(world, service, told))
}

/// Whether it is autoneg that speaks, and whether it still means it.
fn stands(world: &World<'_>, service: Joined<'_, '_>, told: &Told<'_, '_>) -> bool {
    let now = world.now(&service.object);
    let passes = told.decoded.causes.iter().all(Reported::passes);
    match told.trouble {
        Trouble::AutonegConfig => told.is_recent(now),
        Trouble::AutonegBackend if passes && !told.decoded.causes.is_empty() => {
            told.lasts_long(now)
        }
        Trouble::AutonegBackend => told.lasts(now),
        _ => false,
    }
}

fn is_config(told: &Told<'_, '_>) -> bool {
    told.trouble == Trouble::AutonegConfig
}

/// What autoneg says.
fn said(world: &World<'_>, service: Joined<'_, '_>, told: &Told<'_, '_>) -> Finding {
    let object = &service.object;
    let effect = if is_config(told) {
        "refuses what"
    } else {
        "cannot carry out what"
    };
    let message = format!(
        "Autoneg {effect} Service {} asks of it{}",
        object.name,
        told.decoded.why()
    );
    let mut finding = Finding::new(&ROW, object, message, told.label(world.now(object)))
        .detail("told")
        .help(advice(told));
    if let Some(annotation) = object.annotation(AUTONEG) {
        finding = finding.because(annotation.key, "asked here");
    }
    finding
}

fn advice(told: &Told<'_, '_>) -> String {
    let missing = told.decoded.causes.iter().find_map(|it| match &it.cause {
        Cause::Google(refused) => match refused.refusal {
            Refusal::Permission { permission, .. } => Some(permission),
            _ => None,
        },
        _ => None,
    });
    if let Some(permission) = missing {
        return format!(
            "give the service account of autoneg {permission}, and all else that autoneg's README \
             lists today; with a Shared VPC also roles/compute.networkUser in the host project"
        );
    }
    let says = |text: &str| told.decoded.message.contains(text);
    if says("balancing mode") {
        return SHAPE.to_owned();
    }
    if says("not found") {
        return "make the backend service, or correct its name and region: without a region a \
                global one is looked for"
            .to_owned();
    }
    if is_config(told) {
        return SHAPE.to_owned();
    }
    told.decoded.advice().unwrap_or_default()
}
