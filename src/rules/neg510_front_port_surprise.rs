//! NEG510: the port of a forwarding rule is not what its target proxy takes, or what clients expect.

use std::ops::RangeInclusive;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{ForwardingRule, Link};
use crate::text::Place;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG510",
    slug: "front-port-surprise",
    severity: Severity::Note,
    reads: &[Kind::ForwardingRule],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for rule in world.cloud().forwarding_rules() {
        let mesh = rule.scheme() == Some("INTERNAL_SELF_MANAGED");
        let proxy = rule.target().map(|target| target.link);
        // A target pool takes ranges.
        let Some(proxy) = proxy.filter(|it| it.collection.ends_with("Proxies")) else {
            continue;
        };
        if !mesh && !rule.is_other() {
            verdicts.findings.extend(judge(&rule, proxy));
        }
    }
}

fn judge(rule: &ForwardingRule<'_>, proxy: Link<'_>) -> Option<Finding> {
    let ports = rule.ports();
    let many = |range: &RangeInclusive<u16>| range.start() != range.end();
    if rule.all_ports() || ports.len() > 1 || ports.iter().any(many) {
        return Some(several(rule, proxy));
    }
    let port = *ports.first()?.start();
    let (speaks, clients) = match (port, proxy.collection) {
        (443, "targetHttpProxies") => ("HTTP without TLS", "who ask for https:// there fail"),
        (80, "targetHttpsProxies") => ("TLS", "who ask for http:// there fail"),
        _ => return None,
    };
    let message = format!(
        "{} takes port {port}, where {} speaks {speaks}: clients {clients}",
        cloud::head(rule),
        cloud::link(proxy),
    );
    let label = Label::new(place(rule), format!("port {port}"));
    Some(
        Finding::new(&ROW, rule, message, label)
            .because(rule.place_of("target"), format!("speaks {speaks}"))
            .help(
                "where it is not meant: HTTP is expected on port 80, HTTPS on 443; make the rule \
                 anew with the other port, or set its target to a proxy of the other kind",
            ),
    )
}

/// More than one port, which the API refuses before a proxy.
fn several(rule: &ForwardingRule<'_>, proxy: Link<'_>) -> Finding {
    let message = format!(
        "{} takes several ports, and {} exactly one: the API refuses the rule",
        cloud::head(rule),
        cloud::link(proxy),
    );
    Finding::new(
        &ROW,
        rule,
        message,
        Label::new(place(rule), "several ports"),
    )
    .severity(Severity::Error)
    .because(rule.place_of("target"), "a proxy takes one port")
    .help("make a rule for each port, on the same address")
}

fn place(rule: &ForwardingRule<'_>) -> Place {
    let fields = ["portRange", "ports", "allPorts"];
    let node = fields.iter().find_map(|name| rule.get(name));
    node.map_or_else(|| rule.head(), Node::place)
}
