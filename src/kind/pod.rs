//! Pod, as a cluster shows it.

use jiff::Timestamp;

use crate::document::Node;

use super::condition::Condition;
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
    status: Option<Node<'d>>,
    /// The kind and name of the controller that made it.
    pub owner: Option<(&'d str, &'d str)>,
}

impl<'d> Pod<'d> {
    /// The view of an object.
    pub fn new(object: Object<'d>) -> Self {
        let labels = object.metadata.and_then(|it| it.get("labels"));
        Self {
            status: object.root().get("status"),
            labels: labels.map(pairs).unwrap_or_default(),
            owner: object.controller(),
            object,
        }
    }

    fn spec(&self, name: &str) -> Option<Node<'d>> {
        self.object.spec()?.get(name)
    }

    fn status(&self, name: &str) -> Option<Node<'d>> {
        self.status?.get(name)
    }

    /// `spec.nodeName`; `None` before it is scheduled.
    pub fn node_name(&self) -> Option<&'d str> {
        self.spec("nodeName").and_then(Node::text)
    }

    /// True where it uses the network of its node.
    pub fn host_network(&self) -> bool {
        self.spec("hostNetwork").and_then(Node::boolean) == Some(true)
    }

    /// `status.podIP`.
    pub fn ip(&self) -> Option<&'d str> {
        self.status("podIP").and_then(Node::text)
    }

    /// True where it neither has ended nor is being deleted.
    pub fn is_alive(&self) -> bool {
        let phase = self.status("phase").and_then(Node::text);
        self.object.deleted().is_none() && !matches!(phase, Some("Succeeded" | "Failed"))
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
        self.containers_condition().is_some()
    }

    /// Since when its containers are ready; `None` where they are not.
    pub fn containers_ready_since(&self) -> Option<Timestamp> {
        let condition = self.containers_condition()?;
        condition.since.or_else(|| self.object.created())
    }

    fn containers_condition(&self) -> Option<Condition<'d>> {
        let condition = self
            .condition("ContainersReady")
            .or_else(|| self.condition("Ready"));
        condition.filter(|condition| condition.status == "True")
    }

    /// `spec.readinessGates[].conditionType` of the gate that GKE injects for NEGs.
    pub fn neg_gate(&self) -> Option<Node<'d>> {
        let gates = self.spec("readinessGates")?.items();
        gates
            .filter_map(|gate| gate.get("conditionType"))
            .find(|gate| gate.text() == Some(NEG_READINESS_GATE))
    }

    /// The condition of that gate.
    pub fn neg_condition(&self) -> Option<Condition<'d>> {
        self.condition(NEG_READINESS_GATE)
    }
}
