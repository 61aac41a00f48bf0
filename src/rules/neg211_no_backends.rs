//! NEG211: a backend service on a live road has nothing to send to.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, Neg};
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG211",
    slug: "no-backends",
    severity: Severity::Error,
    reads: &[
        Kind::BackendService,
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::Neg,
    ],
    follows: &["NEG112", "NEG207", "NEG101", "NEG201", "NEG904"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let cloud = world.cloud();
    for service in cloud.backend_services() {
        // What forwards to the address that a request names needs no backend.
        let forwards = service.get("dynamicForwarding").is_some();
        if !cloud.is_live(service.link) || service.has_bindings() || forwards {
            continue;
        }
        let count = service.backends().count();
        let negs: Vec<Neg<'_>> = cloud.negs_of(&service).map(|(neg, _)| neg).collect();
        let empty = |neg: &Neg<'_>| neg.is_zonal() && neg.size() == 0;
        if count == 0 {
            let message = format!(
                "{} has no backend: every request to it fails",
                cloud::head(&service)
            );
            let label = Label::new(service.head(), "sends to nothing");
            let help = "add the NEG of every zone with gcloud compute backend-services add-backend";
            verdicts.find(found(world, &service, message, label).help(help));
        } else if negs.len() == count && negs.iter().all(empty) {
            let message = format!(
                "{} has only empty NEGs: every request to it fails",
                cloud::head(&service)
            );
            let label = Label::new(service.place_of("backends"), "hold no endpoint");
            let mut finding = found(world, &service, message, label).help(
                "an empty NEG has no ready Pod behind it, or is of a claim or a cluster that is gone",
            );
            for neg in negs.iter().take(3) {
                finding = finding
                    .because(neg.place_of("size"), "no endpoint")
                    .concerning(neg);
            }
            verdicts.find(finding);
        }
    }
}

fn found(
    world: &World<'_>,
    service: &BackendService<'_>,
    message: String,
    label: Label,
) -> Finding {
    let mut finding = Finding::new(&ROW, service, message, label);
    if let Some(road) = world.cloud().roads_to(service.link).next() {
        finding = finding.because(road.rule.head(), "leads here");
    }
    for asked in world.services_behind(service) {
        finding = finding.concerning(&asked.service.service.object);
    }
    finding
}
