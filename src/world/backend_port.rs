//! Which ports of which Services the Ingresses of the GCE controller send to.

use std::collections::{HashMap, HashSet};
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

/// One by places: sorted out once, as many rules ask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    ingress: u32,
    /// Among the Ingress's.
    backend: u32,
    service: u32,
    /// Among the Service's.
    port: u32,
}

impl<'d> World<'d> {
    /// Every port of a Service that is certainly behind an Ingress of the GCE controller, once.
    pub fn backend_ports(&self) -> impl Iterator<Item = BackendPort<'_, 'd>> {
        self.backend_ports.iter().filter_map(|found| {
            let ingress = self.ingresses.get(found.ingress as usize)?;
            let service = self.joined(found.service as usize)?;
            Some(BackendPort {
                ingress,
                backend: ingress.backends.get(found.backend as usize)?,
                port: service.service.ports.get(found.port as usize)?,
                service,
            })
        })
    }

    pub(super) fn find_backend_ports(&self) -> Vec<Found> {
        let places: HashMap<*const Service<'d>, u32> =
            self.services.iter().map(ptr::from_ref).zip(0..).collect();
        let mut found = Vec::new();
        for (ingress, place) in self.ingresses.iter().zip(0_u32..) {
            if !ingress.is_served_by_gce() {
                continue;
            }
            for exposure in self.exposed_by(ingress) {
                for service in exposure.services {
                    let Some(of_service) = places.get(&ptr::from_ref(service)) else {
                        continue;
                    };
                    found.extend(exposure.backends.iter().filter_map(|backend| {
                        Some(Found {
                            ingress: place,
                            backend: place_of(&ingress.backends, backend)?,
                            service: *of_service,
                            port: place_of(&service.ports, service.port_of(backend)?)?,
                        })
                    }));
                }
            }
        }
        found.sort_by_key(|it| it.service);
        let mut known = HashSet::new();
        found.retain(|it| known.insert((it.service, it.port)));
        found
    }
}

/// The place of an element that is known to be in a list.
fn place_of<T>(list: &[T], element: &T) -> Option<u32> {
    let place = list.iter().position(|it| ptr::eq(it, element))?;
    u32::try_from(place).ok()
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
