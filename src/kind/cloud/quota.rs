//! Quotas of projects and regions.

use crate::document::Node;

use super::{fraction, view};

view! {
    /// A project or a region, with its quotas.
    Quotas
}

/// A quota.
#[derive(Debug, Clone, Copy)]
pub struct Quota<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// How much is allowed.
    pub limit: f64,
    /// How much is used.
    pub usage: f64,
}

impl<'d> Quotas<'d> {
    /// The quota of this metric: `NETWORK_ENDPOINT_GROUPS`.
    pub fn quota(&self, metric: &str) -> Option<Quota<'d>> {
        let mut quotas = self.get("quotas").into_iter().flat_map(Node::items);
        let node = quotas.find(|it| it.get("metric").and_then(Node::text) == Some(metric))?;
        Some(Quota {
            node,
            limit: fraction(node.get("limit"))?,
            usage: fraction(node.get("usage"))?,
        })
    }
}
