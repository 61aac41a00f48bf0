//! Forwarding rules: the front of a load balancer.

use std::ops::RangeInclusive;

use crate::document::Node;

use super::{Link, Reference, view};

view! {
    /// A forwarding rule, global or regional.
    ForwardingRule
}

impl<'d> ForwardingRule<'d> {
    /// `loadBalancingScheme`; `None` for an endpoint of Private Service Connect.
    pub fn scheme(&self) -> Option<&'d str> {
        self.text("loadBalancingScheme")
    }

    /// Where it sends to: a target proxy, or a backend service.
    pub fn target(&self) -> Option<Reference<'d>> {
        self.link("target")
    }

    /// The backend service of a passthrough load balancer.
    pub fn backend_service(&self) -> Option<Reference<'d>> {
        self.link("backendService")
    }

    /// Its address.
    pub fn address(&self) -> &'d str {
        self.text("IPAddress").unwrap_or_default()
    }

    /// The network in which an internal address means something.
    pub fn network(&self) -> Option<Link<'d>> {
        self.link("network").map(|network| network.link)
    }

    /// `IPProtocol`: `TCP`, `UDP`, `L3_DEFAULT`, …
    pub fn protocol(&self) -> &'d str {
        self.text("IPProtocol").unwrap_or("TCP")
    }

    /// `networkTier`.
    pub fn tier(&self) -> &'d str {
        self.text("networkTier").unwrap_or("PREMIUM")
    }

    /// True where it takes every port.
    pub fn all_ports(&self) -> bool {
        self.get("allPorts").and_then(Node::boolean) == Some(true)
    }

    /// The ports it takes; none where it takes all.
    pub fn ports(&self) -> Vec<RangeInclusive<u16>> {
        let listed = self.get("ports").into_iter().flat_map(Node::items);
        let listed = listed.filter_map(Node::text);
        let ranges = listed.chain(self.text("portRange"));
        ranges.filter_map(range).collect()
    }

    /// True for what leads to no load balancer: Private Service Connect, VPN, target instances.
    pub fn is_other(&self) -> bool {
        let other = |link: Reference<'_>| {
            let collections = ["serviceAttachments", "targetVpnGateways", "targetInstances"];
            collections.contains(&link.link.collection)
        };
        let target = self.text("target");
        self.scheme().is_none_or(str::is_empty)
            || self.target().is_some_and(other)
            || target.is_some_and(|text| matches!(text, "all-apis" | "vpc-sc"))
            || target.is_some_and(|text| text.contains("serviceAttachments"))
    }

    /// True for a part that Google made of another rule, or that only steers by source address.
    pub fn is_child(&self) -> bool {
        let mut sources = self.get("sourceIpRanges").into_iter().flat_map(Node::items);
        self.get("parentForwardingRule").is_some() || sources.next().is_some()
    }
}

/// `80`, `80-80`.
fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some(first.trim().parse().ok()?..=last.trim().parse().ok()?)
}
