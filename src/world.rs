//! The world: all objects of a run, joined, and the questions that rules ask of them.

mod admission;
mod asked;
mod backend_port;
mod behind;
mod beside;
mod claimant;
mod cloud;
mod cloud_negs;
mod cluster;
mod exposure;
mod failure;
mod firewalls;
mod gke_gateways;
mod held;
mod index;
mod isolation;
mod join;
mod leftover;
mod live;
mod live_neg;
mod meant_port;
mod mesh;
mod moves;
mod named_config;
mod neg_groups;
mod neg_ports;
mod networks;
mod parents;
mod patches;
mod pod_zones;
mod quiet;
mod resolve;
mod road;
mod speech;
mod told;
mod told_of;
mod unchanged;
mod wanted;
mod wanted_neg;
mod ways;

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::finding::{Subject, Undecided};
use crate::kind::Kind;
use crate::kind::backend_config::BackendConfig;
use crate::kind::cluster_node::ClusterNode;
use crate::kind::endpoint_slice::EndpointSlice;
use crate::kind::event::Event;
use crate::kind::ingress::{Ingress, IngressBackend};
use crate::kind::network_policy::NetworkPolicy;
use crate::kind::object::Object;
use crate::kind::pod::Pod;
use crate::kind::route::{Route, RouteBackend};
use crate::kind::service::Service;
use crate::kind::svc_neg::SvcNeg;
use crate::kind::workload::Workload;
use crate::rules::Row;
use crate::text::Place;

pub use admission::{Admission, Admissions, Whence};
pub use asked::PodProbe;
pub use backend_port::BackendPort;
pub use behind::Probed;
pub use beside::Lasting;
pub use claimant::{Claimant, Contest};
pub use cloud::{Cloud, Sought};
pub use cloud_negs::Ownership;
pub use cluster::{Cluster, ClusterSet, Clusters};
pub use exposure::{Exposure, ForIngress};
pub use failure::{Failure, Matter};
pub use firewalls::FirewallRule;
pub use held::{Held, HeldPod};
pub use isolation::Policies;
pub use join::Parts;
pub use leftover::{Leftover, in_use};
pub use live_neg::{GRACE, LiveNeg};
pub use meant_port::MeantPort;
pub use mesh::Strict;
pub use moves::Side;
pub use neg_groups::NegGroup;
pub use neg_ports::{Behind, NegPort};
pub use networks::Reach;
pub use parents::{Declined, Hold};
pub use pod_zones::{LostZone, UsableZones};
pub use quiet::Quiet;
pub use resolve::Resolved;
pub use road::Road;
pub use speech::{Said, Speech};
pub use told::{Told, in_words};
pub use told_of::ToldOf;
pub use wanted::{WantedBy, WantedPort};
pub use wanted_neg::FailingNeg;
pub use ways::Ways;

/// All objects of a run.
#[derive(Debug, Default)]
pub struct World<'d> {
    clusters: Clusters,
    cloud: Cloud<'d>,
    services: Vec<Service<'d>>,
    ingresses: Vec<Ingress<'d>>,
    workloads: Vec<Workload<'d>>,
    pods: Vec<Pod<'d>>,
    slices: Vec<EndpointSlice<'d>>,
    nodes: Vec<ClusterNode<'d>>,
    events: Vec<Event<'d>>,
    svc_negs: Vec<SvcNeg<'d>>,
    backend_configs: Vec<BackendConfig<'d>>,
    network_policies: Vec<NetworkPolicy<'d>>,
    routes: Vec<Route<'d>>,
    others: Vec<Object<'d>>,
    services_by_name: HashMap<&'d str, Vec<u32>>,
    backend_configs_by_name: HashMap<&'d str, Vec<u32>>,
    slices_by_service: HashMap<&'d str, Vec<u32>>,
    svc_negs_by_service: HashMap<&'d str, Vec<u32>>,
    nodes_by_name: HashMap<&'d str, Vec<u32>>,
    /// By the name of the object that they are about.
    events_by_name: HashMap<&'d str, Vec<u32>>,
    /// For each Service the workloads that its selector takes.
    selected: Vec<Vec<u32>>,
    /// For each Service the running Pods that its selector takes.
    selected_pods: Vec<Vec<u32>>,
    /// For each Service the (Ingress, backend) pairs that refer to it.
    ingress_references: Vec<Vec<(u32, u32)>>,
    /// For each Service the (route, backend) pairs that refer to it.
    route_references: Vec<Vec<(u32, u32)>>,
    /// For each route whether a GKE Gateway is its parent.
    gke_routes: Vec<bool>,
    /// For each Service its ports behind NEGs.
    neg_ports: Vec<Vec<neg_ports::FoundPort>>,
    /// The ports of Services behind Ingresses of the GCE controller.
    backend_ports: Vec<backend_port::Found>,
    /// The running Pods behind NEGs by what made them, once somebody asks.
    groups: OnceLock<Vec<held::Group>>,
    /// The Services (by place) and ports that ask for a NEG of a name, once somebody asks.
    askers: OnceLock<HashMap<String, Vec<(u32, i64)>>>,
}

