//! NEG623: settings that a GKE Gateway does not read: those of a BackendConfig, and what a readiness
//! probe asks.

use crate::controller::app_protocols::AppProtocol;
use crate::controller::event::{Gate, Meaning};
use crate::document::{Node, Value};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::backend_config::BackendConfig;
use crate::kind::backend_policy::BackendPolicy;
use crate::kind::copied_probe::{Copying, Shows};
use crate::kind::probe::{Handler, Probe};
use crate::kind::route::{Route, RouteBackend};
use crate::kind::service::ServicePort;
use crate::kind::workload::Workload;
use crate::world::{Joined, Missing, Resolved, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG623",
    slug: "gateway-ignores-backendconfig",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Route,
        Kind::Gateway,
        Kind::Ingress,
        Kind::BackendConfig,
        Kind::HealthCheckPolicy,
        Kind::GatewayPolicy,
        Kind::Workload,
        Kind::Pod,
    ],
    follows: &["NEG210"],
    check,
};

/// What a GCPBackendPolicy says in place of a BackendConfig.
const SETTINGS: [&str; 7] = [
    "timeoutSec",
    "connectionDraining",
    "securityPolicy",
    "iap",
    "logging",
    "sessionAffinity",
    "affinity",
];

/// A port of a Service behind a Gateway of GKE.
struct Served<'w, 'd> {
    service: Joined<'w, 'd>,
    port: &'w ServicePort<'d>,
    route: &'w Route<'d>,
    backend: &'w RouteBackend<'d>,
    /// The kinds of the policies that are for the Service.
    policies: Vec<&'d str>,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world
        .services()
        .filter(|it| !it.object.partial && !it.object.in_system_namespace())
    {
        for served in served(world, service) {
            of_config(world, &served, verdicts);
            of_probes(world, &served, verdicts);
        }
    }
}

/// Each port that routes send to, once.
fn served<'w, 'd>(world: &'w World<'d>, service: Joined<'w, 'd>) -> Vec<Served<'w, 'd>> {
    let object = &service.service.object;
    let mut ports: Vec<Served<'w, 'd>> = Vec::new();
    for (route, backend) in service.gke_routes() {
        let namespace = backend.namespace.or(route.object.namespace);
        if namespace != object.namespace || !route.object.clusters.meets(object.clusters) {
            continue;
        }
        let mut own = service.service.ports.iter();
        let Some(port) = own.find(|it| backend.port == Some(it.port)) else {
            continue;
        };
        if ports.iter().any(|known| std::ptr::eq(known.port, port)) {
            continue;
        }
        let policies = world.others().iter().filter_map(BackendPolicy::new);
        let policies = policies.filter(|it| it.is_for(object));
        ports.push(Served {
            service,
            port,
            route,
            backend,
            policies: policies.map(|it| it.object.kind_name).collect(),
        });
    }
    ports
}

impl Served<'_, '_> {
    fn has(&self, policy: &str) -> bool {
        self.policies.contains(&policy)
    }

    fn shown_by(&self, finding: Finding) -> Finding {
        let route = &self.route.object;
        let node = self.backend.node.get("name").unwrap_or(self.backend.node);
        let text = format!("{} {} sends to it", route.kind_name, route.name);
        finding.concerning(route).because(node, text)
    }
}

fn of_config(world: &World<'_>, served: &Served<'_, '_>, verdicts: &mut Verdicts) {
    let object = &served.service.service.object;
    // An Ingress beside the Gateway reads it.
    let stated = served.service.backend_configs();
    let Some(stated) = stated.filter(|_| served.service.gce_ingress().is_none()) else {
        return;
    };
    let Ok(configs) = &stated.decoded else {
        return;
    };
    let Some(named) = configs.of_port(served.port.name, served.port.port) else {
        return;
    };
    let place = stated.inner.place(named.range.clone());
    let found = match world.backend_config(object, &named.value) {
        Resolved::Found(found) => found,
        Resolved::Absent => return,
        Resolved::Unclear(mut missing) => {
            missing.reason = format!("BackendConfig {}: {}", named.value, missing.reason);
            verdicts.leave(missing.undecided(&ROW, object, place));
            return;
        }
    };
    let Some(first) = found.first() else {
        return;
    };
    let lost: Vec<_> = lost(first, served)
        .into_iter()
        .filter(|(name, _)| found.iter().all(|it| setting(it, name).is_some()))
        .collect();
    if lost.is_empty() {
        return;
    }
    if let Err(missing) = nothing_else(world, served) {
        verdicts.leave(missing.undecided(&ROW, object, place));
        return;
    }
    let settings: Vec<String> = lost.iter().map(|(name, _)| (*name).to_owned()).collect();
    let message = format!(
        "A Gateway serves Service {} and does not read BackendConfig {}: its {} is without effect",
        object.name,
        named.value,
        cloud::list(&settings)
    );
    let label = Label::new(place, "only an Ingress reads it");
    let mut finding = Finding::new(&ROW, object, message, label)
        .detail(format!("config {}", named.value))
        .concerning(&first.object)
        .help(policies_for(&lost));
    for (_, node) in lost.iter().take(3) {
        finding = finding.because(*node, "without effect");
    }
    verdicts.find(served.shown_by(finding));
}

