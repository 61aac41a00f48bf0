//! Network endpoint groups.

use serde::Deserialize;

use super::{Reference, view};

view! {
    /// A network endpoint group, of a zone, a region or global.
    Neg
}

/// Whom a NEG says it was made for: the controllers of GKE write it into its description.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Owner {
    /// The UID of the cluster's `kube-system` namespace.
    #[serde(default)]
    pub cluster_uid: String,
    /// The namespace of the Service.
    #[serde(default)]
    pub namespace: String,
    /// The Service.
    #[serde(default)]
    pub service_name: String,
    /// The Service's port.
    #[serde(default)]
    pub port: String,
}

impl<'d> Neg<'d> {
    /// `networkEndpointType`.
    pub fn endpoint_type(&self) -> &'d str {
        self.text("networkEndpointType").unwrap_or_default()
    }

    /// True for the types of a zone: endpoints are addresses of Pods or nodes.
    pub fn is_zonal(&self) -> bool {
        self.endpoint_type().starts_with("GCE_VM_IP")
    }

    /// `size`: how many endpoints it says it has.
    pub fn size(&self) -> i64 {
        self.number("size").unwrap_or(0)
    }

    /// The words of its description.
    pub fn description(&self) -> &'d str {
        self.text("description").unwrap_or_default()
    }

    /// True where the controller can read its description: others than JSON objects of this shape it
    /// takes for its own.
    pub fn is_described(&self) -> bool {
        let description = self.description().trim();
        description == "null" || serde_json::from_str::<Owner>(description).is_ok()
    }

    /// Its network.
    pub fn network(&self) -> Option<Reference<'d>> {
        self.link("network")
    }

    /// Its subnet.
    pub fn subnetwork(&self) -> Option<Reference<'d>> {
        self.link("subnetwork")
    }

    /// Whom it was made for; `None` where its description does not say.
    pub fn owner(&self) -> Option<Owner> {
        let owner: Owner = serde_json::from_str(self.description()).ok()?;
        let named = !owner.cluster_uid.is_empty() && !owner.service_name.is_empty();
        named.then_some(owner)
    }
}
