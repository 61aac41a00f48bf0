//! The zones that the Pods of a Service are ready in, those where the controller makes NEGs, and those
//! that it has given up.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use crate::kind::cluster_node::{ClusterNode, NotCandidate};
use crate::kind::condition::Condition;
use crate::kind::object::Object;
use crate::kind::pod::Pod;

use super::{ClusterSet, GRACE, Joined, World};

/// For each zone of each cluster since when it has a Node that the controller takes endpoints from.
#[derive(Debug, Default)]
pub struct UsableZones<'d>(HashMap<(ClusterSet, &'d str), Timestamp>);

impl UsableZones<'_> {
    /// Since when a zone of an object's cluster is usable; `None` where it is not.
    pub fn since(&self, beside: &Object<'_>, zone: &str) -> Option<Timestamp> {
        self.0.get(&(beside.clusters, zone)).copied()
    }
}

/// A zone of a cluster of which the controller uses no Node, and for so long that it has taken every
/// endpoint there out of its NEGs.
#[derive(Debug)]
pub struct LostZone<'w, 'd> {
    /// Its cluster.
    pub clusters: ClusterSet,
    /// Its name.
    pub zone: &'d str,
    /// All Nodes there, and why each is passed over.
    pub nodes: Vec<(&'w ClusterNode<'d>, NotCandidate<'d>)>,
}

impl<'d> World<'d> {
    /// The zones that have Nodes, of which the controller uses none. One without a Pod range may be
    /// used after all, so that its zone is not among them.
    pub fn lost_zones(&self) -> Vec<LostZone<'_, 'd>> {
        let mut zones: BTreeMap<_, Option<Vec<(&ClusterNode<'d>, _)>>> = BTreeMap::new();
        for node in &self.nodes {
            let Some(zone) = node.zone() else { continue };
            let key = (node.object.cluster_name, zone);
            let of_zone = zones.entry(key).or_insert_with(|| Some(Vec::new()));
            match node
                .not_candidate()
                .filter(|why| self.is_lasting(node, why))
            {
                Some(why) => of_zone.iter_mut().for_each(|nodes| nodes.push((node, why))),
                None => *of_zone = None,
            }
        }
        let lost = zones.into_iter().filter_map(|((_, zone), nodes)| {
            let nodes = nodes?;
            let (first, _) = nodes.first()?;
            Some(LostZone {
                clusters: first.object.clusters,
                zone,
                nodes,
            })
        });
        lost.collect()
    }

    /// Whether a Node has been passed over for longer than the controllers take to act on it.
    fn is_lasting(&self, node: &ClusterNode<'_>, why: &NotCandidate<'_>) -> bool {
        let since = match why {
            NotCandidate::NotReady(_) => ready_since(node),
            NotCandidate::BeingDeleted(_) => node.deletion_began(),
            // When a label was set is not told.
            NotCandidate::Excluded(_) => node.object.created(),
            NotCandidate::NoPodRange => None,
        };
        let age = self.age(&node.object, since);
        age.is_some_and(|age| age >= GRACE)
    }

    /// The zones that the controller makes NEGs in.
    pub fn usable_zones(&self) -> UsableZones<'d> {
        let mut zones = UsableZones::default();
        let nodes = self.nodes.iter();
        for node in nodes.filter(|node| node.not_candidate().is_none()) {
            let Some(zone) = node.zone() else { continue };
            let since = ready_since(node).unwrap_or(Timestamp::MIN);
            let key = (node.object.clusters, zone);
            let first = zones.0.entry(key).or_insert(since);
            *first = since.min(*first);
        }
        zones
    }
}

fn ready_since(node: &ClusterNode<'_>) -> Option<Timestamp> {
    let ready = Condition::find(node.object.root(), "Ready").and_then(|ready| ready.since);
    ready.max(node.object.created())
}

impl<'w, 'd> Joined<'w, 'd> {
    /// The Pods that its selector takes and that have been ready for longer than the controllers
    /// take, by zone. A zone that is not usable, or only became so, is left out.
    pub fn ready_pods_by_zone(
        self,
        usable: &UsableZones<'_>,
    ) -> BTreeMap<&'d str, Vec<&'w Pod<'d>>> {
        let object = &self.service.object;
        let is_old = |since: Option<Timestamp>| {
            let age = self.world.age(object, since);
            age.is_some_and(|age| age >= GRACE)
        };
        let mut zones: BTreeMap<&str, Vec<&Pod<'_>>> = BTreeMap::new();
        for pod in self.pods().filter(|pod| pod.is_alive()) {
            let ready = pod.containers_ready_since();
            if let Some(zone) = self.world.zone_of(pod)
                && is_old(ready)
                && is_old(usable.since(object, zone))
            {
                zones.entry(zone).or_default().push(pod);
            }
        }
        zones
    }
}
