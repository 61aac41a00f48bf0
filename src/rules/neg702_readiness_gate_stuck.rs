//! NEG702: Pods wait at the readiness gate for NEGs longer than a rollout takes.

use jiff::SignedDuration;

use crate::finding::{Finding, Label, Noise, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::condition::Condition;
use crate::world::{GRACE, Held, HeldPod, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG702",
    slug: "readiness-gate-stuck",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Pod,
    ],
    follows: &[
        "NEG103", "NEG105", "NEG106", "NEG107", "NEG111", "NEG112", "NEG116", "NEG118", "NEG119",
        "NEG015", "NEG404", "NEG622", "NEG624",
    ],
    check,
};

/// How long after a Pod's creation the controller opens the gate whatever the load balancer says:
/// ten minutes, looked at in a resync of ten minutes, and something for both to happen.
const GIVES_UP: SignedDuration = SignedDuration::from_mins(25);

const HEALTH: &str = "the gate opens once the load balancer's health check passes: look at its path \
                      and port, at firewall rules and network policies. Ten to twenty minutes after \
                      a Pod's creation it opens all the same, and traffic goes to a Pod that was \
                      never healthy";
const LOOK: &str = "look whether the controller works on other Services, and whether an admission \
                    webhook or policy refuses its patches of pods/status. Until the gate opens the \
                    Pods are not ready, and a rollout does not go on";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for held in world.held() {
        let shut = held.pods.iter().filter(|it| {
            it.pod.neg_gate().is_some()
                && it.pod.containers_ready()
                && it.pod.neg_condition().is_none_or(|it| it.status != "True")
        });
        let (waiting, young): (Vec<_>, Vec<_>) = shut.partition(|it| waited(world, it) >= GRACE);
        if let Some(first) = young.first() {
            let seen = format!(
                "its readiness gate of NEGs holds back {}",
                held.count(&young)
            );
            let why = "a load balancer may take five minutes to find a new Pod healthy";
            let place = label(first, String::new()).place;
            verdicts.hush(Noise::new(&ROW, held.maker.clone(), place, seen, why));
        }
        let stuck = waiting.iter().copied();
        let stuck: Vec<_> = stuck.filter(|it| age(world, it) >= GIVES_UP).collect();
        verdicts.findings.extend(if stuck.is_empty() {
            still_waiting(world, &held, &waiting)
        } else {
            given_up(world, &held, &stuck)
        });
    }
}

fn age(world: &World<'_>, held: &HeldPod<'_, '_>) -> SignedDuration {
    let object = &held.pod.object;
    world.age(object, object.created()).unwrap_or_default()
}

/// For how long its containers have been ready while it was not.
fn waited(world: &World<'_>, held: &HeldPod<'_, '_>) -> SignedDuration {
    let ready = held.pod.condition("ContainersReady");
    let since = ready.and_then(|ready| ready.since);
    let since = world.age(&held.pod.object, since);
    since.unwrap_or_else(|| age(world, held))
}

/// The place that tells how the gate stands.
fn label(held: &HeldPod<'_, '_>, text: String) -> Label {
    let said = held.pod.neg_condition().map(|it| it.told());
    match said.or_else(|| held.pod.neg_gate()) {
        Some(node) => Label::new(node, text),
        None => Label::new(held.pod.object.head(), text),
    }
}

fn still_waiting(
    world: &World<'_>,
    held: &Held<'_, '_>,
    waiting: &[&HeldPod<'_, '_>],
) -> Option<Finding> {
    let said = waiting.first()?.pod.neg_condition();
    let (why, advice) = match said.as_ref().map(reason) {
        None => ("the NEG controller has not said a word", LOOK),
        Some(Waits::ForHealth) => ("the load balancer's health check has not passed", HEALTH),
        Some(Waits::ForNode) => (
            "the NEG controller does not find the node or its subnet",
            LOOK,
        ),
        Some(Waits::Other) => ("the NEG controller has not opened it", LOOK),
    };
    let message = format!(
        "The readiness gate of NEGs holds back {} whose containers are ready: {why}",
        held.count(waiting)
    );
    let label = |it: &HeldPod<'_, '_>| {
        let minutes = waited(world, it).as_mins();
        label(it, format!("{minutes} min after its containers were ready"))
    };
    let finding = held.finding(&ROW, waiting, message, label)?;
    Some(finding.severity(Severity::Warning).help(advice))
}

fn given_up(world: &World<'_>, held: &Held<'_, '_>, stuck: &[&HeldPod<'_, '_>]) -> Option<Finding> {
    let message = format!(
        "The readiness gate of NEGs still holds back {}: after twenty minutes at most the NEG \
         controller opens it whatever the load balancer says, so it is not at work",
        held.count(stuck)
    );
    let label = |it: &HeldPod<'_, '_>| {
        let minutes = age(world, it).as_mins();
        label(it, format!("{minutes} min after its creation"))
    };
    let finding = held.finding(&ROW, stuck, message, label)?;
    Some(finding.help(LOOK))
}

/// What the controller says that the gate waits for.
enum Waits {
    ForHealth,
    ForNode,
    Other,
}

fn reason(condition: &Condition<'_>) -> Waits {
    let message = condition.message;
    if message.starts_with("Waiting for pod to become healthy") {
        Waits::ForHealth
    } else if message.starts_with("Unable to determine") {
        Waits::ForNode
    } else {
        Waits::Other
    }
}
