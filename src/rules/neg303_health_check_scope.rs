//! NEG303: a regional health check on a global backend service, or the reverse.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Backend;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG303",
    slug: "health-check-scope",
    severity: Severity::Error,
    reads: &[Kind::BackendService],
    follows: &["NEG208"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let Some(named) = service.health_check() else {
            continue;
        };
        let modern = named.link.collection == "healthChecks";
        let same = named.link.location == service.link.location;
        // An internal passthrough load balancer takes either.
        if same
            || !modern
            || service.scheme() == "INTERNAL"
            || !service.backends().any(|it: Backend<'_>| it.is_neg())
        {
            continue;
        }
        let message = format!(
            "{} {}, and its health check {} {}: the API refuses the pair",
            cloud::head(&service),
            cloud::place(service.link),
            named.link.name,
            cloud::place(named.link),
        );
        verdicts.find(
            Finding::new(
                &ROW,
                &service,
                message,
                Label::new(named.node, cloud::place(named.link)),
            )
            .because(service.head(), cloud::place(service.link))
            .help(format!(
                "make a health check with {} and name that one",
                service.link.flag()
            )),
        );
    }
}
