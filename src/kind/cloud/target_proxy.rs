//! Target proxies.

use crate::document::Node;

use super::{Reference, view};

view! {
    /// A target proxy of any protocol, global or regional.
    TargetProxy
}

impl<'d> TargetProxy<'d> {
    /// What clients speak to it: `HTTP`, `HTTPS`, `TCP`, `SSL`.
    pub fn protocol(&self) -> &'static str {
        match self.resource.plural {
            "targetHttpProxies" => "HTTP",
            "targetHttpsProxies" => "HTTPS",
            "targetSslProxies" => "SSL",
            _ => "TCP",
        }
    }

    /// True where a URL map decides: HTTP and HTTPS.
    pub fn is_http(&self) -> bool {
        matches!(self.protocol(), "HTTP" | "HTTPS")
    }

    /// Its URL map, or the backend service of a TCP or SSL proxy.
    pub fn next(&self) -> Option<Reference<'d>> {
        self.link(if self.is_http() { "urlMap" } else { "service" })
    }

    /// `proxyHeader` of a TCP or SSL proxy: `NONE` or `PROXY_V1`.
    pub fn proxy_header(&self) -> &'d str {
        self.text("proxyHeader").unwrap_or("NONE")
    }

    /// The node of its certificate map.
    pub fn certificate_map(&self) -> Option<Node<'d>> {
        self.get("certificateMap")
            .filter(|node| node.text().is_some_and(|text| !text.is_empty()))
    }

    /// Its certificates: those of Compute Engine, and those of Certificate Manager.
    pub fn certificates(&self) -> impl Iterator<Item = Reference<'d>> + use<'d> {
        self.links("sslCertificates")
    }
}
