//! The controller's records of NEGs that no Service asks for any more.

use crate::controller::claim::Claim;
use crate::controller::event::{Cause, Trouble};
use crate::controller::names::looks_generated;
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::service::ServiceType;
use crate::kind::svc_neg::SvcNeg;

use super::{Joined, Missing, Told, World};

/// A ServiceNetworkEndpointGroup that no Service asks for.
#[derive(Debug, Clone)]
pub struct Leftover<'w, 'd> {
    /// The record.
    pub svc_neg: &'w SvcNeg<'d>,
    /// The Service that asked, where it is still there.
    pub service: Option<Joined<'w, 'd>>,
    /// What the controller says of it.
    pub told: Vec<Told<'w, 'd>>,
}

impl<'d> World<'d> {
    /// The records that no Service asks for, neither in the cluster nor by its manifest; an error
    /// with the record where it cannot be told.
    pub fn leftovers(&self) -> Vec<Result<Leftover<'_, 'd>, (&Object<'d>, Missing)>> {
        let records = self.svc_negs.iter().filter(|it| it.object.observed);
        let leftovers = records.filter_map(|svc_neg| {
            let name = svc_neg.service?;
            let named = self.services_named(name);
            let mut named = named.filter(|it| it.object.shares_namespace(&svc_neg.object));
            let service = named.next();
            if service.is_some_and(|service| service.may_want(svc_neg)) {
                return None;
            }
            if let (None, Err(missing)) = (service, self.whole(Kind::Service, &svc_neg.object)) {
                return Some(Err((&svc_neg.object, missing)));
            }
            Some(Ok(Leftover {
                svc_neg,
                service,
                told: self.told(&svc_neg.object),
            }))
        });
        leftovers.collect()
    }

    /// A Service of another namespace that claims a NEG of a record's name: while there is one, the
    /// controller does not collect the record.
    pub fn claimed_elsewhere(&self, svc_neg: &SvcNeg<'_>) -> Option<Joined<'_, 'd>> {
        self.services().find(|service| {
            let claim = service.service.claim().map(|(_, claim)| claim);
            let mut names = claim.into_iter().flat_map(Claim::named);
            service.is_live()
                && service.object.clusters.meets(svc_neg.object.clusters)
                && service.object.namespace != svc_neg.object.namespace
                && names.any(|(_, name)| name.value == svc_neg.object.name)
        })
    }
}

impl<'d> Joined<'_, 'd> {
    /// Whether it asks for the NEG of a record, or would where an Ingress refers to it.
    fn may_want(self, svc_neg: &SvcNeg<'d>) -> bool {
        let shown = self.shown();
        let views = [Some(self.service), shown.as_ref()];
        views.into_iter().flatten().any(|service| {
            if svc_neg.is_for(0) {
                return service.service_type == ServiceType::LoadBalancer;
            }
            // What cannot be read leaves all as it is.
            let Some((_, claim)) = service.claim() else {
                return service.neg.is_some();
            };
            let record = svc_neg.object.name;
            // A generated name stands for one port; a custom one for the claim that gives it.
            let mut exposed = claim.exposed.iter();
            exposed.any(|exposed| {
                let custom = exposed.custom_name();
                svc_neg.is_for(exposed.port.into())
                    && custom.map_or(looks_generated(record), |custom| custom == record)
            }) || (claim.for_ingress()
                && looks_generated(record)
                && service.ports.iter().any(|port| svc_neg.is_for(port.port)))
        })
    }
}

impl<'w, 'd> Leftover<'w, 'd> {
    /// What says that a NEG cannot be deleted as something uses it, and the user where it is named.
    pub fn used(&self) -> Option<(&Told<'w, 'd>, &'d str)> {
        let mut told = self.told.iter().rev();
        told.find_map(|told| {
            let mut causes = told.decoded.causes.iter().map(|report| &report.cause);
            let user = causes.find_map(Cause::in_use_by);
            let user = user.filter(|_| told.trouble == Trouble::NegNotDeleted)?;
            Some((told, user))
        })
    }

    /// `Service web no longer exists`, `Service web no longer asks for it`
    pub fn why(&self) -> String {
        let name = self.svc_neg.service.unwrap_or_default();
        match self.service {
            None => format!("Service {name} no longer exists"),
            Some(_) => format!("Service {name} no longer asks for it"),
        }
    }
}

/// Who uses a NEG, and out of what to take it, by the name of the user if there is one.
pub fn in_use(user: &str) -> (String, String) {
    if user.is_empty() {
        return (
            "a backend service".to_owned(),
            "every backend service".to_owned(),
        );
    }
    let named = format!("backend service {user}");
    (named.clone(), named)
}
