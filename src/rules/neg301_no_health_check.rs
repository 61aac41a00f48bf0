//! NEG301: a backend service of NEGs without a health check that counts.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, Neg};
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG301",
    slug: "no-health-check",
    severity: Severity::Error,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::Neg,
        Kind::HealthCheck,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    for service in all.backend_services() {
        let mesh = service.scheme() == "INTERNAL_SELF_MANAGED";
        let zonal = all
            .negs_of(&service)
            .any(|(neg, _): (Neg<'_>, _)| neg.is_zonal());
        if mesh || !zonal || !all.is_live(service.link) {
            continue;
        }
        verdicts.findings.extend(judge(world, &service));
    }
}

fn judge(world: &World<'_>, service: &BackendService<'_>) -> Option<Finding> {
    let help = "make one that asks the serving port, and name it in the backend service";
    let finding = |message: String, label: Label| {
        Some(Finding::new(&ROW, service, message, label).help(help))
    };
    let who = cloud::head(service);
    let Some(named) = service.health_check() else {
        let message = format!("{who} has no health check: no endpoint ever counts as healthy");
        return finding(message, Label::new(service.head(), "names none"));
    };
    if ["httpHealthChecks", "httpsHealthChecks"].contains(&named.link.collection) {
        let message = format!(
            "{who} has the legacy health check {}, which counts as none for NEGs",
            named.link.name
        );
        return finding(message, Label::new(named.node, "a legacy check"));
    }
    let check = world.cloud().health_check(service)?.found()?;
    let regions = check
        .get("sourceRegions")
        .filter(|_| check.has_source_regions())?;
    let message = format!(
        "{who} has health check {}, whose source regions make it one for DNS routing only",
        check.name()
    );
    let label = Label::new(regions, "no backend service can use it");
    Some(finding(message, label)?.because(named.node, "named here"))
}
