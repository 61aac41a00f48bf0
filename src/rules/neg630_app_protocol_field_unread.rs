//! NEG630: a port says by a field what it speaks, and its Ingress reads an annotation.

use crate::controller::app_protocols::{APP_PROTOCOLS, APP_PROTOCOLS_OLD, AppProtocol};
use crate::document::edit;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::remedy::Edit;
use crate::world::{BackendPort, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG630",
    slug: "app-protocol-field-unread",
    severity: Severity::Warning,
    reads: &[Kind::Service, Kind::Ingress],
    follows: &["NEG610"],
    check,
};

/// What a value of `appProtocol` asks for.
enum Asked {
    /// A protocol that an Ingress speaks where the annotation says so.
    Spoken(AppProtocol),
    /// gRPC, which needs HTTP/2: an Ingress has that over TLS only.
    Grpc,
    /// HTTP/2, mostly without TLS, beside which many servers take HTTP/1.1.
    Cleartext,
}

impl Asked {
    fn of(protocol: &str) -> Option<Self> {
        match protocol {
            // As GKE's Gateway has it: over TLS.
            "HTTP2" => Some(Self::Spoken(AppProtocol::Http2)),
            "kubernetes.io/wss" => Some(Self::Spoken(AppProtocol::Https)),
            "kubernetes.io/h2c" => Some(Self::Cleartext),
            _ => match protocol.to_ascii_lowercase().as_str() {
                "https" | "wss" => Some(Self::Spoken(AppProtocol::Https)),
                "grpc" => Some(Self::Grpc),
                "http2" | "h2c" => Some(Self::Cleartext),
                _ => None,
            },
        }
    }
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let reached = world.backend_ports();
    verdicts.findings.extend(reached.iter().filter_map(finding));
}

fn finding(reached: &BackendPort<'_, '_>) -> Option<Finding> {
    let (service, port) = (reached.service, reached.port);
    let node = port.node.get("appProtocol")?;
    let asked = Asked::of(port.app_protocol?)?;
    let object = &service.object;
    let annotated = [APP_PROTOCOLS_OLD, APP_PROTOCOLS]
        .iter()
        .find_map(|key| object.annotation(key));
    if annotated.is_some() {
        // What is refused is another matter, and what is stated of the port is meant.
        let protocols = service.app_protocols().next()?.decoded.ok()?;
        if protocols.is_refused() || protocols.ports.contains_key(port.name) {
            return None;
        }
    }
    let ingress = &reached.ingress.object;
    let message = format!(
        "Service {} says {} for port {} in appProtocol, which an Ingress does not read: Ingress {} speaks plain HTTP/1.1 there",
        object.name,
        port.app_protocol.unwrap_or_default(),
        port.label(),
        ingress.name
    );
    let backend = reached.backend.port_node.unwrap_or(reached.backend.node);
    let finding = Finding::new(
        &ROW,
        object,
        message,
        Label::new(node, "no Ingress reads it"),
    )
    .detail(port.port)
    .concerning(ingress)
    .because(backend, "the Ingress sends to this port");
    let finding = match annotated {
        Some(annotation) => finding.because(annotation.value, "says nothing of this port"),
        None => finding,
    };
    Some(match asked {
        Asked::Spoken(protocol) => {
            let said = protocol.name();
            let help = if port.name.is_empty() {
                format!(
                    "give the port a name, and say in {APP_PROTOCOLS}: {{\"NAME\": \"{said}\"}}"
                )
            } else {
                format!(
                    "say it in {APP_PROTOCOLS}: {{\"{}\": \"{said}\"}}",
                    port.name
                )
            };
            let free = annotated.is_none() && !port.name.is_empty();
            let edit = free.then(|| {
                let text = format!("{{\"{}\": \"{said}\"}}", port.name);
                let change = edit::insert_annotation(object.root(), APP_PROTOCOLS, &text)?;
                Some(Edit::risky(
                    format!("speak {said} to port {}", port.name),
                    change,
                ))
            });
            finding.help(help).edit(edit.flatten())
        }
        Asked::Grpc => finding.help(format!(
            "let the Pods take gRPC over TLS and say HTTP2 for the port in {APP_PROTOCOLS}, or use \
             a Gateway, which speaks HTTP/2 without TLS too"
        )),
        Asked::Cleartext => finding.severity(Severity::Note).help(format!(
            "nothing, where the Pods take HTTP/1.1 as well; an Ingress speaks HTTP/2 over TLS only \
             (HTTP2 in {APP_PROTOCOLS}), a Gateway without TLS too"
        )),
    })
}
