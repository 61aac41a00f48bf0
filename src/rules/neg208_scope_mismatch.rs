//! NEG208: regional and global objects, or those of two regions, in one chain.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{CloudObject, Link, Reference};
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG208",
    slug: "scope-mismatch",
    severity: Severity::Error,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let cloud = world.cloud();
    for rule in cloud.forwarding_rules().filter(|rule| !rule.is_other()) {
        // A regional rule before a global proxy is the classic product in Standard tier.
        let standard = rule.scheme() == Some("EXTERNAL") && !rule.link.is_global();
        let next = rule.backend_service().or_else(|| rule.target());
        let next = next.filter(|it| it.link.collection != "targetPools");
        if let Some(next) = next.filter(|it| !(standard && it.link.is_global())) {
            verdicts.findings.extend(apart(&rule, next));
        }
    }
    for proxy in cloud.target_proxies() {
        let next = proxy.next();
        verdicts
            .findings
            .extend(next.and_then(|next| apart(&proxy, next)));
    }
    for map in cloud.url_maps() {
        let mut told: Vec<Link<'_>> = Vec::new();
        for edge in map.edges() {
            if edge.to.link.collection == "backendServices" && !told.contains(&edge.to.link) {
                told.push(edge.to.link);
                verdicts.findings.extend(apart(&map, edge.to));
            }
        }
    }
    for service in cloud.backend_services() {
        for group in service.backends().filter_map(|it| it.group) {
            let (own, other) = (service.link.region(), group.link.region());
            if own.is_some() && other.is_some() && own != other {
                verdicts.findings.extend(apart(&service, group));
            }
        }
    }
}

/// Two objects that must live in one place, and do not.
fn apart(from: &CloudObject<'_>, to: Reference<'_>) -> Option<Finding> {
    let same = from.link.location == to.link.location;
    let group = to.link.collection == "networkEndpointGroups" || to.link.zone().is_some();
    if same && !group {
        return None;
    }
    let target = word(to.link);
    let message = format!(
        "{} {}, and {target} {}: they cannot be one load balancer",
        cloud::head(from),
        cloud::place(from.link),
        cloud::place(to.link),
    );
    let help = format!(
        "make {} anew where the other is: neither can be moved, and what is regional forms another \
         product, with its own health check, proxy, URL map and address",
        if from.link.is_global() {
            target.clone()
        } else {
            cloud::called(from)
        },
    );
    Some(
        Finding::new(
            &ROW,
            from,
            message,
            Label::new(to.node, cloud::place(to.link)),
        )
        .detail(to.link)
        .because(from.head(), cloud::place(from.link))
        .help(help),
    )
}

/// `backend service mail`
fn word(link: Link<'_>) -> String {
    let kind = match link.collection {
        "backendServices" => "backend service",
        "urlMaps" => "URL map",
        "targetTcpProxies" => "target TCP proxy",
        "targetSslProxies" => "target SSL proxy",
        "targetHttpProxies" => "target HTTP proxy",
        "targetHttpsProxies" => "target HTTPS proxy",
        "networkEndpointGroups" => "NEG",
        other => other,
    };
    format!("{kind} {}", link.name)
}
