//! NEG302: the health check asks a port that no Pod serves.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, HealthCheck};
use crate::kind::health_policy::HealthPolicy;
use crate::kind::object::Object;
use crate::kind::service::{ServicePort, TargetPort};
use crate::remedy::Run;
use crate::world::{BackendPort, ForIngress, Joined, LiveNeg, Sought, World};

use super::health::{self, Stated, Verdict};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG302",
    slug: "health-check-port",
    severity: Severity::Error,
    reads: &[
        Kind::BackendService,
        Kind::HealthCheck,
        Kind::Neg,
        Kind::Endpoints,
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::BackendConfig,
        Kind::HealthCheckPolicy,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &["NEG301"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for reached in world.backend_ports() {
        verdicts.findings.extend(of_config(world, &reached));
    }
    for policy in world.others().iter().filter_map(HealthPolicy::new) {
        verdicts.findings.extend(of_policy(world, policy));
    }
    for service in world.cloud().backend_services() {
        let check = world.cloud().health_check(&service);
        let Some(check) = check.and_then(Sought::found) else {
            continue;
        };
        let finding = match check.port_specification() {
            "USE_SERVING_PORT" => serving(&service, &check),
            "USE_NAMED_PORT" => named(&service, &check),
            _ => fixed(world, &service, &check),
        };
        verdicts.findings.extend(finding.map(|it| {
            let at = check.head();
            let same = it.primary.place == at;
            if same { it } else { it.concerning(&check) }
        }));
    }
}

/// A BackendConfig that asks the Service's own port of Pods behind a NEG.
fn of_config(world: &World<'_>, reached: &BackendPort<'_, '_>) -> Option<Finding> {
    let asked = matches!(
        world.for_ingress(reached.service.service),
        ForIngress::Asked
    );
    let stated = health::stated(world, reached.service, reached.port);
    let Stated::By(config) = stated else {
        return None;
    };
    let node = config.health_check()?.get("port").filter(|_| asked)?;
    mistaken(&config.object, node, reached.service, reached.port)
}

/// A HealthCheckPolicy that does, whose Pods are always behind one.
fn of_policy(world: &World<'_>, policy: HealthPolicy<'_, '_>) -> Option<Finding> {
    let (name, node) = (policy.service()?, policy.port()?);
    let mut services = world.services();
    let own =
        services.find(|it| it.object.name == name && it.object.shares_namespace(policy.object))?;
    let port = node.integer()?;
    let named = |it: &&ServicePort<'_>| it.port == port || it.node_port == Some(port);
    let reached = own.service.ports.iter().find(named)?;
    mistaken(policy.object, node, own, reached)
}

/// What is wrong with a port that is one of the Service, and that no container declares.
fn mistaken(
    object: &Object<'_>,
    node: Node<'_>,
    service: Joined<'_, '_>,
    reached: &ServicePort<'_>,
) -> Option<Finding> {
    let port = node.integer()?;
    let is_services = port == reached.port || Some(port) == reached.node_port;
    let mut workloads = service.workloads().peekable();
    workloads.peek()?;
    let served = reached.target == TargetPort::Number(port)
        || workloads.any(|it| it.object.partial || it.ports().any(|own| own.number == port));
    if !is_services || served {
        return None;
    }
    let message = format!(
        "{} {} asks port {port} for health, which is a port of Service {}: behind a NEG the Pods are \
         asked, and no container declares it",
        object.kind_name, object.name, service.object.name
    );
    let label = Label::new(node, "a port of the Service");
    Some(
        Finding::new(&ROW, object, message, label)
            .severity(Severity::Warning)
            .detail(service.object.name)
            .because(reached.port_node, "the Service's port")
            .concerning(&service.object)
            .help("name the container's port, or leave the port out"),
    )
}

/// A passthrough load balancer knows no serving port.
fn serving(service: &BackendService<'_>, check: &HealthCheck<'_>) -> Option<Finding> {
    let zonal = service.backends().any(|it| it.is_neg());
    let node = check.block()?.get("portSpecification")?;
    (cloud::is_passthrough(service) && zonal).then(|| {
        let message = format!(
            "{} passes packets through, and health check {} asks the serving port: its NEGs have \
             none",
            cloud::head(service),
            check.name()
        );
        Finding::new(
            &ROW,
            service,
            message,
            Label::new(node, "there is no such port"),
        )
        .help("name the port that nodes answer probes on")
    })
}

fn named(service: &BackendService<'_>, check: &HealthCheck<'_>) -> Option<Finding> {
    let node = check.block()?.get("portSpecification")?;
    let negs = service.backends().any(|it| it.is_neg());
    negs.then(|| {
        let message = format!(
            "Health check {} of {} asks a named port, which only instance groups have",
            check.name(),
            cloud::called(service)
        );
        Finding::new(
            &ROW,
            service,
            message,
            Label::new(node, "names mean nothing to a NEG"),
        )
        .severity(Severity::Warning)
        .help("ask the serving port")
        .run(ask_serving(check))
    })
}

fn fixed(
    world: &World<'_>,
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
) -> Option<Finding> {
    let (port, node) = check.fixed_port()?;
    // What a controller of GKE makes may ask a port that the node answers for the Pod.
    if cloud::is_passthrough(service) || cloud::is_controllers(service.name()) {
        return None;
    }
    let probed = world.cloud().probed(service)?;
    let mut own: Vec<i64> = probed.iter().filter_map(|it| it.endpoint.port()).collect();
    own.sort_unstable();
    own.dedup();
    let declared = world.ports_behind(service);
    let serves = |ports: &[i64]| ports.contains(&port);
    let verdict = Verdict::of(&probed);
    // Containers may serve ports that they do not declare: an answer that counts settles it.
    if verdict == Verdict::Passes
        || own.is_empty()
        || serves(&own)
        || declared.as_deref().is_some_and(serves)
    {
        return None;
    }
    let behind = world.services_behind(service);
    let mistaken = node.is_none() || is_of_service(&behind, port);
    let sure = verdict == Verdict::Fails || (mistaken && declared.is_some_and(|it| !it.is_empty()));
    let ports: Vec<String> = own.iter().map(ToString::to_string).collect();
    let origin = if node.is_none() { ", its default," } else { "" };
    let message = format!(
        "Health check {} of {} asks port {port}{origin}, and the endpoints serve {}: none of them \
         is ever healthy",
        check.name(),
        cloud::called(service),
        cloud::list(&ports)
    );
    let label = match node {
        Some(node) => Label::new(node, "no Pod serves it"),
        None => Label::new(
            check.block().map_or_else(|| check.head(), Node::place),
            "states no port",
        ),
    };
    let mut finding = Finding::new(&ROW, service, message, label)
        .severity(if sure {
            Severity::Error
        } else {
            Severity::Warning
        })
        .help("ask the serving port, which is each endpoint's own")
        .run(ask_serving(check));
    if let Some(first) = probed.first() {
        finding = finding.because(first.endpoint.node, "an endpoint");
    }
    for asked in behind {
        finding = finding.concerning(&asked.service.service.object);
    }
    Some(finding)
}

/// The command that lets a check ask the serving port.
fn ask_serving(check: &HealthCheck<'_>) -> Option<Run> {
    health::update(check, "ask the serving port", "--use-serving-port")
}

/// True for a port of a Service, or a node port: somebody mistook it for one of the Pods.
fn is_of_service(behind: &[LiveNeg<'_, '_>], port: i64) -> bool {
    behind
        .iter()
        .flat_map(|asked| &asked.service.service.ports)
        .any(|own| own.port == port || own.node_port == Some(port))
}
