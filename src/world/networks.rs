//! VPC networks: whether a load balancer in one reaches addresses in another.

use crate::document::Node;
use crate::kind::Kind;
use crate::kind::cloud::{Link, Network, Reference};

use super::{Cloud, Missing, Sought};

/// Whether one VPC network reaches another.
#[derive(Debug, Clone)]
pub enum Reach {
    /// They are one.
    Same,
    /// An active peering joins them.
    Peered,
    /// No peering joins them; something that is not read may.
    Apart,
    /// Their peerings were not read.
    Unclear(Missing),
}

impl<'d> Cloud<'d> {
    /// Whether one VPC network reaches another.
    pub fn reach(&self, from: Reference<'d>, to: Reference<'d>) -> Reach {
        if self.known_as(from.link) == self.known_as(to.link) {
            return Reach::Same;
        }
        // Each of the two lists the peering.
        let ends = [(from, to), (to, from)];
        let mut missing = None;
        for (end, other) in ends {
            match self.seek::<Network<'d>>(Kind::Network, end) {
                Sought::Found(network) if self.peers(&network, other.link) => return Reach::Peered,
                Sought::Found(_) => return Reach::Apart,
                Sought::Absent => {}
                Sought::Unclear(why) => missing = missing.or(Some(why)),
            }
        }
        missing.map_or(Reach::Apart, Reach::Unclear)
    }

    fn peers(&self, network: &Network<'d>, other: Link<'d>) -> bool {
        let peerings = network.get("peerings").into_iter().flat_map(Node::items);
        let mut active =
            peerings.filter(|it| it.get("state").and_then(Node::text) == Some("ACTIVE"));
        active.any(|it| {
            let to = it.get("network").and_then(|node| network.reference(node));
            to.is_some_and(|to| self.known_as(to.link) == self.known_as(other))
        })
    }
}
