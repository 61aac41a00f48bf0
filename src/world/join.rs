//! Documents become one world: what manifests declare wins over what a cluster shows of the same
//! object, and who refers to whom is settled once.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::document::Document;
use crate::kind::Kind;
use crate::kind::backend_config::BackendConfig;
use crate::kind::cluster_node::ClusterNode;
use crate::kind::endpoint_slice::EndpointSlice;
use crate::kind::event::Event;
use crate::kind::ingress::Ingress;
use crate::kind::network_policy::NetworkPolicy;
use crate::kind::object::Object;
use crate::kind::pod::Pod;
use crate::kind::route::Route;
use crate::kind::service::Service;
use crate::kind::svc_neg::SvcNeg;
use crate::kind::workload::Workload;
use crate::snapshot::Snapshot;

use super::World;
use super::cloud::Cloud;
use super::cluster::{ClusterSet, Clusters};
use super::patches::Patches;

/// What a world is made of.
pub struct Parts<'d> {
    /// What manifests declare.
    pub declared: &'d [Document],
    /// Which clusters the objects of a file go to, by the file's name.
    pub clusters_of: &'d (dyn Fn(&str) -> ClusterSet + Sync),
    /// What was seen of clusters.
    pub snapshots: &'d [Snapshot],
    /// What was seen of projects of Google Cloud.
    pub projects: &'d [Snapshot],
    /// Objects of Google Cloud as somebody printed them.
    pub dumped: &'d [Document],
    /// All clusters, those of the snapshots among them.
    pub clusters: &'d Clusters,
}

/// So many objects are looked at side by side before they are sorted into the world, so that memory
/// does not hold all of them twice.
const AT_ONCE: usize = 8192;

