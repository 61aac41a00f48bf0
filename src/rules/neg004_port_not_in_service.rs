//! NEG004: `exposed_ports` names a port that the Service does not have.

use crate::controller::claim::ExposedPort;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{ServicePort, TargetPort};
use crate::remedy::Edit;
use crate::world::{Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG004",
    slug: "port-not-in-service",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Workload],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| !service.object.partial) {
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        for exposed in &claim.exposed {
            if service.ports_numbered(exposed.port.into()).next().is_none() {
                verdicts.find(finding(service, inner, exposed, claim.exposed.len()));
            }
        }
    }
}

fn finding(
    service: Joined<'_, '_>,
    inner: &Inner<'_>,
    exposed: &ExposedPort,
    claimed: usize,
) -> Finding {
    let number = exposed.port;
    let name = service.object.name;
    let place = inner.place(exposed.key_range.clone());
    let message = format!("Service {name} exposes port {number}, but has no such port");
    let mut finding = Finding::new(
        &ROW,
        &service.object,
        message,
        Label::new(place, "not a spec.ports[].port"),
    )
    .detail(number);
    for port in &service.ports {
        let label = if service.ports.len() == 1 {
            "the Service's only port"
        } else {
            "a port of the Service"
        };
        finding = finding.because(port.port_node, label);
    }
    let meant = meant(service, exposed);
    if let Some((port, confusion)) = &meant
        && let Some(node) = confusion.node(port)
    {
        finding = finding.because(node, confusion.label(number));
    }
    let others = match claimed {
        1 => "the Service gets no NEG".to_owned(),
        _ => "the controller refuses the whole annotation: its other ports get no NEG either"
            .to_owned(),
    };
    finding = finding.help(format!(
        "exposed_ports takes the Service's own ports; {others}, and NEGs that exist go stale"
    ));
    // With one port the intention is plain; with several only a confusion shows which one is meant.
    let candidate = meant
        .map(|(port, _)| port)
        .or_else(|| service.ports.first().filter(|_| service.ports.len() == 1));
    let taken = |port: &ServicePort<'_>| {
        service.claim().is_some_and(|(_, claim)| {
            claim
                .exposed
                .iter()
                .any(|other| i64::from(other.port) == port.port)
        })
    };
    let edit = candidate.filter(|port| !taken(port)).and_then(|port| {
        let change = inner.change(exposed.key_range.clone(), &format!("\"{}\"", port.port))?;
        Some(Edit::risky(
            format!("expose port {} instead of {number}", port.port),
            change,
        ))
    });
    finding.edit(edit)
}

/// What the number was taken for.
#[derive(Clone, Copy)]
enum Confusion {
    Target,
    Node,
    /// The port that a container declares under the name that `targetPort` gives.
    Container,
}

impl Confusion {
    fn node<'d>(self, port: &ServicePort<'d>) -> Option<crate::document::Node<'d>> {
        match self {
            Self::Target | Self::Container => port.target_node,
            Self::Node => port.node.get("nodePort"),
        }
    }

    fn label(self, number: i32) -> String {
        match self {
            Self::Target => {
                format!("{number} is the Pod's port: exposed_ports takes the Service's")
            }
            Self::Node => {
                format!("{number} is the nodes' port: exposed_ports takes the Service's")
            }
            Self::Container => {
                format!("leads to {number} of the Pod: exposed_ports takes the Service's port")
            }
        }
    }
}

/// The one port of the Service that the number leads to in another way.
fn meant<'w, 'd>(
    service: Joined<'w, 'd>,
    exposed: &ExposedPort,
) -> Option<(&'w ServicePort<'d>, Confusion)> {
    let number = i64::from(exposed.port);
    let mut candidates = service.service.ports.iter().filter_map(|port| {
        let resolves = |name: &str| {
            let mut ports = service
                .workloads()
                .filter_map(|workload| workload.port_named(name));
            ports.any(|container| container.number == number)
        };
        match port.target {
            TargetPort::Number(target) if target == number => Some((port, Confusion::Target)),
            _ if port.node_port == Some(number) => Some((port, Confusion::Node)),
            TargetPort::Name(name) if resolves(name) => Some((port, Confusion::Container)),
            _ => None,
        }
    });
    let first = candidates.next()?;
    candidates.next().is_none().then_some(first)
}
