//! Health checks.

use crate::document::Node;

use super::{number, view};

view! {
    /// A health check, global or regional.
    HealthCheck
}

impl<'d> HealthCheck<'d> {
    /// `type`: `HTTP`, `TCP`, `GRPC`, …
    pub fn protocol(&self) -> &'d str {
        self.text("type").unwrap_or("TCP")
    }

    /// The block of its type: `tcpHealthCheck`.
    pub fn block(&self) -> Option<Node<'d>> {
        self.get(match self.protocol() {
            "HTTP" => "httpHealthCheck",
            "HTTPS" => "httpsHealthCheck",
            "HTTP2" => "http2HealthCheck",
            "SSL" => "sslHealthCheck",
            "GRPC" => "grpcHealthCheck",
            "GRPC_WITH_TLS" => "grpcTlsHealthCheck",
            _ => "tcpHealthCheck",
        })
    }

    fn of_block(&self, field: &str) -> Option<Node<'d>> {
        self.block()?.get(field)
    }

    /// `portSpecification`; `USE_FIXED_PORT` where it says nothing.
    pub fn port_specification(&self) -> &'d str {
        let stated = self.of_block("portSpecification").and_then(Node::text);
        stated.unwrap_or("USE_FIXED_PORT")
    }

    /// The fixed port, and the node that says it; `None` there for a port that is a default.
    pub fn fixed_port(&self) -> Option<(i64, Option<Node<'d>>)> {
        if self.port_specification() != "USE_FIXED_PORT" {
            return None;
        }
        if let Some(node) = self.of_block("port") {
            return Some((number(Some(node))?, Some(node)));
        }
        match self.protocol() {
            "SSL" | "HTTPS" | "HTTP2" => Some((443, None)),
            "TCP" | "HTTP" => Some((80, None)),
            _ => None,
        }
    }

    /// `proxyHeader`: `NONE` or `PROXY_V1`.
    pub fn proxy_header(&self) -> &'d str {
        let stated = self.of_block("proxyHeader").and_then(Node::text);
        stated.unwrap_or("NONE")
    }

    /// `requestPath` of the HTTP family; `/` where it says nothing.
    pub fn path(&self) -> &'d str {
        self.of_block("requestPath")
            .and_then(Node::text)
            .unwrap_or("/")
    }

    /// `host` of the HTTP family.
    pub fn host(&self) -> Option<&'d str> {
        self.of_block("host").and_then(Node::text)
    }

    /// True for the HTTP family.
    pub fn is_http(&self) -> bool {
        matches!(self.protocol(), "HTTP" | "HTTPS" | "HTTP2")
    }

    /// `checkIntervalSec`, in seconds.
    pub fn interval(&self) -> i64 {
        self.number("checkIntervalSec").unwrap_or(5)
    }

    /// `timeoutSec`, in seconds.
    pub fn timeout(&self) -> i64 {
        self.number("timeoutSec").unwrap_or(5)
    }

    /// `healthyThreshold`.
    pub fn healthy_threshold(&self) -> i64 {
        self.number("healthyThreshold").unwrap_or(2)
    }

    /// `unhealthyThreshold`.
    pub fn unhealthy_threshold(&self) -> i64 {
        self.number("unhealthyThreshold").unwrap_or(2)
    }

    /// True for a check of DNS routing, which no backend service can use.
    pub fn has_source_regions(&self) -> bool {
        let mut regions = self.get("sourceRegions").into_iter().flat_map(Node::items);
        regions.next().is_some()
    }
}
