//! Which ports of a Service stand behind NEGs, and which workloads thus do: what `exposed_ports`
//! names, what an Ingress of the GCE classes takes by the claim, what a route of a GKE Gateway takes.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::finding::Finding;
use crate::kind::gateway::Gateway;
use crate::kind::ingress::{Ingress, IngressBackend, PortRef};
use crate::kind::object::Object;
use crate::kind::route::{Route, RouteParent};
use crate::kind::service::{Service, ServicePort};
use crate::kind::workload::Workload;

use super::{ForIngress, Joined, World};

/// A port of a Service that the controllers make a NEG for, and who asks for it.
#[derive(Debug, Clone, Copy)]
pub struct NegPort<'w, 'd> {
    /// The port.
    pub port: &'w ServicePort<'d>,
    /// True where `exposed_ports` names it.
    pub exposed: bool,
    /// An Ingress that sends to it, where the claim is for Ingresses.
    pub ingress: Option<&'w Ingress<'d>>,
    /// A route of a GKE Gateway that sends to it; it needs no claim.
    pub route: Option<&'w Route<'d>>,
    pub(super) found: &'w FoundPort,
}

/// Such a port by places: found once, as most rules ask.
#[derive(Debug)]
pub(super) struct FoundPort {
    /// Among the Service's.
    port: u32,
    exposed: bool,
    /// Among the world's.
    ingress: Option<u32>,
    /// Among the world's.
    route: Option<u32>,
    /// The name that the controller makes for its NEG, once somebody asks.
    pub(super) generated: OnceLock<Option<String>>,
}

/// A workload whose Pods are endpoints of NEGs.
#[derive(Debug, Clone)]
pub struct Behind<'w, 'd> {
    /// The workload; never a partial one.
    pub workload: &'w Workload<'d>,
    /// The Services that select it, with each of their ports behind a NEG; at least one.
    pub ports: Vec<(Joined<'w, 'd>, NegPort<'w, 'd>)>,
}

impl Behind<'_, '_> {
    /// Shows in a finding about the workload by which port of which Service it is behind a NEG.
    pub fn shown_by(&self, mut finding: Finding) -> Finding {
        if let Some((service, neg)) = self.ports.first() {
            let text = format!("Service {} has a NEG for these Pods", service.object.name);
            finding = finding.because(neg.port.port_node, text);
        }
        finding
    }
}

impl<'w, 'd> Joined<'w, 'd> {
    /// The ports that the input shows to be behind NEGs.
    pub fn neg_ports(self) -> impl Iterator<Item = NegPort<'w, 'd>> {
        let found = self.world.neg_ports.get(self.index);
        let found = found.into_iter().flatten();
        found.filter_map(move |found| {
            let ingress = |index: u32| self.world.ingresses.get(index as usize);
            let route = |index: u32| self.world.routes.get(index as usize);
            Some(NegPort {
                port: self.service.ports.get(found.port as usize)?,
                exposed: found.exposed,
                ingress: found.ingress.and_then(ingress),
                route: found.route.and_then(route),
                found,
            })
        })
    }

    /// Those, and the only port of a Service that claims NEGs for Ingresses: no other can be meant,
    /// though the Ingress may live elsewhere.
    pub fn claimed_ports(self) -> impl Iterator<Item = &'w ServicePort<'d>> {
        let sole = match self.service.ports.as_slice() {
            [port] if self.service.claims_for_ingress() && self.neg_ports().next().is_none() => {
                Some(port)
            }
            _ => None,
        };
        self.neg_ports().map(|neg| neg.port).chain(sole)
    }

    fn find_ports(self) -> Vec<FoundPort> {
        let for_ingress = self.world.for_ingress(self.service) == ForIngress::Asked;
        let ports = self.service.ports.iter().zip(0_u32..);
        let found = ports.map(|(port, index)| FoundPort {
            port: index,
            exposed: self.exposes(port),
            ingress: self.ingress_of(port).filter(|_| for_ingress),
            route: self.route_of(port),
            generated: OnceLock::new(),
        });
        found
            .filter(|port| port.exposed || port.ingress.is_some() || port.route.is_some())
            .collect()
    }

    fn exposes(self, port: &ServicePort<'_>) -> bool {
        self.service.claim().is_some_and(|(_, claim)| {
            let mut exposed = claim.exposed.iter();
            exposed.any(|exposed| i64::from(exposed.port) == port.port)
        })
    }