/// What the BackendConfig sets and no policy could say.
fn lost<'d>(config: &BackendConfig<'d>, served: &Served<'_, 'd>) -> Vec<(&'static str, Node<'d>)> {
    let check = (!served.has("HealthCheckPolicy")).then_some("healthCheck");
    let rest = SETTINGS.iter().filter(|_| !served.has("GCPBackendPolicy"));
    let names = check.into_iter().chain(rest.copied());
    names
        .filter_map(|name| Some((name, setting(config, name)?)))
        .collect()
}

/// A setting that does something.
fn setting<'d>(config: &BackendConfig<'d>, name: &str) -> Option<Node<'d>> {
    let (key, value) = config.object.spec()?.entry(name)?;
    let off = value.get("enabled").or_else(|| value.get("enable"));
    let off = off.and_then(Node::boolean) == Some(false);
    let empty = value.value() == Value::Null
        || (value.value() == Value::Mapping && value.entries().next().is_none());
    (!off && !empty).then_some(key)
}

/// Whether all was read that could still say it, or make use of the BackendConfig.
fn nothing_else(world: &World<'_>, served: &Served<'_, '_>) -> Result<(), Missing> {
    let object = &served.service.service.object;
    let kinds = [Kind::HealthCheckPolicy, Kind::GatewayPolicy, Kind::Ingress];
    kinds
        .into_iter()
        .try_for_each(|kind| world.whole(kind, object))
}

fn policies_for(lost: &[(&str, Node<'_>)]) -> String {
    let check = lost.iter().any(|(name, _)| *name == "healthCheck");
    let rest = lost.iter().any(|(name, _)| *name != "healthCheck");
    let policies = match (check, rest) {
        (true, true) => "a HealthCheckPolicy and a GCPBackendPolicy",
        (true, false) => "a HealthCheckPolicy",
        _ => "a GCPBackendPolicy",
    };
    format!("say it in {policies} whose targetRef names the Service")
}

fn of_probes(world: &World<'_>, served: &Served<'_, '_>, verdicts: &mut Verdicts) {
    let object = &served.service.service.object;
    // What the health check finds healthy answers it.
    let is_healthy = || {
        let mut pods = served.service.pods();
        pods.any(|pod| {
            let gate = pod.neg_condition().and_then(|it| it.decoded("Pod"));
            gate.is_some_and(|it| it.meaning == Meaning::GateReleased(Gate::Healthy))
        })
    };
    if served.has("HealthCheckPolicy") || is_healthy() {
        return;
    }
    for workload in served.service.workloads().filter(|it| !it.object.partial) {
        let Some(finding) = asks_elsewhere(served, workload) else {
            continue;
        };
        match world.whole(Kind::HealthCheckPolicy, object) {
            Ok(()) => verdicts.find(finding),
            Err(missing) => {
                let place = finding.primary.place;
                verdicts.leave(missing.undecided(&ROW, object, place));
                return;
            }
        }
    }
}

/// A probe that asks something else than the Gateway's health check does.
fn asks_elsewhere(served: &Served<'_, '_>, workload: &Workload<'_>) -> Option<Finding> {
    let object = &served.service.service.object;
    let (node, grpc) = match workload.copying(served.port, protocol(served.port)) {
        Copying::Copied(probe) => (path(probe)?, false),
        Copying::PassedOver(probe) => match probe.shows {
            Shows::AsksElsewhere => (probe.node, false),
            Shows::Grpc => (probe.node, true),
            Shows::Answers | Shows::Nothing => return None,
        },
        Copying::NoProbe => return None,
    };
    let maker = &workload.object;
    let message = format!(
        "The Gateway asks GET / of port {} of Service {}, which must answer 200, and the readiness \
         probe of {} {} asks something else: GKE Gateway reads no probe",
        served.port.target, object.name, maker.kind_name, maker.name
    );
    let (severity, label, help) = if grpc {
        (
            Severity::Warning,
            "a gRPC server does not answer GET /",
            "write a HealthCheckPolicy for the Service: config {type: GRPC, grpcHealthCheck: {}}",
        )
    } else {
        (
            Severity::Note,
            "this is not asked",
            "let GET / answer 200, or write a HealthCheckPolicy for the Service that asks what the \
             probe asks",
        )
    };
    let finding = Finding::new(&ROW, object, message, Label::new(node, label))
        .severity(severity)
        .detail(format!(
            "{}/{}/{}",
            served.port.port, maker.kind_name, maker.name
        ))
        .concerning(maker)
        .help(help);
    Some(served.shown_by(finding))
}

/// The path of a probe by HTTP where it is not `/`.
fn path<'d>(probe: Probe<'d>) -> Option<Node<'d>> {
    let Handler::Http(http) = probe.handler()? else {
        return None;
    };
    let path = http.get("path")?;
    let text = path.text().unwrap_or_default();
    (!matches!(text, "" | "/")).then_some(path)
}

/// What a Gateway speaks to a port.
fn protocol(port: &ServicePort<'_>) -> AppProtocol {
    match port.app_protocol {
        Some("HTTPS" | "https") => AppProtocol::Https,
        Some("HTTP2" | "http2") => AppProtocol::Http2,
        _ => AppProtocol::Http,
    }
}
