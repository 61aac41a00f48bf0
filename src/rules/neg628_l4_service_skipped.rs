//! NEG628: an internal load balancer that the NEG controller skips, for want of a finalizer.

use crate::controller::event::Trouble;
use crate::controller::l4::FINALIZER_INTERNAL_V2;
use crate::document::Node;
use crate::finding::{Finding, Noise, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{GRACE, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG628",
    slug: "l4-service-skipped",
    severity: Severity::Warning,
    reads: &[Kind::Service, Kind::Event],
    follows: &["NEG627"],
    check,
};

/// The finalizer of an internal load balancer of instance groups, whose controller has no NEGs.
const FINALIZER_INTERNAL_V1: &str = "gke.networking.io/l4-ilb-v1";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| service.is_unchanged()) {
        let object = &service.object;
        let Some(live) = object.shown() else {
            continue;
        };
        let mut finalizers = live.finalizers().filter_map(Node::text);
        let owned =
            finalizers.any(|it| [FINALIZER_INTERNAL_V1, FINALIZER_INTERNAL_V2].contains(&it));
        let mut told = world.told(object).into_iter();
        let skipped = told.rfind(|told| told.trouble == Trouble::ProcessSkipped);
        let Some(told) = skipped.filter(|_| !owned && live.deleted().is_none()) else {
            continue;
        };
        // The L4 controller claims a new Service first.
        let waits = world.age(object, told.first.max(object.changed()));
        let now = world.now(object);
        if waits.is_none_or(|waits| waits < GRACE) || !told.is_recent(now) {
            let label = told.label(now);
            let why = "a new Service gets its finalizer within minutes, and what waits longer is \
                       said again";
            let seen = format!("skipped for want of finalizer {FINALIZER_INTERNAL_V2}");
            verdicts.hush(Noise::new(&ROW, object, label.place, seen, why));
            continue;
        }
        let message = format!(
            "The NEG controller skips internal load balancer {}: it lacks the finalizer \
             {FINALIZER_INTERNAL_V2}, so it gets no NEG",
            object.name
        );
        let label = told.label(now);
        let mut finding = Finding::new(&ROW, object, message, label).help(
            "check that the cluster has subsetting for internal load balancers (`gcloud container \
             clusters update --enable-l4-ilb-subsetting`), then delete the Service and make it \
             again: one that was there before subsetting stays with instance groups",
        );
        if let Some(kind) = object.spec().and_then(|spec| spec.get("type")) {
            finding = finding.because(kind, "no controller has claimed it");
        }
        verdicts.find(finding);
    }
}
