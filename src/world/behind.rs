//! What stands behind a backend service: the endpoints with their health, and the Pods.

use crate::kind::cloud::{BackendService, Endpoint, Neg, Reference};

use super::{Cloud, LiveNeg, World};

/// An endpoint behind a backend service, with what its probers say.
#[derive(Debug, Clone)]
pub struct Probed<'d> {
    /// The NEG that holds it.
    pub neg: Neg<'d>,
    /// The endpoint.
    pub endpoint: Endpoint<'d>,
    /// What the probers of this backend service say; `None` where nobody probes.
    pub state: Option<&'d str>,
}

impl<'d> Cloud<'d> {
    /// Every endpoint behind a backend service; `None` where those of a NEG were not read.
    pub fn probed(&self, service: &BackendService<'d>) -> Option<Vec<Probed<'d>>> {
        let negs = self.negs_of(service).filter(|(neg, _)| neg.is_zonal());
        let each = negs.map(|(neg, _)| self.probed_in(&neg, Some(service)));
        let all: Option<Vec<Vec<Probed<'d>>>> = each.collect();
        Some(all?.concat())
    }

    /// The endpoints of a NEG with what the probers of a backend service say of each, or nothing
    /// where none is given; `None` where they were not read.
    pub fn probed_in(
        &self,
        neg: &Neg<'d>,
        service: Option<&BackendService<'d>>,
    ) -> Option<Vec<Probed<'d>>> {
        let probed = |endpoint: Endpoint<'d>| Probed {
            neg: *neg,
            endpoint,
            state: service.and_then(|service| said(service, &endpoint)),
        };
        Some(self.endpoints(neg)?.into_iter().map(probed).collect())
    }
}

/// What the probers of a backend service say of an endpoint.
fn said<'d>(service: &BackendService<'d>, endpoint: &Endpoint<'d>) -> Option<&'d str> {
    let own = |link: Option<Reference<'d>>| link.is_none_or(|it| it.link == service.link);
    let mut healths = endpoint.healths().filter(|it| own(it.backend_service));
    let ipv6 = service.address_selection() == Some("IPV6_ONLY");
    let first = healths.next()?;
    Some(first.ipv6_state.filter(|_| ipv6).unwrap_or(first.state))
}

impl Probed<'_> {
    /// True where the probers get the answer that they want.
    pub fn is_healthy(&self) -> bool {
        self.state == Some("HEALTHY")
    }

    /// True where they do not. `UNKNOWN` has no verdict yet, `DRAINING` is on its way out.
    pub fn is_unhealthy(&self) -> bool {
        self.state == Some("UNHEALTHY")
    }
}

impl<'d> World<'d> {
    /// The ports that containers behind a backend service declare, and the Services that say so;
    /// `None` where no Pod or workload behind it was read.
    pub fn ports_behind(&self, service: &BackendService<'d>) -> Option<Vec<i64>> {
        let behind = self.services_behind(service);
        let workloads = behind
            .iter()
            .flat_map(|asked: &LiveNeg<'_, 'd>| asked.service.workloads());
        let mut workloads = workloads.peekable();
        workloads.peek()?;
        let mut ports: Vec<i64> = workloads
            .flat_map(|it| it.ports().map(|port| port.number))
            .collect();
        ports.sort_unstable();
        ports.dedup();
        Some(ports)
    }
}
