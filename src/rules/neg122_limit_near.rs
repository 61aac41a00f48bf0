//! NEG122: a quota or a fixed limit that NEGs and backend services are about to hit.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService, Neg, Quota, Quotas};
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG122",
    slug: "limit-near",
    severity: Severity::Warning,
    reads: &[Kind::Neg, Kind::BackendService, Kind::Region, Kind::Project],
    follows: &[],
    check,
};

/// How many backends one backend service takes.
const BACKENDS: usize = 50;

/// How many endpoints a NEG of a zone takes.
const ENDPOINTS: i64 = 10_000;

/// The quotas of a project for backend services, one for each family of load balancers.
const OF_SERVICES: &[&str] = &[
    "BACKEND_SERVICES",
    "GLOBAL_EXTERNAL_MANAGED_BACKEND_SERVICES",
    "GLOBAL_INTERNAL_MANAGED_BACKEND_SERVICES",
    "GLOBAL_EXTERNAL_PROXY_LB_BACKEND_SERVICES",
    "REGIONAL_EXTERNAL_MANAGED_BACKEND_SERVICES",
    "REGIONAL_INTERNAL_MANAGED_BACKEND_SERVICES",
];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    for region in all.regions() {
        let metric = "NETWORK_ENDPOINT_GROUPS";
        if let Some(quota) = region.quota(metric).filter(is_near) {
            let effect = "the controllers of GKE can then make no NEG for a new Service or zone";
            let finding = of_quota(&region, metric, &quota, effect);
            verdicts.find(finding.help(
                "ask for more of this quota; NEGs that are left over (NEG901) count as well",
            ));
        }
    }
    for holder in all.project_quotas().chain(all.regions()) {
        for metric in OF_SERVICES {
            if let Some(quota) = holder.quota(metric).filter(is_near) {
                let effect = "no further load balancer can then be made";
                let finding = of_quota(&holder, metric, &quota, effect);
                let severity = if quota.usage < quota.limit {
                    Severity::Note
                } else {
                    Severity::Warning
                };
                verdicts.find(
                    finding
                        .severity(severity)
                        .help("ask for more of this quota"),
                );
            }
        }
    }
    for service in all.backend_services() {
        verdicts.findings.extend(of_backends(&service));
    }
    for neg in all.negs().filter(Neg::is_zonal) {
        if neg.size() >= ENDPOINTS / 10 * 9 {
            verdicts.find(of_endpoints(&neg));
        }
    }
}

/// Nine tenths of it are used.
fn is_near(quota: &Quota<'_>) -> bool {
    quota.limit > 0.0 && quota.usage >= 0.9 * quota.limit
}

fn of_quota(holder: &Quotas<'_>, metric: &str, quota: &Quota<'_>, effect: &str) -> Finding {
    let place = match holder.kind() {
        Kind::Region => format!("{} of project {}", holder.name(), holder.link.project),
        _ => format!("project {}", holder.name()),
    };
    let message = format!(
        "Quota {metric} of {place} is nearly used up, {} of {}: {effect}",
        quota.usage, quota.limit
    );
    let label = Label::new(quota.node, "nearly used up");
    Finding::new(&ROW, holder, message, label).detail(metric)
}

/// Failover groups of a passthrough load balancer are counted by themselves.
fn of_backends(service: &BackendService<'_>) -> Option<Finding> {
    let failover = |it: &Backend<'_>| {
        let stated = it.node.get("failover");
        stated.and_then(Node::boolean) == Some(true)
    };
    let (of_failover, primary): (Vec<_>, Vec<_>) = service.backends().partition(failover);
    let count = of_failover.len().max(primary.len());
    if count <= BACKENDS / 10 * 9 {
        return None;
    }
    let message = format!(
        "{} has {count} backends of at most {BACKENDS}: a NEG of one more zone or cluster {}",
        cloud::head(service),
        if count < BACKENDS {
            "may soon find no place"
        } else {
            "cannot be attached"
        }
    );
    let label = Label::new(service.place_of("backends"), format!("{count} backends"));
    Some(Finding::new(&ROW, service, message, label).detail("backends").help(
        "take out what is left over (NEG207), or spread the NEGs over several backend services",
    ))
}

fn of_endpoints(neg: &Neg<'_>) -> Finding {
    let message = format!(
        "{} has {} endpoints of at most {ENDPOINTS}: {}",
        cloud::head(neg),
        neg.size(),
        if neg.size() < ENDPOINTS {
            "further Pods may soon get no traffic"
        } else {
            "further Pods get no traffic"
        }
    );
    let label = Label::new(neg.place_of("size"), "nearly full");
    let finding = Finding::new(&ROW, neg, message, label).detail("endpoints");
    finding.help("spread the Pods over more zones, or over several Services")
}
