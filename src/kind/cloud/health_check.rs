//! Health checks.

use serde::Deserialize;

use crate::document::Node;
use crate::text::Place;

use super::{number, view};

view! {
    /// A health check, global or regional.
    HealthCheck
}

/// What a controller of GKE made a health check from. What it was made from later changes leave
/// alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeFrom {
    /// The readiness probe of a Pod.
    Probe,
    /// A BackendConfig.
    BackendConfig,
}

/// The description in its newer form.
#[derive(Deserialize)]
struct Description {
    config: String,
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

    /// What a controller of GKE says in its description that it made it from; `None` for its
    /// defaults, for transparent checks, and for what others made.
    pub fn made_from(&self) -> Option<MadeFrom> {
        let text = self.text("description")?;
        let stated: Option<Description> = serde_json::from_str(text).ok();
        match stated.as_ref().map_or(text, |it| it.config.as_str()) {
            "ReadinessProbe"
            | "Kubernetes L7 health check generated with readiness probe settings." => {
                Some(MadeFrom::Probe)
            }
            "BackendConfig" | "Kubernetes L7 health check generated with BackendConfig CRD." => {
                Some(MadeFrom::BackendConfig)
            }
            _ => None,
        }
    }

    /// Where it says what it asks: the path, or else the block of its type.
    pub fn place_of_path(&self) -> Place {
        let node = self.of_block("requestPath").or_else(|| self.block());
        node.map_or_else(|| self.head(), Node::place)
    }

    /// The name of its type in gcloud; `None` for a type that gcloud does not know.
    pub fn gcloud_kind(&self) -> Option<&'static str> {
        Some(match self.protocol() {
            "TCP" => "tcp",
            "SSL" => "ssl",
            "HTTP" => "http",
            "HTTPS" => "https",
            "HTTP2" => "http2",
            "GRPC" => "grpc",
            _ => return None,
        })
    }

    /// True for a check of DNS routing, which no backend service can use.
    pub fn has_source_regions(&self) -> bool {
        let mut regions = self.get("sourceRegions").into_iter().flat_map(Node::items);
        regions.next().is_some()
    }
}
