//! NEG503: two forwarding rules for one address, protocol and port.

use std::collections::HashMap;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::ForwardingRule;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG503",
    slug: "ports-overlap",
    severity: Severity::Error,
    reads: &[Kind::ForwardingRule],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let counts = |rule: &ForwardingRule<'_>| {
        !rule.is_other() && !rule.is_child() && !rule.address().is_empty()
    };
    let rules: Vec<ForwardingRule<'_>> = world.cloud().forwarding_rules().filter(counts).collect();
    let mut by_address: HashMap<&str, Vec<&ForwardingRule<'_>>> = HashMap::new();
    for other in &rules {
        let of_address = by_address.entry(other.address()).or_default();
        for &rule in of_address.iter().filter(|rule| clash(rule, other)) {
            let elsewhere = match other.link.project {
                project if project == rule.link.project => String::new(),
                project => format!(" of project {project}"),
            };
            let message = format!(
                "{} and {}{elsewhere} take the same ports of {}: only one of them can have them",
                cloud::head(rule),
                cloud::called(other),
                rule.address()
            );
            let place = |it: &ForwardingRule<'_>| {
                let fields = ["portRange", "ports", "allPorts"];
                let node = fields.iter().find_map(|name| it.get(name));
                node.map_or_else(|| it.head(), crate::document::Node::place)
            };
            verdicts.find(
                Finding::new(&ROW, rule, message, Label::new(place(rule), "its ports"))
                    .detail(other.link)
                    .because(place(other), "the same port")
                    .concerning(other)
                    .help("give one of them another port, or an address of its own"),
            );
        }
        of_address.push(other);
    }
}

/// Two rules of one address: in one network, with a port in common.
fn clash(one: &ForwardingRule<'_>, other: &ForwardingRule<'_>) -> bool {
    let internal =
        |it: &ForwardingRule<'_>| it.scheme().is_some_and(|it| it.starts_with("INTERNAL"));
    // An internal address means something in its network only; a mesh takes any address.
    let mesh = |it: &ForwardingRule<'_>| it.scheme() == Some("INTERNAL_SELF_MANAGED");
    if mesh(one) || mesh(other) || internal(one) != internal(other) {
        return false;
    }
    if internal(one) && (one.network() != other.network() || one.network().is_none()) {
        return false;
    }
    if one.protocol() != other.protocol() {
        return false;
    }
    let (own, others) = (one.ports(), other.ports());
    one.all_ports()
        || other.all_ports()
        || own.iter().any(|a| {
            others
                .iter()
                .any(|b| a.start() <= b.end() && b.start() <= a.end())
        })
}
