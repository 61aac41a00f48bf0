//! VPC networks and their subnets.

use crate::document::Node;

use super::view;

view! {
    /// A VPC network.
    Network
}

view! {
    /// A subnet.
    Subnetwork
}

impl Network<'_> {
    /// True where network firewall policies come before VPC rules.
    pub fn policies_first(&self) -> bool {
        self.text("networkFirewallPolicyEnforcementOrder") == Some("BEFORE_CLASSIC_FIREWALL")
    }
}

impl<'d> Subnetwork<'d> {
    /// `purpose`: `PRIVATE`, `REGIONAL_MANAGED_PROXY`, …
    pub fn purpose(&self) -> &'d str {
        self.text("purpose").unwrap_or("PRIVATE")
    }

    /// True for a proxy-only subnet that is in use; one that waits is a backup.
    pub fn is_active(&self) -> bool {
        self.text("role").is_none_or(|role| role == "ACTIVE")
    }

    /// True for one that is being drained of connections.
    pub fn is_draining(&self) -> bool {
        self.text("state") == Some("DRAINING")
    }

    /// Its range of IPv4 addresses.
    pub fn range(&self) -> Option<(Node<'d>, &'d str)> {
        let node = self.get("ipCidrRange")?;
        Some((node, node.text()?))
    }
}
