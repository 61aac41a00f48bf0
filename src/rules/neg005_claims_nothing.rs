//! NEG005: the NEG annotation is valid and asks for nothing.

use crate::controller::claim::Claim;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::json;
use crate::kind::Kind;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG005",
    slug: "claims-nothing",
    severity: Severity::Warning,
    reads: &[Kind::Service],
    follows: &["NEG002"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        if claim.has_effect() || opts_out(claim) {
            continue;
        }
        let Ok(json) = json::parse(inner.text()) else {
            continue;
        };
        let name = service.object.name;
        let message = format!(
            "The NEG annotation of Service {name} asks for nothing: no NEG is made, and no event \
             says so"
        );
        let label = Label::new(inner.place(json.range), label(claim));
        verdicts.find(Finding::new(&ROW, &service.object, message, label).help(
            "ask with \"ingress\": true for the ports that an Ingress uses, or with \
                 \"exposed_ports\": {\"<port>\": {}} for NEGs to attach yourself; if the Service \
                 is to have none, write {\"ingress\": false}",
        ));
    }
}

/// `false` written out is the documented way to have no NEGs.
fn opts_out(claim: &Claim) -> bool {
    claim.ingress.is_some() && claim.zones.as_ref().is_none_or(Vec::is_empty)
}

fn label(claim: &Claim) -> &'static str {
    if claim.zones.as_ref().is_some_and(|zones| !zones.is_empty()) {
        "zones for no NEG"
    } else {
        "asks for nothing"
    }
}
