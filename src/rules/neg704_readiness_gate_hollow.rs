//! NEG704: the readiness gate for NEGs opened with no health check behind it.

use jiff::SignedDuration;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Neg;
use crate::world::{Held, HeldPod, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG704",
    slug: "readiness-gate-hollow",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Pod,
        Kind::Node,
        Kind::Namespace,
        Kind::SvcNeg,
        Kind::Neg,
        Kind::BackendService,
    ],
    follows: &[
        "NEG201", "NEG015", "NEG103", "NEG105", "NEG106", "NEG112", "NEG118",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for held in world.held() {
        // Once the newest Pod was found healthy, what its elders went through is over.
        let opened = held.pods.iter().filter(|it| opened_as(it).is_some());
        let newest = opened.max_by_key(|it| it.pod.object.created());
        let Some(newest) = newest.and_then(hollow) else {
            continue;
        };
        let pods = held.pods.iter();
        let same: Vec<_> = pods.filter(|it| hollow(it) == Some(newest)).collect();
        verdicts
            .findings
            .extend(finding(world, &held, newest, &same));
    }
}

/// How long a load balancer may take to come up around a new claim.
const INSTALL: SignedDuration = SignedDuration::from_mins(10);

/// Why the controller opened a gate without a look at a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hollow {
    /// The NEG was in no backend service with a health check.
    Unattached,
    /// It knew no NEG that holds the Pod.
    NoNeg,
}

/// A NEG that holds such Pods and that no backend service holds; `None` where one is, or where it
/// is not known.
fn unattached<'d>(world: &World<'d>, pods: &[&HeldPod<'_, 'd>]) -> Option<Neg<'d>> {
    let asked = pods.iter().flat_map(|it| &it.negs);
    let asked = asked.flat_map(|(service, of)| {
        let negs = service.live_negs().into_iter();
        negs.filter(|it| it.of.port.port == of.port.port)
    });
    let negs: Vec<_> = asked.flat_map(|it| it.in_cloud()).collect();
    let is_held = |neg: &Neg<'_>| world.cloud().holders(neg.link).next().is_some();
    let first = *negs.first()?;
    let all = world
        .cloud()
        .whole(Kind::BackendService, first.link.project);
    (all.is_ok() && !negs.iter().any(is_held)).then_some(first)
}

/// The reason and the message with which the gate was opened.
fn opened_as<'d>(held: &HeldPod<'_, 'd>) -> Option<(&'d str, &'d str)> {
    held.pod.neg_gate()?;
    let condition = held.pod.neg_condition()?;
    (condition.status == "True").then_some((condition.reason, condition.message))
}

fn hollow(held: &HeldPod<'_, '_>) -> Option<Hollow> {
    let (reason, message) = opened_as(held)?;
    // A Pod that was there before the claim was in no NEG indeed, and those that come with it
    // are there before any load balancer: they take no other's place.
    let created = held.pod.object.created()?;
    let mut claimed = held.negs.iter().map(|(service, neg)| neg.claimed(*service));
    if !claimed.any(|claimed| claimed.is_some_and(|it| created.duration_since(it) >= INSTALL)) {
        return None;
    }
    if reason == "LoadBalancerNegWithoutHealthCheck" {
        return Some(Hollow::Unattached);
    }
    let no_neg =
        reason == "LoadBalancerNegReady" && message.starts_with("Pod does not belong to any NEG");
    no_neg.then_some(Hollow::NoNeg)
}

fn finding(
    world: &World<'_>,
    held: &Held<'_, '_>,
    hollow: Hollow,
    pods: &[&HeldPod<'_, '_>],
) -> Option<Finding> {
    let count = held.count(pods);
    let (message, text) = match hollow {
        Hollow::Unattached => (
            format!(
                "No health check stood behind the readiness gate of {count}: it opened at once, \
                 because the NEG was in no backend service"
            ),
            "no backend service had the NEG",
        ),
        Hollow::NoNeg => (
            format!(
                "No NEG stood behind the readiness gate of {count} when it opened, though a Service \
                 claims one: no load balancer was asked"
            ),
            "the NEG was not known yet",
        ),
    };
    let label = |it: &HeldPod<'_, '_>| match it.pod.neg_condition() {
        Some(condition) => Label::new(condition.told(), text),
        None => Label::new(it.pod.object.head(), text),
    };
    let mut finding = held.finding(&ROW, pods, message, label)?;
    if let Some((service, neg)) = pods.first().and_then(|it| it.negs.first()) {
        let place = service
            .service
            .neg
            .map_or(neg.port.port_node, |neg| neg.key);
        finding = finding.because(place, "asks for the NEG");
    }
    let standalone = pods.iter().all(|it| it.balanced().next().is_none());
    match unattached(world, pods) {
        // Google Cloud shows that the next rollout is no better off.
        Some(neg) if hollow == Hollow::Unattached => {
            finding = finding
                .because(neg.head(), "in no backend service to this day")
                .concerning(&neg);
        }
        // Whether a standalone NEG is to be attached at all the cluster does not show.
        _ if hollow == Hollow::Unattached && standalone => {
            finding = finding.severity(Severity::Note);
        }
        _ => {}
    }
    Some(finding.help(help(hollow)))
}

fn help(hollow: Hollow) -> &'static str {
    match hollow {
        Hollow::Unattached => {
            "a rollout that opens its gates so replaces every Pod without waiting for the load \
             balancer: add the NEG of each zone to a backend service with a health check before. A \
             NEG that is left out on purpose, or that was added since, needs nothing"
        }
        Hollow::NoNeg => {
            "a rollout that opens its gates so does not wait for the load balancer: see that the \
             controller makes the NEG (the Service's events), and make the Pods anew once it has"
        }
    }
}
