//! Who refers to whom, settled once: Services and their Pods, slices, NEGs, Ingresses and routes.

use std::collections::HashMap;

use crate::document::Node;
use crate::kind::object::Object;
use crate::kind::service::Service;

use super::World;
use super::neg_ports::of_gke_gateways;

impl<'d> World<'d> {
    pub(super) fn index(&mut self) {
        self.others.sort_by_key(|it| it.kind);
        let positions = |names: Vec<&'d str>| {
            let mut by_name: HashMap<&'d str, Vec<u32>> = HashMap::new();
            for (index, name) in names.into_iter().enumerate() {
                by_name.entry(name).or_default().push(index as u32);
            }
            by_name
        };
        let name = |object: &Object<'d>| object.name;
        let services = self.services.iter().map(|service| name(&service.object));
        self.services_by_name = positions(services.collect());
        let configs = self
            .backend_configs
            .iter()
            .map(|config| name(&config.object));
        self.backend_configs_by_name = positions(configs.collect());
        let of_service = |service: Option<&'d str>| service.unwrap_or_default();
        let slices = self.slices.iter().map(|slice| of_service(slice.service));
        self.slices_by_service = positions(slices.collect());
        let negs = self.svc_negs.iter().map(|neg| of_service(neg.service));
        self.svc_negs_by_service = positions(negs.collect());
        self.nodes_by_name = positions(self.nodes.iter().map(|node| name(&node.object)).collect());
        self.events_by_name = positions(self.events.iter().map(|event| event.name).collect());
        let workloads = self.workloads.iter();
        self.selected = self.select(workloads.map(|it| (&it.object, it.labels.as_slice())));
        let pods = self.pods.iter();
        self.selected_pods = self.select(pods.map(|it| (&it.object, it.labels.as_slice())));
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
        self.neg_ports = self.find_neg_ports();
        self.backend_ports = self.find_backend_ports();
    }

    /// For each Service which of these its selector takes. A selector of one label meets few, so
    /// they are found by one label and then compared in full.
    fn select<'w>(
        &'w self,
        candidates: impl Iterator<Item = (&'w Object<'d>, &'w [(&'d str, &'d str)])>,
    ) -> Vec<Vec<u32>>
    where
        'd: 'w,
    {
        let candidates: Vec<_> = candidates.collect();
        let mut by_label: HashMap<(&str, &str), Vec<u32>> = HashMap::new();
        for (index, (_, labels)) in candidates.iter().enumerate() {
            for label in *labels {
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
                .min_by_key(|found| found.map_or(0, Vec::len))
                .flatten();
            let takes = |index: &u32| {
                candidates
                    .get(*index as usize)
                    .is_some_and(|(object, labels)| {
                        service.object.shares_namespace(object) && service.selects(labels)
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
