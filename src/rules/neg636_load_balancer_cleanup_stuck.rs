//! NEG636: an Ingress or a Service in deletion that a finalizer of load balancing keeps.

use jiff::SignedDuration;

use crate::controller::event::Trouble;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::event::Event;
use crate::kind::object::Object;
use crate::world::{GRACE, Told, World, in_words};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG636",
    slug: "load-balancer-cleanup-stuck",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::Service, Kind::Event],
    follows: &["NEG810"],
    check,
};

/// A load balancer of many backends takes some minutes to go.
const STUCK: SignedDuration = SignedDuration::from_mins(15);

/// Who puts a finalizer on an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// The Ingress controller.
    Ingress,
    /// The controllers of Services of type `LoadBalancer`.
    Service,
    /// autoneg, which puts NEGs into backend services that others made.
    Autoneg,
}

impl Holder {
    fn of(finalizer: &str) -> Option<Self> {
        match finalizer {
            "networking.gke.io/ingress-finalizer" | "networking.gke.io/ingress-finalizer-V2" => {
                Some(Self::Ingress)
            }
            "service.kubernetes.io/load-balancer-cleanup" => Some(Self::Service),
            "controller.autoneg.dev/neg" | "anthos.cft.dev/autoneg" => Some(Self::Autoneg),
            other => {
                let ours = ["gke.networking.io/l4-ilb-", "gke.networking.io/l4-netlb-"];
                let mut ours = ours.iter();
                let is_ours = ours.any(|start| other.starts_with(start));
                is_ours.then_some(Self::Service)
            }
        }
    }

    /// What is still to be done.
    fn undone(self) -> &'static str {
        match self {
            Self::Ingress | Self::Service => "its load balancer has not been removed",
            Self::Autoneg => {
                "autoneg has not taken its NEGs out of the backend services that it put them into"
            }
        }
    }

    /// What to look at where nobody says why.
    fn help(self) -> &'static str {
        match self {
            Self::Ingress => {
                "see that the add-on HttpLoadBalancing of the cluster is on, and that nobody uses \
                 parts of the load balancer elsewhere"
            }
            Self::Service => {
                "see which of its forwarding rule, backend service and firewall rules are left, and \
                 whether something else uses them"
            }
            Self::Autoneg => {
                "see what autoneg logs of the Service: old versions stay here where a backend service \
                 is gone or neg-status is empty, and an update helps"
            }
        }
    }

    fn warning(self) -> &'static str {
        match self {
            Self::Ingress | Self::Service => {
                "do not remove the finalizer by hand: what is left of the load balancer would stay, \
                 with nobody to remove it"
            }
            Self::Autoneg => {
                "only when its NEGs are in no backend service any more may the finalizer be removed \
                 by hand"
            }
        }
    }
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let services = world.services().map(|service| &service.service.object);
    let ingresses = world.ingresses().iter().map(|ingress| &ingress.object);
    for object in services.chain(ingresses) {
        let Some(live) = object.shown() else { continue };
        let now = world.now(object);
        let mut told = world.told(object).into_iter();
        let failed = told.rfind(|told| told.trouble == Trouble::Cleanup);
        let finding = match live.deleted() {
            Some(_) => held(world, &live, object, failed.as_ref()),
            None => failed
                .filter(|told| told.lasts_long(now))
                .map(|told| left_over(world, object, &told)),
        };
        verdicts.findings.extend(finding);
    }
}

fn held(
    world: &World<'_>,
    live: &Object<'_>,
    object: &Object<'_>,
    failed: Option<&Told<'_, '_>>,
) -> Option<Finding> {
    let now = world.now(object);
    let mut finalizers = live.finalizers();
    let (node, holder) = finalizers.find_map(|node| Some((node, Holder::of(node.text()?)?)))?;
    let waits = world.age(object, live.deleted())?;
    let failed = failed.filter(|told| holder != Holder::Autoneg && told.is_recent(now));
    let of_autoneg = autoneg(world, object).filter(|_| holder == Holder::Autoneg);
    let is_told = failed.is_some_and(|told| told.lasts(now)) || of_autoneg.is_some();
    if waits < GRACE || (waits < STUCK && !is_told) {
        return None;
    }
    let why = failed.map(|told| told.decoded.why()).unwrap_or_default();
    let message = format!(
        "{} {} cannot go away: {}{why}",
        object.kind_name,
        object.name,
        holder.undone()
    );
    let deletion = live.deletion()?;
    let since = Label::new(deletion, format!("{} ago", in_words(waits)));
    let mut finding = Finding::new(&ROW, object, message, since)
        .because(node, "stays until that is done")
        .detail(node.text().unwrap_or_default());
    if let Some(told) = failed {
        finding.labels.push(told.label(now));
    }
    if let Some(event) = of_autoneg {
        finding = finding.because(event.told(), "what autoneg says");
    }
    let advice = failed.and_then(|told| told.decoded.advice());
    let advice = advice.as_deref().unwrap_or(holder.help());
    Some(finding.help(format!("{advice}; {}", holder.warning())))
}

/// What autoneg said of a Service lately that it could not do.
fn autoneg<'w, 'd>(world: &'w World<'d>, object: &Object<'_>) -> Option<&'w Event<'d>> {
    let now = world.now(object);
    let events = world.events_of(object).into_iter();
    let mut failed =
        events.filter(|it| it.component.contains("autoneg") && it.event_type == "Warning");
    failed.rfind(|event| {
        let quiet = now.zip(event.last);
        quiet.is_some_and(|(now, last)| now.duration_since(last) <= STUCK)
    })
}

/// An object that stays, and has parts of a load balancer that it no longer asks for.
fn left_over(world: &World<'_>, object: &Object<'_>, told: &Told<'_, '_>) -> Finding {
    let message = format!(
        "Parts of a load balancer that {} {} no longer asks for cannot be removed{}",
        object.kind_name,
        object.name,
        told.decoded.why()
    );
    Finding::new(&ROW, object, message, told.label(world.now(object)))
        .severity(Severity::Warning)
        .detail("left over")
        .help(told.decoded.advice().unwrap_or_default())
}
