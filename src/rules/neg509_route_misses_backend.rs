//! NEG509: a URL map names a backend service only where no request comes by.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, Leads, UrlMap, UrlMapEdge};
use crate::text::Place;
use crate::world::{Road, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG509",
    slug: "route-misses-backend",
    severity: Severity::Warning,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::Service,
        Kind::Ingress,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &[],
    check,
};

/// Why no request goes a way.
enum Dead {
    /// No host rule names its path matcher.
    NoHost,
    /// Something takes every request before; the place of that.
    Hidden(Place),
    /// The weights of its route are all 0.
    NoWeight,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    for service in all.backend_services() {
        if all.size_behind(&service) == 0 {
            continue;
        }
        let roads: Vec<&Road<'_>> = all.roads_to(service.link).collect();
        let mut edges = Vec::new();
        let mut lives = roads.is_empty();
        for road in roads {
            match road
                .url_map
                .filter(|map| !cloud::is_controllers(map.name()))
            {
                Some(map) => edges.extend(road.edges.iter().map(|edge| (map, edge))),
                // What a controller writes follows from its Ingress or routes.
                None => lives = true,
            }
        }
        let dead: Vec<_> = edges
            .iter()
            .filter_map(|(map, edge)| Some((*map, *edge, why(edge)?)))
            .collect();
        if lives || dead.len() < edges.len() {
            continue;
        }
        let Some((map, edge, dead)) = dead.into_iter().next() else {
            continue;
        };
        match all.ways_are_whole(&service) {
            Ok(()) => verdicts.find(finding(world, &service, &map, edge, dead)),
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &service, service.head())),
        }
    }
}

fn why(edge: &UrlMapEdge<'_>) -> Option<Dead> {
    if edge.hosts.is_empty() {
        return Some(Dead::NoHost);
    }
    if let Some(by) = edge.hidden_by {
        return Some(Dead::Hidden(by.place()));
    }
    matches!(edge.leads, Leads::Weight { sum: 0, .. }).then_some(Dead::NoWeight)
}

fn finding(
    world: &World<'_>,
    service: &BackendService<'_>,
    map: &UrlMap<'_>,
    edge: &UrlMapEdge<'_>,
    dead: Dead,
) -> Finding {
    let (only, help) = match &dead {
        Dead::NoHost => (
            "in a path matcher that no host leads to",
            "add a host rule for the path matcher, or remove it",
        ),
        // Something has to be named as default, so this may be meant.
        Dead::Hidden(_) if edge.paths.is_empty() => (
            "as a default that no request comes to",
            "let a rule of the URL map lead to it, if it is to serve",
        ),
        Dead::Hidden(_) => (
            "behind a rule that takes every request first",
            "give its route rule a smaller priority number than that of the wider one",
        ),
        Dead::NoWeight => (
            "at weights that sum to 0",
            "give the backend services of this route weights; one that is left out is 0",
        ),
    };
    let message = format!(
        "{} gets no request: URL map {} names it only {only}",
        cloud::head(service),
        map.name(),
    );
    let mut finding = Finding::new(
        &ROW,
        service,
        message,
        Label::new(edge.to.node, "named here"),
    )
    .concerning(map)
    .help(help);
    if let Dead::Hidden(by) = dead {
        if edge.paths.is_empty() {
            finding = finding.severity(Severity::Note);
        }
        finding = finding.because(by, "takes every request");
    }
    for asked in world.services_behind(service) {
        finding = finding.concerning(&asked.service.service.object);
    }
    finding
}
