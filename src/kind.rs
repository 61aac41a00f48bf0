//! Typed views of documents: what rules ask of a Service, an Ingress, a workload. Views borrow
//! from their documents, so every value still knows its bytes.

pub mod annotated;
pub mod backend_config;
pub mod cidr;
pub mod copied_probe;
pub mod ingress;
pub mod near_miss;
pub mod network_policy;
pub mod object;
pub mod probe;
pub mod route;
pub mod service;
pub mod workload;

pub use object::{Annotation, Object};

/// A kind of object that rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `v1` Service.
    Service,
    /// `networking.k8s.io` Ingress, in every API version that ever was.
    Ingress,
    /// What makes Pods: Deployment, `StatefulSet`, `DaemonSet`, `ReplicaSet`, Job, Pod, …
    Workload,
    /// `cloud.google.com` BackendConfig.
    BackendConfig,
    /// `networking.k8s.io` NetworkPolicy.
    NetworkPolicy,
    /// `gateway.networking.k8s.io` routes of every protocol.
    Route,
    /// Anything else that carries annotations of load balancing.
    Other,
}

impl Kind {
    /// The kind that `apiVersion` and `kind` name.
    pub fn of(api_version: &str, kind: &str) -> Self {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        match (group, kind) {
            ("", "Service") => Self::Service,
            ("extensions" | "networking.k8s.io", "Ingress") => Self::Ingress,
            ("", "Pod" | "ReplicationController")
            | ("apps" | "extensions", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
            | ("batch", "Job" | "CronJob")
            | ("argoproj.io", "Rollout") => Self::Workload,
            ("cloud.google.com", "BackendConfig") => Self::BackendConfig,
            ("networking.k8s.io", "NetworkPolicy") => Self::NetworkPolicy,
            ("gateway.networking.k8s.io", kind) if kind.ends_with("Route") => Self::Route,
            _ => Self::Other,
        }
    }

    /// What people call several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Service => "Services",
            Self::Ingress => "Ingresses",
            Self::Workload => "workloads",
            Self::BackendConfig => "BackendConfigs",
            Self::NetworkPolicy => "NetworkPolicies",
            Self::Route => "routes",
            Self::Other => "other objects",
        }
    }
}

/// True for objects that are kept whatever they say.
pub fn wanted(api_version: &str, kind: &str) -> bool {
    Kind::of(api_version, kind) != Kind::Other
        || api_version.starts_with("kustomize.config.k8s.io/")
        || matches!(
            kind,
            "Gateway"
                | "EndpointSlice"
                | "Endpoints"
                | "MultiClusterIngress"
                | "MultiClusterService"
                | "ServiceExport"
                | "HorizontalPodAutoscaler"
                | "ScaledObject"
        )
        // Cilium's and others' policies admit beside Kubernetes' own.
        || kind.ends_with("NetworkPolicy")
}
