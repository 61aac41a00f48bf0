//! NEG009: an exposed number that is a TCP port and a UDP port.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG009",
    slug: "tcp-and-udp-on-one-port",
    severity: Severity::Warning,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| !service.object.partial) {
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        for exposed in &claim.exposed {
            let number = exposed.port;
            let mut ports = service.ports_numbered(number.into());
            let Some(first) = ports.next() else {
                continue;
            };
            let Some(second) = ports.find(|port| port.protocol != first.protocol) else {
                continue;
            };
            let message = format!(
                "Service {} exposes port {number}, which is both {} and {}: which of the two its \
                 NEG follows is not determined",
                service.object.name, first.protocol, second.protocol
            );
            let place = inner.place(exposed.key_range.clone());
            let label = Label::new(place, "stands for two ports");
            let mut finding = Finding::new(&ROW, &service.object, message, label).detail(number);
            for port in [first, second] {
                let text = format!("{}, leads to {}", port.protocol, port.target);
                finding = finding.because(port.port_node, text);
            }
            verdicts.find(finding.help(
                "the controller looks ports up by number alone and may follow another one in every \
                 pass; give the port for the proxy a number of its own, or move the other protocol \
                 to a Service of its own",
            ));
        }
    }
}
