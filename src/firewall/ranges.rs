//! Whence load balancers of Google Cloud probe and speak, as of November 2026
//! (<https://docs.cloud.google.com/load-balancing/docs/firewall-rules>).

/// The probes of all load balancers that end connections, and the traffic of Google's front ends.
pub const PROBES_V4: &[&str] = &["35.191.0.0/16", "130.211.0.0/22"];

/// The probes of passthrough load balancers.
pub const PASSTHROUGH_V4: &[&str] = &["35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22"];

/// The probes over IPv6.
pub const PROBES_V6: &[&str] = &["2600:2d00:1:b029::/64"];

/// The traffic of Google's front ends over IPv6.
pub const GFE_V6: &[&str] = &["2600:2d00:1:1::/64"];

/// The probes of passthrough load balancers over IPv6.
pub const PASSTHROUGH_V6: &[&str] = &["2600:1901:8001::/48"];
