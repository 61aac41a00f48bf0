//! NEG627: the load balancer of a Service could not be made, by its own warnings.

use crate::controller::event::{Cause, LOAD_BALANCER_CONTROLLER, Refusal, Reported, Trouble};
use crate::controller::l4::RBS;
use crate::document::Node;
use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::world::{GRACE, Joined, Told, World};

use super::neg632_l4_option_without_effect::refuses;
use super::{Row, unknown};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG627",
    slug: "l4-load-balancer-failed",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Event],
    follows: &["NEG101", "NEG109", "NEG108", "NEG632"],
    check,
};

/// What fails without an option that is refused.
const OF_NEGS: &[&str] = &["NEG101", "NEG109", "NEG108"];
const LINK: &str = "see why the Service has no NEG or instance group: events of the NEG controller \
                    on the Service say so, or else repair what is refused here";
const ANEW: &str = "delete the Service and make it again with cloud.google.com/l4-rbs: enabled from \
                    the start; its address changes unless it is reserved";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        if !service.is_live() || service.object.deleted().is_some() {
            continue;
        }
        let told = world.told(&service.object);
        let by_option = told.iter().any(refuses);
        let failed = told.iter().filter(|told| stands(world, service, told));
        let findings = failed.filter_map(|told| {
            let found = finding(world, service, told)?;
            let is_refused = by_option && told.trouble == Trouble::L4Sync;
            Some(if is_refused {
                found
            } else {
                found.following(OF_NEGS)
            })
        });
        verdicts.findings.extend(findings);
        let warnings = unknown::warnings(&ROW, world, &service.object, LOAD_BALANCER_CONTROLLER);
        verdicts.findings.extend(warnings);
    }
}

fn stands(world: &World<'_>, service: Joined<'_, '_>, told: &Told<'_, '_>) -> bool {
    let object = &service.object;
    if told.trouble == Trouble::CannotMigrate {
        // A manifest that still has the annotation brings it back.
        return object.observed || object.stated_annotation(RBS).is_some();
    }
    if !service.is_unchanged() {
        return false;
    }
    let now = world.now(object);
    // What another controller is yet to make is missing at first.
    let heals = |report: &Reported<'_>| match &report.cause {
        Cause::Unknown => true,
        Cause::Google(refused) => {
            matches!(refused.refusal, Refusal::NotFound { .. }) || report.passes()
        }
        _ => report.passes(),
    };
    let known = !told.decoded.causes.iter().all(heals);
    match told.trouble {
        Trouble::L4Sync if known => told.lasts(now),
        Trouble::L4Sync => told.lasts_long(now),
        // The L4 and the NEG controller wait for each other at first.
        Trouble::L4Link => {
            let age = world.age(object, object.changed());
            age.is_some_and(|age| age >= GRACE) && told.lasts_long(now)
        }
        // These are told once, when it happens.
        Trouble::TargetPoolRace | Trouble::FinalizerRemoved => true,
        _ => false,
    }
}

fn finding(world: &World<'_>, service: Joined<'_, '_>, told: &Told<'_, '_>) -> Option<Finding> {
    let object = &service.object;
    let name = object.name;
    let why = told.decoded.why();
    let finalizer = told.decoded.parameters.get("finalizer").unwrap_or_default();
    let (detail, message) = match told.trouble {
        Trouble::L4Sync => (
            "sync",
            format!("The load balancer of Service {name} cannot be made as wanted{why}"),
        ),
        Trouble::L4Link => (
            "link",
            format!(
                "The load balancer of Service {name} has no backends: its NEG or instance group \
                 cannot be put into its backend service{why}"
            ),
        ),
        Trouble::TargetPoolRace => (
            "target-pool",
            format!(
                "Service {name} got a target pool although it asks for a backend service: two \
                 controllers made its load balancer at once"
            ),
        ),
        Trouble::CannotMigrate => (
            "migration",
            format!(
                "Service {name} has a target pool and cannot change over to a backend service: the \
                 controller removes cloud.google.com/l4-rbs again"
            ),
        ),
        Trouble::FinalizerRemoved => (
            "finalizer",
            format!("Somebody removed the finalizer {finalizer} from Service {name}"),
        ),
        _ => return None,
    };
    let label = told.label(world.now(object));
    let mut finding = Finding::new(&ROW, object, message, label).detail(detail);
    if told.trouble == Trouble::FinalizerRemoved && is_back(object, finalizer) {
        finding = finding.severity(Severity::Warning);
    }
    let rbs = object.stated_annotation(RBS);
    if let Some(rbs) = rbs.filter(|_| told.trouble == Trouble::CannotMigrate) {
        finding = finding.because(rbs.key, "brings it back");
    } else if let Some(kind) = object.spec().and_then(|spec| spec.get("type")) {
        finding = finding.because(kind, "asked for here");
    }
    let help = match told.trouble {
        Trouble::L4Link => LINK.to_owned(),
        Trouble::TargetPoolRace => ANEW.to_owned(),
        _ => told.decoded.advice().unwrap_or_default(),
    };
    Some(finding.help(help))
}

/// True where the controller has put its finalizer back.
fn is_back(object: &Object<'_>, finalizer: &str) -> bool {
    let shown = object.shown();
    let mut finalizers = shown.into_iter().flat_map(|live| live.finalizers());
    finalizers.any(|it| Node::text(it) == Some(finalizer))
}
