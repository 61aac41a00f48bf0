//! NEG120: Pods on Nodes of an additional subnet are in no NEG of their Service that serves.

use crate::controller::event::{Cause, EndpointFault, Gate, Meaning};
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, Link};
use crate::kind::cluster_node::ClusterNode;
use crate::kind::pod::Pod;
use crate::kind::svc_neg::{MadeNeg, SvcNeg};
use crate::remedy::Run;
use crate::world::{GRACE, Joined, LiveNeg, Matter, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG120",
    slug: "subnet-left-out",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Pod,
        Kind::Node,
        Kind::Namespace,
        Kind::Event,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Neg,
        Kind::BackendService,
        Kind::GkeCluster,
    ],
    follows: &["NEG118", "NEG201", "NEG202"],
    check,
};

const HELP: &str = "keep these Pods on Nodes of the cluster's own subnet (nodeSelector or affinity), or \
                    run a version of GKE whose controller makes NEGs in additional subnets";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| service.is_settled()) {
        let negs = service.live_negs();
        if negs.is_empty() {
            continue;
        }
        if let Some(finding) = stopped(world, service) {
            verdicts.find(finding);
            continue;
        }
        let pods = ready(world, service);
        let left_out: Vec<_> = pods
            .iter()
            .filter_map(|(pod, node)| Some((*pod, *node, why(world, &negs, pod, *node)?)))
            .collect();
        verdicts.findings.extend(left(service, &negs, &left_out));
        for neg in &negs {
            verdicts.findings.extend(unheld(world, service, neg, &pods));
        }
    }
}

/// One such endpoint, and the controller gives up the whole sync.
fn stopped(world: &World<'_>, service: Joined<'_, '_>) -> Option<Finding> {
    let mut failures = service.failures(Matter::Endpoints).into_iter();
    let failure = failures.find(|failure| {
        let cause = failure.report.as_ref().map(|report| &report.cause);
        let other = matches!(
            cause,
            Some(Cause::Endpoint {
                fault: EndpointFault::OtherSubnet,
                ..
            })
        );
        other && failure.stands(world)
    })?;
    let message = format!(
        "Service {} has Pods on Nodes outside the cluster's own subnet, where this controller makes \
         no NEGs: they stop all updates of {}",
        service.object.name,
        failure.called()
    );
    let finding = failure.finding(&ROW, world, message).help(HELP);
    Some(finding.severity(Severity::Error))
}

type Placed<'w, 'd> = (&'w Pod<'d>, Option<&'w ClusterNode<'d>>);

/// The Pods that have long been ready, with their Nodes.
fn ready<'w, 'd>(world: &'w World<'d>, service: Joined<'w, 'd>) -> Vec<Placed<'w, 'd>> {
    let is_ready = |pod: &&Pod<'_>| {
        let age = world.age(&service.object, pod.containers_ready_since());
        pod.is_alive() && age.is_some_and(|age| age >= GRACE)
    };
    let placed = |pod: &'w Pod<'d>| {
        let node = pod
            .node_name()
            .and_then(|name| world.node(&pod.object, name));
        (pod, node)
    };
    service.pods().filter(is_ready).map(placed).collect()
}

/// What shows that a Pod is in no NEG because of its subnet.
fn why(
    world: &World<'_>,
    negs: &[LiveNeg<'_, '_>],
    pod: &Pod<'_>,
    node: Option<&ClusterNode<'_>>,
) -> Option<Label> {
    let other_subnet = Meaning::GateReleased(Gate::OtherSubnet);
    let gate = pod.neg_condition();
    let decoded = gate.and_then(|gate| gate.decoded(pod.object.kind_name));
    if let Some(gate) = gate.filter(|_| decoded.is_some_and(|it| it.meaning == other_subnet)) {
        return Some(Label::new(gate.told(), "the controller says so"));
    }
    let events = world.events_of(&pod.object);
    let event = events.iter().rfind(|event| {
        event
            .decoded
            .as_ref()
            .is_some_and(|it| it.meaning == other_subnet)
    });
    if let Some(event) = event {
        return Some(Label::new(event.told(), "the controller says so"));
    }
    let node = node?;
    let label = node.subnet()?;
    let subnet = label.text()?;
    let of_cluster = world.gke_cluster(&pod.object);
    let of_cluster = of_cluster.and_then(|gke| Some(gke.subnetwork()?.name));
    let records = negs.iter().filter_map(LiveNeg::record);
    let is_out = |record: &SvcNeg<'_>| match own_subnet(record).or(of_cluster) {
        Some(own) if own != subnet => in_subnet(record, subnet, node.zone()).is_none(),
        _ => false,
    };
    let mut records = records.peekable();
    let is_left_out = records.peek().is_some() && records.all(is_out);
    is_left_out.then(|| Label::new(label, "no NEG of the Service is in this subnet"))
}

