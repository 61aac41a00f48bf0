//! Routes of the Gateway API, as far as they name Services.

use crate::document::Node;

use super::object::Object;

/// An HTTPRoute, GRPCRoute, TCPRoute, …
#[derive(Debug, Clone)]
pub struct Route<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// Every Service it sends to.
    pub backends: Vec<RouteBackend<'d>>,
}

/// A Service that a route sends to.
#[derive(Debug, Clone, Copy)]
pub struct RouteBackend<'d> {
    /// The reference.
    pub node: Node<'d>,
    /// The Service's name.
    pub service: &'d str,
    /// The Service's namespace where it is not the route's.
    pub namespace: Option<&'d str>,
    /// The port.
    pub port: Option<i64>,
}

impl<'d> Route<'d> {
    /// The view of an object.
    pub fn new(object: Object<'d>) -> Self {
        let rules = object.spec().and_then(|spec| spec.get("rules"));
        let references = rules
            .into_iter()
            .flat_map(Node::items)
            .filter_map(|rule| rule.get("backendRefs"))
            .flat_map(Node::items);
        Self {
            backends: references.filter_map(RouteBackend::new).collect(),
            object,
        }
    }
}

impl<'d> RouteBackend<'d> {
    fn new(node: Node<'d>) -> Option<Self> {
        let text = |name: &str| node.get(name).and_then(Node::text);
        let is_service = matches!(
            (text("group"), text("kind")),
            (None | Some(""), None | Some("Service"))
        );
        Some(Self {
            node,
            service: text("name").filter(|_| is_service)?,
            namespace: text("namespace"),
            port: node.get("port").and_then(Node::integer),
        })
    }
}
