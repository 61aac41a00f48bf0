//! NEG402: a firewall rule keeps the probes out.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::world::{FirewallRule, World};

use super::admission::{Cause, Shut, concerning};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG402",
    slug: "probes-denied",
    severity: Severity::Error,
    reads: super::neg401_probes_not_admitted::READS,
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for of in world.cloud().admissions() {
        let service = &of.service;
        let by_rule = |cause: &Cause<'_>| matches!(cause, Cause::Rule(_));
        let Some(shut) = Shut::probers(world, of, by_rule) else {
            continue;
        };
        let Cause::Rule(rule) = &shut.cause else {
            continue;
        };
        let message = format!(
            "{} keeps {} from {} of {}: {} is not probed from there, and turns unhealthy",
            sentence(rule),
            cloud::list(&shut.ranges()),
            shut.ports(),
            shut.nodes(),
            cloud::called(service),
        );
        let field = if rule.policy.is_some() {
            "action"
        } else {
            "denied"
        };
        let mut finding = Finding::new(
            &ROW,
            service,
            message,
            Label::new(rule.place_of(field), "keeps them out"),
        )
        .severity(shut.severity())
        .because(rule.place_of("priority"), "is asked first");
        if let Some(allow) = allowing(&shut) {
            finding = finding.because(
                allow.place_of("priority"),
                "would let them in, and is asked later",
            );
        }
        let help = match rule.policy {
            None => {
                "let in the load balancer's ranges by a rule of a lower priority number, or narrow \
                     this one"
            }
            Some(_) => {
                "let whoever keeps the policy let in the load balancer's ranges before this rule, \
                        or hand them on with goto_next"
            }
        };
        verdicts.find(concerning(world, service, finding.help(help)));
    }
}

/// A rule that would let them in, were it asked.
fn allowing<'d>(shut: &Shut<'_, 'd>) -> Option<FirewallRule<'d>> {
    shut.all.iter().find_map(|it| it.shadowed)
}

fn sentence(rule: &FirewallRule<'_>) -> String {
    let words = rule.called();
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
