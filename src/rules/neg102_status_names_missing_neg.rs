//! NEG102: `neg-status` names a NEG, or a zone of one, that is not there.

use std::collections::BTreeMap;

use crate::controller::status::StatusClaim;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::pod::Pod;
use crate::kind::svc_neg::SvcNeg;
use crate::world::{GRACE, LiveNeg, UsableZones, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG102",
    slug: "status-names-missing-neg",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Pod,
        Kind::Node,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Namespace,
        Kind::Neg,
    ],
    follows: &[
        "NEG105", "NEG106", "NEG006", "NEG007", "NEG008", "NEG101", "NEG108", "NEG109", "NEG118",
    ],
    check,
};

/// What `neg-status` says, and its text.
struct Status<'s, 'd> {
    inner: &'s Inner<'d>,
    said: &'s StatusClaim,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let usable = world.usable_zones();
    for service in world.services().filter(|service| service.is_settled()) {
        let object = &service.object;
        let Some(read) = service.status() else {
            continue;
        };
        let Ok(said) = &read.said else { continue };
        let status = Status {
            inner: &read.inner,
            said,
        };
        if world.whole(Kind::SvcNeg, object).is_err() {
            continue;
        }
        for neg in service.live_negs() {
            let stated = neg.stated;
            // An old name is stale, and no more missed.
            let Some(name) = stated.filter(|_| !neg.has_old_name()) else {
                continue;
            };
            match neg.record() {
                Some(found) => verdicts
                    .findings
                    .extend(without_zones(world, &status, &neg, found, &usable)),
                None => verdicts.find(without_name(world, &status, &neg, name)),
            }
        }
    }
}

fn without_name(
    world: &World<'_>,
    status: &Status<'_, '_>,
    neg: &LiveNeg<'_, '_>,
    name: &str,
) -> Finding {
    let object = &neg.service.object;
    let mut records = world.svc_negs().iter();
    let other = records.find(|it| it.object.name == name && it.object.shares_namespace(object));
    let why = match other {
        None => "no ServiceNetworkEndpointGroup of that name is there",
        Some(_) => "the ServiceNetworkEndpointGroup of that name is not its own",
    };
    let message = format!(
        "The NEG controller means to make NEG {name} for {} of Service {}, but did not: {why}",
        neg.port(),
        object.name
    );
    let port = neg.of.port.port.to_string();
    let group = status.said.groups.get(&port);
    let place = group.map_or_else(
        || status.inner.node().place(),
        |group| status.inner.place(group.neg.range.clone()),
    );
    let mut finding = Finding::new(
        &ROW,
        object,
        message,
        Label::new(place, "there is no such NEG"),
    )
    .detail(neg.port())
    .help(
        "neg-status says what is meant to be; look for ProcessServiceFailed among the events \
             of the Service (kept for an hour) for why it is not",
    );
    if let Some(other) = other {
        let of = other.service.unwrap_or("another Service");
        let text = format!("is for port {} of {of}", other.port.unwrap_or("?"));
        finding = finding.because(other.object.head(), text);
    }
    finding
}

/// False for a zone that got its first Node just now and waits for its NEG, and for one that lost its
/// last Node and waits for the status to be written anew.
fn is_settled(
    world: &World<'_>,
    object: &Object<'_>,
    usable: &UsableZones<'_>,
    zone: &str,
) -> bool {
    let age = world.age(object, usable.since(object, zone));
    age.is_some_and(|age| age >= GRACE)
}

const GONE: &str = "the record of one that Google Cloud does not have";

/// The zones in which it has a NEG. What Google Cloud itself shows counts for more than the
/// controller's record.
fn made_in<'d>(neg: &LiveNeg<'_, 'd>, svc_neg: &SvcNeg<'d>) -> Vec<&'d str> {
    match neg.beside().and_then(Result::ok) {
        Some(negs) => negs.iter().filter_map(|neg| neg.link.zone()).collect(),
        None => svc_neg.zones().collect(),
    }
}

fn without_zones(
    world: &World<'_>,
    status: &Status<'_, '_>,
    neg: &LiveNeg<'_, '_>,
    svc_neg: &SvcNeg<'_>,
    usable: &UsableZones<'_>,
) -> Option<Finding> {
    let object = &neg.service.object;
    let age = world.age(object, svc_neg.object.created());
    if age.is_none_or(|age| age < GRACE) {
        return None;
    }
    let made = made_in(neg, svc_neg);
    let zones = status.said.zones.iter();
    let lacking: BTreeMap<&str, _> = zones
        .filter(|zone| {
            !made.contains(&zone.value.as_str()) && is_settled(world, object, usable, &zone.value)
        })
        .map(|zone| (zone.value.as_str(), zone.range.clone()))
        .collect();
    let mut ready = neg.service.ready_pods_by_zone(usable);
    ready.retain(|zone, _| lacking.contains_key(zone));
    let pods_are_known = || {
        let pods = world.whole(Kind::Pod, object);
        pods.and_then(|()| world.whole(Kind::Node, object)).is_ok()
    };
    let mut places = lacking.values();
    let first = places.next()?;
    if ready.is_empty() && !pods_are_known() {
        return None;
    }
    let zones: Vec<_> = lacking.keys().copied().collect();
    let mut finding = Finding::new(
        &ROW,
        object,
        message(neg, svc_neg, &zones, &ready),
        Label::new(status.inner.place(first.clone()), "no NEG here"),
    )
    .severity(if ready.is_empty() {
        Severity::Warning
    } else {
        Severity::Error
    })
    .concerning(&svc_neg.object)
    .detail(neg.port())
    .help(help(svc_neg, &ready));
    for place in places {
        finding = finding.because(status.inner.place(place.clone()), "nor here");
    }
    if let Some(groups) = svc_neg.groups_node() {
        let is_gone = svc_neg.zones().any(|zone| lacking.contains_key(zone));
        let text = if is_gone { GONE } else { "what was made" };
        finding = finding.because(groups, text);
    }
    let pod = ready.values().flatten().next();
    if let Some(node) = pod.and_then(|pod| pod.object.spec()?.get("nodeName")) {
        finding = finding.because(node, "a Pod that is ready in such a zone");
    }
    Some(finding)
}

fn message(
    neg: &LiveNeg<'_, '_>,
    svc_neg: &SvcNeg<'_>,
    zones: &[&str],
    ready: &BTreeMap<&str, Vec<&Pod<'_>>>,
) -> String {
    let pods: usize = ready.values().map(Vec::len).sum();
    let effect = match pods {
        0 => "no Pod is ready there".to_owned(),
        1 => "1 Pod is ready there and gets no traffic".to_owned(),
        pods => format!("{pods} Pods are ready there and get no traffic"),
    };
    format!(
        "neg-status of Service {} lists {}, where NEG {} does not exist: {effect}",
        neg.service.object.name,
        zones.join(", "),
        svc_neg.object.name
    )
}

fn help(svc_neg: &SvcNeg<'_>, ready: &BTreeMap<&str, Vec<&Pod<'_>>>) -> String {
    if !ready.is_empty() {
        return "look for SyncNetworkEndpointGroupFailed among the events of the Service (kept for \
                an hour), and whether lastSyncTime of its ServiceNetworkEndpointGroup is of the \
                last ten minutes"
            .to_owned();
    }
    format!(
        "neg-status lists the zones of nodes, and a NEG may come with the first Pod: let \
         Terraform, autoneg (--use-svcneg) and scripts read status.networkEndpointGroups of \
         ServiceNetworkEndpointGroup {} instead, once Pods are there",
        svc_neg.object.name
    )
}
