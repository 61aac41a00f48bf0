//! Moves between clusters: backend services whose NEGs were made by several clusters.

use std::collections::BTreeMap;

use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService, Neg, Owner};
use crate::kind::object::Object;

use super::{Cluster, Missing, Probed, World};

/// The NEGs of one cluster behind a backend service.
#[derive(Debug)]
pub struct Side<'w, 'd> {
    /// Whom the first of them was made for.
    pub owner: Owner,
    /// The cluster, where it was read.
    pub cluster: Option<&'w Cluster>,
    /// Its NEGs, each with its entry; at least one.
    pub backends: Vec<(Neg<'d>, Backend<'d>)>,
}

impl<'d> World<'d> {
    /// The NEGs behind a backend service by the cluster that made them; those that name none are
    /// left out.
    pub fn sides(&self, service: &BackendService<'d>) -> Vec<Side<'_, 'd>> {
        let mut sides: BTreeMap<String, Side<'_, 'd>> = BTreeMap::new();
        for (neg, backend) in self.cloud.negs_of(service) {
            let Some(owner) = neg.owner() else { continue };
            let uid = owner.cluster_uid.clone();
            let side = sides.entry(uid).or_insert_with(|| Side {
                cluster: self.cluster_with(&owner.cluster_uid),
                owner,
                backends: Vec::new(),
            });
            side.backends.push((neg, backend));
        }
        sides.into_values().collect()
    }

    /// The cluster whose namespace `kube-system` has this UID, where it was read.
    pub fn cluster_with(&self, uid: &str) -> Option<&Cluster> {
        let mut seen = self.clusters.seen().map(|(_, cluster)| cluster);
        seen.find(|cluster| cluster.kube_system_uid.as_deref() == Some(uid))
    }
}

impl World<'_> {
    /// Whether an object that something in a project was made for is gone: every cluster of the
    /// project was read, and none has it.
    pub fn is_gone(
        &self,
        kind: Kind,
        project: &str,
        namespace: &str,
        name: &str,
    ) -> Result<bool, Missing> {
        let is_it = |object: &Object<'_>| {
            object.namespace == Some(namespace) && object.name == name && object.live.is_some()
        };
        let found = match kind {
            Kind::Ingress => self.ingresses.iter().any(|it| is_it(&it.object)),
            _ => self.services_named(name).any(|it| is_it(&it.object)),
        };
        if found {
            return Ok(false);
        }
        self.all_clusters_read(project)?;
        let seen = self.clusters.seen().map(|(_, cluster)| cluster);
        let mut own = seen.filter(|it| it.project.as_deref() == Some(project));
        own.try_for_each(|cluster| cluster.whole_of(kind, namespace))?;
        Ok(true)
    }
}

impl<'d> Side<'_, 'd> {
    /// `cluster blue`
    pub fn called(&self) -> String {
        let uid = &self.owner.cluster_uid;
        let read = self.cluster.map(|it| it.name.as_str());
        match read.filter(|name| !name.is_empty()) {
            Some(name) => format!("cluster {name}"),
            None => format!("the cluster whose namespace kube-system has the UID {uid}"),
        }
    }

    /// How many endpoints its NEGs say they have.
    pub fn size(&self) -> i64 {
        self.backends.iter().map(|(neg, _)| neg.size()).sum()
    }

    /// True where none of its NEGs is sent to.
    pub fn is_drained(&self) -> bool {
        self.backends
            .iter()
            .all(|(_, backend)| backend.scaler() <= 0.0)
    }

    /// True where all of its NEGs are sent less than they could take.
    pub fn is_draining(&self) -> bool {
        self.backends
            .iter()
            .all(|(_, backend)| backend.scaler() < 1.0)
    }

    /// True where it has a NEG in a zone.
    pub fn is_in(&self, zone: &str) -> bool {
        let mut backends = self.backends.iter();
        backends.any(|(neg, _)| neg.link.zone() == Some(zone))
    }

    /// Those of the endpoints behind the backend service that are its own.
    pub fn own<'p>(&self, probed: &'p [Probed<'d>]) -> Vec<&'p Probed<'d>> {
        let own = |it: &&Probed<'d>| {
            let mut backends = self.backends.iter();
            backends.any(|(neg, _)| neg.link == it.neg.link)
        };
        probed.iter().filter(own).collect()
    }
}
