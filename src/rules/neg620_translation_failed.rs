//! NEG620: what the Ingress controller says that it could not do.

mod found_by;
mod standing;

use crate::controller::event::{LOAD_BALANCER_CONTROLLER, Reported, Trouble};
use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::Ingress;
use crate::world::{GRACE, Told, World};

use super::{Row, unknown};
use found_by::found_by;
use standing::{backend_of, concerned, still};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG620",
    slug: "translation-failed",
    severity: Severity::Error,
    reads: &[
        Kind::Ingress,
        Kind::Service,
        Kind::BackendConfig,
        Kind::Event,
    ],
    follows: &[
        "NEG604", "NEG605", "NEG617", "NEG606", "NEG603", "NEG609", "NEG607", "NEG610", "NEG612",
        "NEG638", "NEG639", "NEG613", "NEG629", "NEG614", "NEG108", "NEG109", "NEG101", "NEG103",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses() {
        let object = &ingress.object;
        let is_meant = object.live.is_some() && object.deleted().is_none();
        if !is_meant || !ingress.class().is_gce() {
            continue;
        }
        let told = world.told(object).into_iter();
        for told in told.filter(|told| {
            told.is_recent(world.now(&told.event.object)) && is_serious(world, ingress, told)
        }) {
            verdicts.findings.extend(findings(world, ingress, &told));
        }
        let warnings = unknown::warnings(&ROW, world, object, LOAD_BALANCER_CONTROLLER);
        verdicts.findings.extend(warnings);
    }
}

/// Two controllers wait for each other in the first minutes, and one failed sync is no trouble
/// where the next one does.
fn is_serious(world: &World<'_>, ingress: &Ingress<'_>, told: &Told<'_, '_>) -> bool {
    let is_young = || {
        let object = &ingress.object;
        let age = world.age(object, object.changed());
        age.is_some_and(|age| age < GRACE)
    };
    match told.trouble {
        Trouble::ClassNotSupported | Trouble::Translate => true,
        Trouble::IngressSync | Trouble::FrontendConfig => told.count > 1 && !is_young(),
        _ => false,
    }
}

fn findings(world: &World<'_>, ingress: &Ingress<'_>, told: &Told<'_, '_>) -> Vec<Finding> {
    let name = ingress.object.name;
    match told.trouble {
        Trouble::ClassNotSupported => {
            let parameter = |name| told.decoded.parameters.get(name).unwrap_or_default();
            let message = format!(
                "Ingress {name} gets no load balancer: its class {} has no controller in this \
                 cluster, which serves {}",
                parameter("class"),
                parameter("other")
            );
            vec![new(world, ingress, told, message, "class").following(&[])]
        }
        Trouble::FrontendConfig => {
            let message = format!(
                "Ingress {name} does without its FrontendConfig, which its controller does not find"
            );
            let finding = new(world, ingress, told, message, "frontend-config");
            vec![finding.following(&["NEG614"]).severity(Severity::Warning)]
        }
        _ => {
            let reports = told.decoded.causes.iter();
            let standing = reports.filter(|report| still(world, ingress, told, report));
            let of_cause = |report| of_cause(world, ingress, told, report);
            standing.map(of_cause).collect()
        }
    }
}

fn new(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    told: &Told<'_, '_>,
    message: String,
    detail: &str,
) -> Finding {
    let object = &ingress.object;
    let label = told.label(world.now(object));
    let mut finding = Finding::new(&ROW, object, message, label).detail(detail);
    finding.help = told.decoded.advice();
    finding
}

fn of_cause(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    told: &Told<'_, '_>,
    report: &Reported<'_>,
) -> Finding {
    let effect = match told.trouble {
        Trouble::Translate => "stops as a whole",
        _ => "does not sync, and its load balancer stays as it is",
    };
    let message = format!("Ingress {} {effect}{}", ingress.object.name, report.why());
    let (follows, detail) = found_by(report);
    let mut finding = new(world, ingress, told, message, &detail).following(follows);
    finding.help = report.advice().or(finding.help);
    for service in concerned(world, ingress, &report.cause) {
        finding = finding.concerning(&service.object);
    }
    if let Some(backend) = backend_of(ingress, &report.cause) {
        finding = finding.because(backend.service.unwrap_or(backend.node), "this backend");
    }
    finding
}
