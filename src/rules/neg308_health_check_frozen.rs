//! NEG308: a health check stays as it was made, though what it was made from has changed.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, HealthCheck, MadeFrom};
use crate::kind::copied_probe::Copying;
use crate::kind::probe::{Handler, Probe};
use crate::kind::workload::Workload;
use crate::world::{LiveNeg, Sought, World};

use super::Row;
use super::health::{self, Stated};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG308",
    slug: "health-check-frozen",
    severity: Severity::Note,
    reads: &[
        Kind::BackendService,
        Kind::HealthCheck,
        Kind::Neg,
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::BackendConfig,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &["NEG305"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let check = world.cloud().health_check(&service);
        let Some(check) = check.and_then(Sought::found) else {
            continue;
        };
        let behind = world.services_behind(&service);
        // What is exposed beside an Ingress has checks of its own.
        let Some(asked) = behind.iter().find(|it| it.of.ingress.is_some()) else {
            continue;
        };
        let finding = match (
            check.made_from(),
            health::stated(world, asked.service, asked.of.port),
        ) {
            (Some(MadeFrom::Probe), Stated::Nothing) => of_probe(&service, &check, asked),
            (Some(MadeFrom::BackendConfig), Stated::Nothing) => {
                Some(of_config(&service, &check, asked))
            }
            _ => None,
        };
        let finding = finding.map(|it| health::concerning(it, world, &service, &check));
        verdicts.findings.extend(finding);
    }
}

const HELP: &str = "say in a BackendConfig what is to be asked (healthCheck.requestPath, port, type): \
                    what it names is always put into effect";

fn of_probe(
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
    asked: &LiveNeg<'_, '_>,
) -> Option<Finding> {
    let protocol = health::spoken(asked.service, asked.of.port)?;
    let workloads: Vec<&Workload<'_>> = asked.service.workloads().collect();
    if workloads.is_empty() || workloads.iter().any(|it| it.object.partial) {
        return None;
    }
    let port = asked.of.port;
    let copied = workloads.iter().map(|it| it.copying(port, protocol));
    let probes: Vec<Probe<'_>> = copied
        .filter_map(|copying| match copying {
            Copying::Copied(probe) => Some(probe),
            Copying::PassedOver(_) | Copying::NoProbe => None,
        })
        .collect();
    if probes.iter().any(|probe| agrees(check, *probe)) {
        return None;
    }
    let maker = &workloads.first()?.object;
    let (now, node, label) = match probes.first().and_then(Probe::handler) {
        Some(handler) => {
            let http = handler.node();
            let node = http.get("path").unwrap_or(http);
            let now = match handler.host_header().and_then(Node::text) {
                Some(host) => format!("asks {} of host {host}", handler.path()),
                None => format!("asks {}", handler.path()),
            };
            (now, node.place(), "what it asks now")
        }
        None => (
            "is none that is copied any more".to_owned(),
            maker.head(),
            "its readiness probe is not copied",
        ),
    };
    let message = format!(
        "Health check {} asks {}, as the readiness probe did when the controller made it; that of {} \
         {} {now}, which is not followed",
        check.name(),
        check.path(),
        maker.kind_name,
        maker.name,
    );
    let label_of_check = Label::new(check.place_of_path(), "what is asked");
    Some(
        Finding::new(&ROW, service, message, label_of_check)
            .because(node, label)
            .help(HELP),
    )
}

/// True where a check asks what a probe asks.
fn agrees(check: &HealthCheck<'_>, probe: Probe<'_>) -> bool {
    let Some(handler @ Handler::Http(_)) = probe.handler() else {
        return false;
    };
    let path = check.path().split('?').next().unwrap_or_default();
    let host = handler.host_header().and_then(Node::text);
    path == handler.path() && host.unwrap_or_default() == check.host().unwrap_or_default()
}

fn of_config(
    service: &BackendService<'_>,
    check: &HealthCheck<'_>,
    asked: &LiveNeg<'_, '_>,
) -> Finding {
    let object = &asked.service.object;
    let message = format!(
        "Health check {} stays as a BackendConfig once had it, and Service {} names none with a \
         healthCheck any more",
        check.name(),
        object.name,
    );
    let place = check.place_of("description");
    Finding::new(
        &ROW,
        service,
        message,
        Label::new(place, "made from a BackendConfig"),
    )
    .because(object.head(), "names no health check")
    .help(HELP)
}
