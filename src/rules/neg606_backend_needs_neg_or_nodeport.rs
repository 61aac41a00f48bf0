//! NEG606: a Service behind an Ingress that can be reached neither by NEGs nor through nodes.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{Service, ServiceType};
use crate::world::{Exposure, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG606",
    slug: "backend-needs-neg-or-nodeport",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::Service],
    follows: &["NEG002", "NEG012"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for exposure in world.exposures() {
        let unreachable = |service: &Service<'_>| {
            matches!(
                service.service_type,
                ServiceType::ClusterIp | ServiceType::ExternalName
            )
        };
        match exposure.declines(world, unreachable) {
            None => {}
            Some(Ok(service)) => verdicts.find(finding(&exposure, service)),
            Some(Err(missing)) => {
                verdicts.leave(missing.undecided(&ROW, &exposure.ingress.object, exposure.place()));
            }
        }
    }
}

fn finding(exposure: &Exposure<'_, '_>, service: &Service<'_>) -> Finding {
    let name = exposure.name;
    let kind = service.service_type.name();
    let article = match service.service_type {
        ServiceType::ExternalName => "an",
        _ => "a",
    };
    let message = format!(
        "Ingress {} sends to Service {name}, which is of type {kind} and asks for no NEGs for it: the whole Ingress stops",
        exposure.ingress.object.name
    );
    let mut finding = Finding::new(
        &ROW,
        &exposure.ingress.object,
        message,
        Label::new(
            exposure.place(),
            format!("{article} {kind} Service without NEGs"),
        ),
    )
    .detail(name);
    for variant in &exposure.services {
        finding = finding.concerning(&variant.object);
        finding = match variant.neg {
            Some(neg) => finding.because(neg.value, "does not say \"ingress\": true"),
            None => finding.because(variant.object.head(), "has no NEG annotation"),
        };
        if let Some(node) = variant.object.spec().and_then(|spec| spec.get("type")) {
            finding = finding.because(node, "nodes do not forward to it");
        }
    }
    let edit = exposure.only_service().and_then(Service::ask_for_ingress);
    finding
        .help(
            "annotate the Service with cloud.google.com/neg: '{\"ingress\": true}', or make it of \
             type NodePort; standalone NEGs do not serve an Ingress",
        )
        .edit(edit)
}
