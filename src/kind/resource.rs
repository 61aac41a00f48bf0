//! Which resources of the Kubernetes API and of Google Cloud hold the objects of a kind: what is
//! fetched, and what a role must allow to read.

use super::Kind;

/// A resource of the Kubernetes API, or of Google Cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resource {
    /// What its objects are here.
    pub kind: Kind,
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The versions that are tried, the best first.
    pub versions: &'static [&'static str],
    /// The name in paths and roles.
    pub plural: &'static str,
    /// `kind` of its objects.
    pub kind_name: &'static str,
    /// Where its objects live.
    pub scope: Scope,
    /// True for what not every cluster serves: that it is missing says that there are no objects.
    pub optional: bool,
}

/// Where the objects of a resource live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In namespaces.
    Namespaced,
    /// In none.
    Cluster,
    /// In a project of Google Cloud.
    Project,
}

impl Resource {
    /// `pods`, `ingresses.networking.k8s.io`: as `kubectl` takes it.
    pub fn name(&self) -> String {
        if self.group.is_empty() {
            return self.plural.to_owned();
        }
        format!("{}.{}", self.plural, self.group)
    }

    /// True for what is read of Google Cloud.
    pub fn is_cloud(&self) -> bool {
        self.scope == Scope::Project
    }

    /// The resource of Google Cloud with objects in this collection: `backendServices`.
    pub fn of_collection(collection: &str) -> Option<&'static Self> {
        let mut all = ALL.iter();
        all.find(|resource| resource.is_cloud() && resource.plural == collection)
    }

    /// The resource whose objects say this of themselves.
    pub fn of(api_version: &str, kind_name: &str) -> Option<&'static Self> {
        if kind_name.contains('#') {
            // Google's own say it all in `kind`: `compute#backendService`.
            return ALL.iter().find(|resource| resource.kind_name == kind_name);
        }
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let mut all = ALL.iter();
        all.find(|resource| resource.group == group && resource.kind_name == kind_name)
    }

    /// The resource of this name, as [`Resource::name`] gives it.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|resource| resource.name() == name)
    }
}

impl Kind {
    /// The resources that hold its objects; none for what is read from files alone.
    pub fn resources(self) -> impl Iterator<Item = &'static Resource> {
        ALL.iter().filter(move |resource| self.is_in(resource))
    }

    /// True where a resource holds objects of this kind. Pods stand for workloads of kinds that
    /// are not read.
    pub fn is_in(self, resource: &Resource) -> bool {
        resource.kind == self || (self == Self::Workload && resource.kind == Self::Pod)
    }
}

const fn core(kind: Kind, plural: &'static str, kind_name: &'static str) -> Resource {
    Resource {
        kind,
        group: "",
        versions: &["v1"],
        plural,
        kind_name,
        scope: Scope::Namespaced,
        optional: false,
    }
}

const fn built_in(
    kind: Kind,
    group: &'static str,
    version: &'static [&'static str],
    plural: &'static str,
    kind_name: &'static str,
) -> Resource {
    Resource {
        group,
        versions: version,
        ..core(kind, plural, kind_name)
    }
}

const fn custom(
    kind: Kind,
    group: &'static str,
    versions: &'static [&'static str],
    plural: &'static str,
    kind_name: &'static str,
) -> Resource {
    Resource {
        optional: true,
        ..built_in(kind, group, versions, plural, kind_name)
    }
}

const fn cloud(kind: Kind, plural: &'static str, kind_name: &'static str) -> Resource {
    Resource {
        group: COMPUTE,
        scope: Scope::Project,
        ..core(kind, plural, kind_name)
    }
}

impl Resource {
    const fn cluster_wide(self) -> Self {
        Self {
            scope: Scope::Cluster,
            ..self
        }
    }
}

const GATEWAY: &str = "gateway.networking.k8s.io";
const GKE: &str = "networking.gke.io";
const COMPUTE: &str = "compute.googleapis.com";

