//! NEG210: the load balancer speaks another protocol than the Pods.

use crate::controller::app_protocols::AppProtocol;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::BackendService;
use crate::world::{BackendPort, LiveNeg, Said, Sought, Speech, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG210",
    slug: "protocol-mismatch",
    severity: Severity::Warning,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::Endpoints,
        Kind::HealthCheck,
        Kind::Namespace,
        Kind::Node,
        Kind::Service,
        Kind::Ingress,
        Kind::SvcNeg,
        Kind::Workload,
    ],
    follows: &["NEG610"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        // The controllers set the protocol themselves.
        if cloud::is_controllers(service.name()) {
            continue;
        }
        let Some(spoken) = spoken(service.protocol()) else {
            continue;
        };
        if proven(world, &service) == Some(spoken) {
            continue;
        }
        for asked in world.services_behind(&service) {
            let finding = of_service(&service, spoken, &asked);
            verdicts.findings.extend(finding);
        }
    }
    for reached in world.backend_ports() {
        verdicts.findings.extend(of_ingress(&reached));
    }
}

/// How a load balancer speaks to Pods; `None` where it passes on what clients say.
fn spoken(protocol: &str) -> Option<Speech> {
    match protocol {
        "HTTP" | "H2C" => Some(Speech::Plain),
        "HTTPS" | "HTTP2" | "SSL" => Some(Speech::Tls),
        _ => None,
    }
}

/// What Pods certainly speak, since they answered a health check of the serving port.
fn proven(world: &World<'_>, service: &BackendService<'_>) -> Option<Speech> {
    let Some(Sought::Found(check)) = world.cloud().health_check(service) else {
        return None;
    };
    let serving = check.port_specification() == "USE_SERVING_PORT";
    let probed = world.cloud().probed(service).unwrap_or_default();
    let healthy = probed.iter().any(|it| it.state == Some("HEALTHY"));
    match check.protocol() {
        _ if !serving || !healthy => None,
        "HTTP" | "GRPC" => Some(Speech::Plain),
        "HTTPS" | "HTTP2" | "SSL" | "GRPC_WITH_TLS" => Some(Speech::Tls),
        _ => None,
    }
}

/// A backend service that somebody made by hand.
fn of_service(
    service: &BackendService<'_>,
    spoken: Speech,
    asked: &LiveNeg<'_, '_>,
) -> Option<Finding> {
    let said = asked.service.speech(asked.of.port);
    let (firm, names): (Vec<&Said>, Vec<&Said>) = said.iter().partition(|it| it.firm);
    let grpc = firm.iter().any(|it| it.grpc) && service.protocol() == "HTTP";
    let (severity, why) = if firm.is_empty() {
        (Severity::Note, names)
    } else {
        (Severity::Warning, firm)
    };
    let (severity, what) = match (contradicts(&why, spoken), grpc) {
        (true, _) => (severity, pods(spoken)),
        (false, true) => (Severity::Note, "speak gRPC, which needs HTTP/2"),
        (false, false) => return None,
    };
    let object = &asked.service.service.object;
    let message = format!(
        "{} speaks {} to the Pods behind {} of Service {}, which {what}",
        cloud::head(service),
        service.protocol(),
        asked.port(),
        object.name,
    );
    let label = Label::new(service.place_of("protocol"), "to the Pods");
    let finding = Finding::new(&ROW, service, message, label)
        .severity(severity)
        .detail(format!(
            "{}/{}/{}",
            object.namespace.unwrap_or_default(),
            object.name,
            asked.of.port.port
        ))
        .concerning(object)
        .help(
            "let the backend service's protocol be what the Pods speak: HTTP, or H2C for gRPC, in \
             the clear; HTTPS, HTTP2 or SSL over TLS; or mend what says otherwise",
        );
    Some(because(finding, &why))
}

/// An Ingress, which speaks what the annotation of the Service says. It reads no `appProtocol`.
fn of_ingress(reached: &BackendPort<'_, '_>) -> Option<Finding> {
    let port = reached.port;
    let stated = reached.service.app_protocols().next();
    let protocol = match &stated {
        None => AppProtocol::Http,
        Some(stated) => stated.decoded.as_ref().ok()?.of_port(port.name),
    };
    let spoken = spoken(protocol.name())?;
    let said = reached.service.probed_speech(port);
    let why: Vec<&Said> = said.iter().collect();
    if !contradicts(&why, spoken) {
        return None;
    }
    let object = &reached.service.object;
    let message = format!(
        "An Ingress speaks {} to the Pods behind port {} of Service {}, which {}",
        protocol.name(),
        port.label(),
        object.name,
        pods(spoken),
    );
    let label = match stated {
        Some(stated) => Label::new(stated.annotation.value, "the Ingress reads this"),
        None => Label::new(port.port_node, "without an annotation it speaks HTTP"),
    };
    let finding = Finding::new(&ROW, object, message, label)
        .detail(port.port)
        .help(
            "say in cloud.google.com/app-protocols what the Pods speak; HTTP2 is spoken over TLS \
             only",
        );
    Some(because(finding, &why))
}

/// True where something says that Pods speak otherwise, and nothing agrees.
fn contradicts(why: &[&Said], spoken: Speech) -> bool {
    !why.is_empty() && why.iter().all(|it| it.speech != spoken)
}

fn pods(spoken: Speech) -> &'static str {
    match spoken {
        Speech::Plain => "are said to wait for TLS",
        Speech::Tls => "are said to speak in the clear",
    }
}

fn because(finding: Finding, why: &[&Said]) -> Finding {
    let said = why.iter().take(3);
    said.fold(finding, |finding, said| {
        finding.because(said.place.clone(), said.words.as_str())
    })
}
