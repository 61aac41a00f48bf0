//! NEG104: `neg-status` no longer says what the claim asks for, or what was made of it.

use jiff::SignedDuration;

use crate::controller::status::{StatusClaim, StatusGroup};
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{Joined, LiveNeg, UsableZones, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG104",
    slug: "stale-status",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Namespace,
        Kind::Neg,
    ],
    follows: &[
        "NEG001", "NEG003", "NEG004", "NEG006", "NEG008", "NEG020", "NEG021", "NEG101", "NEG103",
        "NEG118",
    ],
    check,
};

/// How long the controller may take until it looks at every Service again.
const RESYNC: SignedDuration = SignedDuration::from_mins(10);

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let usable = world.usable_zones();
    let services = world.services().filter(|service| service.is_settled());
    for service in services.filter(|service| !service.object.in_system_namespace()) {
        let Some(status) = service.status() else {
            continue;
        };
        let Ok(said) = &status.said else { continue };
        let ports = old_ports(world, service, said).into_iter();
        let ports = ports.map(|group| of_port(service, &status.inner, group));
        verdicts.findings.extend(ports);
        let names = service.live_negs().into_iter();
        let names = names.filter(LiveNeg::has_old_name).filter_map(|neg| {
            let group = said.groups.get(&neg.of.port.port.to_string())?;
            Some(of_name(service, &status.inner, group))
        });
        verdicts.findings.extend(names);
        let zones = of_zones(world, service, &status.inner, said, &usable);
        verdicts.findings.extend(zones);
    }
}

/// The ports of the status that neither the live claim nor the manifest's asks for.
fn old_ports<'s>(
    world: &World<'_>,
    service: Joined<'_, '_>,
    said: &'s StatusClaim,
) -> Vec<&'s StatusGroup> {
    let Some(live) = service.shown() else {
        return Vec::new();
    };
    let claims = [live.claim(), service.claim()];
    let [Some((_, now)), Some((_, then))] = claims else {
        return Vec::new();
    };
    let for_ingress = now.for_ingress() || then.for_ingress();
    let ingresses_are_known = world.whole(Kind::Ingress, &service.object).is_ok();
    let is_old = |group: &&StatusGroup| {
        let Ok(port) = group.port.value.parse::<i64>() else {
            return false;
        };
        let mut exposed = now.exposed.iter().chain(&then.exposed);
        let of_ingress = || {
            let mut named = service.ingresses().filter_map(|(_, backend)| {
                live.port_of(backend).or_else(|| service.port_of(backend))
            });
            for_ingress && (!ingresses_are_known || named.any(|named| named.port == port))
        };
        // Port 0 is the NEG of a Service load balancer, which needs no claim.
        port != 0
            && !exposed.any(|exposed| i64::from(exposed.port) == port)
            && !service
                .routes()
                .any(|(_, backend)| backend.port == Some(port))
            && !of_ingress()
    };
    said.groups.values().filter(is_old).collect()
}

fn of_port(service: Joined<'_, '_>, inner: &Inner<'_>, group: &StatusGroup) -> Finding {
    let port = &group.port.value;
    let message = format!(
        "The neg-status of Service {} still states NEG {} for port {port}, which nothing asks for now",
        service.object.name, group.neg.value
    );
    let label = Label::new(inner.place(group.port.range.clone()), "no longer claimed");
    finding(service, message, label).detail(format!("port {port}"))
}

fn of_name(service: Joined<'_, '_>, inner: &Inner<'_>, group: &StatusGroup) -> Finding {
    let (name, port) = (&group.neg.value, &group.port.value);
    let message = format!(
        "The neg-status of Service {} still states NEG {name} for port {port}, which the claim now \
         gives another name",
        service.object.name
    );
    let label = Label::new(inner.place(group.neg.range.clone()), "the name before");
    finding(service, message, label).detail(format!("name of port {port}"))
}

fn finding(service: Joined<'_, '_>, message: String, label: Label) -> Finding {
    let finding = Finding::new(&ROW, &service.object, message, label).help(
        "the controller writes neg-status in every pass over the Service, so none has succeeded \
         since the change: look for ProcessServiceFailed among its events (kept for an hour)",
    );
    match service.neg {
        Some(neg) => finding.because(neg.key, "what is asked for"),
        None => finding,
    }
}

/// The zones that have a NEG and are not in the status.
fn of_zones(
    world: &World<'_>,
    service: Joined<'_, '_>,
    inner: &Inner<'_>,
    said: &StatusClaim,
    usable: &UsableZones<'_>,
) -> Option<Finding> {
    let object = &service.object;
    let records = service.wanted_svc_negs().into_iter();
    let negs = service.live_negs();
    let shown: Option<Vec<_>> = negs.iter().map(|neg| neg.beside()?.ok()).collect();
    // A NEG that is gone in Google Cloud is nothing to attach.
    let is_there = |zone: &str| {
        let mut shown = shown.iter().flatten().flatten();
        shown.any(|neg| neg.link.zone() == Some(zone))
    };
    let is_gone = |zone: &str| shown.as_ref().is_some_and(|it| !it.is_empty()) && !is_there(zone);
    let mut made: Vec<_> = records
        .flat_map(|record| &record.groups)
        .filter(|group| matches!(group.state, "" | "ACTIVE"))
        .filter_map(|group| {
            let zone = group.zone.filter(|zone| !is_gone(zone))?;
            let age = world.age(object, usable.since(object, zone))?;
            Some((zone, age, group.node))
        })
        .filter(|(zone, ..)| !said.zones.iter().any(|stated| stated.value == *zone))
        .collect();
    made.sort_by_key(|(zone, age, _)| (*zone, *age));
    made.dedup_by_key(|(zone, ..)| *zone);
    let oldest = made.iter().map(|(_, age, _)| *age).max()?;
    let zones: Vec<_> = made.iter().map(|(zone, ..)| *zone).collect();
    let message = format!(
        "The neg-status of Service {} lacks {}, where the controller made a NEG: whoever reads the \
         zones from it attaches none there",
        object.name,
        zones.join(", ")
    );
    let label = Label::new(inner.node(), "lacks a zone");
    let mut finding = Finding::new(&ROW, object, message, label)
        .severity(if oldest < RESYNC {
            Severity::Note
        } else {
            Severity::Warning
        })
        .detail("zones")
        .help(
            "let Terraform, autoneg (--use-svcneg) and scripts read the \
             ServiceNetworkEndpointGroup; any change to the Service makes the controller write \
             neg-status anew, and so does its resync after ten minutes",
        );
    for (zone, _, node) in made {
        finding = finding.because(node, format!("the NEG in {zone}"));
    }
    Some(finding)
}