/// Every resource that is read.
#[rustfmt::skip]
pub static ALL: &[Resource] = &[
    core(Kind::Service, "services", "Service"),
    core(Kind::Pod, "pods", "Pod"),
    core(Kind::Event, "events", "Event"),
    core(Kind::Node, "nodes", "Node").cluster_wide(),
    core(Kind::Namespace, "namespaces", "Namespace").cluster_wide(),
    built_in(Kind::EndpointSlice, "discovery.k8s.io", &["v1"], "endpointslices", "EndpointSlice"),
    built_in(Kind::Workload, "apps", &["v1"], "deployments", "Deployment"),
    built_in(Kind::Workload, "apps", &["v1"], "statefulsets", "StatefulSet"),
    built_in(Kind::Workload, "apps", &["v1"], "daemonsets", "DaemonSet"),
    built_in(Kind::Ingress, "networking.k8s.io", &["v1"], "ingresses", "Ingress"),
    built_in(Kind::NetworkPolicy, "networking.k8s.io", &["v1"], "networkpolicies", "NetworkPolicy"),
    built_in(Kind::Scaler, "autoscaling", &["v2"], "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
    custom(Kind::Scaler, "keda.sh", &["v1alpha1"], "scaledobjects", "ScaledObject"),
    custom(Kind::BackendConfig, "cloud.google.com", &["v1", "v1beta1"], "backendconfigs", "BackendConfig"),
    custom(Kind::FrontendConfig, GKE, &["v1beta1"], "frontendconfigs", "FrontendConfig"),
    custom(Kind::HealthCheckPolicy, GKE, &["v1"], "healthcheckpolicies", "HealthCheckPolicy"),
    custom(Kind::GatewayPolicy, GKE, &["v1"], "gcpgatewaypolicies", "GCPGatewayPolicy"),
    custom(Kind::GatewayPolicy, GKE, &["v1"], "gcpbackendpolicies", "GCPBackendPolicy"),
    custom(Kind::ManagedCertificate, GKE, &["v1"], "managedcertificates", "ManagedCertificate"),
    custom(Kind::SvcNeg, GKE, &["v1beta1"], "servicenetworkendpointgroups", "ServiceNetworkEndpointGroup"),
    custom(Kind::GatewayClass, GATEWAY, &["v1", "v1beta1"], "gatewayclasses", "GatewayClass").cluster_wide(),
    custom(Kind::NegBinding, GKE, &["v1beta1"], "networkendpointgroupbindings", "NetworkEndpointGroupBinding"),
    custom(Kind::Gateway, GATEWAY, &["v1", "v1beta1"], "gateways", "Gateway"),
    custom(Kind::Route, GATEWAY, &["v1", "v1beta1"], "httproutes", "HTTPRoute"),
    custom(Kind::Route, GATEWAY, &["v1"], "grpcroutes", "GRPCRoute"),
    custom(Kind::Route, GATEWAY, &["v1", "v1alpha3", "v1alpha2"], "tlsroutes", "TLSRoute"),
    custom(Kind::Route, GATEWAY, &["v1alpha2"], "tcproutes", "TCPRoute"),
    custom(Kind::GitOps, "argoproj.io", &["v1alpha1"], "applications", "Application"),
    custom(Kind::GitOps, "helm.toolkit.fluxcd.io", &["v2", "v2beta2", "v2beta1"], "helmreleases", "HelmRelease"),
    custom(Kind::PeerAuthentication, "security.istio.io", &["v1", "v1beta1"], "peerauthentications", "PeerAuthentication"),
    custom(Kind::ReferenceGrant, GATEWAY, &["v1beta1", "v1"], "referencegrants", "ReferenceGrant"),
    custom(Kind::MultiCluster, GKE, &["v1"], "multiclusteringresses", "MultiClusterIngress"),
    custom(Kind::MultiCluster, GKE, &["v1"], "multiclusterservices", "MultiClusterService"),
    custom(Kind::MultiCluster, "net.gke.io", &["v1"], "serviceexports", "ServiceExport"),
    custom(Kind::MultiCluster, "net.gke.io", &["v1"], "serviceimports", "ServiceImport"),
    custom(Kind::VendorPolicy, "cilium.io", &["v2"], "ciliumnetworkpolicies", "CiliumNetworkPolicy"),
    custom(Kind::VendorPolicy, "cilium.io", &["v2"], "ciliumclusterwidenetworkpolicies", "CiliumClusterwideNetworkPolicy").cluster_wide(),
    cloud(Kind::Neg, "networkEndpointGroups", "compute#networkEndpointGroup"),
    cloud(Kind::Endpoints, "networkEndpoints", "compute#networkEndpointGroupsListNetworkEndpoints"),
    cloud(Kind::BackendService, "backendServices", "compute#backendService"),
    cloud(Kind::HealthCheck, "healthChecks", "compute#healthCheck"),
    cloud(Kind::ForwardingRule, "forwardingRules", "compute#forwardingRule"),
    cloud(Kind::TargetProxy, "targetHttpProxies", "compute#targetHttpProxy"),
    cloud(Kind::TargetProxy, "targetHttpsProxies", "compute#targetHttpsProxy"),
    cloud(Kind::TargetProxy, "targetTcpProxies", "compute#targetTcpProxy"),
    cloud(Kind::TargetProxy, "targetSslProxies", "compute#targetSslProxy"),
    cloud(Kind::UrlMap, "urlMaps", "compute#urlMap"),
    cloud(Kind::Address, "addresses", "compute#address"),
    cloud(Kind::Certificate, "sslCertificates", "compute#sslCertificate"),
    cloud(Kind::Network, "networks", "compute#network"),
    cloud(Kind::Subnetwork, "subnetworks", "compute#subnetwork"),
    // What works on a network comes by `getEffectiveFirewalls`; the rules alone from dumps.
    cloud(Kind::Firewall, "effectiveFirewalls", "compute#effectiveFirewalls"),
    cloud(Kind::Firewall, "firewalls", "compute#firewall"),
    cloud(Kind::Instance, "instances", "compute#instance"),
    cloud(Kind::Region, "regions", "compute#region"),
    cloud(Kind::Project, "projects", "compute#project"),
    Resource { group: "container.googleapis.com", ..cloud(Kind::GkeCluster, "clusters", "container#cluster") },
];
