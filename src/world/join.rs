//! Documents become one world: views are made, and who refers to whom is settled once.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::document::{Document, Node};
use crate::kind::Kind;
use crate::kind::backend_config::BackendConfig;
use crate::kind::ingress::Ingress;
use crate::kind::network_policy::NetworkPolicy;
use crate::kind::object::Object;
use crate::kind::route::Route;
use crate::kind::service::Service;
use crate::kind::workload::Workload;

use super::World;
use super::cluster::{ClusterSet, Clusters};
use super::neg_ports::of_gke_gateways;

/// The view of one document.
enum View<'d> {
    Service(Box<Service<'d>>),
    Ingress(Box<Ingress<'d>>),
    Workload(Box<Workload<'d>>),
    BackendConfig(BackendConfig<'d>),
    NetworkPolicy(NetworkPolicy<'d>),
    Route(Route<'d>),
    Other(Object<'d>),
}

impl<'d> World<'d> {
    /// Joins documents. `clusters_of` says by a file's name which clusters its objects go to.
    pub fn join(
        documents: &'d [Document],
        clusters: &'d Clusters,
        clusters_of: impl Fn(&str) -> ClusterSet + Sync,
    ) -> Self {
        let patches = Patches::new(documents);
        let views: Vec<View<'d>> = documents
            .par_iter()
            .with_min_len(64)
            .filter(|document| !document.is_kustomization())
            .map(|document| {
                let mut view = View::new(document);
                let head = view.head();
                let set = clusters_of(&document.source().origin);
                head.clusters = set;
                let mut members = clusters.in_set(set);
                if let (Some(cluster), None) = (members.next(), members.next()) {
                    head.cluster_name = &cluster.name;
                    head.namespace = head.namespace.or(cluster.namespace.as_deref());
                }
                head.partial |= patches.contains(document);
                view
            })
            .collect();
        let mut world = Self::empty(clusters.clone());
        for view in views {
            world.take(view);
        }
        world.index();
        world
    }

    fn empty(clusters: Clusters) -> Self {
        Self {
            clusters,
            services: Vec::new(),
            ingresses: Vec::new(),
            workloads: Vec::new(),
            backend_configs: Vec::new(),
            network_policies: Vec::new(),
            routes: Vec::new(),
            others: Vec::new(),
            services_by_name: HashMap::new(),
            backend_configs_by_name: HashMap::new(),
            selected: Vec::new(),
            ingress_references: Vec::new(),
            route_references: Vec::new(),
            gke_routes: Vec::new(),
        }
    }

    fn take(&mut self, view: View<'d>) {
        match view {
            View::Service(service) => self.services.push(*service),
            View::Ingress(ingress) => self.ingresses.push(*ingress),
            View::Workload(workload) => self.workloads.push(*workload),
            View::BackendConfig(config) => self.backend_configs.push(config),
            View::NetworkPolicy(policy) => self.network_policies.push(policy),
            View::Route(route) => self.routes.push(route),
            View::Other(object) => self.others.push(object),
        }
    }

    fn index(&mut self) {
        for (index, service) in self.services.iter().enumerate() {
            self.services_by_name
                .entry(service.object.name)
                .or_default()
                .push(index as u32);
        }
        for (index, config) in self.backend_configs.iter().enumerate() {
            self.backend_configs_by_name
                .entry(config.object.name)
                .or_default()
                .push(index as u32);
        }
        self.selected = self.select();
        self.gke_routes = of_gke_gateways(&self.routes, &self.others);
        self.ingress_references = self.refer(self.ingresses.iter().map(|ingress| {
            let names = ingress
                .backends
                .iter()
                .map(|backend| backend.service.and_then(Node::text));
            (&ingress.object, names.collect())
        }));
        self.route_references = self.refer(self.routes.iter().map(|route| {
            // A reference into another namespace needs no closer look: the name must match, and
            // being named at all is what rules ask for.
            (
                &route.object,
                route
                    .backends
                    .iter()
                    .map(|backend| Some(backend.service))
                    .collect(),
            )
        }));
    }

    /// For each Service the workloads that it selects. A selector of one label meets few
    /// workloads, so they are found by one label and then compared in full.
    fn select(&self) -> Vec<Vec<u32>> {
        let mut by_label: HashMap<(&str, &str), Vec<u32>> = HashMap::new();
        for (index, workload) in self.workloads.iter().enumerate() {
            for label in &workload.labels {
                by_label.entry(*label).or_default().push(index as u32);
            }
        }
        let selected = |service: &Service<'d>| {
            let rarest = service
                .selector
                .iter()
                .flatten()
                .map(|label| by_label.get(label));
            let rarest = rarest
                .min_by_key(|workloads| workloads.map_or(0, Vec::len))
                .flatten();
            let takes = |index: &u32| {
                self.workloads.get(*index as usize).is_some_and(|workload| {
                    service.object.shares_namespace(&workload.object)
                        && service.selects(&workload.labels)
                })
            };
            rarest
                .into_iter()
                .flatten()
                .copied()
                .filter(takes)
                .collect()
        };
        self.services.iter().map(selected).collect()
    }

    /// For each Service the (object, backend) pairs that name it.
    fn refer<'r>(
        &'r self,
        referrers: impl Iterator<Item = (&'r Object<'d>, Vec<Option<&'d str>>)>,
    ) -> Vec<Vec<(u32, u32)>>
    where
        'd: 'r,
    {
        let mut references = vec![Vec::new(); self.services.len()];
        for (referrer, (object, names)) in referrers.enumerate() {
            for (backend, name) in names.into_iter().enumerate() {
                let services = name.and_then(|name| self.services_by_name.get(name));
                for service in services.into_iter().flatten() {
                    let near = self
                        .services
                        .get(*service as usize)
                        .is_some_and(|service| object.may_share_namespace(&service.object));
                    if let Some(list) = references.get_mut(*service as usize).filter(|_| near) {
                        list.push((referrer as u32, backend as u32));
                    }
                }
            }
        }
        references
    }
}

impl<'d> View<'d> {
    fn new(document: &'d Document) -> Self {
        let (api_version, kind) = document.type_meta();
        match Kind::of(api_version, kind) {
            Kind::Service => Self::Service(Box::new(Service::new(document))),
            Kind::Ingress => Self::Ingress(Box::new(Ingress::new(document))),
            Kind::Workload | Kind::Pod => Self::Workload(Box::new(Workload::new(document))),
            Kind::BackendConfig => Self::BackendConfig(BackendConfig::new(document)),
            Kind::NetworkPolicy => Self::NetworkPolicy(NetworkPolicy::new(document)),
            Kind::Route => Self::Route(Route::new(document)),
            _ => Self::Other(Object::new(document)),
        }
    }

    fn head(&mut self) -> &mut Object<'d> {
        match self {
            Self::Service(service) => &mut service.object,
            Self::Ingress(ingress) => &mut ingress.object,
            Self::Workload(workload) => &mut workload.object,
            Self::BackendConfig(config) => &mut config.object,
            Self::NetworkPolicy(policy) => &mut policy.object,
            Self::Route(route) => &mut route.object,
            Self::Other(object) => object,
        }
    }
}

/// The files that a kustomization of the input uses as patches.
struct Patches(Vec<String>);

impl Patches {
    fn new(documents: &[Document]) -> Self {
        let mut files = Vec::new();
        for document in documents {
            if !document.is_kustomization() {
                continue;
            }
            let origin = document.source().origin.as_str();
            let directory = origin
                .rsplit_once('/')
                .map_or("", |(directory, _)| directory);
            let list = |name: &str| document.root().get(name).into_iter().flat_map(Node::items);
            let paths = list("patches").filter_map(|patch| patch.get("path"));
            for path in paths
                .chain(list("patchesStrategicMerge"))
                .filter_map(Node::text)
            {
                files.push(normal(directory, path));
            }
        }
        Self(files)
    }

    fn contains(&self, document: &Document) -> bool {
        self.0.contains(&document.source().origin)
    }
}

/// A path relative to a directory, without `.` and `..`.
fn normal(directory: &str, path: &str) -> String {
    let mut parts: Vec<&str> = directory
        .split('/')
        .filter(|part| !part.is_empty())
        .collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if directory.starts_with('/') {
        format!("/{joined}")
    } else {
        joined
    }
}
