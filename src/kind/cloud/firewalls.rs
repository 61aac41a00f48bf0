//! What firewalls do on a network: its VPC rules and the policies over it.

use crate::document::Node;

use super::view;

view! {
    /// The effective firewalls of a network, as `getEffectiveFirewalls` answers; or one VPC rule.
    Firewalls
}

impl<'d> Firewalls<'d> {
    /// The region whose policies it shows; `None` for those of the whole network.
    pub fn region(&self) -> Option<&'d str> {
        self.text("region")
    }

    /// The VPC rules.
    pub fn rules(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        self.get("firewalls").into_iter().flat_map(Node::items)
    }

    /// The policies, from the organization down.
    pub fn policies(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        self.get("firewallPolicys")
            .into_iter()
            .flat_map(Node::items)
    }
}
