//! Backend services.

use serde::Deserialize;

use crate::document::Node;

use super::{CloudObject, Reference, fraction, number, view};

view! {
    /// A backend service, global or regional.
    BackendService
}

/// A group that a backend service sends to.
#[derive(Debug, Clone, Copy)]
pub struct Backend<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// The group: a NEG or an instance group.
    pub group: Option<Reference<'d>>,
}

/// The port of a Service that the Ingress controller made a backend service for, as it writes it
/// into the description.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct MadeFor {
    /// `namespace/name` of the Service.
    #[serde(rename = "kubernetes.io/service-name")]
    pub service: String,
    /// The Service's port.
    #[serde(rename = "kubernetes.io/service-port")]
    pub port: String,
}

impl<'d> BackendService<'d> {
    /// `backends[]`.
    pub fn backends(&self) -> impl Iterator<Item = Backend<'d>> + use<'d> {
        let object = self.object;
        let entries = self.get("backends").into_iter().flat_map(Node::items);
        entries.map(move |node| Backend::new(object, node))
    }

    /// `loadBalancingScheme`; `EXTERNAL` where it says nothing.
    pub fn scheme(&self) -> &'d str {
        self.text("loadBalancingScheme").unwrap_or("EXTERNAL")
    }

    /// `protocol`; `HTTP` where it says nothing.
    pub fn protocol(&self) -> &'d str {
        self.text("protocol").unwrap_or("HTTP")
    }

    /// `healthChecks[]`: at most one.
    pub fn health_check(&self) -> Option<Reference<'d>> {
        self.links("healthChecks").next()
    }

    /// `timeoutSec`, in seconds; 30 where it says nothing.
    pub fn timeout(&self) -> i64 {
        self.number("timeoutSec").unwrap_or(30)
    }

    /// `connectionDraining.drainingTimeoutSec`, in seconds.
    pub fn draining(&self) -> Option<Node<'d>> {
        self.root()
            .at(&["connectionDraining", "drainingTimeoutSec"])
    }

    /// `ipAddressSelectionPolicy`: which address family it speaks.
    pub fn address_selection(&self) -> Option<&'d str> {
        self.text("ipAddressSelectionPolicy")
    }

    /// What the Ingress controller made it for; `None` where the controller did not make it.
    pub fn made_for(&self) -> Option<MadeFor> {
        serde_json::from_str(self.text("description")?).ok()
    }

    /// True for a service of the service mesh, which takes its endpoints by a binding.
    pub fn has_bindings(&self) -> bool {
        self.links("serviceBindings").next().is_some()
    }
}

impl<'d> Backend<'d> {
    fn new(object: CloudObject<'d>, node: Node<'d>) -> Self {
        Self {
            node,
            group: node.get("group").and_then(|node| object.reference(node)),
        }
    }

    /// `balancingMode` as written.
    pub fn mode(&self) -> Option<&'d str> {
        self.node.get("balancingMode").and_then(Node::text)
    }

    /// `capacityScaler`: 1 where it says nothing.
    pub fn scaler(&self) -> f64 {
        fraction(self.node.get("capacityScaler")).unwrap_or(1.0)
    }

    /// The first of these capacity targets that is set, with its value: `maxRatePerEndpoint`, ….
    pub fn target(&self, fields: &[&'static str]) -> Option<(&'static str, f64)> {
        let mut fields = fields.iter();
        fields.find_map(|name| Some((*name, fraction(self.node.get(name))?)))
    }

    /// A whole-number capacity target.
    pub fn number(&self, field: &str) -> Option<i64> {
        number(self.node.get(field))
    }

    /// True where the group is a NEG.
    pub fn is_neg(&self) -> bool {
        self.group
            .is_some_and(|group| group.link.collection == "networkEndpointGroups")
    }
}
