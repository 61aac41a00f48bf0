//! The objects of Google Cloud, joined by their links: who refers to whom, and what is known to be
//! missing.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::document::Document;
use crate::kind::Kind;
use crate::kind::cloud::{
    Address, Backend, BackendService, Certificate, CloudObject, Endpoint, Endpoints, Firewalls,
    ForwardingRule, GkeCluster, HealthCheck, Instance, Link, Neg, Network, Quotas, Reference,
    Subnetwork, TargetProxy, UrlMap,
};
use crate::snapshot::{Header, Read, Snapshot};

use super::Missing;
use super::admission::Admissions;
use super::road::Road;

/// The objects of Google Cloud of a run.
#[derive(Debug, Default)]
pub struct Cloud<'d> {
    /// The projects that were read.
    projects: Vec<Arc<Header>>,
    pub(super) objects: Vec<CloudObject<'d>>,
    by_kind: HashMap<Kind, Vec<u32>>,
    /// What a link leads to; endpoints and firewalls have the link of what they belong to.
    by_link: HashMap<(Kind, Link<'d>), u32>,
    /// The NEGs of each name.
    negs_by_name: HashMap<&'d str, Vec<u32>>,
    /// For each group the backend services that hold it.
    holders: HashMap<Link<'d>, Vec<u32>>,
    /// Numbers of projects with their ids.
    numbers: HashMap<&'d str, &'d str>,
    /// For each link what sends to it.
    pub(super) senders: HashMap<Link<'d>, Vec<u32>>,
    pub(super) roads: Vec<Road<'d>>,
    /// For each backend service the roads to it.
    pub(super) roads_by_service: HashMap<Link<'d>, Vec<u32>>,
    pub(super) admissions: Vec<Admissions<'d>>,
}

/// What a link leads to.
#[derive(Debug, Clone)]
pub enum Sought<T> {
    /// This.
    Found(T),
    /// Nothing: all objects of the kind in the link's project were read.
    Absent,
    /// It was not found, and may be there.
    Unclear(Missing),
}

impl<T> Sought<T> {
    /// What was found.
    pub fn found(self) -> Option<T> {
        match self {
            Self::Found(found) => Some(found),
            Self::Absent | Self::Unclear(_) => None,
        }
    }
}

impl<'d> Cloud<'d> {
    /// Joins what was seen of projects and what somebody printed. Of two texts of one object the
    /// later one counts.
    pub(super) fn join(projects: &'d [Snapshot], dumped: &'d [Document]) -> Self {
        let seen = projects.iter().flat_map(|project| &project.documents);
        let read = seen.chain(dumped).filter_map(CloudObject::new);
        let mut cloud = Self {
            projects: projects.iter().map(|it| Arc::clone(&it.header)).collect(),
            ..Self::default()
        };
        for object in read {
            cloud.take(object);
        }
        for (index, object) in cloud.objects.iter().enumerate() {
            let indices = cloud.by_kind.entry(object.kind()).or_default();
            indices.push(index as u32);
            if object.kind() == Kind::Neg {
                let named = cloud.negs_by_name.entry(object.name()).or_default();
                named.push(index as u32);
            }
        }
        cloud.learn_numbers();
        for service in cloud.backend_services().collect::<Vec<_>>() {
            let index = cloud.by_link.get(&(Kind::BackendService, service.link));
            let Some(index) = index.copied() else {
                continue;
            };
            for group in service.backends().filter_map(|it| it.group) {
                let link = cloud.known_as(group.link);
                cloud.holders.entry(link).or_default().push(index);
            }
        }
        cloud.senders = cloud.find_senders();
        cloud.roads = super::road::roads(&cloud);
        for (road, index) in cloud.roads.iter().zip(0_u32..) {
            let of_service = cloud.roads_by_service.entry(road.service.link).or_default();
            of_service.push(index);
        }
        cloud.admissions = super::admission::admissions(&cloud);
        cloud
    }

    fn take(&mut self, object: CloudObject<'d>) {
        // Of firewalls there may be several for one network: of each region one.
        let key = (object.kind(), object.link);
        if object.kind() == Kind::Firewall {
            self.objects.push(object);
            return;
        }
        let known = self.by_link.get(&key).map(|index| *index as usize);
        if let Some(known) = known.and_then(|index| self.objects.get_mut(index)) {
            *known = object;
            return;
        }
        self.by_link.insert(key, self.objects.len() as u32);
        self.objects.push(object);
    }

