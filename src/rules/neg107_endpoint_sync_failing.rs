//! NEG107: endpoints do not get into a NEG, or out of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::controller::event::{Cause, Refusal, Reported, Trouble};
use crate::finding::{Finding, Noise, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::endpoint_slice::{Endpoint, EndpointSlice};
use crate::world::{Failure, GRACE, Joined, Matter, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG107",
    slug: "endpoint-sync-failing",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Event,
        Kind::SvcNeg,
        Kind::EndpointSlice,
    ],
    follows: &["NEG116", "NEG120"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let mut of_neg: BTreeMap<String, Vec<Failure<'_, '_>>> = BTreeMap::new();
        let mut gone = BTreeSet::new();
        for failure in service.failures(Matter::Endpoints) {
            if !lasts(world, &failure) {
                continue;
            }
            if is_noise(service, &failure) {
                verdicts.hush(hushed(world, &failure));
                continue;
            }
            // Why it gave up is what it said before.
            let gave_up = failure.trouble == Trouble::RetriesExhausted;
            if gave_up && gone.contains(&failure.called()) {
                continue;
            }
            if named(&failure).is_empty() {
                of_neg.entry(failure.called()).or_default().push(failure);
            } else if let Err(missing) = world.whole(Kind::EndpointSlice, &service.object) {
                let object = &service.object;
                verdicts.leave(missing.undecided(&ROW, object, object.head()));
            } else if named_endpoint(service, &failure).is_some() {
                of_neg.entry(failure.called()).or_default().push(failure);
            } else {
                gone.insert(failure.called());
            }
        }
        for mut failures in of_neg.into_values() {
            failures.sort_by_key(rank);
            let mut failures = failures.into_iter();
            let Some(worst) = failures.next() else {
                continue;
            };
            let mut finding = finding(world, &worst);
            let now = world.now(&service.object);
            let others = failures.filter_map(|other| other.told);
            finding.labels.extend(others.map(|told| told.label(now)));
            verdicts.find(finding);
        }
    }
}

/// The sharpest word first.
fn rank(failure: &Failure<'_, '_>) -> usize {
    match (failure.trouble, failure.report.as_ref().map(|it| &it.cause)) {
        (Trouble::Sync, Some(Cause::Endpoint { .. })) => 0,
        (Trouble::Attach, _) => 1,
        (Trouble::Detach, _) => 2,
        (Trouble::RetriesExhausted, _) => 3,
        (Trouble::Sync, _) => 4,
        _ => 5,
    }
}

/// Whether it goes on. Giving up and degraded mode are told once.
fn lasts(world: &World<'_>, failure: &Failure<'_, '_>) -> bool {
    let object = &failure.service.object;
    let now = world.now(object);
    let Some(told) = &failure.told else {
        return failure.stands(world);
    };
    match failure.trouble {
        Trouble::RetriesExhausted => told.is_recent(now),
        Trouble::Degraded => world
            .age(object, told.first)
            .is_some_and(|age| age >= GRACE),
        Trouble::Attach | Trouble::Detach => told.lasts(now) && failure.stands(world),
        _ => failure.stands(world),
    }
}

/// A scale to zero, and IPv6 slices beside IPv4 ones, look like endpoints that got lost.
fn is_noise(service: Joined<'_, '_>, failure: &Failure<'_, '_>) -> bool {
    let has = |family: &str| {
        let mut slices = service.slices();
        slices.any(|slice| slice.address_type == family && !slice.endpoints.is_empty())
    };
    let degraded = failure.trouble == Trouble::Degraded;
    (counts(failure) && (has("IPv6") || !has("IPv4"))) || (degraded && !has("IPv4"))
}

fn hushed(world: &World<'_>, failure: &Failure<'_, '_>) -> Noise {
    let place = failure.finding(&ROW, world, String::new()).primary.place;
    let seen = format!(
        "the endpoints of {} are not kept up to date",
        failure.called()
    );
    let why =
        "a scale to zero, and IPv6 slices beside IPv4 ones, look like endpoints that got lost";
    Noise::new(&ROW, &failure.service.service.object, place, seen, why)
}

/// Whether endpoints got lost, and none is named.
fn counts(failure: &Failure<'_, '_>) -> bool {
    let cause = failure.report.as_ref().map(|report| &report.cause);
    matches!(cause, Some(Cause::EndpointCounts { .. }))
}

/// The addresses that the error names.
fn named<'f>(failure: &'f Failure<'_, '_>) -> Vec<&'f str> {
    let cause = failure.report.as_ref().map(|report| &report.cause);
    let text = match cause {
        Some(Cause::Endpoint {
            place: Some(place), ..
        }) => place.ips,
        Some(Cause::Google(refused)) => match refused.refusal {
            Refusal::ForeignAddress { address, .. } if failure.trouble == Trouble::Attach => {
                address
            }
            _ => "",
        },
        _ => "",
    };
    let addresses = text.split(|char: char| !(char.is_ascii_hexdigit() || ".:".contains(char)));
    addresses.filter(|address| !address.is_empty()).collect()
}

/// The endpoint that the error names, if it is still there.
fn named_endpoint<'w, 'd>(
    service: Joined<'w, 'd>,
    failure: &Failure<'_, '_>,
) -> Option<(&'w EndpointSlice<'d>, Endpoint<'d>)> {
    let named = named(failure);
    service.slices().find_map(|slice| {
        let mut endpoints = slice.endpoints.iter();
        let found = endpoints.find(|endpoint| named.contains(&endpoint.address))?;
        Some((slice, *found))
    })
}

fn finding(world: &World<'_>, failure: &Failure<'_, '_>) -> Finding {
    let service = failure.service;
    let neg = format!("{} of Service {}", failure.called(), service.object.name);
    let why = failure.report.as_ref().map(Reported::why);
    let why = why.unwrap_or_default();
    let one = match failure.report.as_ref().map(|report| &report.cause) {
        Some(Cause::Endpoint { .. }) => "; one of them",
        _ => "",
    };
    let endpoint = named_endpoint(service, failure);
    let zone = failure.decoded.zone().unwrap_or_default();
    let count = failure.decoded.parameters.get("count").unwrap_or("some");
    let message = match (failure.trouble, endpoint) {
        (Trouble::Sync, Some((slice, endpoint))) => format!(
            "Endpoint {} of EndpointSlice {} stops all updates of {neg}{why}",
            endpoint.address, slice.object.name
        ),
        (Trouble::Sync, None) => format!("{neg} gets no updates{why}"),
        (Trouble::Attach, _) => format!(
            "{count} endpoints do not get into {neg} in {zone}: Google Cloud refuses them all{why}"
        ),
        (Trouble::Detach, _) => format!(
            "{count} endpoints do not get out of {neg} in {zone}: Google Cloud refuses{why}"
        ),
        (Trouble::Degraded, _) => {
            format!("{neg} is in degraded mode, which leaves out bad endpoints{one}{why}")
        }
        _ => format!("The controller gave up attaching and detaching endpoints of {neg}{why}"),
    };
    let mut finding = failure.finding(&ROW, world, message);
    if failure.trouble == Trouble::Degraded {
        finding = finding.severity(Severity::Warning);
    }
    if let Some((_, endpoint)) = endpoint {
        finding = finding.because(endpoint.node, "this endpoint");
    }
    if counts(failure) {
        return finding.help("look for endpoints without a Pod or a Node in the EndpointSlices");
    }
    finding.help(failure.decoded.advice().unwrap_or_default())
}
