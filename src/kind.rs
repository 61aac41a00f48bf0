//! Typed views of documents: what rules ask of a Service, an Ingress, a workload. Views borrow
//! from their documents, so every value still knows its bytes.

pub mod annotated;
mod autoneg;
pub mod backend_config;
pub mod backend_policy;
pub mod cloud;
pub mod cluster_node;
pub mod condition;
pub mod copied_probe;
pub mod endpoint_slice;
pub mod event;
pub mod fields;
pub mod frontend_config;
pub mod gateway;
pub mod gitops;
pub mod health_policy;
pub mod ingress;
pub mod multi_cluster;
pub mod near_miss;
pub mod neg_binding;
pub mod network_policy;
pub mod object;
pub mod peer_authentication;
pub mod permissions;
pub mod pod;
pub mod probe;
pub mod resource;
pub mod route;
pub mod selector;
pub mod service;
pub mod svc_neg;
pub mod workload;

pub use object::{Annotation, Object};

/// A kind of object that rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `v1` Service.
    Service,
    /// `networking.k8s.io` Ingress, in every API version that ever was.
    Ingress,
    /// `networking.k8s.io` IngressClass. Read from files alone: what it gives an Ingress, that one
    /// shows in a cluster.
    IngressClass,
    /// What makes Pods: Deployment, `StatefulSet`, `DaemonSet`, `ReplicaSet`, Job, …
    Workload,
    /// `v1` Pod, made by a workload or by hand.
    Pod,
    /// `discovery.k8s.io` `EndpointSlice`, and the Endpoints before it.
    EndpointSlice,
    /// `v1` Node.
    Node,
    /// `v1` Namespace.
    Namespace,
    /// An Event, which the API keeps for about an hour.
    Event,
    /// `networking.gke.io` ServiceNetworkEndpointGroup: what the controller made for one port.
    SvcNeg,
    /// `networking.gke.io` NetworkEndpointGroupBinding: endpoints for NEGs that somebody made.
    NegBinding,
    /// `cloud.google.com` BackendConfig.
    BackendConfig,
    /// `networking.gke.io` HealthCheckPolicy: what a Gateway's health checks ask.
    HealthCheckPolicy,
    /// `networking.gke.io` `GCPGatewayPolicy` and `GCPBackendPolicy`: what else the load balancer of
    /// a Gateway is to do.
    GatewayPolicy,
    /// `networking.gke.io` FrontendConfig.
    FrontendConfig,
    /// `networking.gke.io` ManagedCertificate: a certificate that Google issues for an Ingress.
    ManagedCertificate,
    /// `networking.k8s.io` NetworkPolicy.
    NetworkPolicy,
    /// The network policies of others, which admit beside Kubernetes' own.
    VendorPolicy,
    /// `gateway.networking.k8s.io` GatewayClass: a kind of load balancer that Gateways can be.
    GatewayClass,
    /// `gateway.networking.k8s.io` Gateway.
    Gateway,
    /// `gateway.networking.k8s.io` routes of every protocol.
    Route,
    /// `gateway.networking.k8s.io` ReferenceGrant: what lets routes send into its namespace.
    ReferenceGrant,
    /// What sets the replicas of workloads: `HorizontalPodAutoscaler`, `ScaledObject`.
    Scaler,
    /// What brings manifests into clusters: Application of Argo CD, HelmRelease of Flux.
    GitOps,
    /// `security.istio.io` PeerAuthentication: whether a mesh refuses plain text.
    PeerAuthentication,
    /// What gives a Service to other clusters, and takes it there: MultiClusterIngress,
    /// MultiClusterService, ServiceExport, ServiceImport.
    MultiCluster,
    /// A network endpoint group of Compute Engine.
    Neg,
    /// The endpoints of a NEG, with their health.
    Endpoints,
    /// A backend service.
    BackendService,
    /// A health check.
    HealthCheck,
    /// A forwarding rule: the front of a load balancer.
    ForwardingRule,
    /// A target proxy of any protocol.
    TargetProxy,
    /// A URL map.
    UrlMap,
    /// A reserved address.
    Address,
    /// A certificate of Compute Engine.
    Certificate,
    /// A VPC network.
    Network,
    /// A subnet of a network.
    Subnetwork,
    /// Firewall rules and policies, as they work on a network.
    Firewall,
    /// A virtual machine: a node of a cluster, mostly.
    Instance,
    /// A region with its quotas.
    Region,
    /// A project with its quotas.
    Project,
    /// A GKE cluster, as the container API shows it.
    GkeCluster,
    /// Anything else that carries annotations of load balancing.
    Other,
}

