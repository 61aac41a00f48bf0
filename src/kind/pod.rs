//! Pod, as a cluster shows it.

use jiff::Timestamp;

use crate::document::Node;

use super::condition::{Condition, time};
use super::object::Object;
use super::service::pairs;
use super::workload::NEG_READINESS_GATE;

/// A Pod.
#[derive(Debug, Clone)]
pub struct Pod<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// `metadata.labels`.
    pub labels: Vec<(&'d str, &'d str)>,
    node_name: Option<&'d str>,
    ip: Option<&'d str>,
    is_alive: bool,
    neg_gate: Option<Node<'d>>,
    status: Option<Node<'d>>,
    containers_ready: bool,
    containers_ready_since: Option<Timestamp>,
    neg_condition: Option<Condition<'d>>,
    /// The kind and name of the controller that made it.
    pub owner: Option<(&'d str, &'d str)>,
}

impl<'d> Pod<'d> {
    /// The view of an object. What rules ask of every Pod is looked up here, once.
    pub fn new(object: Object<'d>) -> Self {
        let labels = object.metadata.and_then(|it| it.get("labels"));
        let status = object.root().get("status");
        let spec = |name: &str| object.spec()?.get(name);
        let in_status = |name: &str| status?.get(name)?.text();
        let conditions = status.and_then(|it| it.get("conditions"));
        let (mut containers, mut ready, mut neg) = (None, None, None);
        for entry in conditions.into_iter().flat_map(Node::items) {
            let of_type = match entry.get("type").and_then(Node::text) {
                Some("ContainersReady") => &mut containers,
                Some("Ready") => &mut ready,
                Some(NEG_READINESS_GATE) => &mut neg,
                _ => continue,
            };
            of_type.get_or_insert(entry);
        }
        let is_true = |it: &Node<'_>| it.get("status").and_then(Node::text) == Some("True");
        let containers = containers.or(ready).filter(is_true);
        let since = |it: Node<'_>| time(it.get("lastTransitionTime")).or_else(|| object.created());
        let gates = spec("readinessGates").into_iter().flat_map(Node::items);
        let mut gates = gates.filter_map(|gate| gate.get("conditionType"));
        let neg_gate = gates.find(|gate| gate.text() == Some(NEG_READINESS_GATE));
        let has_ended = matches!(in_status("phase"), Some("Succeeded" | "Failed"));
        Self {
            labels: labels.map(pairs).unwrap_or_default(),
            node_name: spec("nodeName").and_then(Node::text),
            ip: in_status("podIP"),
            is_alive: !has_ended && object.deleted().is_none(),
            neg_gate,
            containers_ready: containers.is_some(),
            containers_ready_since: containers.and_then(since),
            neg_condition: neg.map(Condition::new),
            status,
            owner: object.controller(),
            object,
        }
    }

    /// `spec.nodeName`; `None` before it is scheduled.
    pub fn node_name(&self) -> Option<&'d str> {
        self.node_name
    }

    /// True where it uses the network of its node.
    pub fn host_network(&self) -> bool {
        let host_network = self.object.spec().and_then(|it| it.get("hostNetwork"));
        host_network.and_then(Node::boolean) == Some(true)
    }

    /// `status.podIP`.
    pub fn ip(&self) -> Option<&'d str> {
        self.ip
    }

    /// True where it neither has ended nor is being deleted.
    pub fn is_alive(&self) -> bool {
        self.is_alive
    }

    /// The kind and name of what a user rolls out: the Deployment of a ReplicaSet, by the hash that
    /// both are labelled with; the Pod itself where nothing made it.
    pub fn maker(&self) -> (&'d str, &'d str) {
        let Some((kind, name)) = self.owner else {
            return (self.object.kind_name, self.object.name);
        };
        let of_hash = |label: &str| {
            let hash = self.object.label(label)?;
            name.strip_suffix(hash)?.strip_suffix('-')
        };
        let rolled = [
            ("Deployment", "pod-template-hash"),
            ("Rollout", "rollouts-pod-template-hash"),
        ];
        let mut rolled = rolled.into_iter().filter(|_| kind == "ReplicaSet");
        let of_hash = rolled.find_map(|(kind, label)| Some((kind, of_hash(label)?)));
        of_hash.unwrap_or((kind, name))
    }

    /// The condition of this type.
    pub fn condition(&self, name: &str) -> Option<Condition<'d>> {
        Condition::of_status(self.status?, name)
    }

    /// True where its containers are ready; its readiness gates may still be shut.
    pub fn containers_ready(&self) -> bool {
        self.containers_ready
    }

    /// Since when its containers are ready; `None` where they are not.
    pub fn containers_ready_since(&self) -> Option<Timestamp> {
        self.containers_ready_since
    }

    /// `spec.readinessGates[].conditionType` of the gate that GKE injects for NEGs.
    pub fn neg_gate(&self) -> Option<Node<'d>> {
        self.neg_gate
    }

    /// The condition of that gate.
    pub fn neg_condition(&self) -> Option<Condition<'d>> {
        self.neg_condition
    }
}
