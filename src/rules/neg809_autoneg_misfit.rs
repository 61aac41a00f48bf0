//! NEG809: autoneg is asked to attach NEGs that nobody makes, or was told nothing when it should let
//! go of those that it attached.

use crate::controller::autoneg::{AUTONEG, AUTONEG_STATUS, Autoneg, AutonegPort, attached};
use crate::controller::claim::Claim;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::annotated::Stated;
use crate::remedy::Edit;
use crate::world::{GRACE, Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG809",
    slug: "autoneg-misfit",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Ingress, Kind::Gateway, Kind::Route],
    follows: &["NEG810"],
    check,
};

type Asked<'d> = Stated<'d, Autoneg>;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        match service.autoneg() {
            Some(stated) => {
                if let Ok(autoneg) = &stated.decoded {
                    of_ports(world, service, &stated, autoneg, verdicts);
                }
            }
            None if service.object.annotation(AUTONEG).is_none() => {
                verdicts.findings.extend(taken_away(world, service));
            }
            None => {}
        }
    }
}

/// The ports for which nobody makes a NEG.
fn of_ports(
    world: &World<'_>,
    service: Joined<'_, '_>,
    stated: &Asked<'_>,
    autoneg: &Autoneg,
    verdicts: &mut Verdicts,
) {
    let object = &service.object;
    let status = service.said_status();
    for (key, port) in &autoneg.ports {
        let is_stated = status
            .as_ref()
            .is_some_and(|it| it.groups.contains_key(key));
        // The port of the NEG of a Service load balancer.
        if port.backends.is_empty() || is_stated || key == "0" || has_neg(service, key) {
            continue;
        }
        let claim = match service.neg {
            Some(_) => service.claim(),
            None if object.partial => continue,
            None => {
                verdicts
                    .findings
                    .extend(no_claim(world, service, stated, key, port));
                continue;
            }
        };
        let Some((inner, claim)) = claim else {
            continue;
        };
        if claim.for_ingress() && key.parse::<i64>().is_ok() {
            let unseen = world
                .whole(Kind::Ingress, object)
                .and_then(|()| world.whole(Kind::Route, object));
            if let Err(missing) = unseen {
                verdicts.leave(missing.undecided(&ROW, object, object.head()));
                continue;
            }
        }
        verdicts.find(not_exposed(service, stated, (key, port), (inner, claim)));
    }
}

/// Whether the input shows who makes a NEG for a port, as autoneg writes it.
fn has_neg(service: Joined<'_, '_>, key: &str) -> bool {
    let mut ports = service.neg_ports();
    ports.any(|of| of.port.port.to_string() == key)
}

fn no_claim(
    world: &World<'_>,
    service: Joined<'_, '_>,
    stated: &Asked<'_>,
    key: &str,
    port: &AutonegPort,
) -> Option<Finding> {
    let object = &service.object;
    let age = world.age(object, object.changed());
    if service.is_live() && age.is_none_or(|age| age < GRACE) {
        return None;
    }
    let message = format!(
        "Service {} asks autoneg to attach the NEG of port {key}, and asks nobody to make it: it \
         lacks cloud.google.com/neg",
        object.name
    );
    // Manifests may leave the claim to a Gateway, which writes it.
    let is_certain = service.is_live() || world.whole(Kind::Route, object).is_ok();
    let severity = if is_certain {
        Severity::Error
    } else {
        Severity::Warning
    };
    let place = stated.inner.place(port.key_range.clone());
    let finding = Finding::new(&ROW, object, message, Label::new(place, "no NEG"))
        .severity(severity)
        .detail(key);
    Some(finding.help(format!(
        "add cloud.google.com/neg: '{{\"exposed_ports\": {{\"{key}\": {{}}}}}}'"
    )))
}

fn not_exposed(
    service: Joined<'_, '_>,
    stated: &Asked<'_>,
    (key, port): (&str, &AutonegPort),
    (inner, claim): (&Inner<'_>, &Claim),
) -> Finding {
    let object = &service.object;
    let message = format!(
        "Service {} asks autoneg to attach the NEG of port {key}, and claims none for it: nothing \
         is attached, and autoneg does not say so",
        object.name
    );
    let place = stated.inner.place(port.key_range.clone());
    let mut finding = Finding::new(&ROW, object, message, Label::new(place, "no NEG"))
        .detail(key)
        .help(
            "name the same ports in exposed_ports and in backend_services: the port of the \
             Service, in both",
        );
    for exposed in claim.exposed.iter().take(3) {
        let place = inner.place(exposed.key_range.clone());
        finding = finding.because(place, "has a NEG");
    }
    if claim.exposed.is_empty() {
        finding = finding.because(inner.node(), "claims no port");
    }
    finding.edit(mended(service, stated, (key, port), (inner, claim)))
}

/// A port of the Service is exposed too; what is none becomes the only one that is left.
fn mended(
    service: Joined<'_, '_>,
    stated: &Asked<'_>,
    (key, port): (&str, &AutonegPort),
    (inner, claim): (&Inner<'_>, &Claim),
) -> Option<Edit> {
    let number = key
        .parse()
        .ok()
        .filter(|number: &i64| number.to_string() == key);
    let is_own = number.is_some_and(|number| service.ports_numbered(number).next().is_some());
    if is_own {
        let own = service.neg.filter(|neg| !neg.value.is_alias());
        let first = own.and_then(|_| claim.exposed.first())?;
        let quote = first.key_range.start..first.key_range.start + 1;
        let change = inner.change(quote, &format!("\"{key}\": {{}}, \""))?;
        return Some(Edit::risky(format!("expose port {key} too"), change));
    }
    let decoded = stated.decoded.as_ref().ok()?;
    let mut left = claim.exposed.iter();
    let mut left = left
        .by_ref()
        .filter(|exposed| !decoded.ports.contains_key(&exposed.port.to_string()));
    let only = left.next()?;
    if left.next().is_some() || service.object.partial {
        return None;
    }
    let new = format!("\"{}\"", only.port);
    let change = stated.change(port.key_range.clone(), &new)?;
    Some(Edit::risky(format!("replace \"{key}\" with {new}"), change))
}

/// The annotation went, and with it the word on which autoneg lets go.
fn taken_away(world: &World<'_>, service: Joined<'_, '_>) -> Option<Finding> {
    let object = &service.object;
    let live = object.shown()?;
    let status = live.stated_annotation(AUTONEG_STATUS)?.inner()?;
    let names = attached(status.text());
    let first = names.first()?;
    let lacks_it = live.stated_annotation(AUTONEG).is_none();
    let age = world.age(object, object.changed());
    if live.deleted().is_some() || (lacks_it && age.is_none_or(|age| age < GRACE)) {
        return None;
    }
    let label = Label::new(status.place(first.range.clone()), "still attached");
    let (message, severity) = if lacks_it {
        let message = format!(
            "Service {} no longer has {AUTONEG}, and autoneg has not taken its NEGs out of backend \
             service {}: they go on getting traffic, and nobody keeps them up to date",
            object.name, first.value
        );
        (message, Severity::Warning)
    } else {
        let message = format!(
            "The manifest of Service {} takes {AUTONEG} away: autoneg before 1.2 then leaves its \
             NEGs in backend service {}",
            object.name, first.value
        );
        (message, Severity::Note)
    };
    let finding = Finding::new(&ROW, object, message, label).severity(severity);
    Some(finding.detail("taken away").help(format!(
        "write {AUTONEG}: '{{}}' and wait until {AUTONEG_STATUS} names no backend service, then \
         take the annotation away"
    )))
}
