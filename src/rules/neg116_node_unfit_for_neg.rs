//! NEG116: endpoints run on Nodes that the controller cannot place.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cluster_node::ClusterNode;
use crate::kind::svc_neg::SvcNeg;
use crate::world::{GRACE, Joined, LiveNeg, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG116",
    slug: "node-unfit-for-neg",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Pod,
        Kind::EndpointSlice,
        Kind::Node,
        Kind::SvcNeg,
        Kind::Event,
    ],
    follows: &[],
    check,
};

/// What a Node lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Flaw {
    /// `spec.providerID`, or one of which the controller makes out a zone.
    Zone,
    /// `spec.podCIDR`.
    PodRange,
}

/// The Nodes of one cluster that lack one thing, and whom that hurts.
#[derive(Default)]
struct Unfit<'w, 'd> {
    nodes: BTreeMap<&'d str, &'w ClusterNode<'d>>,
    negs: Vec<LiveNeg<'w, 'd>>,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    if world.nodes().iter().all(|node| flaw(node).is_none()) {
        return;
    }
    let mut unfit: BTreeMap<(&str, Flaw), Unfit<'_, '_>> = BTreeMap::new();
    for service in world.services().filter(|service| service.stands()) {
        let object = &service.service.object;
        for neg in service.live_negs() {
            if !service.keeps_port(neg.of.port) {
                continue;
            }
            for (flaw, node) in under(world, service, &neg) {
                let of_flaw = unfit.entry((object.cluster_name, flaw)).or_default();
                of_flaw.nodes.insert(node.object.name, node);
                let mut known = of_flaw.negs.iter();
                if !known.any(|own| std::ptr::eq(own.of.port, neg.of.port)) {
                    of_flaw.negs.push(neg.clone());
                }
            }
        }
    }
    for ((_, flaw), unfit) in &unfit {
        verdicts.findings.extend(finding(world, *flaw, unfit));
    }
}

/// The unfit Nodes under the endpoints of a NEG.
fn under<'w, 'd>(
    world: &'w World<'d>,
    service: Joined<'w, 'd>,
    neg: &LiveNeg<'w, 'd>,
) -> Vec<(Flaw, &'w ClusterNode<'d>)> {
    let pods = service.pods();
    let made: HashMap<&str, Option<Timestamp>> = pods
        .map(|pod| (pod.object.name, pod.object.created()))
        .collect();
    let synced = neg.svc_neg.filter(|svc_neg| {
        let synced = svc_neg.condition("Synced");
        synced.is_some_and(|synced| synced.status == "True")
    });
    let synced = synced.and_then(SvcNeg::last_sync);
    let slices = service.slices_for(neg.of.port);
    let endpoints = slices.flat_map(|slice| &slice.endpoints);
    let endpoints = endpoints.filter(|it| !it.terminating);
    let nodes = endpoints.filter_map(|endpoint| {
        let node = world.node(&service.service.object, endpoint.node_name?)?;
        let since = endpoint.pod.and_then(|pod| *made.get(pod)?);
        let since = since.max(node.object.created());
        // A sync with it that worked proves the contrary; a new Node is still being set up.
        let has_worked = synced.is_some() && synced >= since;
        let age = world.age(&node.object, node.object.created());
        let settled = age.is_some_and(|age| age >= GRACE);
        (settled && !has_worked).then(|| Some((flaw(node)?, node)))?
    });
    nodes.collect()
}

fn flaw(node: &ClusterNode<'_>) -> Option<Flaw> {
    // Project, zone, instance. With an empty zone the endpoint is passed over instead.
    let provider = node.provider_id.and_then(Node::text);
    let parts = provider.and_then(|id| id.strip_prefix("gce://"));
    if parts.is_none_or(|parts| parts.split('/').count() != 3) {
        return Some(Flaw::Zone);
    }
    node.pod_range().is_none().then_some(Flaw::PodRange)
}

fn finding(world: &World<'_>, flaw: Flaw, unfit: &Unfit<'_, '_>) -> Option<Finding> {
    let (what, phrase) = match flaw {
        Flaw::Zone => ("no zone in spec.providerID", "missing zone field"),
        Flaw::PodRange => ("no spec.podCIDR", "PodCIDR not set"),
    };
    let mut services: Vec<_> = unfit.negs.iter().map(|neg| neg.service).collect();
    services.dedup_by_key(|service| service.service.object.subject());
    let mut nodes = unfit.nodes.values();
    let first = nodes.next()?;
    let message = format!(
        "{} has {what}: one endpoint there keeps the whole NEG of {} from being updated",
        match unfit.nodes.len() {
            1 => format!("Node {}", first.object.name),
            count => format!("Node {} (of {count} such)", first.object.name),
        },
        match services.as_slice() {
            [service] => format!("Service {}", service.service.object.name),
            services => format!("{} Services", services.len()),
        }
    );
    let label = |node: &ClusterNode<'_>| match node.provider_id.filter(|_| flaw == Flaw::Zone) {
        Some(provider) => Label::new(provider, "names no zone"),
        None => Label::new(node.object.head(), format!("has {what}")),
    };
    let mut finding = Finding::new(&ROW, &first.object, message, label(first))
        .detail(phrase)
        .help(
            "take the Pods off such Nodes (cordon and drain them) and make the Nodes anew: GKE sets \
             spec.providerID and spec.podCIDR when a Node joins",
        );
    finding
        .labels
        .extend(nodes.clone().take(2).map(|node| label(node)));
    finding
        .concerns
        .extend(nodes.map(|node| node.object.subject()));
    let services = services.iter();
    let subjects = services.map(|service| service.service.object.subject());
    finding.concerns.extend(subjects);
    let said = unfit.negs.iter().find_map(|neg| said(world, neg, phrase));
    if said.is_none() && flaw == Flaw::PodRange {
        // On a legacy network nothing asks for it.
        finding.severity = Severity::Warning;
    }
    finding.labels.extend(said);
    Some(finding)
}

/// Where the controller says that it trips over this.
fn said(world: &World<'_>, neg: &LiveNeg<'_, '_>, phrase: &str) -> Option<Label> {
    let synced = neg.svc_neg.and_then(|it| it.condition("Synced"));
    let synced = synced.filter(|it| it.status == "False" && it.message.contains(phrase));
    let event = || {
        let events = world.events_of(&neg.service.service.object);
        let mut events = events.into_iter().rev();
        events.find(|event| {
            event.reason == "SyncNetworkEndpointGroupFailed" && event.message.contains(phrase)
        })
    };
    let node = match synced {
        Some(synced) => synced.told(),
        None => event()?.told(),
    };
    Some(Label::new(node, "the controller says so"))
}
