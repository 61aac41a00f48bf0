//! What rules about health checks share: their commands, and what a finding concerns.

use crate::finding::Finding;
use crate::kind::cloud::{BackendService, HealthCheck};
use crate::remedy::Run;
use crate::world::{Probed, World};

/// The command that changes a health check.
pub(super) fn update(check: &HealthCheck<'_>, title: &str, change: &str) -> Option<Run> {
    let kind = check.gcloud_kind()?;
    let flag = check.link.flag();
    let arguments = ["health-checks", "update", kind, check.name(), &flag, change];
    Some(Run::gcloud(title, check.link.project, arguments))
}

/// The finding about a backend service with all that stands behind it: its check and the Services.
pub(super) fn concerning(
    mut finding: Finding,
    world: &World<'_>,
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
) -> Finding {
    finding = finding.concerning(check);
    for asked in world.services_behind(service) {
        finding = finding.concerning(&asked.service.service.object);
    }
    finding
}

/// Points at some of the endpoints that are unhealthy.
pub(super) fn showing(mut finding: Finding, probed: &[Probed<'_>], most: usize) -> Finding {
    let bad = probed.iter().filter(|it| it.is_unhealthy());
    for it in bad.take(most) {
        let health = it.endpoint.healths().next();
        let node = health.map_or(it.endpoint.node, |health| health.node);
        let address = it.endpoint.address();
        let address = Some(address).filter(|it| !it.is_empty());
        let address = address.or(it.endpoint.ipv6_address()).unwrap_or("it");
        finding = finding.because(node, format!("{address} is unhealthy"));
    }
    finding
}

/// What the probers say of all endpoints together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Some endpoint answers as it should, so that the check can pass.
    Passes,
    /// None does, and some do not.
    Fails,
    /// Nobody has said anything.
    Silent,
}

impl Verdict {
    /// The verdict on these endpoints.
    pub(super) fn of(probed: &[Probed<'_>]) -> Self {
        if probed.iter().any(Probed::is_healthy) {
            Self::Passes
        } else if probed.iter().any(Probed::is_unhealthy) {
            Self::Fails
        } else {
            Self::Silent
        }
    }
}
