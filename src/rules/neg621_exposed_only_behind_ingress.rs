//! NEG621: a Service has standalone NEGs, and the Ingress that sends to it goes through nodes.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{Service, ServiceType};
use crate::world::{Exposure, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG621",
    slug: "exposed-only-behind-ingress",
    severity: Severity::Warning,
    reads: &[Kind::Ingress, Kind::Service],
    follows: &["NEG002"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let exposures = world.exposures();
    // Classes that always use NEGs do not go through nodes: they find no NEG (NEG603).
    for exposure in exposures.filter(|it| !it.ingress.class().needs_negs()) {
        if exposure
            .services
            .iter()
            .all(|service| exposes_only(service))
        {
            verdicts.findings.extend(finding(&exposure));
        }
    }
}

/// True where nodes can forward and the claim is for standalone NEGs, with no opt-out written.
fn exposes_only(service: &Service<'_>) -> bool {
    matches!(
        service.service_type,
        ServiceType::NodePort | ServiceType::LoadBalancer
    ) && service
        .claim()
        .is_some_and(|(_, claim)| claim.ingress.is_none() && !claim.exposed.is_empty())
}

fn finding(exposure: &Exposure<'_, '_>) -> Option<Finding> {
    let (inner, claim) = exposure.services.first()?.claim()?;
    let (ingress, name) = (&exposure.ingress.object, exposure.name);
    let message = format!(
        "Ingress {} goes through nodes to Service {name}, which has NEGs for other load balancers only",
        ingress.name
    );
    let range = claim.exposed.first()?.key_range.clone();
    let mut finding = Finding::new(
        &ROW,
        ingress,
        message,
        Label::new(
            exposure.place(),
            "reached through nodes, without readiness gates",
        ),
    )
    .detail(name)
    .because(
        inner.place(range),
        "a standalone NEG, which no Ingress uses",
    );
    for variant in &exposure.services {
        finding = finding.concerning(&variant.object);
    }
    let named = claim
        .exposed
        .iter()
        .find(|port| port.custom_name().is_some());
    let help = if let Some(range) = named.and_then(|port| Some(port.name.as_ref()?.range.clone())) {
        finding = finding.because(
            inner.place(range),
            "a custom name rules out \"ingress\": true",
        );
        "give the Ingress a second Service over the same Pods, annotated with \"ingress\": true"
    } else {
        "add \"ingress\": true to the annotation; write \"ingress\": false if nodes are meant"
    };
    let edit = exposure.only_service().and_then(Service::ask_for_ingress);
    Some(finding.help(help).edit(edit))
}
