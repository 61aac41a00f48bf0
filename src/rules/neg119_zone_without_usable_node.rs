//! NEG119: Pods run in a zone of which the controller uses no Node, or on Nodes that are labelled out
//! of a Service's load balancer.

use crate::controller::l4::LoadBalancerClass;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cluster_node::{ClusterNode, NotCandidate};
use crate::kind::pod::Pod;
use crate::kind::service::ServiceType;
use crate::world::{GRACE, Joined, LiveNeg, LostZone, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG119",
    slug: "zone-without-usable-node",
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
    follows: &[],
    check,
};

/// More Nodes than these show nothing new.
const MAX_SHOWN: usize = 3;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let lost = world.lost_zones();
    for service in world.services().filter(|service| service.is_settled()) {
        let negs = service.live_negs();
        for zone in lost.iter().filter(|_| !negs.is_empty()) {
            let found = of_zone(world, service, zone, &negs);
            verdicts.findings.extend(found);
        }
        verdicts.findings.extend(of_load_balancer(world, service));
    }
}

/// The Pods of a Service that have long been ready, with their Nodes.
fn ready<'w, 'd>(
    world: &'w World<'d>,
    service: Joined<'w, 'd>,
) -> Vec<(&'w Pod<'d>, &'w ClusterNode<'d>)> {
    let is_ready = |pod: &&Pod<'_>| {
        let age = world.age(&service.object, pod.containers_ready_since());
        pod.is_alive() && age.is_some_and(|age| age >= GRACE)
    };
    let with_node = |pod: &'w Pod<'d>| {
        let node = world.node(&pod.object, pod.node_name()?)?;
        Some((pod, node))
    };
    service
        .pods()
        .filter(is_ready)
        .filter_map(with_node)
        .collect()
}

/// Pods behind NEGs in a zone that the controller gave up.
fn of_zone(
    world: &World<'_>,
    service: Joined<'_, '_>,
    zone: &LostZone<'_, '_>,
    negs: &[LiveNeg<'_, '_>],
) -> Option<Finding> {
    let object = &service.object;
    if zone.clusters != object.clusters {
        return None;
    }
    let mut pods = ready(world, service);
    pods.retain(|(_, node)| node.zone() == Some(zone.zone));
    let (pod, _) = pods.first()?;
    let first = zone.nodes.first()?;
    let message = format!(
        "{} ready in {}, {}: the NEG controller takes every endpoint of the zone out",
        counted(pods.len(), object.name),
        zone.zone,
        reasons(zone),
    );
    let mut finding = Finding::new(&ROW, object, message, shown(first)).detail(zone.zone);
    let others = zone.nodes.iter().skip(1).take(MAX_SHOWN - 1);
    finding.labels.extend(others.map(shown));
    if let Some(node) = pod.object.spec().and_then(|spec| spec.get("nodeName")) {
        finding = finding.because(node, format!("{} is in {}", pod.object.name, zone.zone));
    }
    for record in negs.iter().filter_map(|neg| neg.svc_neg) {
        finding = finding.concerning(&record.object);
    }
    Some(finding.help(help(zone)))
}

/// `1 Pod of Service mail is`
fn counted(count: usize, service: &str) -> String {
    match count {
        1 => format!("1 Pod of Service {service} is"),
        count => format!("{count} Pods of Service {service} are"),
    }
}

/// What is wrong with all Nodes of a zone.
fn reasons(zone: &LostZone<'_, '_>) -> String {
    let of = |reason: &str| {
        let named = zone.nodes.iter().filter(|(_, why)| words(why) == reason);
        named.count()
    };
    let known = [NOT_READY, EXCLUDED, BEING_DELETED].map(|reason| (of(reason), reason));
    let total = zone.nodes.len();
    let mut known = known.into_iter().filter(|(count, _)| *count > 0);
    match (known.next(), total) {
        (Some((1, reason)), 1) => format!("whose only Node is {reason}"),
        (Some((count, reason)), _) if count == total => {
            format!("whose {total} Nodes are all {reason}")
        }
        (first, _) => {
            let each = first.into_iter().chain(known);
            let each: Vec<_> = each.map(|(count, why)| format!("{count} {why}")).collect();
            format!("none of whose {total} Nodes is used ({})", each.join(", "))
        }
    }
}

