//! NEG117: no Service asks for a NEG any more, and a backend service still uses it.

use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{Leftover, Told, World, in_use};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG117",
    slug: "claim-removed-neg-used",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::SvcNeg, Kind::Event],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for leftover in world.leftovers() {
        match &leftover {
            Ok(leftover) => {
                // While a load balancer is being taken down, its backend services go after the NEG.
                let now = world.now(&leftover.svc_neg.object);
                let used = leftover.used().filter(|(told, _)| told.lasts_long(now));
                verdicts
                    .findings
                    .extend(used.map(|(told, user)| finding(world, leftover, told, user)));
            }
            Err((record, missing)) => {
                verdicts.leave(missing.clone().undecided(&ROW, *record, record.head()));
            }
        }
    }
}

fn finding(
    world: &World<'_>,
    leftover: &Leftover<'_, '_>,
    told: &Told<'_, '_>,
    user: &str,
) -> Finding {
    let object = &leftover.svc_neg.object;
    let (user, place) = in_use(user);
    let message = format!(
        "NEG {} gets no endpoints any more, as {}, but {user} still uses it",
        object.name,
        leftover.why()
    );
    let label = told.label(world.now(object));
    let subject = leftover
        .service
        .map_or(object, |service| &service.service.object);
    let mut finding = Finding::new(&ROW, subject, message, label)
        .concerning(object)
        .detail(object.name)
        .help(format!(
            "take the NEG out of {place}, and the controller deletes it within two minutes; or, if \
             the NEG is still needed, ask for it again in cloud.google.com/neg under the same name"
        ));
    if let Some(service) = leftover.service {
        let place = service
            .neg
            .map_or_else(|| service.object.head(), |neg| neg.key.place());
        finding = finding.because(place, "asks for this NEG no longer");
    }
    finding
}
