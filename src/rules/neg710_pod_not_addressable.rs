//! NEG710: Pods behind a NEG whose address is not their own, or not of their node.

use std::collections::HashMap;

use crate::cidr::IpRange;
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cluster_node::ClusterNode;
use crate::kind::event::Event;
use crate::world::{Behind, ClusterSet, Held, HeldPod, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG710",
    slug: "pod-not-addressable",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Workload,
        Kind::Pod,
        Kind::Node,
        Kind::Event,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for behind in world.behind_negs() {
        verdicts.findings.extend(of_node(&behind));
    }
    let of_node = |node| Some((key(node), ranges(node))).filter(|(_, ranges)| !ranges.is_empty());
    let ranges: Ranges<'_> = world.nodes().iter().filter_map(of_node).collect();
    for held in world.held() {
        let pods = held.pods.iter();
        let strays: Vec<_> = pods.filter(|it| is_stray(world, it, &ranges)).collect();
        verdicts.findings.extend(elsewhere(world, &held, &strays));
    }
}

fn of_node(behind: &Behind<'_, '_>) -> Option<Finding> {
    let field = behind.workload.pod_spec()?.get("hostNetwork")?;
    if field.boolean() != Some(true) {
        return None;
    }
    let object = &behind.workload.object;
    let message = format!(
        "The Pods of {} {} share the address of their node: those on one node and port are one \
         endpoint of the NEG, and its health is that of whatever listens there",
        object.kind_name, object.name
    );
    let label = Label::new(field, "no address of their own");
    let finding = Finding::new(&ROW, object, message, label).help(
        "leave hostNetwork out: a NEG reaches Pods by their own addresses; where it must be, run one \
         Pod on a node and let firewall rules admit health checks to the node's port",
    );
    // A DaemonSet runs one on a node.
    Some(behind.shown_by(finding).severity(match object.kind_name {
        "DaemonSet" => Severity::Note,
        _ => Severity::Warning,
    }))
}

/// The ranges of the Nodes that have some, by cluster and name.
type Ranges<'d> = HashMap<(ClusterSet, &'d str), Vec<IpRange>>;

fn key<'d>(node: &ClusterNode<'d>) -> (ClusterSet, &'d str) {
    (node.object.clusters, node.object.name)
}

/// The addresses that a Node gives to Pods, as far as they are IPv4.
fn ranges(node: &ClusterNode<'_>) -> Vec<IpRange> {
    let all = node.object.spec().and_then(|spec| spec.get("podCIDRs"));
    let all = all.into_iter().flat_map(Node::items).filter_map(Node::text);
    all.chain(node.pod_range())
        .filter_map(IpRange::new)
        .filter(|range| !range.is_v6())
        .collect()
}

fn node_of<'w, 'd>(world: &'w World<'d>, held: &HeldPod<'_, '_>) -> Option<&'w ClusterNode<'d>> {
    world.node(&held.pod.object, held.pod.node_name()?)
}

/// True where the Pod's address is certainly none of its Node's.
fn is_stray(world: &World<'_>, held: &HeldPod<'_, '_>, ranges: &Ranges<'_>) -> bool {
    let own = held
        .pod
        .ip()
        .and_then(IpRange::new)
        .filter(|ip| !ip.is_v6());
    // The Node may have been made anew under its name, with another range, and the Pod be of the
    // one before.
    let created = held.pod.object.created();
    let node = node_of(world, held).filter(|node| node.object.created() <= created);
    let Some(ranges) = node.and_then(|node| ranges.get(&key(node))) else {
        return false;
    };
    let outside = own.is_some_and(|own| !own.without(ranges).is_empty());
    outside && !held.pod.host_network()
}

fn elsewhere(
    world: &World<'_>,
    held: &Held<'_, '_>,
    strays: &[&HeldPod<'_, '_>],
) -> Option<Finding> {
    let first = strays.first()?;
    let refused = refused(world, first);
    let message = format!(
        "The address of {} is none of the node's Pod range: {}",
        held.count(strays),
        match refused {
            Some(_) => "Google Cloud refuses such an endpoint and all others of its call",
            None =>
                "if it is none of the node's alias ranges either, Google Cloud refuses such an \
                     endpoint and all others of its call",
        }
    );
    let label = |it: &HeldPod<'_, '_>| {
        let status = it.pod.object.root().at(&["status", "podIP"]);
        match status {
            Some(node) => Label::new(node, "not in the node's Pod range"),
            None => Label::new(it.pod.object.head(), "not in the node's Pod range"),
        }
    };
    let mut finding = held.finding(&ROW, strays, message, label)?.detail("range");
    let range = node_of(world, first).and_then(|node| node.object.spec()?.get("podCIDR"));
    if let Some(range) = range {
        finding = finding.because(range, "the Pod range of its node");
    }
    if let Some(event) = refused {
        finding = finding
            .severity(Severity::Error)
            .because(event.told(), "refused");
    }
    Some(finding.help(
        "Pods behind a NEG need addresses of the cluster's own Pod ranges: take them off the network \
         plug-in that gives them others, or off the NEG",
    ))
}

/// The newest word of the controller that endpoints of the Pod's Services were refused.
fn refused<'w, 'd>(world: &'w World<'d>, held: &HeldPod<'_, '_>) -> Option<&'w Event<'d>> {
    let created = held.pod.object.created();
    held.negs.iter().find_map(|(service, _)| {
        let events = world.events_of(&service.service.object);
        let mut about = events.into_iter().rev().filter(|event| {
            matches!(event.reason, "AttachFailed" | "Attach") && event.last > created
        });
        about.next().filter(|event| event.reason == "AttachFailed")
    })
}
