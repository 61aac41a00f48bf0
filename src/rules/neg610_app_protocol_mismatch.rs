//! NEG610: the protocols of a Service's ports are refused, or are stated where nobody looks.

use crate::controller::app_protocols::{AppProtocol, AppProtocols, PortProtocol};
use crate::controller::decode::Refused;
use crate::document::edit;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::annotated::Stated;
use crate::kind::service::ServicePort;
use crate::remedy::Edit;
use crate::world::{Joined, World};

use super::Row;
use super::translate::{refusal, stops_ingresses, with_json_quotes};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG610",
    slug: "app-protocol-mismatch",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Ingress],
    follows: &[],
    check,
};

type Stating<'d> = Stated<'d, AppProtocols>;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let mut stated = service.app_protocols();
        let Some(read) = stated.next() else { continue };
        let protocols = match &read.decoded {
            Ok(protocols) => protocols,
            Err(refused) => {
                verdicts.find(unreadable(service, &read, refused));
                continue;
            }
        };
        for (key, port) in &protocols.ports {
            let found = match &port.protocol {
                Err(value) => Some(no_protocol(service, &read, key, value, port)),
                Ok(protocol) => stray(service, &read, protocols, key, *protocol),
            };
            verdicts.findings.extend(found);
        }
        if let Some(other) = stated.next() {
            verdicts.findings.extend(overruled(service, &read, &other));
        }
    }
}

fn unreadable(service: Joined<'_, '_>, read: &Stating<'_>, refused: &Refused) -> Finding {
    let (label, what) = refusal(&read.inner, refused);
    let (key, name) = (read.annotation.name(), service.object.name);
    let quoted = with_json_quotes(read.inner.text());
    let edit = AppProtocols::read(&quoted).ok().and_then(|_| {
        let change = edit::replace_string(read.annotation.value, &quoted)?;
        Some(Edit::risky("write JSON's quotes", change))
    });
    let what = format!("{key} of Service {name} {what}");
    stops_ingresses(&ROW, service, &what, label)
        .help("write {\"PORT-NAME\": \"HTTPS\"}, with HTTP, HTTPS or HTTP2")
        .edit(edit)
}

fn no_protocol(
    service: Joined<'_, '_>,
    read: &Stating<'_>,
    key: &str,
    value: &str,
    port: &PortProtocol,
) -> Finding {
    let name = service.object.name;
    let what = format!("Service {name} says \"{value}\" for port {key}, which is no protocol");
    let label = Label::new(
        read.inner.place(port.range.clone()),
        "not HTTP, HTTPS or HTTP2",
    );
    let spelt = value.trim().to_ascii_uppercase();
    let edit = AppProtocol::of(&spelt).and_then(|protocol| {
        let new = protocol.name();
        let change = read.change(port.range.clone(), &format!("\"{new}\""))?;
        Some(Edit::safe(
            format!("replace \"{value}\" with \"{new}\""),
            change,
        ))
    });
    let help = match spelt.as_str() {
        "GRPC" | "H2" | "H2C" | "HTTP/2" => {
            "an Ingress speaks HTTP, HTTPS or HTTP2 to Pods; HTTP2, which gRPC needs, is spoken \
             over TLS only"
        }
        _ => "an Ingress speaks HTTP, HTTPS or HTTP2 to Pods, in this very spelling",
    };
    stops_ingresses(&ROW, service, &what, label)
        .detail(key)
        .help(help)
        .edit(edit)
}

/// A protocol under a key that is no port's name: nobody looks there.
fn stray(
    service: Joined<'_, '_>,
    read: &Stating<'_>,
    protocols: &AppProtocols,
    key: &str,
    protocol: AppProtocol,
) -> Option<Finding> {
    let ports = &service.service.ports;
    let known = ports.iter().any(|port| port.name == key);
    if service.object.partial || known || protocol == AppProtocol::Http {
        return None;
    }
    let numbered = ports.iter().find(|port| port.port.to_string() == key);
    if numbered.is_some_and(|port| protocols.of_port(port.name) == protocol) {
        return None;
    }
    let range = protocols.ports.get(key)?.name_range.clone();
    let (name, said) = (service.object.name, protocol.name());
    let (reason, label) = match key.parse::<u16>() {
        Ok(_) => (
            "but only the names of ports are looked up",
            "a number: only names are looked up",
        ),
        Err(_) => ("which it does not have", "not a spec.ports[].name"),
    };
    let message = format!(
        "Service {name} says {said} for port {key}, {reason}: an Ingress speaks plain HTTP there"
    );
    let label = Label::new(read.inner.place(range.clone()), label);
    let finding = Finding::new(&ROW, &service.object, message, label)
        .severity(Severity::Warning)
        .detail(key);
    let Some(port) = numbered.or_else(|| nearest(ports, key)) else {
        return Some(
            finding.help("the keys are the names of the Service's ports (spec.ports[].name)"),
        );
    };
    if port.name.is_empty() {
        return Some(
            finding
                .because(port.port_node, "this port has no name")
                .help("give the port a name (spec.ports[].name) and use it as the key"),
        );
    }
    let new = port.name;
    let free = !protocols.ports.contains_key(new);
    let change = || read.change(range, &format!("\"{new}\""));
    let edit = free.then(change).flatten();
    let node = port.node.get("name").unwrap_or(port.port_node);
    Some(
        finding
            .because(node, "the name of the port that is meant")
            .help("the keys are the names of the Service's ports (spec.ports[].name)")
            .edit(edit.map(|change| Edit::risky(format!("speak {said} to port {new}"), change))),
    )
}

/// The one port whose name is nearly this one.
fn nearest<'w, 'd>(ports: &'w [ServicePort<'d>], key: &str) -> Option<&'w ServicePort<'d>> {
    let mut near = ports.iter().filter(|port| {
        port.name.eq_ignore_ascii_case(key)
            || (port.name.len() > 3 && strsim::osa_distance(port.name, key) == 1)
    });
    let first = near.next()?;
    near.next().is_none().then_some(first)
}

/// Two annotations that say different things: the older key wins.
fn overruled(service: Joined<'_, '_>, read: &Stating<'_>, other: &Stating<'_>) -> Option<Finding> {
    let (first, second) = (read.decoded.as_ref().ok()?, other.decoded.as_ref().ok()?);
    let differs = |name: &&str| first.of_port(name) != second.of_port(name);
    let own = service.service.ports.iter().map(|port| port.name);
    let all = first.ports.keys().chain(second.ports.keys());
    let port = if service.object.partial {
        all.map(String::as_str).find(differs)
    } else {
        own.filter(|name| !name.is_empty()).find(differs)
    };
    let port = port.filter(|_| !first.is_refused())?;
    let (says, instead) = (second.of_port(port).name(), first.of_port(port).name());
    let message = format!(
        "Service {} says {says} for port {port} where it is not read: {instead} is spoken, as {} says",
        service.object.name,
        read.annotation.name()
    );
    let label = Label::new(other.annotation.key, "not read beside the older annotation");
    let finding = Finding::new(&ROW, &service.object, message, label)
        .severity(Severity::Warning)
        .because(read.annotation.value, "this one is read")
        .help("keep one of the two annotations, with the protocols that the Pods speak");
    Some(finding)
}