/// The subnet of the cluster: that of the NEG whose name is the record's own.
fn own_subnet<'d>(record: &SvcNeg<'d>) -> Option<&'d str> {
    let mut groups = record.groups.iter();
    groups.find(|it| it.name == record.object.name)?.subnet()
}

fn in_subnet<'r, 'd>(
    record: &'r SvcNeg<'d>,
    subnet: &str,
    zone: Option<&str>,
) -> Option<&'r MadeNeg<'d>> {
    let mut groups = record.groups.iter();
    groups.find(|group| {
        group.subnet() == Some(subnet) && group.zone == zone && group.state != "TO_BE_DELETED"
    })
}

/// The Pods of a Service that are in no NEG.
fn left(
    service: Joined<'_, '_>,
    negs: &[LiveNeg<'_, '_>],
    left_out: &[(&Pod<'_>, Option<&ClusterNode<'_>>, Label)],
) -> Option<Finding> {
    let (pod, node, label) = left_out.first()?;
    let object = &service.object;
    let subnet = node.and_then(ClusterNode::subnet).and_then(Node::text);
    let subnet = subnet.map_or(String::new(), |subnet| format!(" ({subnet})"));
    let (pods, are) = match left_out.len() {
        1 => ("1 Pod".to_owned(), "is"),
        count => (format!("{count} Pods"), "are"),
    };
    let message = format!(
        "{pods} of Service {} {are} on Nodes of an additional subnet{subnet} and in no NEG: no load \
         balancer sends there",
        object.name
    );
    let mut finding = Finding::new(&ROW, object, message, label.clone()).detail("left out");
    if let Some(name) = pod.object.spec().and_then(|spec| spec.get("nodeName")) {
        finding = finding.because(name, format!("{} runs here", pod.object.name));
    }
    // A zone without any NEG is certain, whatever the subnets.
    let has_neg = |zone: &str| {
        let mut records = negs.iter().filter_map(LiveNeg::record);
        records.any(|record| record.zones().any(|made| made == zone))
    };
    let zones = left_out
        .iter()
        .filter_map(|(_, node, _)| node.as_ref()?.zone());
    if zones.into_iter().any(|zone| !has_neg(zone)) {
        finding = finding.severity(Severity::Error);
    }
    Some(finding.help(HELP))
}

/// A NEG of an additional subnet that no backend service holds, though the others of its Service
/// are held.
fn unheld(
    world: &World<'_>,
    service: Joined<'_, '_>,
    neg: &LiveNeg<'_, '_>,
    pods: &[Placed<'_, '_>],
) -> Option<Finding> {
    let object = &service.object;
    let record = neg.record()?;
    let (pod, label, group) = pods.iter().find_map(|(pod, node)| {
        let node = (*node)?;
        let label = node.subnet()?;
        let group = in_subnet(record, label.text()?, node.zone())?;
        let is_other = group.name != record.object.name;
        is_other.then_some((*pod, label, group))
    })?;
    let link = group.link()?;
    world
        .cloud()
        .whole(Kind::BackendService, link.project)
        .ok()?;
    let of_cloud = world.cloud();
    let mut others = record.groups.iter().filter_map(MadeNeg::link);
    let holder = others.find_map(|other| of_cloud.holders(other).next())?.0;
    if of_cloud.holders(link).next().is_some() {
        return None;
    }
    let message = format!(
        "{} of Service {} is for the Pods of an additional subnet, and no backend service holds it: \
         no load balancer sends to Pods such as {}",
        cloud::neg(link),
        object.name,
        pod.object.name
    );
    let place = group.node.get("selfLink").unwrap_or(group.node);
    let finding = Finding::new(&ROW, object, message, Label::new(place, "held by none"))
        .detail(link)
        .because(label, "a subnet with NEGs of another name")
        .because(holder.head(), "holds those of the cluster's own subnet")
        .concerning(&record.object)
        .help(
            "attach this NEG as well: in an additional subnet its name is the custom name with six \
             more characters",
        );
    let finding = match of_cloud.neg(link) {
        Some(shown) => finding.concerning(&shown),
        None => finding,
    };
    Some(finding.run(remedy(&holder, link)))
}

/// What a controller keeps it attaches by itself.
fn remedy(holder: &BackendService<'_>, link: Link<'_>) -> Option<Run> {
    (!cloud::is_controllers(holder.name())).then(|| cloud::attach(holder, link))
}
