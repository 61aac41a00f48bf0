//! NEG617: what a refused NEG annotation does to the Ingress that sends to the Service.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{Service, ServiceType};
use crate::world::{Exposure, ForIngress, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG617",
    slug: "malformed-claim-behind-ingress",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::Service],
    follows: &["NEG001", "NEG003", "NEG025"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for exposure in world.exposures() {
        let malformed =
            |service: &&Service<'_>| world.for_ingress(service) == ForIngress::Malformed;
        if exposure.services.iter().all(malformed) {
            verdicts.findings.extend(finding(&exposure));
        }
    }
}

fn finding(exposure: &Exposure<'_, '_>) -> Option<Finding> {
    let service = exposure.services.first()?;
    let (ingress, name) = (&exposure.ingress.object, exposure.name);
    let head = format!(
        "Ingress {} sends to Service {name}, whose NEG annotation",
        ingress.name
    );
    let message = if service.stated.is_none() {
        format!(
            "{head} is no string: the API server refuses the Service, and the Ingress gets no NEG"
        )
    } else {
        let effect = match service.service_type {
            ServiceType::ClusterIp | ServiceType::ExternalName => "the whole Ingress stops",
            _ if exposure.ingress.class().needs_negs() => {
                "the Ingress looks for a NEG that nobody makes"
            }
            _ => "traffic goes through nodes, without readiness gates",
        };
        format!("{head} is refused, which counts as none: {effect}")
    };
    let mut finding = Finding::new(&ROW, ingress, message, Label::new(exposure.place(), "a backend"))
        .detail(name)
        .help("mend the annotation of the Service; its own event names no Ingress, and the Ingress names no annotation");
    for variant in &exposure.services {
        finding = finding.concerning(&variant.object);
        if let Some(neg) = variant.neg {
            finding = finding.because(neg.value, "refused as a whole");
        }
    }
    Some(finding)
}
