//! NEG109: the NEG of a custom name has an empty description, so the controller leaves it alone.

use crate::controller::event::Cause;
use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{Failure, Matter, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG109",
    slug: "neg-without-owner",
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
        for failure in service.failures(Matter::WithoutOwner) {
            if failure.stands(world) {
                verdicts.findings.extend(finding(world, &failure));
            }
        }
    }
}

fn finding(world: &World<'_>, failure: &Failure<'_, '_>) -> Option<Finding> {
    let Cause::EmptyDescription { neg } = &failure.report.as_ref()?.cause else {
        return None;
    };
    let message = format!(
        "Service {} cannot have NEG {neg}: one without a description is there already, which the \
         controller never takes over",
        failure.service.object.name
    );
    Some(failure.finding(&ROW, world, message).detail(neg).help(
        "somebody made that NEG, probably Terraform or gcloud: delete it there, so that the \
         controller makes its own, and refer to the NEG by a data source; or choose another name \
         in cloud.google.com/neg; or attach endpoints to it by a NetworkEndpointGroupBinding \
         instead of the claim",
    ))
}
