//! A container's probe.

use crate::document::{Node, Value};

use super::service::TargetPort;

/// A probe as written.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'d> {
    /// The mapping.
    pub node: Node<'d>,
}

/// How a probe asks.
#[derive(Debug, Clone, Copy)]
pub enum Handler<'d> {
    /// `httpGet`, with its mapping.
    Http(Node<'d>),
    /// `tcpSocket`
    Tcp(Node<'d>),
    /// `grpc`
    Grpc(Node<'d>),
    /// `exec`
    Exec(Node<'d>),
}

impl<'d> Probe<'d> {
    /// How it asks; `None` where it does not say.
    pub fn handler(&self) -> Option<Handler<'d>> {
        let handler = |name: &str| {
            self.node
                .get(name)
                .filter(|node| node.value() == Value::Mapping)
        };
        handler("httpGet")
            .map(Handler::Http)
            .or_else(|| handler("tcpSocket").map(Handler::Tcp))
            .or_else(|| handler("grpc").map(Handler::Grpc))
            .or_else(|| handler("exec").map(Handler::Exec))
    }

    /// A number of the probe, such as `periodSeconds`, or Kubernetes' default for it.
    pub fn seconds(&self, field: &str, default: i64) -> i64 {
        self.node
            .get(field)
            .and_then(Node::integer)
            .unwrap_or(default)
    }
}

impl<'d> Handler<'d> {
    /// Its mapping.
    pub fn node(self) -> Node<'d> {
        match self {
            Self::Http(node) | Self::Tcp(node) | Self::Grpc(node) | Self::Exec(node) => node,
        }
    }

    /// The path that `httpGet` asks, as a load balancer would write it and without its query: of a
    /// live probe the query is not kept.
    pub fn path(self) -> String {
        let path = self.node().get("path").and_then(Node::text);
        let path = path.unwrap_or_default().split('?').next();
        format!("/{}", path.unwrap_or_default().trim_start_matches('/'))
    }

    /// The host that `httpGet` names in its `Host` header.
    pub fn host_header(self) -> Option<Node<'d>> {
        let headers = self.node().get("httpHeaders").into_iter();
        let is_host = |it: &Node<'d>| {
            let name = it.get("name").and_then(Node::text);
            name.is_some_and(|name| name.eq_ignore_ascii_case("host"))
        };
        headers.flat_map(Node::items).find(is_host)?.get("value")
    }

    /// True where `httpGet` asks over TLS.
    pub fn is_tls(self) -> bool {
        self.node().get("scheme").and_then(Node::text) == Some("HTTPS")
    }

    /// The port it asks; `None` for `exec`.
    pub fn port(self) -> Option<TargetPort<'d>> {
        self.node().get("port").and_then(TargetPort::new)
    }
}
