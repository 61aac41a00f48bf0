//! NEG015: a port with a NEG leads to a port name that no container declares.

use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{ServicePort, TargetPort};
use crate::kind::workload::{ContainerPort, Workload};
use crate::remedy::{Change, Edit};
use crate::world::{Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG015",
    slug: "target-port-unresolved",
    severity: Severity::Error,
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

/// The port that Istio's proxy declares in every Pod it is injected into.
const PROXY_PORT: &str = "http-envoy-prom";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| !service.object.partial) {
        let workloads: Vec<_> = service.workloads().collect();
        if workloads.is_empty() || workloads.iter().any(|workload| workload.object.partial) {
            continue;
        }
        for port in service.claimed_ports() {
            let TargetPort::Name(name) = port.target else {
                continue;
            };
            let mut templates = workloads.iter();
            let declared = templates.any(|workload| workload.port_for(port).is_some())
                || service
                    .staying_pods()
                    .any(|pod| pod.port_for(port).is_some());
            if !declared && name != PROXY_PORT {
                verdicts.find(finding(service, port, name, &workloads));
            }
        }
    }
}

fn finding(
    service: Joined<'_, '_>,
    port: &ServicePort<'_>,
    target: &str,
    workloads: &[&Workload<'_>],
) -> Finding {
    let name = service.object.name;
    let pods = match workloads {
        [workload] => format!("{} {}", workload.object.kind_name, workload.object.name),
        _ => "the Pods it selects".to_owned(),
    };
    let message = format!(
        "Port {} of Service {name} leads to {target}, but no container of {pods} declares a port of \
         that name: its NEG stays empty",
        port.label()
    );
    let node = port.target_node.unwrap_or(port.node);
    let primary = Label::new(node, "no container port has this name");
    let mut finding = Finding::new(&ROW, &service.object, message, primary).detail(port.port);
    let declared: Vec<_> = workloads
        .iter()
        .flat_map(|workload| workload.ports())
        .collect();
    for own in &declared {
        let text = match (own.name, own.protocol) {
            (name, protocol) if name == target => {
                format!(
                    "declared for {protocol}; the Service's port is {}",
                    port.protocol
                )
            }
            ("", _) => "declared without a name".to_owned(),
            _ => "declared".to_owned(),
        };
        let name = own.node.get("name").filter(|_| !own.name.is_empty());
        finding = finding.because(name.unwrap_or(own.node), text);
    }
    if let (true, Some(workload)) = (declared.is_empty(), workloads.first()) {
        finding = finding.because(workload.object.head(), "no container declares any port");
    }
    finding
        .help(
            "Kubernetes looks the name up among the containers' ports of the same protocol; name \
             the port there, or let targetPort be the number",
        )
        .edit(meant(port, target, &declared).and_then(|own| edit(port, own)))
}

/// The declared port that the name plainly means: the only one, or the only one with a like name.
fn meant<'p, 'd>(
    port: &ServicePort<'_>,
    target: &str,
    declared: &'p [ContainerPort<'d>],
) -> Option<&'p ContainerPort<'d>> {
    let only = |is_meant: &dyn Fn(&ContainerPort<'d>) -> bool| {
        let mut fitting = declared
            .iter()
            .filter(|own| own.protocol == port.protocol && is_meant(own));
        let first = fitting.next()?;
        let same = |own: &ContainerPort<'d>| (own.name, own.number) == (first.name, first.number);
        fitting.all(same).then_some(first)
    };
    // A port's name has up to 15 letters.
    let is_like = |own: &ContainerPort<'d>| {
        own.name.len().max(target.len()) < 32 && strsim::jaro_winkler(own.name, target) > 0.85
    };
    let by_number = |own: &ContainerPort<'d>| own.number.to_string() == target;
    only(&by_number)
        .or_else(|| only(&is_like))
        .or_else(|| only(&|_| true))
}

fn edit(port: &ServicePort<'_>, own: &ContainerPort<'_>) -> Option<Edit> {
    let node = port.target_node.filter(|node| !node.is_alias())?;
    if own.name.is_empty() || own.number.to_string() == node.text()? {
        let change = Change {
            place: node.place(),
            replacement: own.number.to_string(),
        };
        return Some(Edit::risky(format!("lead to port {}", own.number), change));
    }
    let inner = Inner::new(node)?;
    let change = inner.change(0..inner.text().len(), own.name)?;
    Some(Edit::risky(format!("lead to port {}", own.name), change))
}
