//! NEG305: the health check asks another path or host than the Pods' own readiness probe.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, HealthCheck};
use crate::kind::probe::Handler;
use crate::world::{PodProbe, Sought, World};

use super::health::{self, Verdict};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG305",
    slug: "health-check-path",
    severity: Severity::Warning,
    reads: &[
        Kind::BackendService,
        Kind::HealthCheck,
        Kind::Neg,
        Kind::Endpoints,
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::Pod,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &["NEG401", "NEG402", "NEG405", "NEG406", "NEG404", "NEG407"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let check = world.cloud().health_check(&service);
        let check = check.and_then(Sought::found).filter(HealthCheck::is_http);
        let finding = check.and_then(|check| judge(world, &service, &check));
        verdicts.findings.extend(finding);
    }
}

fn judge(
    world: &World<'_>,
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
) -> Option<Finding> {
    let probed = world.cloud().probed(service)?;
    let behind = world.services_behind(service);
    let mut bad = probed.iter().filter(|it| it.is_unhealthy());
    // Pods that are not ready by their own probes are another matter.
    if Verdict::of(&probed) != Verdict::Fails || bad.all(|it| it.is_unready(&behind)) {
        return None;
    }
    let tls = check.protocol() != "HTTP";
    let mut beside = world.probes_beside(service, check);
    beside.retain(|it| matches!(it.handler, Handler::Http(_)) && it.handler.is_tls() == tls);
    let own = Asked::of_check(check);
    let first = beside.first()?;
    if beside.iter().any(|it| Asked::of_probe(it).fits(&own)) {
        return None;
    }
    Some(found(world, service, check, first))
}

/// What is asked for.
struct Asked {
    path: String,
    /// `None` where nobody names one: a load balancer then names the address of the endpoint.
    host: Option<String>,
}

impl Asked {
    fn of_check(check: &HealthCheck<'_>) -> Self {
        let path = check.path().split('?').next().unwrap_or_default();
        let host = check.host().filter(|host| !host.is_empty());
        Self {
            path: path.to_owned(),
            host: host.map(str::to_owned),
        }
    }

    fn of_probe(probe: &PodProbe<'_, '_>) -> Self {
        let host = probe.handler.host_header().and_then(Node::text);
        Self {
            path: probe.handler.path(),
            host: host.map(str::to_owned),
        }
    }

    /// Where a probe names no host any will do.
    fn fits(&self, check: &Self) -> bool {
        self.path == check.path && (self.host.is_none() || self.host == check.host)
    }
}

fn found(
    world: &World<'_>,
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
    probe: &PodProbe<'_, '_>,
) -> Finding {
    let (asks, answered) = (Asked::of_check(check), Asked::of_probe(probe));
    let by_path = asks.path != answered.path;
    let (what, said, change) = if by_path {
        let change = format!("--request-path={}", answered.path);
        (
            format!("asks {}, and {}", asks.path, answered.path),
            format!("asks {}", asks.path),
            change,
        )
    } else {
        let host = answered.host.unwrap_or_default();
        let named = asks.host.as_deref().unwrap_or("the endpoint's address");
        (
            format!("names {named} as host, and {host}"),
            format!("names {named} as host"),
            format!("--host={host}"),
        )
    };
    let maker = &probe.workload.object;
    let message = format!(
        "Health check {} of {} {what} is what the readiness probe of {} {} asks: no endpoint is \
         healthy",
        check.name(),
        cloud::called(service),
        maker.kind_name,
        maker.name
    );
    let field = probe.handler.node();
    let field = if by_path {
        field.get("path").unwrap_or(field)
    } else {
        probe.handler.host_header().unwrap_or(field)
    };
    let owned = cloud::is_controllers(service.name());
    let help = if owned {
        "state healthCheck.requestPath in a BackendConfig (Ingress) or a HealthCheckPolicy (Gateway): \
         the controller does not follow later changes of a probe"
    } else {
        "ask what the readiness probe asks; only the status 200 counts, redirects do not"
    };
    let run = health::update(check, "ask what the readiness probe asks", &change);
    let finding = Finding::new(
        &ROW,
        service,
        message,
        Label::new(check.place_of_path(), said),
    )
    .because(field, "what the Pods are asked")
    .help(help)
    .run(run.filter(|_| !owned));
    let probed = world.cloud().probed(service).unwrap_or_default();
    health::concerning(health::showing(finding, &probed, 2), world, service, check)
}