const NOT_READY: &str = "not ready";
const EXCLUDED: &str = "labelled out of load balancing";
const BEING_DELETED: &str = "about to be deleted";

fn words(why: &NotCandidate<'_>) -> &'static str {
    match why {
        NotCandidate::Excluded(_) => EXCLUDED,
        NotCandidate::BeingDeleted(_) => BEING_DELETED,
        NotCandidate::NotReady(_) => NOT_READY,
        NotCandidate::NoPodRange => "without a Pod range",
    }
}

/// The text that takes a Node out.
fn shown((node, why): &(&ClusterNode<'_>, NotCandidate<'_>)) -> Label {
    match why {
        NotCandidate::Excluded(key) => Label::new(*key, "takes the Node out, whatever the value"),
        NotCandidate::BeingDeleted(key) => Label::new(*key, "the autoscaler deletes the Node"),
        NotCandidate::NotReady(condition) => Label::new(*condition, "the Node is not ready"),
        NotCandidate::NoPodRange => Label::new(node.object.head(), "has no Pod range"),
    }
}

fn help(zone: &LostZone<'_, '_>) -> String {
    let any = |reason: &str| zone.nodes.iter().any(|(_, why)| words(why) == reason);
    let first = if any(EXCLUDED) {
        "take the label off one Node that stays, in the node pool's settings too"
    } else if any(NOT_READY) {
        "repair or replace a Node of the zone"
    } else {
        "keep a Node in the zone, or move the Pods"
    };
    format!(
        "{first}: one usable Node is enough for all Pods of the zone. Until then the load balancer \
         has only the Pods of other zones"
    )
}

/// A Service load balancer whose Pods are on Nodes that it does not use. Without the policy `Local`
/// any other Node passes the traffic on.
fn of_load_balancer(world: &World<'_>, service: Joined<'_, '_>) -> Option<Finding> {
    let object = &service.object;
    let class = LoadBalancerClass::of(service.spec_text("loadBalancerClass"));
    if service.service_type != ServiceType::LoadBalancer || class == LoadBalancerClass::Foreign {
        return None;
    }
    let excluding = |node: &ClusterNode<'_>| match node.not_candidate() {
        Some(NotCandidate::Excluded(_)) => is_long_there(world, node),
        _ => false,
    };
    let pods = ready(world, service);
    let (out, rest): (Vec<_>, Vec<_>) = pods.iter().partition(|(_, node)| excluding(node));
    let (pod, node) = *out.first()?;
    let is_local = service.spec_text("externalTrafficPolicy") == Some("Local");
    let mut nodes = world.nodes().iter();
    let all_nodes =
        nodes.all(|node| !node.object.clusters.meets(object.clusters) || excluding(node));
    if !is_local && !all_nodes {
        return None;
    }
    let label = node.not_candidate().map(|why| shown(&(node, why)))?;
    let (message, severity) = if rest.is_empty() {
        let message = format!(
            "Every Node with a Pod of Service {} is labelled out of load balancing: its load \
             balancer has no Node to send to",
            object.name
        );
        (message, Severity::Error)
    } else {
        let message = format!(
            "{} ready on Nodes that are labelled out of load balancing: with \
             externalTrafficPolicy Local its load balancer sends nothing there",
            counted(out.len(), object.name)
        );
        (message, Severity::Note)
    };
    let mut finding = Finding::new(&ROW, object, message, label)
        .severity(severity)
        .detail("load balancer");
    if let Some(name) = pod.object.spec().and_then(|spec| spec.get("nodeName")) {
        finding = finding.because(name, format!("{} runs there", pod.object.name));
    }
    let policy = object.spec().and_then(|it| it.get("externalTrafficPolicy"));
    if let Some(policy) = policy.filter(|_| is_local) {
        finding = finding.because(policy, "only Nodes with Pods get traffic");
    }
    Some(finding.help(
        "take the label off the Nodes, in the node pool's settings too, or keep the Pods on other \
         Nodes",
    ))
}

/// Whether a Node is no newcomer: when its labels were set is not told.
fn is_long_there(world: &World<'_>, node: &ClusterNode<'_>) -> bool {
    let age = world.age(&node.object, node.object.created());
    age.is_some_and(|age| age >= GRACE)
}
