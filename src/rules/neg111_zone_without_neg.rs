//! NEG111: Pods are ready in a zone that has no NEG of their Service.

use std::collections::BTreeMap;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Neg;
use crate::kind::pod::Pod;
use crate::kind::svc_neg::SvcNeg;
use crate::world::{GRACE, Joined, LiveNeg, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG111",
    slug: "zone-without-neg",
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
        "NEG102", "NEG105", "NEG106", "NEG101", "NEG103", "NEG108", "NEG109", "NEG118", "NEG120",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let usable = world.usable_zones();
    for service in world.services().filter(|service| service.is_settled()) {
        let is_old = |svc_neg: &&SvcNeg<'_>| {
            let age = world.age(&service.object, svc_neg.object.created());
            age.is_some_and(|age| age >= GRACE)
        };
        let negs = service.live_negs();
        let records = negs.iter().filter_map(LiveNeg::record);
        let records: Vec<_> = records.filter(is_old).collect();
        let zones = service.ready_pods_by_zone(&usable);
        for (zone, pods) in &zones {
            let zone = *zone;
            let has_it = |record: &SvcNeg<'_>| record.zones().any(|made| made == zone);
            let mut without = records.clone();
            without.retain(|record| !has_it(record));
            let found = finding(world, service, zone, &without, pods);
            verdicts.findings.extend(found);
        }
        for neg in &negs {
            match neg.beside() {
                Some(Ok(made)) => in_cloud(world, neg, &made, &zones, verdicts),
                Some(Err(missing)) => {
                    let object = &service.object;
                    verdicts.leave(missing.undecided(&ROW, object, object.head()));
                }
                None => {}
            }
        }
    }
}

/// The zones with ready Pods in which Google Cloud shows no NEG, where the controller's records do
/// not say so already.
fn in_cloud(
    world: &World<'_>,
    neg: &LiveNeg<'_, '_>,
    made: &[Neg<'_>],
    zones: &BTreeMap<&str, Vec<&Pod<'_>>>,
    verdicts: &mut Verdicts,
) {
    let object = &neg.service.service.object;
    let subject = object.subject();
    for (zone, pods) in zones {
        let is_told = |it: &Finding| it.subject == subject && it.detail == *zone;
        let has_it = made.iter().any(|neg| neg.link.zone() == Some(zone));
        if has_it || verdicts.findings.iter().any(is_told) {
            continue;
        }
        let Some(pod) = pods.first() else { continue };
        let told = pod.object.spec().and_then(|spec| spec.get("nodeName"));
        let place = told.map_or_else(|| pod.object.head(), Node::place);
        let label = Label::new(place, format!("{} is in {zone}", pod.object.name));
        let message = message(object.name, zone, pods.len(), &called(neg), "does not");
        let mut finding = Finding::new(&ROW, object, message, label)
            .detail(zone)
            .help(
                "where neither the events of the Service nor its ServiceNetworkEndpointGroup say \
                 why, somebody may have deleted it: any change to the Service lets the controller \
                 make it again, and then it must be attached again",
            );
        let record = neg.svc_neg.and_then(|record| {
            finding = finding.clone().concerning(&record.object);
            record.groups.iter().find(|it| it.zone == Some(zone))
        });
        if let Some(record) = record {
            finding = finding.because(record.node, "the record of a NEG that is not there");
        } else if let Some(id) = pod
            .node_name()
            .and_then(|name| world.node(&pod.object, name))
            .and_then(|node| node.provider_id)
        {
            finding = finding.because(id, "the zone of its Node");
        }
        verdicts.find(finding);
    }
}

/// By the claim, by `neg-status`, or by the controller's record.
fn called(neg: &LiveNeg<'_, '_>) -> String {
    let record = neg.svc_neg.map(|it| it.object.name);
    let name = neg.name.or(neg.stated).or(record);
    name.map_or_else(|| "its NEG".to_owned(), |name| format!("NEG {name}"))
}

/// That Pods get nothing.
fn message(service: &str, zone: &str, pods: usize, negs: &str, do_not: &str) -> String {
    let (number, are, them) = match pods {
        1 => ("1 Pod".to_owned(), "is", "it"),
        number => (format!("{number} Pods"), "are", "them"),
    };
    format!(
        "{number} of Service {service} {are} ready in {zone}, where {negs} {do_not} exist: a load \
         balancer sends {them} nothing"
    )
}

fn finding(
    world: &World<'_>,
    service: Joined<'_, '_>,
    zone: &str,
    without: &[&SvcNeg<'_>],
    pods: &[&Pod<'_>],
) -> Option<Finding> {
    let pod = *pods.first()?;
    let first = *without.first()?;
    let names: Vec<_> = without.iter().map(|record| record.object.name).collect();
    let (name, do_not) = match names.as_slice() {
        [name] => (format!("NEG {name}"), "does not"),
        names => (format!("NEGs {}", names.join(", ")), "do not"),
    };
    let message = message(service.object.name, zone, pods.len(), &name, do_not);
    let told = pod.object.spec()?.get("nodeName")?;
    let label = Label::new(told, format!("{} is in {zone}", pod.object.name));
    let mut finding = Finding::new(&ROW, &service.object, message, label)
        .detail(zone)
        .help(
            "look for SyncNetworkEndpointGroupFailed among the events of the Service (kept for an \
             hour), and whether lastSyncTime of its ServiceNetworkEndpointGroup is of the last \
             ten minutes",
        );
    for record in without {
        finding = finding.concerning(&record.object);
    }
    let made = first.groups_node();
    let made = made.map_or_else(|| first.object.head(), Node::place);
    finding = finding.because(made, "what was made");
    let node = world.node(&pod.object, pod.node_name()?)?;
    match node.provider_id {
        Some(id) => Some(finding.because(id, "the zone of its Node")),
        None => Some(finding),
    }
}
