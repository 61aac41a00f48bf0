//! NEG903: a health check that GKE made, and that no backend service uses.

use jiff::SignedDuration;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::HealthCheck;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG903",
    slug: "orphan-health-check",
    severity: Severity::Note,
    reads: &[Kind::HealthCheck, Kind::BackendService],
    follows: &[],
    check,
};

/// So long a controller may take between the check and the backend service.
const NEW: SignedDuration = SignedDuration::from_hours(1);

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    let is_used = |check: &HealthCheck<'_>| {
        let mut services = all.backend_services();
        services.any(|service| {
            let own = service.health_check();
            own.is_some_and(|it| all.is_same(it.link, check.link))
        })
    };
    for check in all.health_checks() {
        let created = check.created();
        let age = created.and_then(|time| all.age(check.link.project, time));
        if !is_gkes(&check) || age.is_none_or(|age| age < NEW) || is_used(&check) {
            continue;
        }
        if let Err(missing) = all.whole(Kind::BackendService, check.link.project) {
            verdicts.leave(missing.undecided(&ROW, &check, check.head()));
            continue;
        }
        let message = format!(
            "{} was made by GKE, and no backend service uses it",
            cloud::head(&check)
        );
        verdicts.find(
            Finding::new(&ROW, &check, message, Label::new(check.head(), "left over")).help(
                "it costs a place in the quota; delete it where the Ingress, Gateway or Service that \
                 it was made for is gone: Google Cloud refuses that while anything uses it",
            ),
        );
    }
}

/// Made for one load balancer by a controller of GKE. The check of the nodes is shared by all of a
/// cluster and stays.
fn is_gkes(check: &HealthCheck<'_>) -> bool {
    let name = check.name();
    let is_shared = name.ends_with("-node") || name.ends_with("-l4-shared-hc");
    cloud::is_controllers(name) && !is_shared
}
