//! What a user must be allowed to read: a ClusterRole, computed from the kinds that are looked at.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::document::Document;

use super::Kind;
use super::resource::{ALL, Resource};

/// The ClusterRole that allows to read these kinds and nothing else, as YAML.
pub fn cluster_role(name: &str, kinds: &[Kind]) -> String {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let read = |resource: &&Resource| {
        !resource.is_cloud() && kinds.iter().any(|kind| kind.is_in(resource))
    };
    for resource in ALL.iter().filter(read) {
        groups
            .entry(resource.group)
            .or_default()
            .insert(resource.plural);
    }
    let rule = |group: &str, resources: Value, verb: &str| json!({ "apiGroups": [group], "resources": resources, "verbs": [verb] });
    let lists = groups
        .iter()
        .map(|(group, resources)| rule(group, json!(resources), "list"));
    // With -n the namespaces are got one by one.
    let gets = kinds
        .contains(&Kind::Namespace)
        .then(|| rule("", json!(["namespaces"]), "get"));
    let object = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRole",
        "metadata": { "name": name },
        "rules": lists.chain(gets).collect::<Vec<_>>(),
    });
    Document::print("", &object).source().text.to_string()
}

/// What Google Cloud asks for to read a resource's objects; where global and regional ones have
/// permissions of their own, the first of them.
pub fn permission(resource: &Resource) -> &'static str {
    permissions(resource).first().copied().unwrap_or_default()
}

/// Every permission that reading a resource may need.
#[rustfmt::skip]
pub fn permissions(resource: &Resource) -> &'static [&'static str] {
    match resource.plural {
        "networkEndpointGroups" => &["compute.networkEndpointGroups.list", "compute.regionNetworkEndpointGroups.list", "compute.globalNetworkEndpointGroups.list"],
        "networkEndpoints" => &["compute.networkEndpointGroups.get"],
        "backendServices" => &["compute.backendServices.list", "compute.regionBackendServices.list"],
        "healthChecks" => &["compute.healthChecks.list", "compute.regionHealthChecks.list"],
        "forwardingRules" => &["compute.forwardingRules.list", "compute.globalForwardingRules.list"],
        "targetHttpProxies" => &["compute.targetHttpProxies.list", "compute.regionTargetHttpProxies.list"],
        "targetHttpsProxies" => &["compute.targetHttpsProxies.list", "compute.regionTargetHttpsProxies.list"],
        "targetTcpProxies" => &["compute.targetTcpProxies.list", "compute.regionTargetTcpProxies.list"],
        "targetSslProxies" => &["compute.targetSslProxies.list"],
        "urlMaps" => &["compute.urlMaps.list", "compute.regionUrlMaps.list"],
        "addresses" => &["compute.addresses.list", "compute.globalAddresses.list"],
        "sslCertificates" => &["compute.sslCertificates.list", "compute.regionSslCertificates.list"],
        "networks" => &["compute.networks.list"],
        "subnetworks" => &["compute.subnetworks.list"],
        "effectiveFirewalls" => &["compute.networks.getEffectiveFirewalls", "compute.networks.getRegionEffectiveFirewalls"],
        "instances" => &["compute.instances.list"],
        "regions" => &["compute.regions.list"],
        "projects" => &["compute.projects.get"],
        "clusters" => &["container.clusters.list"],
        _ => &[],
    }
}

/// The custom role that allows to read these kinds and nothing else, as
/// `gcloud iam roles create … --file` takes it.
pub fn custom_role(kinds: &[Kind]) -> String {
    let resources = ALL.iter().filter(|it| it.is_cloud());
    // Whose endpoints, and which networks' firewalls are read, other lists tell.
    let needs = |resource: &Resource| {
        let asks = |kind: Kind| kinds.contains(&kind);
        let after = asks(Kind::Endpoints) || asks(Kind::Firewall);
        asks(resource.kind)
            || (resource.kind == Kind::Neg && after)
            || (resource.kind == Kind::Network && asks(Kind::Firewall))
    };
    let needed = resources.filter(|resource| needs(resource));
    let permissions: BTreeSet<&str> = needed.flat_map(permissions).copied().collect();
    let role = json!({
        "title": "neg-doctor",
        "description": "Reads what neg-doctor looks at, and nothing else",
        "stage": "GA",
        "includedPermissions": permissions,
    });
    Document::print("", &role).source().text.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;
    use crate::document::Node;
    use crate::text::Source;

    #[test]
    fn a_role_reads_what_is_looked_at_and_nothing_else() {
        let every: Vec<Kind> = ALL.iter().map(|resource| resource.kind).collect();
        let role = cluster_role("neg-doctor", &every);
        let reading = document::read(&Source::new("role.yaml", role.as_str()), |_, _| true);
        let root = reading.documents[0].root();
        let mut allowed = BTreeSet::new();
        for rule in root.get("rules").unwrap().items() {
            let list = |name: &str| -> Vec<_> {
                rule.get(name)
                    .unwrap()
                    .items()
                    .filter_map(Node::string)
                    .collect()
            };
            for verb in list("verbs") {
                assert!(["list", "get"].contains(&verb), "{verb}");
                for resource in list("resources") {
                    allowed.insert((list("apiGroups")[0], resource, verb));
                }
            }
        }
        assert!(
            allowed
                .iter()
                .all(|(_, resource, _)| !resource.contains("secret") && *resource != "*")
        );
        for resource in ALL.iter().filter(|resource| !resource.is_cloud()) {
            assert!(
                allowed.remove(&(resource.group, resource.plural, "list")),
                "{}",
                resource.plural
            );
        }
        assert_eq!(
            allowed.into_iter().collect::<Vec<_>>(),
            [("", "namespaces", "get")]
        );
    }

    #[test]
    fn a_role_is_as_small_as_its_kinds() {
        let role = cluster_role("r", &[Kind::Pod, Kind::Service, Kind::BackendConfig]);
        assert_eq!(
            role,
            "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: r
rules:
- apiGroups:
  - ''
  resources:
  - pods
  - services
  verbs:
  - list
- apiGroups:
  - cloud.google.com
  resources:
  - backendconfigs
  verbs:
  - list
"
        );
    }
}
