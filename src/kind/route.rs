//! Routes of the Gateway API: their parents, and the Services that they name.

use crate::document::Node;

use super::object::Object;

/// An HTTPRoute, GRPCRoute, TCPRoute, …
#[derive(Debug, Clone)]
pub struct Route<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// The Gateways of `spec.parentRefs`.
    pub parents: Vec<RouteParent<'d>>,
    /// Every Service it sends to.
    pub backends: Vec<RouteBackend<'d>>,
    /// Every ServiceImport of GKE it sends to: a Service of other clusters.
    pub imports: Vec<RouteBackend<'d>>,
}

/// A Gateway that a route is to hang on.
#[derive(Debug, Clone, Copy)]
pub struct RouteParent<'d> {
    /// The reference.
    pub node: Node<'d>,
    /// The Gateway's name.
    pub name: &'d str,
    /// The Gateway's namespace where it is not the route's.
    pub namespace: Option<&'d str>,
    /// The listener's name; `None` stands for all.
    pub section: Option<&'d str>,
    /// The listener's port; `None` stands for all.
    pub port: Option<i64>,
}

/// A Service, or a ServiceImport, that a route sends to.
#[derive(Debug, Clone, Copy)]
pub struct RouteBackend<'d> {
    /// The reference.
    pub node: Node<'d>,
    /// Its name.
    pub service: &'d str,
    /// Its namespace where it is not the route's.
    pub namespace: Option<&'d str>,
    /// The port.
    pub port: Option<i64>,
}

impl<'d> Route<'d> {
    /// The view of an object.
    pub fn new(object: Object<'d>) -> Self {
        let list = |name: &str| {
            let list = object.spec().and_then(|spec| spec.get(name));
            list.into_iter().flat_map(Node::items)
        };
        let references = || {
            list("rules")
                .filter_map(|rule| rule.get("backendRefs"))
                .flat_map(Node::items)
        };
        let service = |node| RouteBackend::new(node, "", "Service");
        let import = |node| RouteBackend::new(node, "net.gke.io", "ServiceImport");
        Self {
            parents: list("parentRefs").filter_map(RouteParent::new).collect(),
            backends: references().filter_map(service).collect(),
            imports: references().filter_map(import).collect(),
            object,
        }
    }

    /// `spec.hostnames`; none stands for any.
    pub fn hostnames(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let list = self.object.spec().and_then(|spec| spec.get("hostnames"));
        list.into_iter().flat_map(Node::items)
    }
}

impl<'d> RouteParent<'d> {
    fn new(node: Node<'d>) -> Option<Self> {
        let text = |name: &str| node.get(name).and_then(Node::text);
        let is_gateway = matches!(
            (text("group"), text("kind")),
            (
                None | Some("gateway.networking.k8s.io"),
                None | Some("Gateway")
            )
        );
        Some(Self {
            node,
            name: text("name").filter(|_| is_gateway)?,
            namespace: text("namespace"),
            section: text("sectionName"),
            port: node.get("port").and_then(Node::integer),
        })
    }

    /// Where it says a part of what it says: `sectionName`, `port`, `name`.
    pub fn part(self, name: &str) -> Node<'d> {
        self.node.get(name).unwrap_or(self.node)
    }
}

impl<'d> RouteBackend<'d> {
    fn new(node: Node<'d>, group: &str, kind: &str) -> Option<Self> {
        let text = |name: &str| node.get(name).and_then(Node::text);
        let is_it =
            text("group").unwrap_or_default() == group && text("kind").unwrap_or("Service") == kind;
        Some(Self {
            node,
            service: text("name").filter(|_| is_it)?,
            namespace: text("namespace"),
            port: node.get("port").and_then(Node::integer),
        })
    }
}
