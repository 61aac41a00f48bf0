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
    cluster
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
