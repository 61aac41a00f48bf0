//! NEG010: a NEG for a port that no proxy speaks to.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{Joined, WantedBy, WantedPort, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG010",
    slug: "udp-port-exposed",
    severity: Severity::Warning,
    reads: &[Kind::Service, Kind::Ingress],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| !service.object.partial) {
        let mut told = Vec::new();
        for wanted in service.wanted_ports() {
            let number = wanted.port.port;
            // With TCP beside it, which of the two is meant is the question of NEG009.
            let has_tcp = service
                .ports_numbered(number)
                .any(|port| !matches!(port.protocol, "UDP" | "SCTP"));
            if !has_tcp && !told.contains(&number) {
                told.push(number);
                verdicts.find(finding(service, wanted));
            }
        }
    }
}

fn finding(service: Joined<'_, '_>, wanted: WantedPort<'_, '_>) -> Finding {
    let port = wanted.port;
    let (name, protocol, number) = (service.object.name, port.protocol, port.port);
    let what = format!("no proxy speaks {protocol}");
    let protocol_node = port.node.get("protocol").unwrap_or(port.port_node);
    let (message, place) = match wanted.by {
        WantedBy::Claim(exposed) => (
            format!(
                "Service {name} exposes {protocol} port {number}: its NEG serves no {protocol} load balancer"
            ),
            service
                .claim()
                .map(|(inner, _)| inner.place(exposed.key_range.clone())),
        ),
        WantedBy::Ingress(ingress, backend) => (
            format!(
                "Ingress {} sends to {protocol} port {number} of Service {name}: it speaks HTTP, over TCP",
                ingress.object.name
            ),
            Some(backend.port_node.unwrap_or(backend.node).place()),
        ),
    };
    let place = place.unwrap_or_else(|| port.port_node.place());
    let mut finding = Finding::new(&ROW, &service.object, message, Label::new(place, what))
        .because(protocol_node, "the port's protocol")
        .detail(number);
    if let WantedBy::Ingress(ingress, _) = wanted.by {
        finding = finding.concerning(&ingress.object);
    }
    finding.help(format!(
        "NEGs of Pod addresses with ports serve proxies, which speak TCP; {protocol} goes through a \
         passthrough load balancer: a Service of type LoadBalancer, which needs no annotation"
    ))
}
