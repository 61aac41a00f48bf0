//! NEG105: the controller cannot make a NEG, by the condition of its own record.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::condition::Condition;
use crate::kind::svc_neg::SvcNeg;
use crate::world::{Joined, World};

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
        let failing = service.failing_svc_negs("Initialized").into_iter();
        let findings = failing.map(|(svc_neg, condition)| finding(service, svc_neg, &condition));
        verdicts.findings.extend(findings);
    }
}

fn finding(service: Joined<'_, '_>, svc_neg: &SvcNeg<'_>, condition: &Condition<'_>) -> Finding {
    let name = svc_neg.object.name;
    let made: Vec<_> = svc_neg.zones().collect();
    let status = service.status().and_then(|status| status.said.ok());
    let meant = status.iter().flat_map(|status| &status.zones);
    let meant = meant.map(|zone| zone.value.as_str());
    let lacking: Vec<_> = meant.filter(|zone| !made.contains(zone)).collect();
    let how = match (made.as_slice(), lacking.as_slice()) {
        ([], _) => "no zone has it".to_owned(),
        (made, []) => format!("{} may have an old one", made.join(", ")),
        (made, lacking) => format!(
            "{} lacks it, {} has it",
            lacking.join(", "),
            made.join(", ")
        ),
    };
    let message = format!(
        "The NEG controller fails to make NEG {name} for Service {}: {how}",
        service.object.name
    );
    let label = Label::new(condition.told(), "what the controller says");
    let mut finding = Finding::new(&ROW, &service.object, message, label)
        .concerning(&svc_neg.object)
        .detail(name)
        .help(advice(svc_neg, condition));
    if let Some(neg) = service.neg {
        finding = finding.because(neg.key, "asks for it");
    }
    finding
}

/// What to do about it.
fn advice(svc_neg: &SvcNeg<'_>, condition: &Condition<'_>) -> String {
    let known = condition.advice(svc_neg.object.kind_name);
    let known = known.unwrap_or_else(|| "remove the cause that the message names".to_owned());
    format!(
        "{known}; the controller tries again by itself, at the latest after ten minutes, and goes on \
         filling the zones that work"
    )
}