/// A Service among those of a [`World`]; its index finds what was joined to it.
///
/// How much must be true of what a cluster shows before a rule may conclude from it grows from
/// [`is_live`](Self::is_live) over [`is_settled`](Self::is_settled), the controllers have had their
/// time, and [`stands`](Self::stands), its manifest keeps the Pods, to
/// [`is_unchanged`](Self::is_unchanged), its manifest keeps all that controllers look at. Its NEGs
/// are [`live_negs`](Self::live_negs), what it asks for; [`wanted_svc_negs`](Self::wanted_svc_negs),
/// the controller's records of those; and of the whole world [`World::leftovers`], the records that
/// nobody asks for.
#[derive(Debug, Clone, Copy)]
pub struct Joined<'w, 'd> {
    world: &'w World<'d>,
    index: usize,
    /// The Service.
    pub service: &'w Service<'d>,
}

impl<'d> std::ops::Deref for Joined<'_, 'd> {
    type Target = Service<'d>;

    fn deref(&self) -> &Service<'d> {
        self.service
    }
}

impl<'d> World<'d> {
    /// Every Service, partial ones included.
    pub fn services(&self) -> impl Iterator<Item = Joined<'_, 'd>> {
        (0..self.services.len()).filter_map(|index| self.joined(index))
    }

    fn joined(&self, index: usize) -> Option<Joined<'_, 'd>> {
        Some(Joined {
            world: self,
            index,
            service: self.services.get(index)?,
        })
    }

    /// The objects of Google Cloud.
    pub fn cloud(&self) -> &Cloud<'d> {
        &self.cloud
    }

    /// Every Ingress of any class, partial ones included.
    pub fn ingresses(&self) -> &[Ingress<'d>] {
        &self.ingresses
    }

    /// Every workload, partial ones included.
    pub fn workloads(&self) -> &[Workload<'d>] {
        &self.workloads
    }

    /// Every BackendConfig.
    pub fn backend_configs(&self) -> &[BackendConfig<'d>] {
        &self.backend_configs
    }

    /// Every NetworkPolicy.
    pub fn network_policies(&self) -> &[NetworkPolicy<'d>] {
        &self.network_policies
    }

    /// Every route of the Gateway API.
    pub fn routes(&self) -> &[Route<'d>] {
        &self.routes
    }

    /// The objects of all other kinds that speak of load balancing, by kind.
    pub fn others(&self) -> &[Object<'d>] {
        &self.others
    }

    /// Those of one kind.
    pub fn others_of(&self, kind: Kind) -> &[Object<'d>] {
        let start = self.others.partition_point(|it| it.kind < kind);
        let end = self.others.partition_point(|it| it.kind <= kind);
        self.others.get(start..end).unwrap_or_default()
    }

    /// The head of every object, in the order of the kinds.
    pub fn objects(&self) -> impl Iterator<Item = &Object<'d>> {
        let heads = |object| object;
        self.services
            .iter()
            .map(|service| &service.object)
            .chain(self.ingresses.iter().map(|ingress| &ingress.object))
            .chain(self.workloads.iter().map(|workload| &workload.object))
            .chain(self.pods.iter().map(|pod| &pod.object))
            .chain(self.svc_negs.iter().map(|neg| &neg.object))
            .chain(self.backend_configs.iter().map(|config| &config.object))
            .chain(self.network_policies.iter().map(|policy| &policy.object))
            .chain(self.routes.iter().map(|route| &route.object))
            .chain(self.others.iter().map(heads))
    }

    /// What is known of the clusters that an object goes to.
    pub fn clusters(&self, object: &Object<'_>) -> impl Iterator<Item = &Cluster> {
        self.clusters.in_set(object.clusters)
    }

    /// Whether admission adds the claim `{"ingress": true}` to a new Service that states none;
    /// `None` where it is not known of every cluster that the object goes to. A Service that a
    /// cluster shows is not new.
    pub fn adds_claim(&self, object: &Object<'_>) -> Option<bool> {
        if object.live.is_some() {
            return Some(false);
        }
        let mut answers = self.clusters(object).map(|cluster| cluster.adds_claim);
        let first = answers.next()??;
        answers.all(|answer| answer == Some(first)).then_some(first)
    }

    /// Whether the absence of an object of this kind beside `object` proves that there is none;
    /// if not, what is missing for that, ready to be left undecided.
    pub fn whole(&self, kind: Kind, object: &Object<'_>) -> Result<(), Missing> {
        let mut clusters = self.clusters(object).peekable();
        if clusters.peek().is_some() && clusters.all(|cluster| cluster.whole) {
            return Ok(());
        }
        if self.clusters(object).any(|cluster| cluster.seen.is_some()) {
            return self
                .clusters(object)
                .try_for_each(|cluster| cluster.was_read(kind, object));
        }
        Err(Missing {
            reason: format!(
                "the input may not hold all {} of the namespace",
                kind.plural()
            ),
            needs: "--whole, or `whole = true` in a [[cluster]] entry, says that it does"
                .to_owned(),
        })
    }
}

