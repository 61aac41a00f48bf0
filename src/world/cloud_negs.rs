//! NEGs and Services: which Service asks for a NEG of Google Cloud, and to whom a NEG belongs that
//! nobody asks for.

use std::collections::{BTreeSet, HashMap};

use crate::kind::Kind;
use crate::kind::cloud::Link;
use crate::kind::cloud::{BackendService, Neg, Owner};
use crate::kind::pod::Pod;
use crate::kind::svc_neg::MadeNeg;

use super::{Cluster, LiveNeg, Missing, World};

/// To whom a NEG belongs.
#[derive(Debug)]
pub enum Ownership<'w, 'd> {
    /// To the Service that asks for it.
    Asked(Box<LiveNeg<'w, 'd>>),
    /// To a cluster that was read, in which no Service asks for it any more.
    Unwanted(&'w Cluster, Owner),
    /// To a cluster that is gone: every cluster that could own it was read.
    ClusterGone(Owner),
    /// To somebody who was not read, or to nobody.
    Unclear(Owner, Missing),
    /// It does not say: not made by a controller of GKE, or of a custom name and left by one; or it
    /// is of nodes, which no claim asks for.
    Unknown,
}

impl<'d> World<'d> {
    /// The live Services that ask for a NEG: those of the cluster that it says it was made for, or
    /// where it says nothing, of the clusters of its project and zone, that want its name.
    pub fn askers(&self, neg: &Neg<'d>) -> Vec<LiveNeg<'_, 'd>> {
        let index = self.askers.get_or_init(|| self.index_askers());
        let places = index.get(neg.name()).into_iter().flatten();
        let owner = neg.owner();
        let asked = places.filter_map(|(service, port)| {
            let service = self.joined(*service as usize)?;
            let mut negs = service.live_negs().into_iter();
            negs.find(|it| it.of.port.port == *port)
        });
        asked
            .filter(|it| self.may_be(it, neg, owner.as_ref()))
            .collect()
    }

    fn index_askers(&self) -> HashMap<String, Vec<(u32, i64)>> {
        let mut index: HashMap<String, Vec<(u32, i64)>> = HashMap::new();
        for service in self.services().filter(|service| service.is_live()) {
            for neg in service.live_negs() {
                let place = (service.index as u32, neg.of.port.port);
                let made = neg.svc_neg.into_iter().flat_map(|it| &it.groups);
                let names: BTreeSet<String> = made
                    .map(|group| group.name.to_owned())
                    .chain(neg.name.map(str::to_owned))
                    .chain(neg.stated.map(str::to_owned))
                    .collect();
                for name in names {
                    index.entry(name).or_default().push(place);
                }
            }
        }
        index
    }

    /// Whether a NEG can be the one that a Service asks for.
    fn may_be(&self, asked: &LiveNeg<'_, '_>, neg: &Neg<'d>, owner: Option<&Owner>) -> bool {
        let object = &asked.service.service.object;
        let Some(cluster) = self.clusters(object).next() else {
            return false;
        };
        if cluster.project.as_deref() != Some(neg.link.project) {
            return false;
        }
        let Some(owner) = owner else {
            let zone = neg.link.zone();
            return zone.is_some_and(|zone| cluster.zones.iter().any(|it| it == zone));
        };
        let uid = cluster.kube_system_uid.as_deref();
        uid.is_none_or(|uid| uid == owner.cluster_uid)
            && Some(owner.namespace.as_str()) == object.namespace
            && owner.service_name == object.name
    }

    /// To whom a NEG belongs.
    pub fn ownership(&self, neg: &Neg<'d>) -> Ownership<'_, 'd> {
        if let Some(asked) = self.askers(neg).into_iter().next() {
            return Ownership::Asked(Box::new(asked));
        }
        let Some(owner) = neg.owner() else {
            return Ownership::Unknown;
        };
        let mut clusters = self.clusters.seen().map(|(_, cluster)| cluster);
        let uid = Some(owner.cluster_uid.as_str());
        if let Some(cluster) = clusters.find(|it| it.kube_system_uid.as_deref() == uid) {
            // NEGs of nodes, for Service load balancers, need no claim.
            if owner.port == "0" {
                return Ownership::Unknown;
            }
            let services = cluster.whole_of(Kind::Service, &owner.namespace);
            let records = || cluster.whole_of(Kind::SvcNeg, &owner.namespace);
            return match services.and_then(|()| records()) {
                Ok(()) => Ownership::Unwanted(cluster, owner),
                Err(missing) => Ownership::Unclear(owner, missing),
            };
        }
        match self.all_clusters_read(neg.link.project) {
            Ok(()) => Ownership::ClusterGone(owner),
            Err(missing) => Ownership::Unclear(owner, missing),
        }
    }

    /// Whether every GKE cluster of a project was looked at, so that a NEG of none of them belongs
    /// to one that is gone.
    pub(super) fn all_clusters_read(&self, project: &str) -> Result<(), Missing> {
        self.cloud.whole(Kind::GkeCluster, project)?;
        let in_project = self.cloud.gke_clusters();
        let in_project = in_project.filter(|it| it.link.project == project).count();
        let seen = self.clusters.seen().map(|(_, cluster)| cluster);
        let seen = seen.filter(|it| it.project.as_deref() == Some(project));
        let seen: BTreeSet<_> = seen
            .filter_map(|it| it.kube_system_uid.as_deref())
            .collect();
        if seen.len() >= in_project {
            return Ok(());
        }
        Err(Missing::new(
            format!(
                "project {project} has {in_project} GKE clusters, and {} of them were read",
                seen.len()
            ),
            "--context for each of its clusters",
        ))
    }

    /// The live Services behind a backend service, by its NEGs, each port of each once.
    pub fn services_behind(&self, service: &BackendService<'d>) -> Vec<LiveNeg<'_, 'd>> {
        let mut behind: Vec<LiveNeg<'_, 'd>> = Vec::new();
        for (neg, _) in self.cloud.negs_of(service) {
            for asked in self.askers(&neg) {
                let same = |it: &LiveNeg<'_, '_>| {
                    it.service.index == asked.service.index && it.of.port.port == asked.of.port.port
                };
                if !behind.iter().any(same) {
                    behind.push(asked);
                }
            }
        }
        behind
    }
}

impl<'w, 'd> LiveNeg<'w, 'd> {
    /// The NEGs of Google Cloud that are this one's, one for each zone.
    pub fn in_cloud(&self) -> Vec<Neg<'d>> {
        let world = self.service.world;
        let made = self.svc_neg.into_iter().flat_map(|it| &it.groups);
        let made: BTreeSet<Link<'d>> = made.filter_map(MadeNeg::link).collect();
        let names: BTreeSet<&str> = made
            .iter()
            .map(|link| link.name)
            .chain(self.name)
            .chain(self.stated)
            .collect();
        names
            .into_iter()
            .flat_map(|name| world.cloud.negs_named(name))
            .filter(|neg| world.may_be(self, neg, neg.owner().as_ref()))
            .collect()
    }

    /// The running Pod with this address, among those that the Service selects.
    pub fn pod_at(&self, address: &str) -> Option<&'w Pod<'d>> {
        self.service.pods().find(|pod| pod.ip() == Some(address))
    }
}
