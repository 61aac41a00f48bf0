//! NEG307: health check and target proxy do not agree on the PROXY header.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::HealthCheck;
use crate::world::{Road, Sought, World};

use super::health::{self, Verdict};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG307",
    slug: "health-check-proxy-header",
    severity: Severity::Warning,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::HealthCheck,
        Kind::Neg,
        Kind::Endpoints,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told = Vec::new();
    for road in world.cloud().roads() {
        let check = world
            .cloud()
            .health_check(&road.service)
            .and_then(Sought::found);
        let Some(check) = check.filter(|_| !told.contains(&road.service.link)) else {
            continue;
        };
        if let Some(finding) = judge(world, road, &check) {
            told.push(road.service.link);
            verdicts.find(finding);
        }
    }
}

fn judge(world: &World<'_>, road: &Road<'_>, check: &HealthCheck<'_>) -> Option<Finding> {
    let proxy = road.proxy?;
    // TCP and SSL checks, and those of the HTTP family, can send it; gRPC's cannot.
    if check.protocol().starts_with("GRPC") {
        return None;
    }
    let (asks, sends) = (
        check.proxy_header(),
        if proxy.is_http() {
            "NONE"
        } else {
            proxy.proxy_header()
        },
    );
    if asks == sends {
        return None;
    }
    // A TCP check without words of its own passes on a mere handshake, whatever follows.
    let block = check.block()?;
    let mute = check.protocol() == "TCP"
        && block.get("request").is_none()
        && block.get("response").is_none()
        && asks == "NONE";
    let probed = world.cloud().probed(&road.service).unwrap_or_default();
    let unhealthy = Verdict::of(&probed) == Verdict::Fails;
    let message = format!(
        "Health check {} of {} sends {}, and {} sends {}: what answers the one may refuse the other",
        check.name(),
        cloud::called(&road.service),
        header(asks),
        cloud::called(&proxy),
        header(sends),
    );
    let label = match block.get("proxyHeader") {
        Some(node) => Label::new(node, header(asks)),
        None => Label::new(block, header(asks)),
    };
    let severity = if unhealthy && !mute {
        Severity::Error
    } else {
        Severity::Warning
    };
    // Where the probes pass, the Pods may want what the probes send.
    let change = format!("--proxy-header={sends}");
    let run = health::update(check, "probe as the proxy sends", &change)
        .filter(|_| proxy.is_http() || unhealthy);
    let help = if proxy.is_http() {
        "an Application Load Balancer never sends a PROXY header: let its health check send none"
    } else {
        "let both say what the Pods expect"
    };
    Some(
        Finding::new(&ROW, &road.service, message, label)
            .severity(severity)
            .concerning(check)
            .because(proxy.place_of("proxyHeader"), header(sends))
            .help(help)
            .run(run),
    )
}

fn header(value: &str) -> &'static str {
    if value == "NONE" {
        "no PROXY header"
    } else {
        "a PROXY header"
    }
}
