//! Which ports of which Services the Ingresses of the GCE controller send to.

use std::collections::HashMap;
use std::ptr;

use crate::kind::Kind;
use crate::kind::ingress::{Ingress, IngressBackend};
use crate::kind::service::{Service, ServicePort};

use super::{Joined, World};

/// A port of a Service behind an Ingress that the GCE controller serves.
#[derive(Debug, Clone, Copy)]
pub struct BackendPort<'w, 'd> {
    /// The first Ingress that sends to it.
    pub ingress: &'w Ingress<'d>,
    /// The backend that names it there.
    pub backend: &'w IngressBackend<'d>,
    /// The Service.
    pub service: Joined<'w, 'd>,
    /// The port.
    pub port: &'w ServicePort<'d>,
}

impl<'d> World<'d> {
    /// Every port of a Service that is certainly behind an Ingress of the GCE controller, once.
    pub fn backend_ports(&self) -> Vec<BackendPort<'_, 'd>> {
        let mut named: HashMap<*const Service<'d>, Vec<_>> = HashMap::new();
        for exposure in self.exposures() {
            for service in exposure.services {
                let backends = named.entry(ptr::from_ref(service)).or_default();
                backends.extend(exposure.backends.iter().map(|it| (exposure.ingress, *it)));
            }
        }
        let mut found: Vec<BackendPort<'_, 'd>> = Vec::new();
        for service in self.services() {
            let start = found.len();
            let backends = named.remove(&ptr::from_ref(service.service));
            for (ingress, backend) in backends.unwrap_or_default() {
                let Some(port) = service.service.port_of(backend) else {
                    continue;
                };
                let mut known = found.iter().skip(start);
                if !known.any(|known| ptr::eq(known.port, port)) {
                    found.push(BackendPort {
                        ingress,
                        backend,
                        service,
                        port,
                    });
                }
            }
        }
        found
    }
}

impl<'w, 'd> Joined<'w, 'd> {
    /// An Ingress that the GCE controller serves and that certainly names the Service.
    pub fn gce_ingress(self) -> Option<(&'w Ingress<'d>, &'w IngressBackend<'d>)> {
        self.ingresses().find(|(ingress, _)| {
            ingress.is_served_by_gce() && ingress.object.shares_namespace(&self.service.object)
        })
    }

    /// True where no Ingress at all names it, and all were read: what it says for Ingresses has no
    /// effect yet.
    pub fn serves_no_ingress(self) -> bool {
        let whole = self.world.whole(Kind::Ingress, &self.service.object);
        whole.is_ok() && self.ingresses().next().is_none()
    }
}
