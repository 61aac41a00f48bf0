//! NEG622: the load balancer's health check is not made from the readiness probe.

use crate::controller::app_protocols::AppProtocol;
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::copied_probe::{Copying, PassedOver, Shows};
use crate::kind::workload::Workload;
use crate::world::{BackendPort, ForIngress, Missing, Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG622",
    slug: "health-check-not-from-probe",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::BackendConfig,
    ],
    follows: &["NEG608", "NEG610", "NEG210"],
    check,
};

const HELP: &str = "let GET / answer 200 there, or name a BackendConfig with a healthCheck \
                    (requestPath, port, type) for the port";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for reached in world.backend_ports() {
        let findings = findings(&reached);
        let Some(first) = findings.first() else {
            continue;
        };
        let place = first.primary.place.clone();
        match asks_the_default(world, &reached) {
            None => {}
            Some(Ok(())) => verdicts.findings.extend(findings),
            Some(Err(missing)) => {
                let service = &reached.service.object;
                verdicts.leave(missing.undecided(&ROW, service, place));
            }
        }
    }
}

/// `Some` where the port is behind a NEG and no BackendConfig says what to ask; with what is
/// missing where that is not certain.
fn asks_the_default(
    world: &World<'_>,
    reached: &BackendPort<'_, '_>,
) -> Option<Result<(), Missing>> {
    let claim = match world.for_ingress(reached.service.service) {
        ForIngress::Asked => Ok(()),
        ForIngress::Unknown(missing) => Err(missing),
        ForIngress::Declined | ForIngress::Malformed => return None,
    };
    let partial = reached.service.workloads().any(|it| it.object.partial);
    let workloads = (!partial).then_some(()).ok_or_else(|| {
        Missing::new(
            "only a part of the workload is in the input, such as a patch",
            "the rendered manifests: kustomize build … | neg-doctor check -",
        )
    });
    let unclear = claim.and(workloads);
    let Some(stated) = reached.service.backend_configs() else {
        return Some(unclear);
    };
    let configs = stated.decoded.ok()?;
    let Some(config) = configs.of_port(reached.port.name, reached.port.port) else {
        return Some(unclear);
    };
    match world.backend_config(&reached.service.object, &config.value) {
        Resolved::Found(configs) => {
            let mut checks = configs.iter().map(|config| config.health_check());
            checks.all(|check| check.is_none()).then_some(unclear)
        }
        Resolved::Absent => None,
        Resolved::Unclear(mut missing) => {
            missing.reason = format!("BackendConfig {}: {}", config.value, missing.reason);
            Some(Err(missing))
        }
    }
}

fn findings(reached: &BackendPort<'_, '_>) -> Vec<Finding> {
    if let Some(selector) = istio_gateway(reached) {
        return vec![of_gateway(reached, selector)];
    }
    let mut stated = reached.service.app_protocols();
    let protocol = match stated.next().map(|stated| stated.decoded) {
        None => AppProtocol::Http,
        Some(Ok(protocols)) if !protocols.is_refused() => protocols.of_port(reached.port.name),
        Some(_) => return Vec::new(),
    };
    let mut findings = Vec::new();
    for workload in reached.service.workloads() {
        match workload.copying(reached.port, protocol) {
            // Pods without a fitting probe are passed over: one that has it is enough.
            Copying::Copied(_) => return Vec::new(),
            Copying::PassedOver(probe) => findings.extend(finding(reached, workload, &probe)),
            Copying::NoProbe => {}
        }
    }
    findings
}

fn finding(
    reached: &BackendPort<'_, '_>,
    workload: &Workload<'_>,
    probe: &PassedOver<'_>,
) -> Option<Finding> {
    let severity = match probe.shows {
        Shows::Answers => return None,
        // Whether `/` answers 200 as well, no manifest shows.
        Shows::Nothing | Shows::AsksElsewhere => Severity::Note,
        Shows::Grpc => Severity::Warning,
    };
    let object = &workload.object;
    let message = format!(
        "The readiness probe of {} {} is no health check for port {} of Service {}: the load balancer asks GET / on port {}, which must answer 200",
        object.kind_name,
        object.name,
        reached.port.label(),
        reached.service.object.name,
        reached.port.target,
    );
    let help = match probe.shows {
        Shows::Grpc => {
            "a gRPC server does not answer GET / with 200: serve HTTP for health checks on another \
             port, and name a BackendConfig whose healthCheck asks that port"
        }
        _ => HELP,
    };
    let label = Label::new(probe.node, probe.reason.as_str());
    let finding = Finding::new(&ROW, &reached.service.object, message, label)
        .severity(severity)
        .detail(format!(
            "{}/{}/{}",
            reached.port.port, object.kind_name, object.name
        ))
        .concerning(object)
        .because(
            reached.port.target_node.unwrap_or(reached.port.port_node),
            "the port that is asked",
        )
        .help(help);
    Some(finding)
}

/// The part of the selector that takes the Pods of an Istio ingress gateway.
fn istio_gateway<'d>(reached: &BackendPort<'_, 'd>) -> Option<Node<'d>> {
    let selector = reached.service.object.spec()?.get("selector")?;
    ["istio", "app"].into_iter().find_map(|key| {
        let value = selector.get(key)?;
        value.text()?.ends_with("ingressgateway").then_some(value)
    })
}

fn of_gateway(reached: &BackendPort<'_, '_>, selector: Node<'_>) -> Finding {
    let message = format!(
        "The load balancer asks GET / of port {} of Service {}, where an Istio gateway does not answer health checks",
        reached.port.label(),
        reached.service.object.name,
    );
    let label = Label::new(
        selector,
        "an Istio gateway: its health is asked on port 15021",
    );
    Finding::new(&ROW, &reached.service.object, message, label)
        .detail(reached.port.port)
        .because(reached.port.port_node, "the port that is asked")
        .help(
            "name a BackendConfig with the healthCheck {type: HTTP, port: 15021, requestPath: \
             /healthz/ready} for the port",
        )
}
