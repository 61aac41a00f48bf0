//! The ports of a Service that its claim asks NEGs for, and by what.

use crate::controller::claim::ExposedPort;
use crate::kind::ingress::{Ingress, IngressBackend, PortRef};
use crate::kind::service::{Service, ServicePort};

use super::Joined;

/// A port that is to have a NEG.
#[derive(Debug, Clone, Copy)]
pub struct WantedPort<'w, 'd> {
    /// The port.
    pub port: &'w ServicePort<'d>,
    /// By what it is wanted.
    pub by: WantedBy<'w, 'd>,
}

/// By what a port is wanted.
#[derive(Debug, Clone, Copy)]
pub enum WantedBy<'w, 'd> {
    /// A member of `exposed_ports`.
    Claim(&'w ExposedPort),
    /// A backend of an Ingress of the GCE classes, where the claim is for Ingresses.
    Ingress(&'w Ingress<'d>, &'w IngressBackend<'d>),
}

impl<'w, 'd> Joined<'w, 'd> {
    /// The ports that its claim asks NEGs for. A number that stands for two protocols brings both
    /// ports where the claim exposes it, and the first one where an Ingress names it.
    pub fn wanted_ports(self) -> impl Iterator<Item = WantedPort<'w, 'd>> {
        let service: &'w Service<'d> = self.service;
        let claim = service.claim().map(|(_, claim)| claim);
        let exposed = claim.into_iter().flat_map(|claim| &claim.exposed);
        let exposed = exposed.flat_map(move |exposed| {
            let by = WantedBy::Claim(exposed);
            let ports = service.ports_numbered(exposed.port.into());
            ports.map(move |port| WantedPort { port, by })
        });
        let for_ingress = claim.is_some_and(|claim| claim.for_ingress());
        let served = self.ingresses().filter(move |(ingress, _)| {
            for_ingress
                && ingress.class().is_gce()
                && ingress.object.shares_namespace(&service.object)
        });
        let served = served.filter_map(move |(ingress, backend)| {
            let port = match backend.port? {
                PortRef::Number(number) => service.ports_numbered(number).next(),
                PortRef::Name(name) => service.ports.iter().find(|port| port.name == name),
            };
            let by = WantedBy::Ingress(ingress, backend);
            Some(WantedPort { port: port?, by })
        });
        exposed.chain(served)
    }
}
