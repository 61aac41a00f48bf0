//! NEG504: the reserved address is of another scope, region or type than its forwarding rule needs.

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
    for rule in world
        .cloud()
        .forwarding_rules()
        .filter(|rule| !rule.is_other())
    {
        let own: Vec<&Address<'_>> = addresses
            .iter()
            .filter(|it| it.address() == rule.address() && !rule.address().is_empty())
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
