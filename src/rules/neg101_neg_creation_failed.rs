//! NEG101: the controller cannot process a Service, or cannot make or look up its NEG.

use crate::controller::event::{NEG_CONTROLLER, Reported, Step, Trouble};
use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{Failure, Matter, World};

use super::{Row, unknown};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG101",
    slug: "neg-creation-failed",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Event,
        Kind::SvcNeg,
    ],
    // What is wrong with the claim itself.
    follows: &[
        "NEG001", "NEG003", "NEG025", "NEG004", "NEG006", "NEG008", "NEG009", "NEG016", "NEG020",
        "NEG021",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let failures = service.failures(Matter::Creation).into_iter();
        // What a condition alone says is NEG105's and NEG106's.
        let standing = failures.filter(|failure| failure.told.is_some() && failure.stands(world));
        verdicts
            .findings
            .extend(standing.map(|failure| finding(world, &failure)));
        if service.is_live() {
            let warnings = unknown::warnings(&ROW, world, &service.object, NEG_CONTROLLER);
            verdicts.findings.extend(warnings);
        }
    }
}

fn finding(world: &World<'_>, failure: &Failure<'_, '_>) -> Finding {
    let service = failure.service.object.name;
    let report = failure.report.as_ref();
    let why = report.map(Reported::why).unwrap_or_default();
    let message = match (failure.trouble, report.and_then(|report| report.step)) {
        (Trouble::ProcessService, _) => {
            format!("The NEG controller cannot process Service {service}{why}")
        }
        (_, Some(Step::EnsureNeg)) => {
            let zones = failure.svc_neg.map_or(0, |record| record.zones().count());
            let already = match zones {
                0 => "",
                _ => " in every zone",
            };
            format!(
                "{} of Service {service} cannot be made{already}{why}",
                failure.called()
            )
        }
        _ => format!(
            "{} of Service {service} is not kept up to date{why}",
            failure.called()
        ),
    };
    let mut help = failure.decoded.advice().unwrap_or_default();
    if failure.decoded.will_retry() == Some(false) {
        help.push_str(
            ". \"will not retry\" is not final: any change of the Service or its endpoints, and \
             the resync every ten minutes, starts one more try",
        );
    }
    failure.finding(&ROW, world, message).help(help)
}
