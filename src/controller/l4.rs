//! Passthrough (L4) load balancers of Services: which kind is asked for, and whether it has
//! `GCE_VM_IP` NEGs. All values are compared exactly; what is spelt otherwise counts as absent.

use super::{
    input::{Flags, ServiceInput},
    rejection::Warning,
};

/// The annotation that says which load balancer a Service gets.
pub const LOAD_BALANCER_TYPE: &str = "networking.gke.io/load-balancer-type";
/// The older form of [`LOAD_BALANCER_TYPE`].
pub const LOAD_BALANCER_TYPE_OLD: &str = "cloud.google.com/load-balancer-type";
/// The annotation that asks for a backend-service based external load balancer.
pub const RBS: &str = "cloud.google.com/l4-rbs";
/// The annotation for the network tier of an external load balancer.
pub const NETWORK_TIER: &str = "cloud.google.com/network-tier";
/// The annotation for weighted load balancing.
pub const WEIGHTED: &str = "networking.gke.io/weighted-load-balancing";
/// The annotation for strong session affinity.
pub const STRONG_AFFINITY: &str = "networking.gke.io/l4-strong-session-affinity";
/// The annotation for the addresses of an external IPv6 load balancer.
pub const IP_COLLECTION_V6: &str = "networking.gke.io/ip-collection-v6";
/// The annotations that a legacy network sets aside on an internal load balancer: access from
/// other regions, and the subnet of its address.
pub const INTERNAL_OPTIONS: [&str; 3] = [
    "networking.gke.io/internal-load-balancer-allow-global-access",
    "networking.gke.io/load-balancer-subnet",
    "networking.gke.io/internal-load-balancer-subnet",
];

/// The finalizer of an internal load balancer with subsetting.
pub const FINALIZER_INTERNAL_V2: &str = "gke.networking.io/l4-ilb-v2";
/// The finalizer of an external load balancer with NEGs.
pub const FINALIZER_EXTERNAL_V3: &str = "gke.networking.io/l4-netlb-v3";

/// Where a load balancer is reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadBalancerType {
    /// From the network, and what is connected to it.
    Internal,
    /// From the Internet.
    External,
}

/// The type by the values of [`LOAD_BALANCER_TYPE`] and [`LOAD_BALANCER_TYPE_OLD`]. The new
/// annotation wins even with a value that means nothing, and what means nothing means external.
pub fn load_balancer_type(new: Option<&str>, old: Option<&str>) -> LoadBalancerType {
    match new.or(old) {
        Some("Internal" | "internal") => LoadBalancerType::Internal,
        _ => LoadBalancerType::External,
    }
}

/// Whether a value of [`LOAD_BALANCER_TYPE`] is one that is documented.
pub fn is_documented_type(value: &str) -> bool {
    matches!(value, "Internal" | "internal" | "External" | "external")
}

/// Whether a value of [`RBS`] has an effect.
pub fn asks_for_rbs(value: Option<&str>) -> bool {
    value == Some("enabled")
}

/// Whether a value of [`WEIGHTED`] has an effect (which also needs the traffic policy `Local`).
pub fn asks_for_weights(value: Option<&str>) -> bool {
    value == Some("pods-per-node")
}

/// Whether a value of [`STRONG_AFFINITY`] has an effect.
pub fn asks_for_strong_affinity(value: Option<&str>) -> bool {
    value == Some("enabled")
}

/// The network tier of an external address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkTier {
    /// `Premium`, and the fallback for whatever is neither.
    Premium,
    /// `Standard`
    Standard,
}

/// The tier by the value of [`NETWORK_TIER`]; `None` for a value that is silently ignored.
pub fn network_tier(value: Option<&str>) -> Option<NetworkTier> {
    match value {
        Some("Standard") => Some(NetworkTier::Standard),
        None | Some("Premium") => Some(NetworkTier::Premium),
        Some(_) => None,
    }
}

/// Who serves a Service by its `spec.loadBalancerClass`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadBalancerClass {
    /// No class: the annotations decide.
    Unset,
    /// `networking.gke.io/l4-regional-internal`
    RegionalInternal,
    /// `networking.gke.io/l4-regional-external`
    RegionalExternal,
    /// `networking.gke.io/l4-regional-internal-legacy`
    RegionalInternalLegacy,
    /// `networking.gke.io/l4-regional-external-legacy`
    RegionalExternalLegacy,
    /// `networking.gke.io/standalone-passthrough-lb-neg`
    StandaloneNeg,
    /// Any other: no controller of GKE looks at the Service as a load balancer.
    Foreign,
}

impl LoadBalancerClass {
    /// The class by its name.
    pub fn of(class: Option<&str>) -> Self {
        match class {
            None => Self::Unset,
            Some("networking.gke.io/l4-regional-internal") => Self::RegionalInternal,
            Some("networking.gke.io/l4-regional-external") => Self::RegionalExternal,
            Some("networking.gke.io/l4-regional-internal-legacy") => Self::RegionalInternalLegacy,
            Some("networking.gke.io/l4-regional-external-legacy") => Self::RegionalExternalLegacy,
            Some("networking.gke.io/standalone-passthrough-lb-neg") => Self::StandaloneNeg,
            Some(_) => Self::Foreign,
        }
    }
}

/// Which load balancer a Service asks for, flags aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// None that uses NEGs: another `spec.type`, a legacy class or a foreign one.
    Nothing,
    /// An internal one.
    Internal,
    /// An external one.
    External,
    /// Only a NEG, for a load balancer made elsewhere.
    StandaloneNeg,
}

/// Which load balancer a Service asks for.
pub fn wish(service: &ServiceInput) -> Wish {
    let new = service.annotation(LOAD_BALANCER_TYPE);
    let by_annotation = load_balancer_type(new, service.annotation(LOAD_BALANCER_TYPE_OLD));
    match LoadBalancerClass::of(service.load_balancer_class) {
        // This one counts whatever the type, though the API server allows a class on no other.
        LoadBalancerClass::StandaloneNeg => Wish::StandaloneNeg,
        _ if !service.is_load_balancer() => Wish::Nothing,
        LoadBalancerClass::RegionalInternal => Wish::Internal,
        LoadBalancerClass::Unset if by_annotation == LoadBalancerType::Internal => Wish::Internal,
        LoadBalancerClass::RegionalExternal | LoadBalancerClass::Unset => Wish::External,
        _ => Wish::Nothing,
    }
}

/// Whether the NEG controller makes a `GCE_VM_IP` NEG, or warns that it does not yet.
pub(super) fn wants_neg(service: &ServiceInput, flags: &Flags) -> Result<bool, Warning> {
    let has = |finalizer| service.finalizers.contains(&finalizer);
    match wish(service) {
        Wish::Nothing => Ok(false),
        Wish::StandaloneNeg => Ok(flags.enable_l4_standalone_negs),
        Wish::Internal if !flags.enable_l4_neg => Ok(false),
        Wish::Internal if has(FINALIZER_INTERNAL_V2) => Ok(true),
        Wish::Internal => Err(Warning::NoInternalFinalizer {
            namespace: service.namespace.to_owned(),
            service: service.name.to_owned(),
        }),
        Wish::External if service.in_further_network() => Ok(true),
        Wish::External => {
            let class = LoadBalancerClass::of(service.load_balancer_class);
            let by_class = class == LoadBalancerClass::RegionalExternal;
            Ok(flags.enable_l4_netlb_neg && (by_class || has(FINALIZER_EXTERNAL_V3)))
        }
    }
}
