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
    verdicts
        .findings
        .extend(reached.filter_map(|it| finding(&it)));
}

fn finding(reached: &BackendPort<'_, '_>) -> Option<Finding> {
    let (object, port) = (&reached.service.object, reached.port);
    let node = port.node.get("appProtocol")?;
    let stated = port.app_protocol?;
    let asked = Asked::of(stated)?;
    let mut keys = [APP_PROTOCOLS_OLD, APP_PROTOCOLS].iter();
    let annotation = keys.find_map(|key| object.annotation(key));
    if annotation.is_some() {
        // What is refused is another matter, and what is stated of the port is meant.
        let protocols = reached.service.app_protocols().next()?.decoded.ok()?;
        if protocols.is_refused() || protocols.ports.contains_key(port.name) {
            return None;
        }
    }
    let ingress = &reached.ingress.object;
    let message = format!(
        "Service {} says {stated} for port {} in appProtocol, which an Ingress does not read: Ingress {} speaks plain HTTP/1.1 there",
        object.name,
        port.label(),
        ingress.name
    );
    let backend = reached.backend.port_node.unwrap_or(reached.backend.node);
    let label = Label::new(node, "no Ingress reads it");
    let mut finding = Finding::new(&ROW, object, message, label)
        .detail(port.port)
        .concerning(ingress)
        .because(backend, "the Ingress sends to this port");
    if let Some(annotation) = annotation {
        finding = finding.because(annotation.value, "says nothing of this port");
    }
    Some(match asked {
        Asked::Spoken(protocol) => {
            let edit = annotation
                .is_none()
                .then(|| say(reached, protocol))
                .flatten();
            finding.help(help(port.name, protocol)).edit(edit)
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

fn help(port: &str, protocol: AppProtocol) -> String {
    let said = protocol.name();
    match port {
        "" => format!("give the port a name, and say in {APP_PROTOCOLS}: {{\"NAME\": \"{said}\"}}"),
        port => format!("say it in {APP_PROTOCOLS}: {{\"{port}\": \"{said}\"}}"),
    }
}

/// Says it in the annotation, which takes names of ports alone.
fn say(reached: &BackendPort<'_, '_>, protocol: AppProtocol) -> Option<Edit> {
    let (said, port) = (protocol.name(), reached.port.name);
    let text = format!("{{\"{port}\": \"{said}\"}}");
    let root = reached.service.object.root();
    let change =
        edit::insert_annotation(root, APP_PROTOCOLS, &text).filter(|_| !port.is_empty())?;
    Some(Edit::risky(format!("speak {said} to port {port}"), change))
}
