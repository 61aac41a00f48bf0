//! Gateway, and the ReferenceGrant that lets routes send to Services of other namespaces.

use crate::document::Node;

use super::object::Object;
use super::selector;

/// A Gateway.
#[derive(Debug, Clone, Copy)]
pub struct Gateway<'o, 'd> {
    /// Its head.
    pub object: &'o Object<'d>,
}

/// An entry of `spec.listeners`.
#[derive(Debug, Clone, Copy)]
pub struct Listener<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// `name`.
    pub name: &'d str,
    /// `port`.
    pub port: Option<i64>,
    /// `protocol`.
    pub protocol: &'d str,
    /// `hostname`; `None` stands for any.
    pub hostname: Option<Node<'d>>,
}

/// The namespaces whose routes a listener takes.
#[derive(Debug, Clone, Copy)]
pub enum RouteNamespaces<'d> {
    /// The Gateway's own: also where nothing is said.
    Same,
    /// All.
    All,
    /// Those whose labels the selector takes.
    Selector(Node<'d>),
    /// None, or what is not known here.
    Other,
}

impl<'o, 'd> Gateway<'o, 'd> {
    /// The view of an object; `None` for one of another kind.
    pub fn new(object: &'o Object<'d>) -> Option<Self> {
        (object.kind_name == "Gateway").then_some(Self { object })
    }

    /// `spec.gatewayClassName`.
    pub fn class(self) -> Option<&'d str> {
        self.object.spec()?.get("gatewayClassName")?.text()
    }

    /// True where GKE's own controller makes its load balancer.
    pub fn is_gke(self) -> bool {
        self.class().is_some_and(|class| class.starts_with("gke-"))
    }

    /// `spec.listeners`.
    pub fn listeners(self) -> impl Iterator<Item = Listener<'d>> + use<'d> {
        let listeners = self.object.spec().and_then(|spec| spec.get("listeners"));
        let listeners = listeners.into_iter().flat_map(Node::items);
        listeners.map(Listener::new)
    }
}

impl<'d> Listener<'d> {
    fn new(node: Node<'d>) -> Self {
        let text = |name: &str| node.get(name).and_then(Node::text).unwrap_or_default();
        let hostname = node.get("hostname");
        Self {
            node,
            name: text("name"),
            port: node.get("port").and_then(Node::integer),
            protocol: text("protocol"),
            hostname: hostname.filter(|it| it.text().is_some_and(|text| !text.is_empty())),
        }
    }

    /// The node of `allowedRoutes.namespaces.from`.
    pub fn from_node(self) -> Option<Node<'d>> {
        self.node.at(&["allowedRoutes", "namespaces", "from"])
    }

    /// The namespaces whose routes it takes.
    pub fn namespaces(self) -> RouteNamespaces<'d> {
        let selector = || {
            let path = ["allowedRoutes", "namespaces", "selector"];
            self.node
                .at(&path)
                .map_or(RouteNamespaces::Other, RouteNamespaces::Selector)
        };
        match self.from_node().and_then(Node::text) {
            None | Some("Same") => RouteNamespaces::Same,
            Some("All") => RouteNamespaces::All,
            Some("Selector") => selector(),
            Some(_) => RouteNamespaces::Other,
        }
    }

    /// Whether it takes routes of a kind: by `allowedRoutes.kinds`, else by its protocol.
    pub fn takes_kind(self, kind: &str) -> bool {
        let kinds = self.node.at(&["allowedRoutes", "kinds"]);
        let mut kinds = kinds.into_iter().flat_map(Node::items).peekable();
        if kinds.peek().is_some() {
            return kinds.any(|it| it.get("kind").and_then(Node::text) == Some(kind));
        }
        let of_http = matches!(kind, "HTTPRoute" | "GRPCRoute");
        match self.protocol {
            "HTTP" | "HTTPS" => of_http,
            "TCP" | "TLS" | "UDP" => !of_http,
            _ => true,
        }
    }

    /// Whether it answers for a hostname of a route.
    pub fn answers_for(self, hostname: &str) -> bool {
        let own = self.hostname.and_then(Node::text);
        own.is_none_or(|own| share_a_name(own, hostname))
    }
}

impl RouteNamespaces<'_> {
    /// Whether a selector takes a namespace with these labels.
    pub fn selects(self, labels: &[(&str, &str)]) -> bool {
        matches!(self, Self::Selector(node) if selector::takes(node, labels))
    }
}

/// Whether there is a name that both stand for; `*.` stands for one label or more.
fn share_a_name(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let below = |name: &str, domain: &str| name.len() > domain.len() && name.ends_with(domain);
    // The domain keeps its dot: `*.example.com` is `.example.com`.
    match (one.strip_prefix('*'), other.strip_prefix('*')) {
        (None, None) => one == other,
        (Some(domain), None) => below(&other, domain),
        (None, Some(domain)) => below(&one, domain),
        (Some(one), Some(other)) => one.ends_with(other) || other.ends_with(one),
    }
}

/// A ReferenceGrant.
#[derive(Debug, Clone, Copy)]
pub struct ReferenceGrant<'o, 'd> {
    /// Its head; it lets others in to objects of its own namespace.
    pub object: &'o Object<'d>,
}

impl<'o, 'd> ReferenceGrant<'o, 'd> {
    /// The view of an object; `None` for one of another kind.
    pub fn new(object: &'o Object<'d>) -> Option<Self> {
        (object.kind_name == "ReferenceGrant").then_some(Self { object })
    }

    /// Whether it lets routes of a kind and a namespace send to a Service.
    pub fn admits(self, route_kind: &str, route_namespace: &str, service: &str) -> bool {
        let list = |name: &str| {
            let list = self.object.spec().and_then(|spec| spec.get(name));
            list.into_iter().flat_map(Node::items)
        };
        let is = |node: Node<'_>, name: &str, value: &str| {
            node.get(name).and_then(Node::text).unwrap_or_default() == value
        };
        list("from").any(|from| {
            is(from, "group", "gateway.networking.k8s.io")
                && is(from, "kind", route_kind)
                && is(from, "namespace", route_namespace)
        }) && list("to").any(|to| {
            is(to, "group", "")
                && is(to, "kind", "Service")
                && (is(to, "name", "") || is(to, "name", service))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::share_a_name;

    #[test]
    fn hostnames_meet() {
        assert!(share_a_name("a.example.com", "A.example.com"));
        assert!(share_a_name("*.example.com", "a.b.example.com"));
        assert!(share_a_name("b.example.com", "*.example.com"));
        assert!(share_a_name("*.example.com", "*.b.example.com"));
        assert!(!share_a_name("*.example.com", "example.com"));
        assert!(!share_a_name("*.example.com", "a.example.org"));
        assert!(!share_a_name("*.example.com", "badexample.com"));
        assert!(!share_a_name("*.a.example.com", "*.b.example.com"));
    }
}
