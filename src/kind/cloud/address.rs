//! Reserved addresses.

use super::{Reference, view};

view! {
    /// A reserved address, global or regional.
    Address
}

impl<'d> Address<'d> {
    /// The address itself.
    pub fn address(&self) -> &'d str {
        self.text("address").unwrap_or_default()
    }

    /// `EXTERNAL`, the default, or `INTERNAL`.
    pub fn address_type(&self) -> &'d str {
        self.text("addressType").unwrap_or("EXTERNAL")
    }

    /// What it is for: `SHARED_LOADBALANCER_VIP`, `GCE_ENDPOINT`, …; mostly absent for external ones.
    pub fn purpose(&self) -> Option<&'d str> {
        self.text("purpose")
    }

    /// `PREMIUM` or `STANDARD`.
    pub fn tier(&self) -> &'d str {
        self.text("networkTier").unwrap_or("PREMIUM")
    }

    /// True where it says that nothing uses it.
    pub fn is_reserved(&self) -> bool {
        self.text("status") == Some("RESERVED")
    }

    /// What uses it.
    pub fn users(&self) -> impl Iterator<Item = Reference<'d>> + use<'d> {
        self.links("users")
    }
}
