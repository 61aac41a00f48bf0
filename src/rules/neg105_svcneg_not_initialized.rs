//! NEG105: the controller cannot make a NEG, by the condition of its own record.

use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{FailingNeg, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG105",
    slug: "svcneg-not-initialized",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::SvcNeg,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
    ],
    follows: &[
        "NEG108", "NEG109", "NEG110", "NEG007", "NEG008", "NEG006", "NEG101",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let failing = service.failing_svc_negs("Initialized");
        verdicts.findings.extend(failing.iter().map(finding));
    }
}

fn finding(failing: &FailingNeg<'_, '_>) -> Finding {
    let service = failing.service;
    let made: Vec<_> = failing.svc_neg.zones().collect();
    let status = service.said_status();
    let meant = status.iter().flat_map(|status| &status.zones);
    let meant = meant.map(|zone| zone.value.as_str());
    let lacking: Vec<_> = meant.filter(|zone| !made.contains(zone)).collect();
    let zones = match (made.as_slice(), lacking.as_slice()) {
        ([], _) => "no zone has it".to_owned(),
        (made, []) => format!("{} may have an old one", made.join(", ")),
        (made, lacking) => format!(
            "{} lacks it, {} has it",
            lacking.join(", "),
            made.join(", ")
        ),
    };
    let message = format!(
        "NEG {} of Service {} cannot be made{}; {zones}",
        failing.svc_neg.object.name,
        service.object.name,
        failing.why()
    );
    failing.finding(&ROW, message)
}
