//! NEG505: an external front end, made by hand, whose address is not reserved.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::ForwardingRule;
use crate::remedy::Run;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG505",
    slug: "ephemeral-address",
    severity: Severity::Note,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::Neg,
        Kind::Address,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told = Vec::new();
    for road in world.cloud().roads() {
        let rule = road.rule;
        let is_known = told.contains(&(rule.link.project, rule.address()));
        let mut negs = world.cloud().negs_of(&road.service);
        let to_pods = negs.any(|(neg, _)| neg.is_zonal());
        if is_known || !to_pods || !world.cloud().is_ephemeral(&rule) || is_controllers(&rule) {
            continue;
        }
        told.push((rule.link.project, rule.address()));
        match world.cloud().whole(Kind::Address, rule.link.project) {
            Ok(()) => verdicts.find(finding(world, &rule)),
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &rule, rule.head())),
        }
    }
}

/// True for the rule of an Ingress, a Gateway or a Service: GKE takes an address for it unless it
/// is told one.
fn is_controllers(rule: &ForwardingRule<'_>) -> bool {
    let description = rule.text("description").unwrap_or_default();
    cloud::is_controllers(rule.name()) || description.contains("kubernetes.io/")
}

fn finding(world: &World<'_>, rule: &ForwardingRule<'_>) -> Finding {
    let message = format!(
        "{} has an address that is not reserved, {}: it goes with the rule when that is made anew",
        cloud::head(rule),
        rule.address(),
    );
    let label = Label::new(rule.place_of("IPAddress"), "not reserved");
    let mut finding = Finding::new(&ROW, rule, message, label)
        .help("reserve it while it is in use, which interrupts nothing")
        .run(reserve(world, rule));
    let same = |it: &ForwardingRule<'_>| {
        it.address() == rule.address() && it.link != rule.link && !it.is_other()
    };
    for other in world.cloud().forwarding_rules().filter(same) {
        finding = finding.concerning(&other);
    }
    finding
}

/// The command that keeps the address.
fn reserve(world: &World<'_>, rule: &ForwardingRule<'_>) -> Option<Run> {
    // Of IPv6 it is a range, and more has to be said.
    if rule.address().contains(':') {
        return None;
    }
    let taken = |name: &str| {
        let mut addresses = world.cloud().addresses();
        addresses.any(|it| it.name() == name && it.link.location == rule.link.location)
    };
    let name = cloud::free_name(rule.name(), taken);
    let (flag, address) = (rule.link.flag(), format!("--addresses={}", rule.address()));
    let tier = format!("--network-tier={}", rule.tier());
    let mut arguments = vec!["addresses", "create", &name, &address, &flag];
    if !rule.link.is_global() {
        arguments.push(&tier);
    }
    Some(Run::gcloud(
        "reserve the address",
        rule.link.project,
        arguments,
    ))
}
