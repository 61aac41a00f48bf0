//! NEG603: an Ingress that always uses NEGs sends to a Service that asks for none.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::CLASS_ANNOTATION;
use crate::kind::service::{Service, ServiceType};
use crate::world::{Exposure, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG603",
    slug: "internal-ingress-needs-neg",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::Service],
    follows: &["NEG002", "NEG012"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let exposures = world.exposures();
    for exposure in exposures.filter(|it| it.ingress.class().needs_negs()) {
        // A ClusterIP Service stops the Ingress before it comes to this.
        let passes = |service: &Service<'_>| {
            let types = [ServiceType::NodePort, ServiceType::LoadBalancer];
            types.contains(&service.service_type) && !has_generated_names(service)
        };
        match exposure.declines(world, passes) {
            None => {}
            Some(Ok(_)) => verdicts.find(finding(&exposure)),
            Some(Err(missing)) => {
                verdicts.leave(missing.undecided(&ROW, &exposure.ingress.object, exposure.place()));
            }
        }
    }
}

/// True where standalone NEGs of generated names are made: the Ingress looks for the same names.
fn has_generated_names(service: &Service<'_>) -> bool {
    let claim = service.claim().map(|(_, claim)| claim);
    claim.is_some_and(|claim| claim.exposed.iter().any(|it| it.custom_name().is_none()))
}

fn finding(exposure: &Exposure<'_, '_>) -> Finding {
    let name = exposure.name;
    let ingress = &exposure.ingress.object;
    let class = exposure.ingress.class_annotation().unwrap_or_default();
    let message = format!(
        "Ingress {} looks for a NEG of Service {name}, which asks for none: nobody makes it, and the Ingress does not sync",
        ingress.name
    );
    let label = Label::new(exposure.place(), "reached by NEGs only");
    let mut finding = Finding::new(&ROW, ingress, message, label).detail(name);
    if let Some(annotation) = ingress.annotation(CLASS_ANNOTATION) {
        finding = finding.because(annotation.value, format!("class {class} always uses NEGs"));
    }
    for variant in &exposure.services {
        finding = finding.concerning(&variant.object);
        finding = match variant.neg {
            Some(neg) => finding.because(neg.value, "does not say \"ingress\": true"),
            None => finding.because(variant.object.head(), "has no NEG annotation"),
        };
    }
    finding
        .help("annotate the Service with cloud.google.com/neg: '{\"ingress\": true}'")
        .edit(exposure.only_service().and_then(Service::ask_for_ingress))
}