    /// The first Ingress of the GCE controller that sends to a port.
    fn ingress_of(self, port: &ServicePort<'_>) -> Option<u32> {
        let mut pairs = self.world.ingress_references.get(self.index)?.iter();
        let sends = |(ingress, backend): &&(u32, u32)| {
            let ingress = self.world.ingresses.get(*ingress as usize)?;
            let named = self
                .service
                .port_of(ingress.backends.get(*backend as usize)?)?;
            let is_it = std::ptr::eq(named, port)
                && ingress.is_served_by_gce()
                && ingress.object.shares_namespace(&self.service.object);
            is_it.then_some(())
        };
        let (ingress, _) = pairs.find(|pair| sends(pair).is_some())?;
        Some(*ingress)
    }

    /// The first route of a GKE Gateway that sends to a port.
    fn route_of(self, port: &ServicePort<'_>) -> Option<u32> {
        let mut pairs = self.world.route_references.get(self.index)?.iter();
        let sends = |(index, backend): &&(u32, u32)| {
            let route = self.world.routes.get(*index as usize)?;
            let backend = route.backends.get(*backend as usize)?;
            let is_it = self.world.gke_routes.get(*index as usize) == Some(&true)
                && backend.port == Some(port.port)
                && route.object.shares_namespace(&self.service.object);
            is_it.then_some(())
        };
        let (route, _) = pairs.find(|pair| sends(pair).is_some())?;
        Some(*route)
    }
}

impl<'d> Service<'d> {
    /// True where the annotation asks for NEGs for the ports that Ingresses refer to.
    pub fn claims_for_ingress(&self) -> bool {
        self.claim().is_some_and(|(_, claim)| claim.for_ingress())
    }

    /// The port that a backend of an Ingress means: the first of that number or that name.
    pub fn port_of(&self, backend: &IngressBackend<'_>) -> Option<&ServicePort<'d>> {
        match backend.port? {
            PortRef::Number(number) => self.ports.iter().find(|port| port.port == number),
            PortRef::Name(name) => self.ports.iter().find(|port| port.name == name),
        }
    }
}

impl<'d> World<'d> {
    /// For each Service its ports behind NEGs.
    pub(super) fn find_neg_ports(&self) -> Vec<Vec<FoundPort>> {
        self.services().map(Joined::find_ports).collect()
    }

    /// The workloads behind NEGs, in the order of the input; those of system namespaces are nobody's
    /// to change and left out.
    pub fn behind_negs(&self) -> Vec<Behind<'_, 'd>> {
        let mut ports_of: HashMap<u32, Vec<(Joined<'_, 'd>, NegPort<'_, 'd>)>> = HashMap::new();
        let services = self
            .services()
            .filter(|service| !service.object.partial && !service.object.in_system_namespace());
        for service in services {
            for port in service.neg_ports() {
                for workload in self.selected.get(service.index).into_iter().flatten() {
                    ports_of.entry(*workload).or_default().push((service, port));
                }
            }
        }
        let workloads = self.workloads.iter().zip(0_u32..);
        workloads
            .filter(|(workload, _)| !workload.object.partial)
            .filter_map(|(workload, index)| {
                let ports = ports_of.remove(&index)?;
                Some(Behind { workload, ports })
            })
            .collect()
    }
}

/// For each route whether a Gateway of a GKE class is among its parents. Other Gateways, and
/// Services as parents (a mesh), have no NEGs.
pub(super) fn of_gke_gateways(routes: &[Route<'_>], others: &[Object<'_>]) -> Vec<bool> {
    let mut gateways: HashMap<&str, Vec<&Object<'_>>> = HashMap::new();
    for gateway in others.iter().filter_map(Gateway::new) {
        if gateway.is_gke() {
            let named = gateways.entry(gateway.object.name).or_default();
            named.push(gateway.object);
        }
    }
    let is_parent = |route: &Route<'_>, parent: &RouteParent<'_>| {
        let namespace = parent.namespace.or(route.object.namespace);
        let named = gateways.get(parent.name).into_iter().flatten();
        named
            .filter(|it| it.clusters.meets(route.object.clusters))
            .any(|gateway| gateway.namespace == namespace)
    };
    let hangs = |route: &Route<'_>| {
        let mut parents = route.parents.iter();
        parents.any(|parent| is_parent(route, parent))
    };
    routes.iter().map(hangs).collect()
}
