//! NEG605: an Ingress names a port that the Service does not have.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{IngressBackend, PortRef};
use crate::kind::service::{Service, ServicePort, TargetPort};
use crate::remedy::{Change, Edit};
use crate::world::{Exposure, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG605",
    slug: "ingress-port-missing",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::Service],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for exposure in world.exposures() {
        let mut seen = Vec::new();
        let ports = exposure.backends.iter().filter_map(|backend| backend.port);
        for port in ports {
            let has = |service: &&Service<'_>| service.ports.iter().any(|it| is_it(it, port));
            if !seen.contains(&port) && !exposure.services.iter().any(has) {
                verdicts.findings.extend(finding(&exposure, port));
            }
            seen.push(port);
        }
    }
}

/// Whether the reference means this port: a name is compared with names only, even one of digits.
fn is_it(port: &ServicePort<'_>, reference: PortRef<'_>) -> bool {
    match reference {
        PortRef::Number(number) => port.port == number,
        PortRef::Name(name) => port.name == name,
    }
}

fn finding(exposure: &Exposure<'_, '_>, reference: PortRef<'_>) -> Option<Finding> {
    let mut backends = exposure.backends.iter();
    let node = backends.find(|it| it.port == Some(reference))?.port_node?;
    let service = exposure.name;
    let message = format!(
        "Ingress {} sends to port {reference} of Service {service}, which has no such port: the whole Ingress stops",
        exposure.ingress.object.name
    );
    let what = match reference {
        PortRef::Number(_) => "not a spec.ports[].port",
        PortRef::Name(name) if name.parse::<u16>().is_ok() => "a name: never compared with numbers",
        PortRef::Name(_) => "not a spec.ports[].name",
    };
    let mut finding = Finding::new(
        &ROW,
        &exposure.ingress.object,
        message,
        Label::new(node, what),
    )
    .detail(format!("{service}:{reference}"));
    let mut meant = Vec::new();
    for variant in &exposure.services {
        finding = finding.concerning(&variant.object);
        for port in &variant.ports {
            let confused = confusion(port, reference);
            meant.extend(confused.map(|_| port));
            finding = match confused {
                Some((node, label)) => finding.because(node, label),
                None => finding.because(port.port_node, "a port of the Service"),
            };
        }
    }
    let only = exposure.only_service();
    let port = match meant.as_slice() {
        [port] if only.is_some() => Some(*port),
        [] => only.and_then(|service| service.ports.first().filter(|_| service.ports.len() == 1)),
        _ => None,
    };
    let finding = finding
        .help("a backend names a port of the Service, by its number or by its name")
        .edit(port.and_then(|port| edit(exposure, reference, port)));
    Some(finding)
}

/// What the reference was taken from, if this is the port that it leads to in another way.
fn confusion<'d>(
    port: &ServicePort<'d>,
    reference: PortRef<'_>,
) -> Option<(Node<'d>, &'static str)> {
    let target = port.target_node;
    match reference {
        PortRef::Number(number) if port.target == TargetPort::Number(number) => Some((
            target?,
            "this is the Pod's port: an Ingress takes the Service's",
        )),
        PortRef::Number(number) if port.node_port == Some(number) => Some((
            port.node.get("nodePort")?,
            "this is the nodes' port: an Ingress takes the Service's",
        )),
        PortRef::Name(name) if port.target == TargetPort::Name(name) => Some((
            target?,
            "this is the name of the Pod's port: an Ingress takes the Service's",
        )),
        PortRef::Name(name) if name.parse() == Ok(port.port) => {
            Some((port.port_node, "the port of this number"))
        }
        _ => None,
    }
}

/// Lets every backend that has the reference name the port.
fn edit(
    exposure: &Exposure<'_, '_>,
    reference: PortRef<'_>,
    port: &ServicePort<'_>,
) -> Option<Edit> {
    let backends = exposure
        .backends
        .iter()
        .filter(|it| it.port == Some(reference));
    let changes: Option<Vec<_>> = backends.map(|backend| changes(backend, port)).collect();
    let mut changes = changes?.into_iter().flatten();
    let title = format!("send to port {} of the Service", port.label());
    let mut edit = Edit::risky(title, changes.next()?);
    edit.changes.extend(changes);
    Some(edit)
}

/// Names the port by its number, under the key that takes one.
fn changes(backend: &IngressBackend<'_>, port: &ServicePort<'_>) -> Option<Vec<Change>> {
    let node = backend.port_node?;
    let service = backend.node.get("service");
    let holder = service.and_then(|service| service.get("port"));
    let mut way = [Some(backend.node), service, holder, Some(node)]
        .into_iter()
        .flatten();
    if way.any(Node::is_alias) || node.style()?.is_block() {
        return None;
    }
    let replace = |node: Node<'_>, replacement: String| Change {
        place: node.place(),
        replacement,
    };
    let mut changes = vec![replace(node, port.port.to_string())];
    if let Some((key, _)) = holder.and_then(|holder| holder.entry("name")) {
        let quote = if key.place().text().starts_with('"') {
            "\""
        } else {
            ""
        };
        changes.push(replace(key, format!("{quote}number{quote}")));
    }
    Some(changes)
}