impl Kind {
    /// The kind that `apiVersion` and `kind` name.
    pub fn of(api_version: &str, kind: &str) -> Self {
        if kind.contains('#') {
            return resource::Resource::of(api_version, kind).map_or(Self::Other, |it| it.kind);
        }
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        match (group, kind) {
            ("", "Service") => Self::Service,
            ("extensions" | "networking.k8s.io", "Ingress") => Self::Ingress,
            ("networking.k8s.io", "IngressClass") => Self::IngressClass,
            ("", "ReplicationController")
            | ("apps" | "extensions", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
            | ("batch", "Job" | "CronJob")
            | ("argoproj.io", "Rollout") => Self::Workload,
            ("", "Pod") => Self::Pod,
            ("" | "discovery.k8s.io", "EndpointSlice" | "Endpoints") => Self::EndpointSlice,
            ("", "Node") => Self::Node,
            ("", "Namespace") => Self::Namespace,
            ("" | "events.k8s.io", "Event") => Self::Event,
            ("networking.gke.io", "ServiceNetworkEndpointGroup") => Self::SvcNeg,
            ("networking.gke.io", "NetworkEndpointGroupBinding") => Self::NegBinding,
            ("cloud.google.com", "BackendConfig") => Self::BackendConfig,
            ("networking.gke.io", "HealthCheckPolicy") => Self::HealthCheckPolicy,
            ("networking.gke.io", "GCPGatewayPolicy" | "GCPBackendPolicy") => Self::GatewayPolicy,
            ("networking.gke.io", "FrontendConfig") => Self::FrontendConfig,
            ("networking.gke.io", "ManagedCertificate") => Self::ManagedCertificate,
            ("networking.k8s.io", "NetworkPolicy") => Self::NetworkPolicy,
            ("gateway.networking.k8s.io", "GatewayClass") => Self::GatewayClass,
            ("gateway.networking.k8s.io", "Gateway") => Self::Gateway,
            ("gateway.networking.k8s.io", kind) if kind.ends_with("Route") => Self::Route,
            ("gateway.networking.k8s.io", "ReferenceGrant") => Self::ReferenceGrant,
            (_, "HorizontalPodAutoscaler" | "ScaledObject") => Self::Scaler,
            ("argoproj.io", "Application") | ("helm.toolkit.fluxcd.io", "HelmRelease") => {
                Self::GitOps
            }
            ("security.istio.io", "PeerAuthentication") => Self::PeerAuthentication,
            (
                _,
                "MultiClusterIngress" | "MultiClusterService" | "ServiceExport" | "ServiceImport",
            ) => Self::MultiCluster,
            (_, kind) if kind.ends_with("NetworkPolicy") => Self::VendorPolicy,
            _ => Self::Other,
        }
    }

    /// What people call several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Service => "Services",
            Self::Ingress => "Ingresses",
            Self::IngressClass => "IngressClasses",
            Self::Workload => "workloads",
            Self::Pod => "Pods",
            Self::EndpointSlice => "EndpointSlices",
            Self::Node => "Nodes",
            Self::Namespace => "Namespaces",
            Self::Event => "Events",
            Self::SvcNeg => "ServiceNetworkEndpointGroups",
            Self::NegBinding => "NetworkEndpointGroupBindings",
            Self::BackendConfig => "BackendConfigs",
            Self::HealthCheckPolicy => "HealthCheckPolicies",
            Self::GatewayPolicy => "policies of Gateways",
            Self::FrontendConfig => "FrontendConfigs",
            Self::ManagedCertificate => "ManagedCertificates",
            Self::NetworkPolicy => "NetworkPolicies",
            Self::VendorPolicy => "network policies of other vendors",
            Self::GatewayClass => "GatewayClasses",
            Self::Gateway => "Gateways",
            Self::Route => "routes",
            Self::ReferenceGrant => "ReferenceGrants",
            Self::Scaler => "autoscalers",
            Self::GitOps => "GitOps applications",
            Self::PeerAuthentication => "PeerAuthentications",
            Self::MultiCluster => "multi-cluster objects",
            Self::Neg => "NEGs",
            Self::Endpoints => "endpoints of NEGs",
            Self::BackendService => "backend services",
            Self::HealthCheck => "health checks",
            Self::ForwardingRule => "forwarding rules",
            Self::TargetProxy => "target proxies",
            Self::UrlMap => "URL maps",
            Self::Address => "addresses",
            Self::Certificate => "certificates",
            Self::Network => "networks",
            Self::Subnetwork => "subnets",
            Self::Firewall => "firewall rules",
            Self::Instance => "instances",
            Self::Region => "regions",
            Self::Project => "projects",
            Self::GkeCluster => "GKE clusters",
            Self::Other => "other objects",
        }
    }
}

/// True for objects that are kept whatever they say.
pub fn wanted(api_version: &str, kind: &str) -> bool {
    Kind::of(api_version, kind) != Kind::Other
        || api_version.starts_with("kustomize.config.k8s.io/")
        || api_version == crate::snapshot::API_VERSION
        || kind == cloud::GROUP_HEALTH
}
