//! NEG110: the NEG is in another network or subnet than the cluster.

use crate::controller::event::{Cause, Trouble};
use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{Failure, Matter, World, in_use};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG110",
    slug: "neg-on-other-network",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Event,
        Kind::SvcNeg,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        for failure in service.failures(Matter::OtherNetwork) {
            if failure.trouble == Trouble::Recreated {
                verdicts.find(recreated(world, &failure));
            } else if failure.stands(world) {
                verdicts.find(refused(world, &failure));
            }
        }
    }
}

fn recreated(world: &World<'_>, failure: &Failure<'_, '_>) -> Finding {
    let zone = failure.decoded.zone().unwrap_or_default();
    let neg = failure.called();
    let message = format!(
        "{neg} of Service {} was deleted and made again in {zone}: it was in another network or \
         subnet than the cluster",
        failure.service.object.name
    );
    failure
        .finding(&ROW, world, message)
        .detail(format!(
            "{} {zone}",
            failure.neg.as_deref().unwrap_or_default()
        ))
        .severity(Severity::Note)
        .help(
            "check that every backend service that had the NEG has the new one, which has another \
             id, and that its endpoints are attached",
        )
}

fn refused(world: &World<'_>, failure: &Failure<'_, '_>) -> Finding {
    let service = failure.service.object.name;
    let cause = failure.report.as_ref().map(|report| &report.cause);
    if let Some(Cause::WrongNetwork { neg, .. }) = cause {
        let message = format!(
            "NEG {neg} is in another network or subnet than the cluster, so it gets no endpoints \
             of Service {service}"
        );
        let finding = failure.finding(&ROW, world, message).detail(neg);
        return finding.help(failure.decoded.advice().unwrap_or_default());
    }
    let (user, place) = in_use(cause.and_then(Cause::in_use_by).unwrap_or_default());
    let message = format!(
        "{} of Service {service} is in another network or subnet than the cluster, and cannot be \
         made again while {user} uses it",
        failure.called()
    );
    failure.finding(&ROW, world, message).help(format!(
        "take the NEG out of {place}: then the controller deletes it and makes it again in the \
         cluster's network, which cannot be changed in place"
    ))
}
