//! What rules about health checks share: their commands, and what a finding concerns.

use crate::controller::app_protocols::AppProtocol;
use crate::finding::Finding;
use crate::kind::backend_config::BackendConfig;
use crate::kind::cloud::{BackendService, HealthCheck};
use crate::kind::service::ServicePort;
use crate::remedy::Run;
use crate::world::{Joined, Probed, Resolved, World};

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

/// What a BackendConfig says of the health check of a port.
pub(super) enum Stated<'w, 'd> {
    /// None says anything.
    Nothing,
    /// This one does.
    By(&'w BackendConfig<'d>),
    /// That is not known.
    Unclear,
}

/// What the BackendConfig that a Service names for a port says of its health check.
pub(super) fn stated<'w, 'd>(
    world: &'w World<'d>,
    service: Joined<'_, 'd>,
    port: &ServicePort<'d>,
) -> Stated<'w, 'd> {
    let Some(annotation) = service.backend_configs() else {
        return Stated::Nothing;
    };
    let Ok(configs) = annotation.decoded else {
        return Stated::Unclear;
    };
    let Some(name) = configs.of_port(port.name, port.port) else {
        return Stated::Nothing;
    };
    match world.backend_config(&service.object, &name.value) {
        Resolved::Found(found) if found.iter().all(|it| it.health_check().is_none()) => {
            Stated::Nothing
        }
        Resolved::Found(found) => found.first().map_or(Stated::Unclear, |it| Stated::By(it)),
        // Where it is missing the controller stops, and NEG607 says so.
        Resolved::Absent | Resolved::Unclear(_) => Stated::Unclear,
    }
}

/// What is spoken on a port, as far as annotations say; `None` where they are refused.
pub(super) fn spoken(service: Joined<'_, '_>, port: &ServicePort<'_>) -> Option<AppProtocol> {
    match service.app_protocols().next().map(|it| it.decoded) {
        None => Some(AppProtocol::Http),
        Some(Ok(protocols)) if !protocols.is_refused() => Some(protocols.of_port(port.name)),
        Some(_) => None,
    }
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
