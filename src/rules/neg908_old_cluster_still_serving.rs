//! NEG908: the NEGs of several clusters serve behind one backend service.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService, Neg};
use crate::world::{Side, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG908",
    slug: "old-cluster-still-serving",
    severity: Severity::Note,
    reads: &[Kind::BackendService, Kind::Neg, Kind::Namespace],
    follows: &["NEG207", "NEG906"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        // What a controller spreads over clusters it means to.
        if cloud::is_controllers(service.name()) {
            continue;
        }
        let mut sides = world.sides(&service);
        sides.retain(|side| side.size() > 0 && !side.is_drained());
        if sides.len() > 1 {
            verdicts.findings.extend(finding(&service, &sides));
        }
    }
}

fn finding(service: &BackendService<'_>, sides: &[Side<'_, '_>]) -> Option<Finding> {
    let shares = shares(sides);
    let total: f64 = shares.iter().sum();
    let parts: Vec<String> = sides
        .iter()
        .zip(&shares)
        .map(|(side, share)| {
            let endpoints = match side.size() {
                1 => "1 endpoint".to_owned(),
                size => format!("{size} endpoints"),
            };
            let percent = 100.0 * share / total;
            format!(
                "{} takes about {percent:.0} % with {endpoints}",
                side.called()
            )
        })
        .collect();
    let message = format!(
        "{} sends to several clusters: {}",
        cloud::head(service),
        cloud::list(&parts)
    );
    let mut labels = sides.iter().filter_map(|side| {
        let (_, backend) = side.backends.first()?;
        Some(Label::new(backend.node, format!("of {}", side.called())))
    });
    let mut finding = Finding::new(&ROW, service, message, labels.next()?);
    finding.labels.extend(labels.take(3));
    Some(finding.help(
        "where it is on purpose, nothing; where one cluster is to go, lower the capacityScaler of its \
         NEGs step by step, wait for the draining, and only then take them out",
    ))
}

/// How many endpoints a NEG says it has.
fn count(neg: &Neg<'_>) -> f64 {
    u32::try_from(neg.size()).map_or(0.0, f64::from)
}

/// What each can take: by its targets where all have them for each endpoint, else by its endpoints.
fn shares(sides: &[Side<'_, '_>]) -> Vec<f64> {
    let by_target = |(neg, backend): &(Neg<'_>, Backend<'_>)| {
        let fields = ["maxRatePerEndpoint", "maxConnectionsPerEndpoint"];
        let whole = ["maxRate", "maxConnections"];
        let endpoints = backend.target(&fields).map(|it| it.1 * count(neg));
        let target = endpoints.or_else(|| Some(backend.target(&whole)?.1))?;
        Some(target * backend.scaler())
    };
    let of = |side: &Side<'_, '_>| side.backends.iter().map(by_target).sum::<Option<f64>>();
    let targets: Option<Vec<f64>> = sides.iter().map(of).collect();
    let by_endpoints = |side: &Side<'_, '_>| {
        let backends = side.backends.iter();
        backends
            .map(|(neg, backend)| count(neg) * backend.scaler())
            .sum()
    };
    targets
        .filter(|all| all.iter().sum::<f64>() > 0.0)
        .unwrap_or_else(|| sides.iter().map(by_endpoints).collect())
}
