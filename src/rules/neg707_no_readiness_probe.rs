//! NEG707: nothing says what the health check of an Ingress backend is to ask.

use crate::controller::backend_config::{BACKEND_CONFIG, BACKEND_CONFIG_BETA};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{Service, ServicePort};
use crate::world::{Behind, Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG707",
    slug: "no-readiness-probe",
    severity: Severity::Note,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::BackendConfig,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for mut behind in world.behind_negs() {
        let mut containers = behind.workload.containers.iter();
        if containers.any(|container| container.readiness_probe.is_some()) {
            continue;
        }
        // Any other Service of that name may be a patch that brings a health check.
        behind.ports.retain(|(service, neg)| {
            let mut variants = world.services_named(service.object.name);
            neg.ingress.is_some()
                && !variants.any(|variant| may_have_health_check(world, &variant, neg.port))
        });
        verdicts.findings.extend(finding(&behind));
    }
}

/// False where the Service's BackendConfig, if any, certainly states no health check.
fn may_have_health_check(world: &World<'_>, service: &Service<'_>, port: &ServicePort<'_>) -> bool {
    if service.object.annotation(BACKEND_CONFIG).is_none()
        && service.object.annotation(BACKEND_CONFIG_BETA).is_none()
    {
        return false;
    }
    let Some(Ok(configs)) = service.backend_configs().map(|stated| stated.decoded) else {
        return true;
    };
    let Some(name) = configs.of_port(port.name, port.port) else {
        return false;
    };
    match world.backend_config(&service.object, &name.value) {
        Resolved::Found(configs) => configs.iter().any(|config| config.health_check().is_some()),
        Resolved::Absent | Resolved::Unclear(_) => true,
    }
}

fn finding(behind: &Behind<'_, '_>) -> Option<Finding> {
    let (service, neg) = behind.ports.first()?;
    let object = &behind.workload.object;
    let container = *behind.workload.serving(neg.port).first()?;
    let message = format!(
        "Nothing says what the health check of Service {} is to ask: `GET /` to port {} of {} {} \
         must answer 200",
        service.object.name, neg.port.target, object.kind_name, object.name
    );
    let place = container.node.get("name").unwrap_or(container.node);
    let label = Label::new(place, "has no readinessProbe");
    let finding = behind.shown_by(Finding::new(&ROW, object, message, label));
    Some(finding.help(
        "if `/` does not answer 200, give the container a readinessProbe with httpGet on this port, \
         or the Service a BackendConfig with a healthCheck; an existing health check takes over a \
         BackendConfig only",
    ))
}
