//! NEG212: no endpoint behind a backend service is healthy.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::BackendService;
use crate::world::{GRACE, Probed, Sought, World};

use super::{Row, cloud, health};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG212",
    slug: "all-endpoints-unhealthy",
    severity: Severity::Error,
    reads: &[
        Kind::BackendService,
        Kind::HealthCheck,
        Kind::Neg,
        Kind::Endpoints,
        Kind::Service,
        Kind::Ingress,
        Kind::Pod,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &[
        "NEG401", "NEG402", "NEG405", "NEG406", "NEG404", "NEG407", "NEG301", "NEG302", "NEG303",
        "NEG307", "NEG304", "NEG305", "NEG506",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let probed = world.cloud().probed(&service).unwrap_or_default();
        let judged: Vec<&Probed<'_>> = probed.iter().filter(|it| it.state.is_some()).collect();
        let bad: Vec<&&Probed<'_>> = judged.iter().filter(|it| it.is_unhealthy()).collect();
        if is_new(world, &service) || bad.is_empty() || bad.len() < judged.len() {
            continue;
        }
        let who = match bad.len() {
            1 => "The only endpoint".to_owned(),
            count => format!("Each of the {count} endpoints"),
        };
        let called = cloud::called(&service);
        let message = format!("{who} of {called} is unhealthy: every request fails");
        let mut finding = Finding::new(
            &ROW,
            &service,
            message,
            Label::new(service.head(), "reaches nobody"),
        )
        .help(reasons(world, &service, &bad));
        finding = health::showing(finding, &probed, 3);
        for asked in world.services_behind(&service) {
            finding = finding.concerning(&asked.service.service.object);
        }
        verdicts.find(finding);
    }
}

/// True where the probers may not have made up their minds yet.
fn is_new(world: &World<'_>, service: &BackendService<'_>) -> bool {
    let age = |time| world.cloud().age(service.link.project, time);
    let age = service.created().and_then(age);
    age.is_some_and(|age| age < GRACE)
}

/// What it may come from, the likeliest first.
fn reasons(world: &World<'_>, service: &BackendService<'_>, bad: &[&&Probed<'_>]) -> String {
    if service.address_selection() == Some("IPV6_ONLY")
        && bad.iter().all(|it| it.endpoint.ipv6_address().is_none())
    {
        return "the backend service speaks IPv6 only, and no endpoint has an IPv6 address"
            .to_owned();
    }
    let services = world.services_behind(service);
    if bad.iter().all(|it| it.is_unready(&services)) {
        return "their Pods are not ready by their own probes either: begin there, kubectl describe \
                pod says why"
            .to_owned();
    }
    let check = world.cloud().health_check(service).and_then(Sought::found);
    let asks = check.map_or_else(String::new, |check| {
        if check.is_http() {
            format!(
                "; the check asks {} {} and takes nothing but 200",
                check.protocol(),
                check.path()
            )
        } else {
            format!("; the check asks by {}", check.protocol())
        }
    });
    format!(
        "in the order in which it is seen: a firewall that shuts the probes out (they come from \
         35.191.0.0/16 and 130.211.0.0/22), a port that nobody serves, an answer that the check does \
         not take{asks}"
    )
}
