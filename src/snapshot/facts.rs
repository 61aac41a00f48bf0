//! What the objects of a snapshot tell of their cluster: project, zones, UIDs. A `[[cluster]]`
//! entry of the configuration states the same by hand.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::document::Node;
use crate::kind::Kind;
use crate::world::Cluster;

use super::Snapshot;

/// The kinds whose objects tell of their cluster.
pub const FACTS: &[Kind] = &[Kind::Node, Kind::Namespace, Kind::SvcNeg];

/// The cluster of a snapshot, as its objects describe it.
pub fn cluster(snapshot: &Snapshot) -> Cluster {
    let header = &snapshot.header;
    let mut cluster = Cluster {
        name: header.name.clone(),
        version: header.version,
        namespace: header.namespace.clone(),
        seen: Some(Arc::clone(header)),
        ..Cluster::default()
    };
    let mut zones = BTreeSet::new();
    for document in &snapshot.documents {
        let (api_version, kind) = document.type_meta();
        let root = document.root();
        let meta = |name: &str| root.at(&["metadata", name]).and_then(Node::text);
        match Kind::of(api_version, kind) {
            Kind::Node => {
                let provider = root.at(&["spec", "providerID"]).and_then(Node::text);
                if let Some((project, zone)) = provider.and_then(instance) {
                    cluster.project.get_or_insert_with(|| project.to_owned());
                    zones.insert(zone.to_owned());
                }
            }
            Kind::Namespace if meta("name") == Some("kube-system") => {
                cluster.kube_system_uid = meta("uid").map(str::to_owned);
            }
            Kind::SvcNeg if cluster.cluster_uid.is_none() => {
                cluster.cluster_uid = meta("name").and_then(uid_of_name).map(str::to_owned);
            }
            _ => {}
        }
    }
    cluster.zones = zones.into_iter().collect();
    cluster.location = region(&cluster.zones).map(str::to_owned);
    if let Some((project, location)) = of_context(&header.name) {
        cluster.project.get_or_insert_with(|| project.to_owned());
        cluster.location.get_or_insert_with(|| location.to_owned());
    }
    cluster
}

/// Project and location of a context as `gcloud container clusters get-credentials` names it:
/// `gke_project_location_cluster`. Neither has an underscore in its name.
fn of_context(name: &str) -> Option<(&str, &str)> {
    let mut parts = name.strip_prefix("gke_")?.splitn(3, '_');
    let (project, location, cluster) = (parts.next()?, parts.next()?, parts.next()?);
    let named = !project.is_empty() && location.contains('-') && !cluster.is_empty();
    named.then_some((project, location))
}

/// Project and zone of `gce://project/zone/instance`.
pub(crate) fn instance(provider_id: &str) -> Option<(&str, &str)> {
    let mut parts = provider_id.strip_prefix("gce://")?.split('/');
    let (project, zone) = (parts.next()?, parts.next()?);
    (!project.is_empty() && !zone.is_empty()).then_some((project, zone))
}

/// The eight characters of the cluster's UID in a generated name: `k8s1-01234567-…`.
fn uid_of_name(name: &str) -> Option<&str> {
    let uid = name.strip_prefix("k8s1-")?.split('-').next()?;
    (uid.len() == 8).then_some(uid)
}

/// The region of all these zones.
fn region(zones: &[String]) -> Option<&str> {
    let of = |zone: &'_ str| zone.rsplit_once('-').map(|(region, _)| region.to_owned());
    let (region, _) = zones.first()?.rsplit_once('-')?;
    let all = zones.iter().all(|zone| of(zone).as_deref() == Some(region));
    all.then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_of_gcloud_tell_project_and_location() {
        let told = of_context("gke_acme-mail_europe-west1_prod_1");
        assert_eq!(told, Some(("acme-mail", "europe-west1")));
        for name in [
            "prod",
            "gke_acme",
            "gke_acme_europe-west1_",
            "gke__a-b_c",
            "gke_a_b_c",
        ] {
            assert_eq!(of_context(name), None, "{name}");
        }
    }

    #[test]
    fn a_region_is_that_of_all_zones() {
        let zones = |zones: &[&str]| zones.iter().map(|zone| (*zone).to_owned()).collect();
        let one: Vec<String> = zones(&["europe-west1-b", "europe-west1-c"]);
        assert_eq!(region(&one), Some("europe-west1"));
        let two: Vec<String> = zones(&["europe-west1-b", "europe-west4-a"]);
        assert_eq!(region(&two), None);
    }

    #[test]
    fn an_instance_has_a_project_and_a_zone() {
        assert_eq!(
            instance("gce://p/europe-west1-b/n"),
            Some(("p", "europe-west1-b"))
        );
        for other in [
            "",
            "gce://",
            "gce://p",
            "gce:///z/n",
            "aws:///eu-west-1a/i-0",
        ] {
            assert_eq!(instance(other), None, "{other}");
        }
    }
}
