//! GKE clusters, as the container API shows them.

use crate::document::Node;

use super::{Reference, view};

view! {
    /// A GKE cluster.
    GkeCluster
}

impl<'d> GkeCluster<'d> {
    /// `location`: a region or a zone.
    pub fn location(&self) -> &'d str {
        self.text("location").unwrap_or_default()
    }

    /// The zones of its nodes.
    pub fn zones(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let zones = self.get("locations").into_iter().flat_map(Node::items);
        zones.filter_map(Node::text)
    }

    /// Its network.
    pub fn network(&self) -> Option<Reference<'d>> {
        let config = self.root().at(&["networkConfig", "network"]);
        config
            .or_else(|| self.get("network"))
            .and_then(|node| self.reference(node))
    }
}
