//! NEG009: a number for which a NEG is wanted and that is a TCP port and a UDP port.

use crate::controller::claim::ExposedPort;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{Ingress, IngressBackend};
use crate::kind::service::ServicePort;
use crate::world::{Joined, WantedBy, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG009",
    slug: "tcp-and-udp-on-one-port",
    severity: Severity::Warning,
    reads: &[Kind::Service, Kind::Ingress],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| !service.object.partial) {
        let mut told = Vec::new();
        // What is exposed comes first, and says more than that an Ingress uses it too.
        for wanted in service.wanted_ports() {
            let port = wanted.port;
            if told.contains(&port.port) {
                continue;
            }
            let mut twins = service.ports_numbered(port.port);
            let Some(twin) = twins.find(|twin| twin.protocol != port.protocol) else {
                continue;
            };
            let finding = match wanted.by {
                WantedBy::Claim(exposed) => service
                    .claim()
                    .map(|(inner, _)| by_claim(service, inner, exposed, [port, twin])),
                WantedBy::Ingress(ingress, backend) => {
                    by_ingress(service, ingress, backend, [port, twin])
                }
            };
            if let Some(mut finding) = finding {
                told.push(port.port);
                for port in [port, twin] {
                    let text = format!("{}, leads to {}", port.protocol, port.target);
                    finding = finding.because(port.port_node, text);
                }
                verdicts.find(finding.detail(port.port));
            }
        }
    }
}

fn by_claim(
    service: Joined<'_, '_>,
    inner: &Inner<'_>,
    exposed: &ExposedPort,
    [first, second]: [&ServicePort<'_>; 2],
) -> Finding {
    let message = format!(
        "Service {} exposes port {}, which is both {} and {}: which of the two its NEG follows is \
         not determined",
        service.object.name, exposed.port, first.protocol, second.protocol
    );
    let place = inner.place(exposed.key_range.clone());
    let label = Label::new(place, "stands for two ports");
    Finding::new(&ROW, &service.object, message, label).help(
        "the controller looks ports up by number alone and may follow another one in every pass; \
         give the port for the proxy a number of its own, or move the other protocol to a Service \
         of its own",
    )
}

/// An Ingress gets the first port of a number; that matters where it is not the TCP one and leads
/// elsewhere.
fn by_ingress(
    service: Joined<'_, '_>,
    ingress: &Ingress<'_>,
    backend: &IngressBackend<'_>,
    [port, twin]: [&ServicePort<'_>; 2],
) -> Option<Finding> {
    if twin.protocol != "TCP" || port.target == twin.target {
        return None;
    }
    let protocol = port.protocol;
    let message = format!(
        "Ingress {} sends to port {} of Service {}, which is both {protocol} and TCP: its NEG \
         follows the {protocol} one",
        ingress.object.name, port.port, service.object.name
    );
    let node = backend.port_node.unwrap_or(backend.node);
    let label = Label::new(node, format!("means the {protocol} port"));
    let finding = Finding::new(&ROW, &service.object, message, label);
    Some(finding.concerning(&ingress.object).help(
        "by number an Ingress gets the first port that the Service lists: name the TCP port in the \
         Ingress, or list it first",
    ))
}
