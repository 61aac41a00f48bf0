//! Which fields of live objects are kept, kind by kind. What is not listed never enters the
//! program: no environment, no arguments, no last-applied text, nothing of other tools.
//!
//! A list is written as `spec(ports selector) status@rule`: names beside each other, what is kept
//! below a name in parentheses (`()` keeps that it is there), `*` for any name, and `@rule` for
//! what `reduce` does with the value. Lists of objects are passed through.

mod reduce;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::resource::Resource;

pub use reduce::is_balancing;

/// What is kept of a value.
#[derive(Debug, Clone)]
pub enum Fields {
    /// All of it.
    Whole,
    /// These members, in order of their names; `*` stands for any.
    Only(Vec<(String, Fields)>),
    /// What this makes of it.
    Reduced(Box<Fields>, fn(Value) -> Value),
}

impl Fields {
    /// What is kept of the objects of a resource.
    pub fn of(resource: &Resource) -> &'static Self {
        static LISTS: LazyLock<HashMap<&str, Fields>> = LazyLock::new(|| {
            let lists = LISTED.iter();
            lists
                .map(|(kind, list)| {
                    let list = list.replace("*HEAD", OF_COMPUTE);
                    // What Google Cloud calls metadata holds secrets: scripts, keys.
                    let head = if kind.contains('#') {
                        ""
                    } else {
                        "metadata@metadata "
                    };
                    let fields = Fields::parse(&format!("{head}{list}"));
                    let fields = match *kind {
                        "Event" => Fields::Reduced(Box::new(fields), reduce::event),
                        _ => fields,
                    };
                    (*kind, fields)
                })
                .collect()
        });
        // Of what is not listed only the head is kept.
        static HEAD: LazyLock<Fields> = LazyLock::new(|| Fields::parse("metadata@metadata"));
        LISTS.get(resource.kind_name).unwrap_or(&HEAD)
    }

    /// What is kept of the member of this name; `None` for nothing.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Whole => Some(self),
            Self::Only(members) => members
                .iter()
                .find(|(listed, _)| listed == name || listed == "*")
                .map(|(_, fields)| fields),
            Self::Reduced(fields, _) => fields.member(name),
        }
    }

    /// As a request to Google Cloud names what it wants, so that nothing else is sent:
    /// `name,backends(group)`. Empty for all.
    pub fn mask(&self) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Reduced(fields, _) => fields.mask(),
            Self::Only(members) => {
                let member = |(name, fields): &(String, Self)| match fields.mask() {
                    below if below.is_empty() => name.clone(),
                    below => format!("{name}({below})"),
                };
                members.iter().map(member).collect::<Vec<_>>().join(",")
            }
        }
    }

    fn parse(list: &str) -> Self {
        let spaced = list.replace('(', " ( ").replace(')', " ) ");
        Self::members(&mut spaced.split_whitespace().peekable())
    }

    fn members<'l>(words: &mut std::iter::Peekable<impl Iterator<Item = &'l str>>) -> Self {
        let mut members = Vec::new();
        while let Some(word) = words.next().filter(|word| *word != ")") {
            let (name, rule) = word.split_once('@').unwrap_or((word, ""));
            let fields = if words.next_if_eq(&"(").is_some() {
                Self::members(words)
            } else {
                Self::ruled(rule)
            };
            members.push((name.to_owned(), fields));
        }
        Self::Only(members)
    }

    /// What a rule's name stands for.
    fn ruled(rule: &str) -> Self {
        let whole = |reduce| Self::Reduced(Box::new(Self::Whole), reduce);
        let listed = |list, reduce| Self::Reduced(Box::new(Self::parse(list)), reduce);
        match rule {
            "metadata" => listed(METADATA, reduce::metadata),
            "pod" => Self::parse(POD),
            "containers" => Self::parse(CONTAINER),
            "probe" => Self::parse(PROBE),
            "headers" => whole(reduce::headers),
            "path" => whole(reduce::path),
            "pause" => whole(reduce::pause),
            "headerNames" => whole(reduce::header_names),
            _ => Self::Whole,
        }
    }

    /// What is left of a value of which nothing but the listed members was read.
    pub fn finish(&self, value: Value) -> Value {
        match self {
            Self::Reduced(_, reduce) => reduce(value),
            Self::Whole | Self::Only(_) => value,
        }
    }
}

const METADATA: &str = "
    name namespace uid creationTimestamp deletionTimestamp deletionGracePeriodSeconds generation
    finalizers labels annotations ownerReferences(apiVersion kind name uid controller)
    managedFields(operation time fieldsV1(f:spec() f:metadata(f:annotations(*))))
    lastAppliedAnnotations lastChanged";

const POD: &str = "
    nodeName hostNetwork readinessGates terminationGracePeriodSeconds
    containers@containers initContainers@containers";

const CONTAINER: &str = "
    name image ports restartPolicy readinessProbe@probe
    lifecycle(preStop(exec(command@pause) httpGet(port) tcpSocket(port) sleep))";

const PROBE: &str = "
    exec() grpc tcpSocket httpGet(host path@path port scheme httpHeaders@headers)
    initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold";

