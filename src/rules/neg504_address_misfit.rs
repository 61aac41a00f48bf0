//! NEG504: the reserved address is of another scope, region, type or purpose than its forwarding rules
//! need.

use std::collections::HashMap;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Address, ForwardingRule};
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG504",
    slug: "address-misfit",
    severity: Severity::Error,
    reads: &[Kind::ForwardingRule, Kind::Address, Kind::TargetProxy],
    follows: &["NEG208"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let addresses: Vec<Address<'_>> = world.cloud().addresses().collect();
    let mut by_text: HashMap<&str, Vec<&Address<'_>>> = HashMap::new();
    for address in &addresses {
        by_text.entry(address.address()).or_default().push(address);
    }
    for rule in world
        .cloud()
        .forwarding_rules()
        .filter(|rule| !rule.is_other())
    {
        let own = by_text
            .get(rule.address())
            .filter(|_| !rule.address().is_empty());
        let own: Vec<&Address<'_>> = own
            .into_iter()
            .flatten()
            .copied()
            // An internal address means something in its network only.
            .filter(|it| it.address_type() == "EXTERNAL" || it.link.project == rule.link.project)
            .collect();
        let fits = |it: &&&Address<'_>| misfit(&rule, it).is_none();
        if own.iter().any(|it| fits(&it)) {
            continue;
        }
        let Some((address, why)) = own.first().and_then(|it| Some((it, misfit(&rule, it)?))) else {
            continue;
        };
        let message = format!(
            "{} {}, and its address {} {why}: the API refuses the pair",
            cloud::head(&rule),
            cloud::place(rule.link),
            address.name()
        );
        verdicts.find(
            Finding::new(
                &ROW,
                &rule,
                message,
                Label::new(rule.place_of("IPAddress"), "its address"),
            )
            .because(address.head(), why)
            .help("reserve an address as the rule needs it, and make the rule anew with it"),
        );
    }
    for address in &addresses {
        verdicts.findings.extend(not_shared(world, address));
    }
}

/// An internal address that several rules take, and that was not reserved for it.
fn not_shared(world: &World<'_>, address: &Address<'_>) -> Option<Finding> {
    let is_shared = address.purpose() == Some("SHARED_LOADBALANCER_VIP");
    if is_shared || address.address_type() != "INTERNAL" {
        return None;
    }
    let takes = |rule: &ForwardingRule<'_>| {
        let internal = matches!(rule.scheme(), Some("INTERNAL" | "INTERNAL_MANAGED"));
        let in_project = rule.link.project == address.link.project;
        rule.address() == address.address()
            && internal
            && in_project
            && !rule.is_other()
            && !rule.is_child()
    };
    let mut rules = world.cloud().forwarding_rules().filter(takes);
    let first = rules.next()?;
    let other = rules.find(|it| it.network().is_some() && it.network() == first.network())?;
    let message = format!(
        "{} and {} share address {}, which is not reserved for that: the API refuses the second",
        cloud::head(&first),
        cloud::called(&other),
        address.name(),
    );
    let label = Label::new(address.place_of("purpose"), "for one rule only");
    Some(
        Finding::new(&ROW, address, message, label)
            .because(first.place_of("IPAddress"), "takes it")
            .because(other.place_of("IPAddress"), "takes it too")
            .concerning(&first)
            .concerning(&other)
            .help(
                "reserve an address with --purpose=SHARED_LOADBALANCER_VIP for both, or give one of \
                 them an address of its own",
            ),
    )
}

/// What is wrong with an address for a rule.
fn misfit(rule: &ForwardingRule<'_>, address: &Address<'_>) -> Option<String> {
    let internal = rule.scheme().is_some_and(|it| it.starts_with("INTERNAL"));
    let kind = if internal { "INTERNAL" } else { "EXTERNAL" };
    if address.address_type() != kind {
        return Some(format!("is {}", address.address_type()));
    }
    // A global rule of a cross-region internal load balancer has an address of a region.
    if internal && rule.link.is_global() {
        return None;
    }
    (address.link.location != rule.link.location).then(|| cloud::place(address.link))
}
