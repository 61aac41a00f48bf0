//! NEG109: the NEG of a custom name has an empty description, so the controller leaves it alone.

use crate::controller::event::Cause;
use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Neg;
use crate::world::{Failure, LiveNeg, Matter, World};

use super::{Row, cloud};

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
        Kind::Namespace,
        Kind::Node,
        Kind::Neg,
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
        for neg in service.live_negs().iter().filter(|neg| neg.is_custom) {
            // What the controller says itself is told already.
            let told = |it: &Finding| {
                it.subject == service.object.subject() && neg.name == Some(it.detail.as_str())
            };
            if !verdicts.findings.iter().any(told) {
                verdicts
                    .findings
                    .extend(refused(neg).or_else(|| adopted(neg)));
            }
        }
    }
}

/// Its NEGs of the claimed name with such a description, and where they are.
fn of_name<'d>(
    asked: &LiveNeg<'_, 'd>,
    is_such: impl Fn(&Neg<'d>) -> bool,
) -> Option<(Neg<'d>, String)> {
    let negs = asked.in_cloud().into_iter();
    let own = negs.filter(|neg| Some(neg.name()) == asked.name && is_such(neg));
    let own: Vec<_> = own.collect();
    let zones: Vec<_> = own
        .iter()
        .map(|neg| neg.link.location.to_string())
        .collect();
    Some((*own.first()?, cloud::list(&zones)))
}

fn refused(asked: &LiveNeg<'_, '_>) -> Option<Finding> {
    let (neg, zones) = of_name(asked, |neg| neg.description().is_empty())?;
    let (object, name) = (&asked.service.service.object, neg.name());
    let message = format!(
        "Service {} cannot have NEG {name}: the one in {zones} has no description, and the \
         controller never takes such a NEG over",
        object.name
    );
    Some(
        Finding::new(&ROW, object, message, asked.asked("asks for its name"))
            .detail(name)
            .because(neg.place_of("description"), "says nothing of an owner")
            .concerning(&neg)
            .help(HELP),
    )
}

fn adopted(asked: &LiveNeg<'_, '_>) -> Option<Finding> {
    let (neg, zones) = of_name(asked, |neg| !neg.is_described())?;
    let (object, name) = (&asked.service.service.object, neg.name());
    let message = format!(
        "Service {} takes NEG {name} in {zones} over, whose description is not the controller's: \
         it replaces the endpoints, and deletes the NEG with the claim",
        object.name
    );
    Some(
        Finding::new(&ROW, object, message, asked.asked("asks for its name"))
            .severity(Severity::Warning)
            .detail(name)
            .because(neg.place_of("description"), "somebody else's words")
            .concerning(&neg)
            .help(
                "choose another name in cloud.google.com/neg where the NEG is somebody else's; a \
                 NEG that is to be this Service's is better made by the controller",
            ),
    )
}

const HELP: &str = "somebody made that NEG, probably Terraform or gcloud: delete it there, so that \
    the controller makes its own, and refer to the NEG by a data source; or choose another name in \
    cloud.google.com/neg; or attach endpoints to it by a NetworkEndpointGroupBinding instead of the \
    claim";

fn finding(world: &World<'_>, failure: &Failure<'_, '_>) -> Option<Finding> {
    let Cause::EmptyDescription { neg } = &failure.report.as_ref()?.cause else {
        return None;
    };
    let message = format!(
        "Service {} cannot have NEG {neg}: one without a description is there already, which the \
         controller never takes over",
        failure.service.object.name
    );
    let finding = failure.finding(&ROW, world, message);
    Some(finding.detail(neg).help(HELP))
}
