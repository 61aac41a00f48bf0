//! NEG631: a Service asks for a transparent health check that it does not get.

use crate::controller::decode::Refused;
use crate::controller::event::Trouble;
use crate::controller::transparent_check::{TRANSPARENT_CHECK, is_asked};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::service::{Service, ServiceType};
use crate::kind::{Annotation, Kind};
use crate::world::{BackendPort, Exposure, Joined, Told, World};

use super::Row;
use super::translate::refusal;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG631",
    slug: "transparent-health-check-unused",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::BackendConfig,
        Kind::Event,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|it| it.gce_ingress().is_some()) {
        let Some(annotation) = service.object.annotation(TRANSPARENT_CHECK) else {
            continue;
        };
        let Some(text) = annotation.string() else {
            continue;
        };
        match is_asked(text) {
            Err(refused) => verdicts
                .findings
                .extend(unreadable(service, annotation, &refused)),
            Ok(true) => verdicts
                .findings
                .extend(switched_off(world, service, annotation)),
            Ok(false) => {}
        }
    }
    for reached in world.backend_ports() {
        verdicts.findings.extend(overridden(world, &reached));
    }
    for exposure in world.exposures() {
        without_neg(world, &exposure, verdicts);
    }
}

/// The annotation where it asks for the check.
fn asking<'d>(service: &Service<'d>) -> Option<Annotation<'d>> {
    let annotation = service.object.annotation(TRANSPARENT_CHECK)?;
    is_asked(annotation.string()?).ok()?.then_some(annotation)
}

fn new(service: &Service<'_>, annotation: Annotation<'_>, why: &str) -> Finding {
    let message = format!(
        "Service {} asks for a transparent health check and does not get it: {why}",
        service.object.name
    );
    let label = Label::new(annotation.value, "not in force");
    Finding::new(&ROW, &service.object, message, label)
}

fn unreadable(
    service: Joined<'_, '_>,
    annotation: Annotation<'_>,
    refused: &Refused,
) -> Option<Finding> {
    let inner = annotation.inner().filter(|it| it.placeholder().is_none())?;
    let (label, what) = refusal(&inner, refused);
    let mut finding = new(&service, annotation, &format!("its annotation {what}"));
    finding.primary = label;
    Some(finding.help("write {\"enabled\": true}"))
}

/// The controller's word that this cluster has no such checks, on the Service or on an Ingress that
/// sends to it.
fn switched_off(
    world: &World<'_>,
    service: Joined<'_, '_>,
    annotation: Annotation<'_>,
) -> Option<Finding> {
    let is_meant = |told: &Told<'_, '_>| told.trouble == Trouble::TransparentHealthCheckOff;
    let object = &service.service.object;
    let of_ingress = || {
        let (ingress, _) = service.gce_ingress()?;
        world.told(&ingress.object).into_iter().find(is_meant)
    };
    let told = world.told(object).into_iter().find(is_meant);
    let told = told.or_else(of_ingress)?;
    let said = told.label(world.now(object));
    let finding = new(&service, annotation, "this cluster does not have them")
        .because(said.place, said.text)
        .help("take the annotation out, and give the health check by a BackendConfig");
    Some(finding)
}

/// The BackendConfig of a port says what to ask.
fn overridden(world: &World<'_>, reached: &BackendPort<'_, '_>) -> Option<Finding> {
    let service = reached.service;
    let annotation = asking(service.service)?;
    let config = world.config_of(service, reached.port)?;
    config.health_check()?;
    let (key, _) = config.object.spec()?.entry("healthCheck")?;
    let why = format!(
        "the health check of BackendConfig {} counts for port {}",
        config.object.name,
        reached.port.label()
    );
    let finding = new(&service, annotation, &why)
        .detail(reached.port.port)
        .concerning(&config.object)
        .concerning(&reached.ingress.object)
        .because(key, "this one counts");
    Some(finding.help("keep one of the two: the annotation, or the BackendConfig's healthCheck"))
}

/// The endpoints are nodes, of which the check knows nothing.
fn without_neg(world: &World<'_>, exposure: &Exposure<'_, '_>, verdicts: &mut Verdicts) {
    if exposure.ingress.class().needs_negs() {
        return;
    }
    let through_nodes = |service: &Service<'_>| {
        let has_node_ports = matches!(
            service.service_type,
            ServiceType::NodePort | ServiceType::LoadBalancer
        );
        has_node_ports && asking(service).is_some()
    };
    let Some(declines) = exposure.declines(world, through_nodes) else {
        return;
    };
    for service in &exposure.services {
        let Some(annotation) = asking(service) else {
            continue;
        };
        match &declines {
            Ok(_) => {
                let why = format!(
                    "Ingress {} reaches it through nodes, without NEGs",
                    exposure.ingress.object.name
                );
                let mut finding = new(service, annotation, &why)
                    .detail("through nodes")
                    .concerning(&exposure.ingress.object)
                    .because(exposure.place(), "the Ingress sends to it");
                if let Some(neg) = service.neg {
                    finding = finding.because(neg.value, "does not say \"ingress\": true");
                }
                let help = "say \"ingress\": true in cloud.google.com/neg, or take the annotation \
                            for the health check out";
                verdicts.find(finding.help(help));
            }
            Err(missing) => {
                let missing = missing.clone();
                verdicts.leave(missing.undecided(&ROW, &service.object, annotation.value));
            }
        }
    }
}
