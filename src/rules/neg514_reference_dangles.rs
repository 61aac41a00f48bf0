//! NEG514: a forwarding rule, target proxy or URL map names an object that is not there.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{CloudObject, Link, Reference};
use crate::world::{Sought, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG514",
    slug: "reference-dangles",
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
    let all = world.cloud();
    for rule in all.forwarding_rules().filter(|rule| !rule.is_other()) {
        let next = rule.backend_service().or_else(|| rule.target());
        match next {
            Some(next) => verdicts.findings.extend(dangles(world, &rule, next)),
            None if rule.text("target").is_none() => {
                let message = format!("{} leads to nothing", cloud::head(&rule));
                let label = Label::new(rule.head(), "names no target");
                let help = "make it anew with the target proxy or backend service that it is for";
                verdicts.find(Finding::new(&ROW, &rule, message, label).help(help));
            }
            None => {}
        }
    }
    for proxy in all.target_proxies() {
        let next = proxy.next();
        verdicts
            .findings
            .extend(next.and_then(|next| dangles(world, &proxy, next)));
    }
    for map in all.url_maps() {
        let mut told: Vec<Link<'_>> = Vec::new();
        for edge in map.edges() {
            if !told.contains(&edge.to.link) {
                told.push(edge.to.link);
                verdicts.findings.extend(dangles(world, &map, edge.to));
            }
        }
    }
}

fn dangles(world: &World<'_>, from: &CloudObject<'_>, to: Reference<'_>) -> Option<Finding> {
    let (kind, called) = match to.link.collection {
        "backendServices" => (Kind::BackendService, "backend service"),
        "urlMaps" => (Kind::UrlMap, "URL map"),
        "targetHttpProxies" => (Kind::TargetProxy, "target HTTP proxy"),
        "targetHttpsProxies" => (Kind::TargetProxy, "target HTTPS proxy"),
        "targetTcpProxies" => (Kind::TargetProxy, "target TCP proxy"),
        "targetSslProxies" => (Kind::TargetProxy, "target SSL proxy"),
        // Buckets, gRPC proxies and target pools lead to no NEG, and are not read.
        _ => return None,
    };
    let found: Sought<CloudObject<'_>> = world.cloud().seek(kind, to);
    matches!(found, Sought::Absent).then(|| {
        let message = format!(
            "{} leads to {called} {}, which does not exist",
            cloud::head(from),
            to.link.name
        );
        Finding::new(&ROW, from, message, Label::new(to.node, "not there"))
            .detail(to.link)
            .help("let it lead to what is there; the API refuses to delete what is in use, so look first whether all was read with the right project")
    })
}