/// What is kept beside `metadata`, by `kind`.
#[rustfmt::skip]
const LISTED: &[(&str, &str)] = &[
    ("Service", "
        spec(type ports selector clusterIP ipFamilies ipFamilyPolicy externalTrafficPolicy
            internalTrafficPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges
            healthCheckNodePort allocateLoadBalancerNodePorts publishNotReadyAddresses)
        status"),
    ("Pod", "
        spec@pod
        status(phase reason podIP podIPs startTime conditions containerStatuses(name ready))"),
    ("Event", "
        involvedObject regarding reason type message note source(component) reportingComponent
        reportingController firstTimestamp lastTimestamp eventTime count series
        deprecatedSource(component) deprecatedFirstTimestamp deprecatedLastTimestamp deprecatedCount"),
    ("Node", "
        spec(providerID podCIDR podCIDRs unschedulable taints)
        status(addresses conditions(type status reason lastTransitionTime))"),
    ("Namespace", "spec status"),
    ("EndpointSlice", "
        addressType ports
        endpoints(addresses conditions nodeName zone targetRef(kind name namespace))"),
    ("Deployment", WORKLOAD),
    ("StatefulSet", WORKLOAD),
    ("DaemonSet", WORKLOAD),
    ("ReplicaSet", WORKLOAD),
    ("Rollout", WORKLOAD),
    ("Ingress", "spec status"),
    ("IngressClass", "spec"),
    ("NetworkPolicy", "spec"),
    ("CiliumNetworkPolicy", "spec specs"),
    ("CiliumClusterwideNetworkPolicy", "spec specs"),
    ("HorizontalPodAutoscaler", "spec(scaleTargetRef minReplicas maxReplicas)"),
    ("ScaledObject", "spec(scaleTargetRef minReplicaCount maxReplicaCount idleReplicaCount)"),
    ("BackendConfig", "
        spec(affinity cdn(enabled cachePolicy cacheMode signedUrlKeys(keyName secretName))
            connectionDraining customRequestHeaders(headers@headerNames)
            customResponseHeaders(headers@headerNames) healthCheck
            iap(enabled oauthclientCredentials(secretName)) logging securityPolicy
            sessionAffinity timeoutSec)
        status"),
    ("FrontendConfig", "spec status"),
    ("ManagedCertificate", "spec status"),
    ("ServiceNetworkEndpointGroup", "spec status"),
    ("NetworkEndpointGroupBinding", "spec status"),
    ("NodeTopology", "spec status"),
    ("Gateway", "spec status"),
    ("GatewayClass", "spec(controllerName parametersRef) status"),
    ("HTTPRoute", ROUTE),
    ("GRPCRoute", ROUTE),
    ("TLSRoute", ROUTE),
    ("TCPRoute", ROUTE),
    ("ReferenceGrant", "spec"),
    ("GCPBackendPolicy", "
        spec(targetRef default(backendPreference connectionDraining iap(enabled) logging
            maxRatePerEndpoint scopes securityPolicy sessionAffinity timeoutSec))
        status"),
    ("GCPGatewayPolicy", "spec status"),
    ("HealthCheckPolicy", "spec status"),
    ("MultiClusterIngress", "spec status"),
    ("MultiClusterService", "spec status"),
    ("ServiceExport", "spec status"),
    ("ServiceImport", "spec status"),
    ("PeerAuthentication", "spec"),
    ("Application", "
        spec(destination source(path) sources(path) syncPolicy(syncOptions automated)
            ignoreDifferences(group kind name namespace jsonPointers jqPathExpressions))"),
    ("HelmRelease", "spec(releaseName targetNamespace upgrade(force))"),
    ("compute#networkEndpointGroup", "
        *HEAD description networkEndpointType size network subnetwork zone region defaultPort
        annotations"),
    ("compute#networkEndpointGroupsListNetworkEndpoints", "
        kind networkEndpointGroup
        items(networkEndpoint(instance ipAddress ipv6Address port)
            healths(healthState ipv6HealthState backendService forwardingRule))"),
    ("compute#backendService", "
        *HEAD description region loadBalancingScheme protocol portName timeoutSec network
        sessionAffinity ipAddressSelectionPolicy externalManagedMigrationState
        connectionDraining healthChecks serviceBindings dynamicForwarding usedBy securityPolicy
        iap(enabled) enableCDN subsetting failoverPolicy
        backends(group balancingMode capacityScaler failover maxConnections
            maxConnectionsPerEndpoint maxConnectionsPerInstance maxRate maxRatePerEndpoint
            maxRatePerInstance maxUtilization maxInFlightRequests maxInFlightRequestsPerEndpoint
            preference description)"),
    ("compute#healthCheck", "
        *HEAD description region type checkIntervalSec timeoutSec healthyThreshold
        unhealthyThreshold sourceRegions logConfig
        tcpHealthCheck sslHealthCheck httpHealthCheck httpsHealthCheck http2HealthCheck
        grpcHealthCheck grpcTlsHealthCheck"),
    ("compute#forwardingRule", "
        *HEAD description region loadBalancingScheme networkTier IPAddress IPProtocol ipVersion
        portRange ports allPorts target backendService network subnetwork allowGlobalAccess
        pscConnectionId parentForwardingRule baseForwardingRule sourceIpRanges isMirroringCollector
        externalManagedBackendBucketMigrationState labels serviceName"),
    // The API refuses to be asked for fields that an object of this kind cannot have.
    ("compute#targetHttpProxy", "*HEAD description region urlMap"),
    ("compute#targetHttpsProxy", "
        *HEAD description region urlMap sslCertificates certificateMap sslPolicy quicOverride
        serverTlsPolicy"),
    ("compute#targetTcpProxy", "*HEAD description region service proxyHeader"),
    ("compute#targetSslProxy", "
        *HEAD description service proxyHeader sslCertificates certificateMap sslPolicy"),
    ("compute#urlMap", "
        *HEAD description region defaultService defaultUrlRedirect defaultRouteAction hostRules
        pathMatchers"),
    ("compute#address", "
        *HEAD description region address addressType purpose networkTier status users ipVersion
        subnetwork network prefixLength labels"),
    ("compute#sslCertificate", "
        *HEAD description region type managed expireTime subjectAlternativeNames"),
    ("compute#network", "
        *HEAD description autoCreateSubnetworks networkFirewallPolicyEnforcementOrder
        peerings(network state)"),
    ("compute#subnetwork", "
        *HEAD description region network purpose role state ipCidrRange ipv6CidrRange
        internalIpv6Prefix externalIpv6Prefix stackType secondaryIpRanges(rangeName ipCidrRange)"),
    ("compute#effectiveFirewalls", "kind network region firewallPolicys firewalls"),
    ("compute#firewall", "
        *HEAD description network direction priority disabled sourceRanges sourceTags
        sourceServiceAccounts destinationRanges targetTags targetServiceAccounts allowed denied"),
    ("compute#instance", "
        *HEAD zone status tags(items) serviceAccounts(email) labels
        networkInterfaces(network subnetwork networkIP ipv6Address aliasIpRanges)"),
    ("compute#region", "*HEAD quotas status"),
    ("compute#project", "*HEAD quotas xpnProjectStatus"),
    ("container#cluster", "
        name selfLink location locations status network subnetwork createTime
        networkConfig(network subnetwork datapathProvider enableL4ilbSubsetting)
        addonsConfig(httpLoadBalancing)
        ipAllocationPolicy(useIpAliases clusterIpv4CidrBlock)"),
];

/// What every object of Compute Engine is known by.
const OF_COMPUTE: &str = "kind id name selfLink creationTimestamp";

const WORKLOAD: &str = "
    spec(replicas minReadySeconds selector strategy updateStrategy progressDeadlineSeconds paused
        template(metadata@metadata spec@pod))
    status(observedGeneration replicas updatedReplicas readyReplicas availableReplicas
        unavailableReplicas currentReplicas desiredNumberScheduled numberReady numberAvailable
        numberUnavailable updatedNumberScheduled conditions)";

const ROUTE: &str = "
    spec(parentRefs hostnames
        rules(name matches(path method) timeouts
            backendRefs(group kind name namespace port weight)
            filters(type requestMirror requestRedirect urlRewrite)))
    status";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::resource::ALL;

    #[test]
    fn every_resource_has_its_list() {
        for resource in ALL {
            let listed = LISTED.iter().any(|(kind, _)| *kind == resource.kind_name);
            assert!(listed, "{}", resource.kind_name);
        }
    }

    #[test]
    fn lists_are_understood() {
        let fields = Fields::parse("a(b c() d(*)) e");
        let at = |path: &[&str]| {
            path.iter()
                .try_fold(&fields, |fields, name| fields.member(name))
        };
        assert!(matches!(at(&["a", "b", "any"]), Some(Fields::Whole)));
        assert!(matches!(at(&["a", "c"]), Some(Fields::Only(none)) if none.is_empty()));
        assert!(matches!(at(&["a", "d", "any"]), Some(Fields::Whole)));
        assert!(at(&["e"]).is_some() && at(&["b"]).is_none() && at(&["a", "c", "d"]).is_none());
    }

    #[test]
    fn masks_are_as_google_takes_them() {
        let fields = Fields::parse("name backends(group zone(name)) size");
        assert_eq!(fields.mask(), "name,backends(group,zone(name)),size");
        let instance = Fields::of(Resource::of_collection("instances").unwrap());
        assert!(!instance.mask().contains("metadata"), "{}", instance.mask());
        assert!(instance.member("metadata").is_none());
    }

    #[test]
    fn parentheses_are_even_and_rules_are_known() {
        let lists = LISTED.iter().map(|(_, list)| *list);
        for list in lists.chain([METADATA, POD, CONTAINER, PROBE]) {
            assert_eq!(
                list.matches('(').count(),
                list.matches(')').count(),
                "{list}"
            );
            for word in list
                .split_whitespace()
                .filter_map(|word| word.split_once('@'))
            {
                let rule = word.1.trim_end_matches(')');
                assert!(!matches!(Fields::ruled(rule), Fields::Whole), "@{rule}");
            }
        }
    }
}