/// The view of one document.
enum View<'d> {
    Service(Box<Service<'d>>),
    Ingress(Box<Ingress<'d>>),
    Workload(Box<Workload<'d>>),
    Pod(Box<Pod<'d>>),
    EndpointSlice(EndpointSlice<'d>),
    Node(Box<ClusterNode<'d>>),
    Event(Box<Event<'d>>),
    SvcNeg(Box<SvcNeg<'d>>),
    BackendConfig(BackendConfig<'d>),
    NetworkPolicy(NetworkPolicy<'d>),
    Route(Route<'d>),
    Other(Object<'d>),
}

/// What makes two texts speak of one object: cluster, namespace, kind, name.
type Identity<'d> = (ClusterSet, Option<&'d str>, &'d str, &'d str);

impl<'d> World<'d> {
    /// Joins documents.
    pub fn join(parts: &Parts<'d>) -> Self {
        let mut observed: Vec<Object<'d>> = Vec::new();
        for (snapshot, (set, cluster)) in parts.snapshots.iter().zip(parts.clusters.seen()) {
            let head = |document: &'d Document| Object {
                clusters: set,
                cluster_name: &cluster.name,
                ..Object::observed(document)
            };
            let documents = snapshot.documents.par_iter().with_min_len(64);
            observed.par_extend(documents.map(head));
        }
        let mut declared = declared(parts);
        overlay(&mut declared, &mut observed);
        let mut world = Self {
            clusters: parts.clusters.clone(),
            cloud: Cloud::join(parts.projects, parts.dumped),
            ..Self::default()
        };
        declared.append(&mut observed);
        let mut heads = declared.into_iter();
        while heads.len() > 0 {
            let some: Vec<_> = heads.by_ref().take(AT_ONCE).collect();
            let views = some.into_par_iter().with_min_len(64).map(View::new);
            for view in views.collect::<Vec<_>>() {
                world.take(view);
            }
        }
        world.pods_as_workloads();
        world.index();
        world
    }

    fn take(&mut self, view: View<'d>) {
        match view {
            View::Service(service) => self.services.push(*service),
            View::Ingress(ingress) => self.ingresses.push(*ingress),
            View::Workload(workload) => self.workloads.push(*workload),
            View::Pod(pod) => self.pods.push(*pod),
            View::EndpointSlice(slice) => self.slices.push(slice),
            View::Node(node) => self.nodes.push(*node),
            View::Event(event) => self.events.push(*event),
            View::SvcNeg(svc_neg) => self.svc_negs.push(*svc_neg),
            View::BackendConfig(config) => self.backend_configs.push(config),
            View::NetworkPolicy(policy) => self.network_policies.push(policy),
            View::Route(route) => self.routes.push(route),
            View::Other(object) => self.others.push(object),
        }
    }

    /// Pods whose maker was not read stand for it, one for each maker: what a rule says of
    /// workloads it says of them too. Pods of a manifest are no more than that.
    fn pods_as_workloads(&mut self) {
        let made = |workload: &Workload<'d>| {
            let object = &workload.object;
            (
                object.clusters,
                object.namespace,
                object.kind_name,
                object.name,
            )
        };
        let makers: HashSet<Identity<'d>> = self.workloads.iter().map(made).collect();
        let mut first_of: HashMap<Identity<'d>, Object<'d>> = HashMap::new();
        let mut alone = Vec::new();
        for pod in self.pods.iter().filter(|pod| pod.is_alive()) {
            let object = &pod.object;
            let Some((kind, name)) = pod.owner else {
                alone.push(object.clone());
                continue;
            };
            let of = |kind, name| (object.clusters, object.namespace, kind, name);
            let deployment = name
                .rsplit_once('-')
                .map_or(name, |(deployment, _)| deployment);
            let known = makers.contains(&of(kind, name))
                || (kind == "ReplicaSet"
                    && ["Deployment", "Rollout"]
                        .iter()
                        .any(|kind| makers.contains(&of(kind, deployment))));
            if !known {
                let (kind, name) = pod.maker();
                let newest = first_of
                    .entry(of(kind, name))
                    .or_insert_with(|| object.clone());
                if object.created() > newest.created() {
                    *newest = object.clone();
                }
            }
        }
        let mut stand_ins: Vec<_> = first_of.into_values().chain(alone).collect();
        stand_ins.sort_by(|a, b| (a.namespace, a.name).cmp(&(b.namespace, b.name)));
        self.workloads
            .extend(stand_ins.into_iter().map(Workload::new));
        self.pods.retain(|pod| pod.object.observed);
    }
}

/// The heads of what manifests declare: one for each live cluster that a manifest goes to.
fn declared<'d>(parts: &Parts<'d>) -> Vec<Object<'d>> {
    let patches = Patches::new(parts.declared);
    let heads = |document: &'d Document| {
        let sets = parts
            .clusters
            .of_manifest((parts.clusters_of)(&document.source().origin));
        let partial = patches.contains(document);
        let of_set = move |set: ClusterSet| {
            let mut head = Object::new(document);
            head.clusters = set;
            head.partial |= partial;
            let mut members = parts.clusters.in_set(set);
            if let (Some(cluster), None) = (members.next(), members.next()) {
                head.cluster_name = &cluster.name;
                if !matches!(head.kind, Kind::Node | Kind::Namespace) {
                    head.namespace = head.namespace.or(cluster.namespace.as_deref());
                }
            }
            head
        };
        sets.into_iter().map(of_set)
    };
    parts
        .declared
        .par_iter()
        .with_min_len(64)
        .filter(|document| !document.is_kustomization())
        .flat_map_iter(heads)
        .collect()
}

/// Ties what is declared to what the cluster shows of it, and takes the latter out.
fn overlay<'d>(declared: &mut [Object<'d>], observed: &mut Vec<Object<'d>>) {
    if declared.is_empty() || observed.is_empty() {
        return;
    }
    let identity = |object: &Object<'d>| -> Identity<'d> {
        (
            object.clusters,
            object.namespace,
            object.kind_name,
            object.name,
        )
    };
    let shown: HashMap<Identity<'d>, &'d Document> = observed
        .iter()
        .map(|object| (identity(object), object.document))
        .collect();
    let mut covered = HashSet::new();
    for object in declared.iter_mut().filter(|object| !object.partial) {
        let identity = identity(object);
        object.live = shown.get(&identity).copied();
        if object.live.is_some() {
            covered.insert(identity);
        }
    }
    observed.retain(|object| !covered.contains(&identity(object)));
}

impl<'d> View<'d> {
    fn new(object: Object<'d>) -> Self {
        match object.kind {
            Kind::Service => Self::Service(Box::new(Service::new(object))),
            Kind::Ingress => Self::Ingress(Box::new(Ingress::new(object))),
            Kind::Workload => Self::Workload(Box::new(Workload::new(object))),
            Kind::Pod => Self::Pod(Box::new(Pod::new(object))),
            Kind::EndpointSlice if object.observed => {
                Self::EndpointSlice(EndpointSlice::new(object))
            }
            Kind::Node => Self::Node(Box::new(ClusterNode::new(object))),
            Kind::Event => Self::Event(Box::new(Event::new(object))),
            Kind::SvcNeg => Self::SvcNeg(Box::new(SvcNeg::new(object))),
            Kind::BackendConfig => Self::BackendConfig(BackendConfig::new(object)),
            Kind::NetworkPolicy => Self::NetworkPolicy(NetworkPolicy::new(object)),
            Kind::Route => Self::Route(Route::new(object)),
            _ => Self::Other(object),
        }
    }
}