    fn learn_numbers(&mut self) {
        let projects = self.all::<Quotas<'d>>(Kind::Project);
        let known = projects.filter_map(|it| Some((it.text("id")?, it.text("name")?)));
        self.numbers = known.collect();
    }

    /// A link by the project's id, where it may name its number.
    pub(super) fn known_as(&self, link: Link<'d>) -> Link<'d> {
        let id = self.numbers.get(link.project).copied();
        Link {
            project: id.unwrap_or(link.project),
            ..link
        }
    }

    /// True where both lead to one object, by the id or the number of its project.
    pub fn is_same(&self, one: Link<'d>, other: Link<'d>) -> bool {
        self.known_as(one) == self.known_as(other)
    }

    /// True where nothing of Google Cloud was seen at all.
    pub fn is_empty(&self) -> bool {
        self.projects.is_empty() && self.objects.is_empty()
    }

    fn all<T: From<CloudObject<'d>>>(&self, kind: Kind) -> impl Iterator<Item = T> {
        let indices = self.by_kind.get(&kind).into_iter().flatten();
        let objects = indices.filter_map(|index| self.objects.get(*index as usize));
        objects.copied().map(T::from)
    }

    fn find<T: From<CloudObject<'d>>>(&self, kind: Kind, link: Link<'d>) -> Option<T> {
        let index = self.by_link.get(&(kind, self.known_as(link)))?;
        self.objects.get(*index as usize).copied().map(T::from)
    }

    /// Every object.
    pub fn objects(&self) -> impl Iterator<Item = &CloudObject<'d>> {
        self.objects.iter()
    }

    /// What a reference leads to, as an object of this kind.
    pub fn seek<T: From<CloudObject<'d>>>(&self, kind: Kind, to: Reference<'d>) -> Sought<T> {
        if let Some(found) = self.find(kind, to.link) {
            return Sought::Found(found);
        }
        match self.whole(kind, to.link.project) {
            Ok(()) => Sought::Absent,
            Err(missing) => Sought::Unclear(missing),
        }
    }

    /// Whether every object of a kind in a project was read.
    pub fn whole(&self, kind: Kind, project: &str) -> Result<(), Missing> {
        let plural = kind.plural();
        let id = self.numbers.get(project).copied().unwrap_or(project);
        let Some(header) = self.header(id) else {
            return Err(Missing::new(
                format!("project {project} was not read"),
                format!("--project {project}"),
            ));
        };
        match header.read_of(kind, None) {
            Read::Gap(gap) => Err(Missing::new(
                format!(
                    "not all {plural} of project {project} were read: {}",
                    gap.reason
                ),
                gap.needs.clone(),
            )),
            Read::NotAsked(_) => Err(Missing::new(
                format!("the {plural} of project {project} were not read"),
                "a snapshot of this rule's kinds, or the project itself",
            )),
            Read::Whole | Read::OtherNamespace | Read::Selected(_) => Ok(()),
        }
    }

    /// What a project's reading says of itself.
    fn header(&self, project: &str) -> Option<&Arc<Header>> {
        let of = |it: &&Arc<Header>| it.project.as_deref() == Some(project);
        self.projects.iter().find(of)
    }

    /// The projects that were read.
    pub fn projects(&self) -> impl Iterator<Item = &str> {
        self.projects.iter().filter_map(|it| it.project.as_deref())
    }

    /// How long ago a time was when the project was read; `None` where that is not known.
    pub fn age(&self, project: &str, time: Timestamp) -> Option<SignedDuration> {
        Some(self.now(project)?.duration_since(time))
    }

    /// When a project was read.
    pub fn now(&self, project: &str) -> Option<Timestamp> {
        self.header(project)?.time
    }

    /// Every NEG.
    pub fn negs(&self) -> impl Iterator<Item = Neg<'d>> {
        self.all(Kind::Neg)
    }

    /// The NEGs of this name, of every zone and project.
    pub fn negs_named(&self, name: &str) -> impl Iterator<Item = Neg<'d>> {
        let indices = self.negs_by_name.get(name).into_iter().flatten();
        let objects = indices.filter_map(|index| self.objects.get(*index as usize));
        objects.copied().map(Neg::from)
    }

    /// Every backend service.
    pub fn backend_services(&self) -> impl Iterator<Item = BackendService<'d>> {
        self.all(Kind::BackendService)
    }

    /// Every health check.
    pub fn health_checks(&self) -> impl Iterator<Item = HealthCheck<'d>> {
        self.all(Kind::HealthCheck)
    }

    /// Every forwarding rule.
    pub fn forwarding_rules(&self) -> impl Iterator<Item = ForwardingRule<'d>> {
        self.all(Kind::ForwardingRule)
    }

    /// Every target proxy.
    pub fn target_proxies(&self) -> impl Iterator<Item = TargetProxy<'d>> {
        self.all(Kind::TargetProxy)
    }

    /// Every URL map.
    pub fn url_maps(&self) -> impl Iterator<Item = UrlMap<'d>> {
        self.all(Kind::UrlMap)
    }

    /// Every reserved address.
    pub fn addresses(&self) -> impl Iterator<Item = Address<'d>> {
        self.all(Kind::Address)
    }

    /// Every certificate.
    pub fn certificates(&self) -> impl Iterator<Item = Certificate<'d>> {
        self.all(Kind::Certificate)
    }

    /// Every subnet.
    pub fn subnetworks(&self) -> impl Iterator<Item = Subnetwork<'d>> {
        self.all(Kind::Subnetwork)
    }

    /// Every virtual machine.
    pub fn instances(&self) -> impl Iterator<Item = Instance<'d>> {
        self.all(Kind::Instance)
    }

    /// Every answer about firewalls, and every VPC rule that was listed.
    pub fn firewalls(&self) -> impl Iterator<Item = Firewalls<'d>> {
        self.all(Kind::Firewall)
    }

    /// Every region and its quotas.
    pub fn regions(&self) -> impl Iterator<Item = Quotas<'d>> {
        self.all(Kind::Region)
    }

    /// Every project and its quotas.
    pub fn project_quotas(&self) -> impl Iterator<Item = Quotas<'d>> {
        self.all(Kind::Project)
    }

    /// Every GKE cluster.
    pub fn gke_clusters(&self) -> impl Iterator<Item = GkeCluster<'d>> {
        self.all(Kind::GkeCluster)
    }

    /// The NEG of a link.
    pub fn neg(&self, link: Link<'d>) -> Option<Neg<'d>> {
        self.find(Kind::Neg, link)
    }

    /// The backend service of a link.
    pub fn backend_service(&self, link: Link<'d>) -> Option<BackendService<'d>> {
        self.find(Kind::BackendService, link)
    }

    /// The network of a link.
    pub fn network(&self, link: Link<'d>) -> Option<Network<'d>> {
        self.find(Kind::Network, link)
    }

    /// The virtual machine of this name, in the zone of a NEG that names it.
    pub fn instance(&self, neg: &Neg<'d>, name: &'d str) -> Option<Instance<'d>> {
        let collection = "instances";
        self.find(
            Kind::Instance,
            Link {
                collection,
                name,
                ..neg.link
            },
        )
    }

    /// The health check of a backend service; `None` where it names none.
    pub fn health_check(&self, service: &BackendService<'d>) -> Option<Sought<HealthCheck<'d>>> {
        Some(self.seek(Kind::HealthCheck, service.health_check()?))
    }

    /// The endpoints of a NEG; `None` where they were not read.
    pub fn endpoints(&self, neg: &Neg<'d>) -> Option<Vec<Endpoint<'d>>> {
        let endpoints: Endpoints<'d> = self.find(Kind::Endpoints, neg.link)?;
        Some(endpoints.items().collect())
    }

    /// The backend services that hold a group, each with its entry for it.
    pub fn holders(
        &self,
        group: Link<'d>,
    ) -> impl Iterator<Item = (BackendService<'d>, Backend<'d>)> {
        let group = self.known_as(group);
        let indices = self.holders.get(&group).into_iter().flatten();
        let services = indices.filter_map(|index| self.objects.get(*index as usize));
        let services = services.copied().map(BackendService::from);
        services.flat_map(move |service| {
            let of_group =
                move |it: &Backend<'d>| it.group.is_some_and(|it| self.known_as(it.link) == group);
            service
                .backends()
                .filter(of_group)
                .map(move |it| (service, it))
        })
    }

    /// The NEGs that a backend service sends to and that were read, each with its entry.
    pub fn negs_of(
        &self,
        service: &BackendService<'d>,
    ) -> impl Iterator<Item = (Neg<'d>, Backend<'d>)> {
        let backends = service.backends();
        backends.filter_map(|it| Some((self.neg(it.group?.link)?, it)))
    }
}