/// Why something could not be judged, and what would let it be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Why.
    pub reason: String,
    /// What would help.
    pub needs: String,
}

impl Missing {
    /// What is missing for a judgement.
    pub fn new(reason: impl Into<String>, needs: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            needs: needs.into(),
        }
    }

    /// A rule's verdict that it has none, for a subject that stands at a place.
    pub fn undecided(
        self,
        rule: &'static Row,
        subject: impl Into<Subject>,
        place: impl Into<Place>,
    ) -> Undecided {
        Undecided {
            rule,
            subject: subject.into(),
            place: place.into(),
            reason: self.reason,
            needs: self.needs,
        }
    }
}

impl<'w, 'd> Joined<'w, 'd> {
    /// The workloads whose Pods its selector takes, in its namespace.
    pub fn workloads(self) -> impl Iterator<Item = &'w Workload<'d>> {
        let indices = self
            .world
            .selected
            .get(self.index)
            .map(Vec::as_slice)
            .unwrap_or_default();
        indices
            .iter()
            .filter_map(move |index| self.world.workloads.get(*index as usize))
    }

    /// The Ingresses, of any class, that name it as a backend.
    pub fn ingresses(self) -> impl Iterator<Item = (&'w Ingress<'d>, &'w IngressBackend<'d>)> {
        let pairs = self
            .world
            .ingress_references
            .get(self.index)
            .map(Vec::as_slice)
            .unwrap_or_default();
        pairs.iter().filter_map(move |(ingress, backend)| {
            let ingress = self.world.ingresses.get(*ingress as usize)?;
            Some((ingress, ingress.backends.get(*backend as usize)?))
        })
    }

    /// The routes that name it as a backend.
    pub fn routes(self) -> impl Iterator<Item = (&'w Route<'d>, &'w RouteBackend<'d>)> {
        self.routes_where(|_| true)
    }

    /// Those of them that hang on a Gateway of a GKE class.
    pub fn gke_routes(self) -> impl Iterator<Item = (&'w Route<'d>, &'w RouteBackend<'d>)> {
        self.routes_where(move |route| self.world.gke_routes.get(route) == Some(&true))
    }

    fn routes_where(
        self,
        is_meant: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = (&'w Route<'d>, &'w RouteBackend<'d>)> {
        let pairs = self
            .world
            .route_references
            .get(self.index)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let meant = pairs
            .iter()
            .filter(move |(route, _)| is_meant(*route as usize));
        meant.filter_map(move |(route, backend)| {
            let route = self.world.routes.get(*route as usize)?;
            Some((route, route.backends.get(*backend as usize)?))
        })
    }
}
