//! NEG017: a port with a NEG leads to a number that no container declares, though they declare others.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{ServicePort, TargetPort};
use crate::kind::workload::Workload;
use crate::world::{Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG017",
    slug: "target-port-not-declared",
    severity: Severity::Note,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Workload,
        Kind::Pod,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let services = world
        .services()
        .filter(|service| !service.object.partial && !service.object.in_system_namespace());
    for service in services {
        let workloads: Vec<_> = service.workloads().collect();
        let is_open = |workload: &&Workload<'_>| workload.object.partial || workload.is_injected();
        if workloads.iter().any(is_open) {
            continue;
        }
        for port in service.claimed_ports() {
            let TargetPort::Number(number) = port.target else {
                continue;
            };
            // Of another protocol, or of a name: declared all the same.
            let mut ports = workloads
                .iter()
                .flat_map(|workload| workload.ports())
                .peekable();
            let injected = || {
                let mut pods = service.staying_pods();
                pods.any(|pod| pod.ports().any(|own| own.number == number))
            };
            if ports.peek().is_some() && ports.all(|own| own.number != number) && !injected() {
                verdicts.find(finding(service, port, number, &workloads));
            }
        }
    }
}

fn finding(
    service: Joined<'_, '_>,
    port: &ServicePort<'_>,
    number: i64,
    workloads: &[&Workload<'_>],
) -> Finding {
    let name = service.object.name;
    let label = match port.target_node {
        Some(node) => Label::new(node, "no container declares this port"),
        None => Label::new(
            port.port_node,
            "leads to the same port of the Pod, which no container declares",
        ),
    };
    let message = format!(
        "Port {} of Service {name} leads to {number}, but its Pods declare other ports only",
        port.label()
    );
    let mut finding = Finding::new(&ROW, &service.object, message, label).detail(port.port);
    for own in workloads.iter().flat_map(|workload| workload.ports()) {
        finding = finding.because(
            own.node.get("containerPort").unwrap_or(own.node),
            "declared",
        );
    }
    finding.help(format!(
        "if nothing listens on {number}, every endpoint is unhealthy: set targetPort to the port \
         that serves. If something does, declare it: an Ingress copies a readiness probe only from \
         a declared port"
    ))
}
