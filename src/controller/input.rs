//! What the simulation looks at: plain data, borrowed from wherever it was read.

use std::{collections::BTreeMap, fmt};

use super::names::{L4Namer, L7Namer};

/// The parts of a Service that the controllers read.
#[derive(Debug, Clone, Default)]
pub struct ServiceInput<'a> {
    /// `metadata.namespace`
    pub namespace: &'a str,
    /// `metadata.name`
    pub name: &'a str,
    /// `spec.ports`, in order.
    pub ports: Vec<ServicePort<'a>>,
    /// `metadata.annotations`
    pub annotations: BTreeMap<&'a str, &'a str>,
    /// `spec.type`; `None` where it is left out, which means `ClusterIP`.
    pub service_type: Option<&'a str>,
    /// `metadata.finalizers`
    pub finalizers: Vec<&'a str>,
    /// `spec.loadBalancerClass`
    pub load_balancer_class: Option<&'a str>,
    /// `spec.ipFamilies`
    pub ip_families: Vec<&'a str>,
    /// `spec.ipFamilyPolicy`
    pub ip_family_policy: Option<&'a str>,
    /// `spec.selector["networking.gke.io/network"]`, the network of a multi-network Service.
    pub network: Option<&'a str>,
}

/// An item of a Service's `spec.ports`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ServicePort<'a> {
    /// `name`, empty where it is left out.
    pub name: &'a str,
    /// `port`
    pub number: i32,
    /// `targetPort` as text: a number or the name of a container's port.
    pub target: &'a str,
}

/// A backend of an Ingress refers to a Service's port by either of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortRef<'a> {
    /// `service.port.name`: only names are compared, so `"80"` never means port 80.
    Name(&'a str),
    /// `service.port.number`
    Number(i32),
}

impl fmt::Display for PortRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl<'a> ServiceInput<'a> {
    /// The port that an Ingress backend refers to; of two with one number, the first.
    pub fn port(&self, port: PortRef) -> Option<&ServicePort<'a>> {
        self.ports.iter().find(|candidate| match port {
            PortRef::Name(name) => candidate.name == name,
            PortRef::Number(number) => candidate.number == number,
        })
    }

    /// `namespace/name`, as events write it.
    pub fn key(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }

    /// An annotation's value.
    pub fn annotation(&self, key: &str) -> Option<&'a str> {
        self.annotations.get(key).copied()
    }

    /// Whether `spec.type` is `LoadBalancer`.
    pub fn is_load_balancer(&self) -> bool {
        self.service_type == Some("LoadBalancer")
    }

    /// Whether the Service is in a network other than the cluster's default one.
    pub fn in_further_network(&self) -> bool {
        self.network
            .is_some_and(|network| !matches!(network, "" | "default"))
    }

    /// Whether it has IPv6 addresses only.
    pub fn is_ipv6_only(&self) -> bool {
        self.ip_family_policy
            .is_none_or(|policy| policy == "SingleStack")
            && self.ip_families == ["IPv6"]
    }
}

/// The controllers' command line, as far as it matters here. Its values in a GKE cluster cannot
/// be read; the default is that of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each flag, under the flag's own name"
)]
pub struct Flags {
    /// `read-only-controllers`: nothing is done at all.
    pub read_only_controllers: bool,
    /// `enable-negs-for-ingress`: `ingress: true` has an effect.
    pub enable_negs_for_ingress: bool,
    /// `enable-ipv6-only-neg`: Services with IPv6 addresses only may have NEGs.
    pub enable_ipv6_only_neg: bool,
    /// `enable-neg-preprovisioning`: `zones` has an effect.
    pub enable_neg_preprovisioning: bool,
    /// `enable-l4-neg`: internal passthrough load balancers use NEGs (GKE: subsetting).
    pub enable_l4_neg: bool,
    /// `enable-l4-netlb-neg`: external passthrough load balancers may use NEGs.
    pub enable_l4_netlb_neg: bool,
    /// `enable-l4-standalone-negs`: the class `standalone-passthrough-lb-neg` has an effect.
    pub enable_l4_standalone_negs: bool,
    /// `enable-ingress-global-external`: the class `gce` is served.
    pub enable_ingress_global_external: bool,
    /// `enable-ingress-regional-external`: the class `gce-regional-external` is served.
    pub enable_ingress_regional_external: bool,
    /// `ingress-class`: one more value of the class annotation that is served.
    pub ingress_class: Option<String>,
}

impl Default for Flags {
    fn default() -> Self {
        Self {
            read_only_controllers: false,
            enable_negs_for_ingress: true,
            enable_ipv6_only_neg: false,
            enable_neg_preprovisioning: false,
            enable_l4_neg: false,
            enable_l4_netlb_neg: false,
            enable_l4_standalone_negs: false,
            enable_ingress_global_external: true,
            enable_ingress_regional_external: false,
            ingress_class: None,
        }
    }
}

/// What surrounds the Service. The default knows nothing, and then names come out as patterns.
#[derive(Debug, Clone, Default)]
pub struct Surroundings<'a> {
    /// The names of L7 NEGs, if the cluster's ingress UID is known.
    pub l7: Option<L7Namer>,
    /// The names of L4 NEGs, if the UID of the namespace `kube-system` is known.
    pub l4: Option<L4Namer>,
    /// All zones of the cluster's region, if known.
    pub region_zones: Option<Vec<&'a str>>,
    /// The `ServiceNetworkEndpointGroup`s in the Service's namespace by `metadata.name`, which
    /// is the NEG's name.
    pub svcnegs: BTreeMap<&'a str, SvcNeg<'a>>,
    /// Every Ingress of the cluster; only the default backend Service depends on them.
    pub ingresses: Vec<IngressSummary<'a>>,
}

/// A `ServiceNetworkEndpointGroup` that is there already.
#[derive(Debug, Clone, Default)]
pub struct SvcNeg<'a> {
    /// `metadata.labels`
    pub labels: BTreeMap<&'a str, &'a str>,
    /// `metadata.ownerReferences[0].name` if there is just one.
    pub owner: Option<&'a str>,
}

/// What of an Ingress decides whether the default backend Service is used.
#[derive(Debug, Clone, Copy, Default)]
pub struct IngressSummary<'a> {
    /// The annotation `kubernetes.io/ingress.class`.
    pub class_annotation: Option<&'a str>,
    /// `spec.ingressClassName`
    pub class_name: Option<&'a str>,
    /// Whether `spec.defaultBackend` is set.
    pub has_default_backend: bool,
}
