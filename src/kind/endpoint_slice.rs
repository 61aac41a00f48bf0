//! EndpointSlice: the endpoints of a Service, from which the controller fills a NEG.

use crate::document::Node;

use super::object::Object;

/// An EndpointSlice.
#[derive(Debug, Clone)]
pub struct EndpointSlice<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// The Service, by the label `kubernetes.io/service-name`.
    pub service: Option<&'d str>,
    /// `addressType`: `IPv4`, `IPv6`, `FQDN`.
    pub address_type: &'d str,
    /// `ports`.
    pub ports: Vec<SlicePort<'d>>,
    /// `endpoints`.
    pub endpoints: Vec<Endpoint<'d>>,
}

/// A port of an EndpointSlice.
#[derive(Debug, Clone, Copy)]
pub struct SlicePort<'d> {
    /// `name`: that of the Service's port; may be empty.
    pub name: &'d str,
    /// `port` of the Pods.
    pub number: Option<i64>,
    /// `protocol`, `TCP` where it is missing.
    pub protocol: &'d str,
}

/// An endpoint of an EndpointSlice.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// The first address.
    pub address: &'d str,
    /// `conditions.ready`; true where it is missing.
    pub ready: bool,
    /// `conditions.terminating`.
    pub terminating: bool,
    /// `nodeName`.
    pub node_name: Option<&'d str>,
    /// `zone`.
    pub zone: Option<&'d str>,
    /// The Pod of `targetRef`.
    pub pod: Option<&'d str>,
}

impl<'d> EndpointSlice<'d> {
    /// The view of an object.
    pub fn new(object: Object<'d>) -> Self {
        let root = object.root();
        let list = |name: &str| root.get(name).into_iter().flat_map(Node::items);
        Self {
            service: object.label("kubernetes.io/service-name"),
            address_type: root
                .get("addressType")
                .and_then(Node::text)
                .unwrap_or_default(),
            ports: list("ports").map(SlicePort::new).collect(),
            endpoints: list("endpoints").map(Endpoint::new).collect(),
            object,
        }
    }
}

impl<'d> SlicePort<'d> {
    fn new(node: Node<'d>) -> Self {
        let text = |name: &str| node.get(name).and_then(Node::text);
        Self {
            name: text("name").unwrap_or_default(),
            number: node.get("port").and_then(Node::integer),
            protocol: text("protocol").unwrap_or("TCP"),
        }
    }
}

impl<'d> Endpoint<'d> {
    fn new(node: Node<'d>) -> Self {
        let text = |name: &str| node.get(name).and_then(Node::text);
        let condition = |name: &str| node.at(&["conditions", name]).and_then(Node::boolean);
        let target = node
            .get("targetRef")
            .filter(|target| target.get("kind").and_then(Node::text) == Some("Pod"));
        let mut addresses = node.get("addresses").into_iter().flat_map(Node::items);
        Self {
            node,
            address: addresses.find_map(Node::text).unwrap_or_default(),
            ready: condition("ready") != Some(false),
            terminating: condition("terminating") == Some(true),
            node_name: text("nodeName").filter(|name| !name.is_empty()),
            zone: text("zone"),
            pod: target.and_then(|target| target.get("name")?.text()),
        }
    }
}
