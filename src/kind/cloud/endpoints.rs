//! The endpoints of a NEG, with what the probers of each load balancer say of them.

use crate::document::Node;

use super::{CloudObject, Reference, number, view};

view! {
    /// All endpoints of a NEG, as `listNetworkEndpoints` answers.
    Endpoints
}

/// An endpoint of a NEG.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'d> {
    /// The entry.
    pub node: Node<'d>,
    object: CloudObject<'d>,
}

/// What the probers of one backend service say of an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Health<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// `HEALTHY`, `UNHEALTHY`, `DRAINING`, `UNKNOWN`; of IPv4 where it has both.
    pub state: &'d str,
    /// The state over IPv6, where it is probed so.
    pub ipv6_state: Option<&'d str>,
    /// The backend service that asks.
    pub backend_service: Option<Reference<'d>>,
}

impl<'d> Endpoints<'d> {
    /// The endpoints, in the order of the answer; also those of a `get-health` of one backend.
    pub fn items(&self) -> impl Iterator<Item = Endpoint<'d>> + use<'d> {
        let object = self.object;
        let health = self.root().at(&["status", "healthStatus"]);
        let items = self.get("items").or(health);
        let items = items.into_iter().flat_map(Node::items);
        items.map(move |node| Endpoint { node, object })
    }
}

impl<'d> Endpoint<'d> {
    fn field(&self, name: &str) -> Option<Node<'d>> {
        let endpoint = self.node.get("networkEndpoint").unwrap_or(self.node);
        endpoint.get(name)
    }

    /// Its IPv4 address; empty where it has none.
    pub fn address(&self) -> &'d str {
        self.field("ipAddress")
            .and_then(Node::text)
            .unwrap_or_default()
    }

    /// Its IPv6 address.
    pub fn ipv6_address(&self) -> Option<&'d str> {
        self.field("ipv6Address").and_then(Node::text)
    }

    /// Its port; `None` in groups without ports.
    pub fn port(&self) -> Option<i64> {
        number(self.field("port"))
    }

    /// The name of the virtual machine that holds it.
    pub fn instance(&self) -> Option<&'d str> {
        let name = self.field("instance").and_then(Node::text)?;
        name.rsplit('/').next()
    }

    /// What the probers say of it; nothing where nobody probes.
    pub fn healths(&self) -> impl Iterator<Item = Health<'d>> + use<'d> {
        let object = self.object;
        let healths = self.node.get("healths").into_iter().flat_map(Node::items);
        let only = self.node.get("healthState").map(|_| self.node);
        healths.chain(only).map(move |node| Health {
            node,
            state: node
                .get("healthState")
                .and_then(Node::text)
                .unwrap_or("UNKNOWN"),
            ipv6_state: node.get("ipv6HealthState").and_then(Node::text),
            backend_service: node
                .at(&["backendService", "backendService"])
                .and_then(|node| object.reference(node)),
        })
    }
}
