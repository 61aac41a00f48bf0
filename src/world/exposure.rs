//! What Ingresses of the GCE controller send to, and whether those Services ask for NEGs.

use crate::kind::ingress::{Ingress, IngressBackend};
use crate::kind::service::Service;
use crate::text::Place;

use super::{Missing, Resolved, World};

/// A Service behind an Ingress that the GCE controller serves.
#[derive(Debug)]
pub struct Exposure<'w, 'd> {
    /// The Ingress.
    pub ingress: &'w Ingress<'d>,
    /// The Service's name.
    pub name: &'d str,
    /// The backends that name it, in their order; never empty.
    pub backends: Vec<&'w IngressBackend<'d>>,
    /// The variants of the Service, at least one; only what holds of all of them is certain.
    pub services: Vec<&'w Service<'d>>,
}

/// Whether a Service asks for NEGs for the ports that an Ingress refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForIngress {
    /// It does, or admission makes it.
    Asked,
    /// Its annotation says otherwise, or it has none and admission adds none. Admission leaves an
    /// annotation that is there as it is: with a custom name the addition would break it.
    Declined,
    /// Its annotation is refused, which counts as none.
    Malformed,
    /// It has no annotation, and whether admission adds one is not known.
    Unknown(Missing),
}

impl<'d> World<'d> {
    /// Every Service that is certainly behind an Ingress of the GCE controller.
    pub fn exposures(&self) -> impl Iterator<Item = Exposure<'_, 'd>> {
        let served = self
            .ingresses
            .iter()
            .filter(|ingress| ingress.is_served_by_gce());
        served.flat_map(|ingress| self.exposed_by(ingress))
    }

    pub(super) fn exposed_by<'w>(&'w self, ingress: &'w Ingress<'d>) -> Vec<Exposure<'w, 'd>> {
        let mut exposures: Vec<Exposure<'w, 'd>> = Vec::new();
        for backend in &ingress.backends {
            let name = backend.service_name();
            let known = exposures.iter_mut().find(|exposure| exposure.name == name);
            if let Some(exposure) = known {
                exposure.backends.push(backend);
            } else if let Resolved::Found(services) = self.backend(ingress, backend) {
                exposures.push(Exposure {
                    ingress,
                    name,
                    backends: vec![backend],
                    services,
                });
            }
        }
        exposures
    }

    /// Whether a Service asks for NEGs for the ports that an Ingress refers to.
    pub fn for_ingress(&self, service: &Service<'_>) -> ForIngress {
        if service.neg.is_none() {
            return match self.adds_claim(&service.object) {
                Some(true) => ForIngress::Asked,
                Some(false) => ForIngress::Declined,
                None => ForIngress::Unknown(Missing::new(
                    format!(
                        "GKE may add the claim when Service {} is created",
                        service.object.name
                    ),
                    "`adds-claim` in a [[cluster]] entry says whether it does",
                )),
            };
        }
        let stated = service.stated.as_ref();
        if stated.is_some_and(|stated| stated.inner.placeholder().is_some()) {
            return ForIngress::Unknown(Missing::new(
                format!(
                    "the claim of Service {} holds a placeholder",
                    service.object.name
                ),
                "the manifests as they are applied: render them and check the result",
            ));
        }
        match service.claim() {
            None => ForIngress::Malformed,
            Some((_, claim)) if claim.for_ingress() => ForIngress::Asked,
            Some(_) => ForIngress::Declined,
        }
    }
}

impl<'w, 'd> Exposure<'w, 'd> {
    /// Where the Ingress first names the Service.
    pub fn place(&self) -> Place {
        let named = self.backends.iter().find_map(|backend| backend.service);
        named.map_or_else(|| self.ingress.object.head(), Place::from)
    }

    /// The Service where it has no variants: only then an edit knows where to go.
    pub fn only_service(&self) -> Option<&'w Service<'d>> {
        let [service] = self.services.as_slice() else {
            return None;
        };
        Some(service)
    }

    /// `Some` where every variant is of a kind and asks for no NEGs for the Ingress; with what is
    /// missing where that is not certain of one.
    pub fn declines(
        &self,
        world: &World<'d>,
        is_of_kind: impl Fn(&Service<'d>) -> bool,
    ) -> Option<Result<&'w Service<'d>, Missing>> {
        let mut unknown = None;
        for service in &self.services {
            match world.for_ingress(service) {
                ForIngress::Declined if is_of_kind(service) => {}
                ForIngress::Unknown(missing) if is_of_kind(service) => unknown = Some(missing),
                _ => return None,
            }
        }
        let first = self.services.first()?;
        Some(unknown.map_or(Ok(*first), Err))
    }
}
