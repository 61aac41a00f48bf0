//! NEG306: a health check that waits longer for an answer than it takes to ask again.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::copied_probe::Copying;
use crate::kind::health_policy::HealthPolicy;
use crate::world::{ForIngress, World};

use super::health::{self, Stated};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG306",
    slug: "health-check-timing",
    severity: Severity::Error,
    reads: &[
        Kind::HealthCheck,
        Kind::BackendConfig,
        Kind::HealthCheckPolicy,
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for check in world.cloud().health_checks() {
        let (timeout, interval) = (check.timeout(), check.interval());
        let Some(node) = check.get("timeoutSec").filter(|_| timeout > interval) else {
            continue;
        };
        let message = format!("{}: {}", cloud::head(&check), words(timeout, interval));
        let change = format!("--timeout={interval}s");
        let run = health::update(&check, "wait no longer than the interval", &change);
        verdicts.find(
            Finding::new(
                &ROW,
                &check,
                message,
                Label::new(node, "longer than the interval"),
            )
            .because(check.place_of("checkIntervalSec"), "the interval")
            .run(run),
        );
    }
    of_configs(world, verdicts);
    of_probes(world, verdicts);
}

/// What BackendConfigs and HealthCheckPolicies state for the checks that controllers make.
fn of_configs(world: &World<'_>, verdicts: &mut Verdicts) {
    let configs = world.backend_configs().iter();
    let configs = configs.filter_map(|it| Some((&it.object, it.health_check()?)));
    let policies = world.others().iter().filter_map(HealthPolicy::new);
    let policies = policies.filter_map(|it| Some((it.object, it.check()?)));
    for (object, check) in configs.chain(policies) {
        let number = |field: &str| {
            let node = check.get(field)?;
            Some((node, node.integer()?))
        };
        // What is not stated comes from elsewhere: defaults, a probe, the check that is there.
        let (Some((node, timeout)), Some((other, interval))) =
            (number("timeoutSec"), number("checkIntervalSec"))
        else {
            continue;
        };
        if timeout > interval {
            let (kind, name) = (object.kind_name, object.name);
            let message = format!("{kind} {name}: {}", words(timeout, interval));
            let label = Label::new(node, "longer than the interval");
            verdicts.find(
                Finding::new(&ROW, object, message, label)
                    .because(other, "the interval")
                    .help("set timeoutSec to checkIntervalSec at most"),
            );
        }
    }
}

/// A readiness probe that the Ingress controller copies when it first makes the check of a Service.
fn of_probes(world: &World<'_>, verdicts: &mut Verdicts) {
    for reached in world.backend_ports() {
        let (service, port) = (reached.service, reached.port);
        let asked = matches!(world.for_ingress(service.service), ForIngress::Asked);
        let silent = matches!(health::stated(world, service, port), Stated::Nothing);
        let protocol = health::spoken(service, port).filter(|_| asked && silent);
        // Later changes of a probe are not followed.
        let Some(protocol) = protocol.filter(|_| !service.is_live()) else {
            continue;
        };
        for workload in service.workloads().filter(|it| !it.object.partial) {
            let Copying::Copied(probe) = workload.copying(port, protocol) else {
                continue;
            };
            let Some(node) = probe.node.get("timeoutSeconds") else {
                continue;
            };
            let (timeout, interval) = (
                probe.seconds("timeoutSeconds", 1),
                probe.seconds("periodSeconds", 10),
            );
            if timeout <= interval {
                continue;
            }
            let (object, maker) = (&service.object, &workload.object);
            let message = format!(
                "The readiness probe of {} {} becomes the health check of Service {}: {}",
                maker.kind_name,
                maker.name,
                object.name,
                words(timeout, interval)
            );
            let label = Label::new(node, "longer than the period");
            let period = probe.node.get("periodSeconds");
            verdicts.find(
                Finding::new(&ROW, object, message, label)
                    .severity(Severity::Warning)
                    .detail(maker.name)
                    .because(period.unwrap_or(probe.node), format!("every {interval} s"))
                    .concerning(maker)
                    .help("set timeoutSeconds to periodSeconds at most"),
            );
        }
    }
}

fn words(timeout: i64, interval: i64) -> String {
    format!(
        "the health check waits {timeout} s for an answer and asks every {interval} s, which the \
         API refuses"
    )
}
