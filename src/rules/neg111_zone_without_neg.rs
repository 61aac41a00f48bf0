//! NEG111: Pods are ready in a zone that has no NEG of their Service.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
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
    ],
    follows: &["NEG102", "NEG105", "NEG106", "NEG101", "NEG118"],
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
        if records.is_empty() {
            continue;
        }
        for (zone, pods) in service.ready_pods_by_zone(&usable) {
            let has_it = |record: &SvcNeg<'_>| record.zones().any(|made| made == zone);
            let mut without = records.clone();
            without.retain(|record| !has_it(record));
            let found = finding(world, service, zone, &without, &pods);
            verdicts.findings.extend(found);
        }
    }
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
    let (number, are, them) = match pods.len() {
        1 => ("1 Pod".to_owned(), "is", "it"),
        number => (format!("{number} Pods"), "are", "them"),
    };
    let names: Vec<_> = without.iter().map(|record| record.object.name).collect();
    let (name, do_not) = match names.as_slice() {
        [name] => (format!("NEG {name}"), "does not"),
        names => (format!("NEGs {}", names.join(", ")), "do not"),
    };
    let message = format!(
        "{number} of Service {} {are} ready in {zone}, where {name} {do_not} exist: a load \
         balancer sends {them} nothing",
        service.object.name
    );
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
