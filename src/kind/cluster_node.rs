//! Node of a cluster, as the NEG controller looks at it.

use jiff::Timestamp;

use crate::document::Node;

use super::condition::Condition;
use super::object::Object;

/// A Node.
#[derive(Debug, Clone)]
pub struct ClusterNode<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// `spec.providerID`.
    pub provider_id: Option<Node<'d>>,
    zone: Option<&'d str>,
}

/// Why the NEG controller passes a Node over when it looks for the zones of a cluster.
/// Source: kubernetes/ingress-gce, `pkg/utils/zonegetter/zone_getter.go`.
#[derive(Debug, Clone, Copy)]
pub enum NotCandidate<'d> {
    /// It is labelled out of load balancing; the value is not read.
    Excluded(Node<'d>),
    /// The autoscaler is about to delete it.
    BeingDeleted(Node<'d>),
    /// It has no Pod range, on a cluster without further subnets.
    NoPodRange,
    /// It is not ready.
    NotReady(Node<'d>),
}

/// The labels that take a Node out of load balancing.
const EXCLUDING: &[&str] = &[
    "node-role.kubernetes.io/master",
    "alpha.service-controller.kubernetes.io/exclude-balancer",
    "node.kubernetes.io/exclude-from-external-load-balancers",
];

impl<'d> ClusterNode<'d> {
    /// The view of an object.
    pub fn new(object: Object<'d>) -> Self {
        let provider_id = object.spec().and_then(|spec| spec.get("providerID"));
        let of_provider = provider_id
            .and_then(Node::text)
            .and_then(crate::snapshot::instance);
        Self {
            provider_id,
            zone: of_provider
                .map(|(_, zone)| zone)
                .or_else(|| object.label("topology.kubernetes.io/zone")),
            object,
        }
    }

    /// The zone as the controller knows it: that of the provider's ID, else that of the label.
    pub fn zone(&self) -> Option<&'d str> {
        self.zone
    }

    /// The label with the name of its subnet, which Nodes of additional subnets have.
    pub fn subnet(&self) -> Option<Node<'d>> {
        let labels = self.object.root().at(&["metadata", "labels"])?;
        let subnet = labels.get("cloud.google.com/gke-node-pool-subnet")?;
        subnet
            .text()
            .filter(|name| !name.is_empty())
            .map(|_| subnet)
    }

    /// `spec.podCIDR`.
    pub fn pod_range(&self) -> Option<&'d str> {
        let range = self.object.spec()?.get("podCIDR")?.text()?;
        Some(range).filter(|range| !range.is_empty())
    }

    /// The taint of a Node that the autoscaler is about to delete.
    fn deletion_taint(&self) -> Option<Node<'d>> {
        let mut taints = self.object.spec()?.get("taints")?.items();
        taints.find(|taint| {
            let key = taint.get("key").and_then(Node::text);
            key == Some("ToBeDeletedByClusterAutoscaler")
        })
    }

    /// Since when the autoscaler is about to delete it: it writes the time, in seconds since 1970,
    /// as the value of its taint.
    pub fn deletion_began(&self) -> Option<Timestamp> {
        let seconds = self.deletion_taint()?.get("value")?.text()?.parse().ok()?;
        Timestamp::from_second(seconds).ok()
    }

    /// Why the controller passes it over, where it does.
    pub fn not_candidate(&self) -> Option<NotCandidate<'d>> {
        let labels = self.object.root().at(&["metadata", "labels"]);
        let excluding = EXCLUDING
            .iter()
            .find_map(|key| labels.and_then(|labels| labels.entry(key)));
        if let Some((key, _)) = excluding {
            return Some(NotCandidate::Excluded(key));
        }
        if let Some(key) = self.deletion_taint().and_then(|taint| taint.get("key")) {
            return Some(NotCandidate::BeingDeleted(key));
        }
        if self.pod_range().is_none() {
            return Some(NotCandidate::NoPodRange);
        }
        let ready = Condition::find(self.object.root(), "Ready");
        ready
            .filter(|ready| ready.status != "True")
            .map(|ready| NotCandidate::NotReady(ready.node))
    }
}
