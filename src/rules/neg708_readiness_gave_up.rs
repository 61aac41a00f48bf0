//! NEG708: the controller opened the readiness gate for NEGs because it had waited long enough.

use jiff::SignedDuration;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::event::Event;
use crate::world::{Held, HeldPod, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG708",
    slug: "readiness-gave-up",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Pod,
        Kind::Event,
    ],
    follows: &[
        "NEG103", "NEG105", "NEG106", "NEG107", "NEG111", "NEG112", "NEG116", "NEG118", "NEG119",
        "NEG015", "NEG404", "NEG622", "NEG624",
    ],
    check,
};

const TIMEOUT: &str = "LoadBalancerNegTimeout";
const READY: &str = "LoadBalancerNegReady";

/// For how long the API keeps events.
const EVENTS_LAST: SignedDuration = SignedDuration::from_hours(1);

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for held in world.held() {
        let pods = held.pods.iter();
        let given_up: Vec<_> = pods.filter_map(|it| GivenUp::new(world, it)).collect();
        verdicts.findings.extend(finding(&held, &given_up));
    }
}

/// A Pod whose gate the controller opened without having seen it healthy.
struct GivenUp<'h, 'w, 'd> {
    held: &'h HeldPod<'w, 'd>,
    /// Where that is said.
    said: Label,
    /// True where the controller has said since that it is healthy.
    is_healthy: bool,
    /// True where it was so long ago that events since then are gone.
    is_past: bool,
}

impl<'h, 'w, 'd> GivenUp<'h, 'w, 'd> {
    fn new(world: &World<'_>, held: &'h HeldPod<'w, 'd>) -> Option<Self> {
        held.pod.neg_gate()?;
        let condition = held.pod.neg_condition();
        let events = world.events_of(&held.pod.object);
        let last = |reason: &str| events.iter().rfind(|event| event.reason == reason);
        let is_of_condition = condition.is_some_and(|it| it.reason == TIMEOUT);
        let is_open = condition.is_some_and(|it| it.status == "True");
        // The event is sent before the condition is written.
        let event = last(TIMEOUT).filter(|_| !is_open);
        let said = match condition.filter(|_| is_of_condition) {
            Some(condition) => Label::new(condition.told(), "opened after ten minutes without"),
            None => Label::new(event?.told(), "opened after ten minutes without"),
        };
        let opened = condition.filter(|_| is_of_condition);
        let opened = world.age(&held.pod.object, opened.and_then(|it| it.since));
        let since = |event: &&Event<'_>| {
            last(TIMEOUT).is_none_or(|timeout| timeout.last < event.last)
                && event.message.starts_with("Pod has become Healthy")
        };
        let is_healthy = events
            .iter()
            .any(|event| event.reason == READY && since(event));
        Some(Self {
            held,
            said,
            is_healthy,
            is_past: opened.is_some_and(|age| age >= EVENTS_LAST),
        })
    }
}

/// True where a Pod that was made later has been found healthy.
fn is_over(held: &Held<'_, '_>, given_up: &[GivenUp<'_, '_, '_>]) -> bool {
    let newest = given_up.iter().map(|it| it.held.pod.object.created()).max();
    let newest = newest.flatten();
    held.pods.iter().any(|it| {
        it.pod.object.created() > newest
            && it.pod.neg_condition().is_some_and(|condition| {
                condition.status == "True"
                    && condition.message.starts_with("Pod has become Healthy")
            })
    })
}

fn finding(held: &Held<'_, '_>, given_up: &[GivenUp<'_, '_, '_>]) -> Option<Finding> {
    let pods: Vec<_> = given_up.iter().map(|it| it.held).collect();
    let message = format!(
        "The readiness gate of NEGs gave up on {}: it opened after ten minutes in which no load \
         balancer's health check passed, and rollout and traffic go on",
        held.count(&pods)
    );
    let said = |pod: &HeldPod<'_, '_>| {
        let mut all = given_up.iter();
        let own = all.find(|it| std::ptr::eq(it.held, pod));
        own.map_or_else(
            || Label::new(pod.pod.object.head(), ""),
            |it| it.said.clone(),
        )
    };
    let finding = held.finding(&ROW, &pods, message, said)?;
    if given_up.iter().all(|it| it.is_healthy) || is_over(held, given_up) {
        return Some(finding.severity(Severity::Warning).help(
            "Pods have been found healthy since; but the rollout that brought these was not held up \
             by it: see what the health check needed so long for",
        ));
    }
    if given_up.iter().all(|it| it.is_healthy || it.is_past) {
        return Some(finding.severity(Severity::Warning).help(
            "it was so long ago that no event tells whether they were found healthy since: ask the \
             load balancer (gcloud compute backend-services get-health), and see why the rollout \
             that brought them was not held up",
        ));
    }
    Some(finding.help(
        "take it for a failed rollout: look at the path and the port of the load balancer's health \
         check, at firewall rules and network policies, and whether the controller could add the \
         endpoints (events of the Service)",
    ))
}
