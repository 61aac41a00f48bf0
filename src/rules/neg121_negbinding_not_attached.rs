//! NEG121: a NetworkEndpointGroupBinding puts no endpoints into its NEGs.

use crate::controller::event::{Cause, Decoded, Trouble};
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::neg_binding::NegBinding;
use crate::world::{GRACE, Joined, Told, World, in_words};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG121",
    slug: "negbinding-not-attached",
    severity: Severity::Error,
    reads: &[Kind::NegBinding, Kind::Service, Kind::Event],
    follows: &[],
    check,
};

/// The conditions in the order in which the controller comes to them, with what one that is False
/// means.
const CONDITIONS: &[(&str, &str)] = &[
    (
        "BackendRefAttached",
        "has no Service to take endpoints from",
    ),
    ("Managed", "does not get all of its NEGs"),
    ("NegsAttached", "attaches no endpoints to its NEGs"),
];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for binding in world.others().iter().filter_map(NegBinding::new) {
        if binding.stands() {
            let found = by_condition(world, binding).or_else(|| by_event(world, binding));
            verdicts.findings.extend(found);
        }
    }
}

fn by_condition(world: &World<'_>, binding: NegBinding<'_, '_>) -> Option<Finding> {
    let object = binding.object;
    let failing = |(name, effect): &(&str, &'static str)| {
        let condition = binding.condition(name)?;
        let since = condition.since.or_else(|| object.created());
        let age = world.age(object, since)?;
        (condition.status == "False" && age >= GRACE).then_some((condition, *effect, age))
    };
    let (condition, effect, age) = CONDITIONS.iter().find_map(failing)?;
    let decoded = condition.decoded(object.kind_name)?;
    let label = Label::new(
        condition.told(),
        format!("{} is False for {}", condition.name, in_words(age)),
    );
    let mut finding = finding(binding, effect, &decoded, label);
    let told = told(world, binding);
    finding
        .labels
        .extend(told.map(|told| told.label(world.now(object))));
    Some(finding)
}

/// What its events say, or those of its Service, where no condition is there to say it.
fn by_event(world: &World<'_>, binding: NegBinding<'_, '_>) -> Option<Finding> {
    let told = told(world, binding)?;
    let effect = match told.trouble {
        Trouble::ProcessBinding => "cannot be processed",
        _ => "attaches no endpoints to its NEGs",
    };
    let label = told.label(world.now(binding.object));
    Some(finding(binding, effect, told.decoded, label))
}

/// The newest trouble with a binding, as its events or those of its Service tell it again and again.
fn told<'w, 'd>(world: &'w World<'d>, binding: NegBinding<'_, '_>) -> Option<Told<'w, 'd>> {
    let now = world.now(binding.object);
    let own = world.told(binding.object).into_iter();
    let mut own = own.filter(|told| told.trouble == Trouble::ProcessBinding && told.lasts(now));
    own.next_back().or_else(|| {
        let is_its = |service: &Joined<'_, '_>| {
            Some(service.object.name) == binding.service()
                && service.object.shares_namespace(binding.object)
        };
        let service = world.services().find(is_its)?;
        let told = world.told(&service.object).into_iter();
        let mut told = told.filter(|told| is_about(binding, told.decoded) && told.lasts(now));
        told.next_back()
    })
}

/// Whether a sync fails for a NEG that only a binding can have: the controller makes its own anew
/// in the right network.
fn is_about(binding: NegBinding<'_, '_>, decoded: &Decoded<'_>) -> bool {
    decoded.causes.iter().any(|report| match &report.cause {
        Cause::WrongNetwork { neg, .. } => named(binding, neg).is_some(),
        _ => false,
    })
}

/// Where a binding names a NEG.
fn named<'d>(binding: NegBinding<'_, 'd>, neg: &str) -> Option<Node<'d>> {
    binding.negs().find(|name| name.text() == Some(neg))
}

fn finding(
    binding: NegBinding<'_, '_>,
    effect: &str,
    decoded: &Decoded<'_>,
    label: Label,
) -> Finding {
    let object = binding.object;
    let message = format!(
        "NetworkEndpointGroupBinding {} {effect}{}",
        object.name,
        decoded.why()
    );
    let mut finding = Finding::new(&ROW, object, message, label);
    finding.help = decoded.advice();
    let cause = decoded.causes.first().map(|report| &report.cause);
    let shown = match cause {
        Some(
            Cause::WrongNetwork { neg, .. }
            | Cause::NegOwned { neg, .. }
            | Cause::EmptyDescription { neg }
            | Cause::UnreadableDescription { neg }
            | Cause::ForeignDescription { neg, .. },
        ) => named(binding, neg).map(|neg| (neg, "this NEG")),
        _ => binding.backend().map(|backend| (backend, "its Service")),
    };
    match shown {
        Some((node, text)) => finding.because(node, text),
        None => finding,
    }
}
