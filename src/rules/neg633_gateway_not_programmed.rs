//! NEG633: what GKE's Gateway controller says that it could not do, of a Gateway, a route or a
//! policy.

use jiff::SignedDuration;

use crate::controller::event::{GatewayError, Trouble};
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::condition::Condition;
use crate::kind::gateway::Gateway;
use crate::kind::object::Object;
use crate::kind::route::{Route, RouteParent};
use crate::world::{GRACE, Told, World, in_words};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG633",
    slug: "gateway-not-programmed",
    severity: Severity::Error,
    reads: &[
        Kind::Gateway,
        Kind::Route,
        Kind::HealthCheckPolicy,
        Kind::GatewayPolicy,
        Kind::Event,
    ],
    follows: &["NEG634", "NEG616", "NEG615", "NEG619", "NEG508", "NEG613"],
    check,
};

/// The conditions of a Gateway that tell of trouble when they are false, the plainest first. `Ready`
/// and `Scheduled` are given up and mean something else by now.
const OF_GATEWAY: [&str; 3] = ["Programmed", "Accepted", "networking.gke.io/GatewayHealthy"];
const OF_LISTENER: [&str; 3] = ["ResolvedRefs", "Accepted", "Programmed"];
const OF_ROUTE: [&str; 3] = ["Accepted", "ResolvedRefs", "Reconciled"];
const OF_POLICY: [&str; 2] = ["Attached", "Accepted"];

/// A new Gateway takes some minutes; so long none of GKE's controllers leaves it alone.
const UNTOUCHED: SignedDuration = SignedDuration::from_mins(15);

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for gateway in world.gke_gateways().filter(|it| is_meant(it.object)) {
        verdicts.findings.extend(of_gateway(world, gateway));
    }
    for route in world.routes().iter().filter(|it| is_meant(&it.object)) {
        let parents = route.parents.iter();
        let findings = parents.filter_map(|parent| of_route(world, route, parent));
        verdicts.findings.extend(findings);
    }
    let policies = world.others().iter();
    let policies =
        policies.filter(|it| matches!(it.kind, Kind::HealthCheckPolicy | Kind::GatewayPolicy));
    for policy in policies.filter(|it| is_meant(it)) {
        verdicts.findings.extend(of_policy(world, policy));
    }
}

/// Whether what is said of it holds on.
fn is_meant(object: &Object<'_>) -> bool {
    object.is_as_shown() && object.deletion().is_none()
}

/// The first of these conditions that has been false for longer than two controllers wait for each
/// other.
fn failing<'d>(
    world: &World<'_>,
    object: &Object<'d>,
    conditions: &[Condition<'d>],
    names: &[&str],
) -> Option<Condition<'d>> {
    let shown = object.shown()?;
    let generation = shown
        .root()
        .at(&["metadata", "generation"])
        .and_then(Node::integer);
    let is_false = |it: &&Condition<'_>| {
        let is_old = it
            .generation
            .zip(generation)
            .is_some_and(|(seen, now)| seen < now);
        // Where the API server made the condition up, its time is that of no change.
        let since = it.since.max(object.changed());
        let age = world.age(object, since);
        it.status == "False" && !is_old && age.is_none_or(|age| age >= GRACE)
    };
    let mut names = names.iter();
    names.find_map(|name| {
        let mut own = conditions.iter().filter(|it| it.name == *name);
        own.find(is_false).copied()
    })
}

/// The end of a sentence that says why.
fn why(condition: &Condition<'_>) -> String {
    let error = GatewayError::of(condition.message);
    match error.words().filter(|_| !condition.message.is_empty()) {
        Some(words) => format!(": {words}"),
        None if condition.reason.is_empty() => String::new(),
        None => format!(": {}", condition.reason),
    }
}

fn label(world: &World<'_>, object: &Object<'_>, condition: &Condition<'_>) -> Label {
    let age = world.age(object, condition.since.max(object.changed()));
    let text = match age {
        Some(age) => format!("{} is False for {}", condition.name, in_words(age)),
        None => format!("{} is False", condition.name),
    };
    Label::new(condition.told(), text)
}

fn of_gateway(world: &World<'_>, gateway: Gateway<'_, '_>) -> Option<Finding> {
    let object = gateway.object;
    let root = object.live?.root();
    let name = object.name;
    let told = world.told(object).into_iter().rfind(|told| {
        told.trouble == Trouble::GatewaySync && told.lasts(world.now(&told.event.object))
    });
    let conditions: Vec<_> = Condition::all(root).collect();
    if let Some(condition) = failing(world, object, &conditions, &OF_GATEWAY) {
        let message = format!(
            "Gateway {name} is not made into a load balancer as wanted{}",
            why(&condition)
        );
        let mut finding = Finding::new(&ROW, object, message, label(world, object, &condition))
            .help(GatewayError::of(condition.message).advice());
        if let Some(told) = told {
            finding.labels.push(told.label(world.now(object)));
        }
        return Some(finding);
    }
    if let Some(finding) = of_listener(world, object) {
        return Some(finding);
    }
    told.map(|told| of_event(world, object, &told))
        .or_else(|| untouched(world, gateway, &conditions))
}

fn of_event(world: &World<'_>, object: &Object<'_>, told: &Told<'_, '_>) -> Finding {
    let error = told.decoded.parameters.get("error").unwrap_or_default();
    let error = GatewayError::of(error);
    let words = error.words().map(|words| format!(": {words}"));
    let message = format!(
        "Gateway {} is not made into a load balancer as wanted{}",
        object.name,
        words.unwrap_or_default()
    );
    Finding::new(&ROW, object, message, told.label(world.now(object))).help(error.advice())
}

fn of_listener(world: &World<'_>, object: &Object<'_>) -> Option<Finding> {
    let listeners = object.live?.root().at(&["status", "listeners"])?;
    listeners.items().find_map(|listener| {
        let conditions: Vec<_> = Condition::all_of(listener).collect();
        let condition = failing(world, object, &conditions, &OF_LISTENER)?;
        let name = listener.get("name")?.text()?;
        let message = format!(
            "Listener {name} of Gateway {} does not work{}",
            object.name,
            why(&condition)
        );
        let finding = Finding::new(&ROW, object, message, label(world, object, &condition));
        let help = GatewayError::of(condition.message).advice();
        Some(finding.detail(format!("listener {name}")).help(help))
    })
}

/// A Gateway that none of GKE's controllers has taken up: its conditions are those that the API
/// server gives to a new one.
fn untouched(
    world: &World<'_>,
    gateway: Gateway<'_, '_>,
    conditions: &[Condition<'_>],
) -> Option<Finding> {
    let object = gateway.object;
    let waits = world.age(object, object.changed())?;
    let is_open =
        |it: &Condition<'_>| it.status == "Unknown" && it.message == "Waiting for controller";
    let first = conditions.first()?;
    if waits < UNTOUCHED || !conditions.iter().all(is_open) {
        return None;
    }
    let message = format!(
        "Gateway {} gets no load balancer: no controller has taken it up",
        object.name
    );
    let text = format!("the Gateway is there for {}", in_words(waits));
    let finding = Finding::new(&ROW, object, message, Label::new(first.told(), text));
    let of_fleet = gateway.class().is_some_and(|class| class.ends_with("-mc"));
    Some(if of_fleet {
        // In another cluster of the fleet it may stand ready for the day that this one leads.
        finding.severity(Severity::Warning).help(
            "classes that end in -mc work in the config cluster of a fleet with multi-cluster \
             Gateways only (`gcloud container fleet ingress describe`)",
        )
    } else {
        finding.help(
            "switch the Gateway API of the cluster on (`gcloud container clusters update \
             --gateway-api=standard`), and the add-on HttpLoadBalancing, which makes load balancers",
        )
    })
}

fn of_route(world: &World<'_>, route: &Route<'_>, parent: &RouteParent<'_>) -> Option<Finding> {
    let object = &route.object;
    let conditions = route.conditions_of(parent);
    let condition = failing(world, object, &conditions, &OF_ROUTE)?;
    let effect = match condition.name {
        "Accepted" => "is refused by",
        "ResolvedRefs" => "sends to what is not found or not allowed, says",
        _ => "is not put into effect by",
    };
    let message = format!(
        "{} {} {effect} Gateway {}{}",
        object.kind_name,
        object.name,
        parent.name,
        why(&condition)
    );
    let section = parent.section.unwrap_or_default();
    let help = GatewayError::of(condition.message).advice();
    let finding = Finding::new(&ROW, object, message, label(world, object, &condition))
        .detail(format!("{} {section}", parent.name).trim_end())
        .because(parent.part("name"), "hangs on this Gateway")
        .help(help);
    Some(finding)
}

/// Without its policy the load balancer works on, with its defaults.
fn of_policy(world: &World<'_>, policy: &Object<'_>) -> Option<Finding> {
    let root = policy.live?.root();
    let ancestors = root.at(&["status", "ancestors"]);
    let ancestors = ancestors.into_iter().flat_map(Node::items);
    let of_ancestors = ancestors.flat_map(Condition::all_of);
    let conditions: Vec<_> = Condition::all(root).chain(of_ancestors).collect();
    let condition = failing(world, policy, &conditions, &OF_POLICY)?;
    let message = format!(
        "{} {} is not in force{}",
        policy.kind_name,
        policy.name,
        why(&condition)
    );
    let help = if condition.reason == "Conflicted" {
        "keep one policy of this kind for one target: the older one is in force"
    } else {
        "correct what the message names; until then the defaults hold"
    };
    let finding = Finding::new(&ROW, policy, message, label(world, policy, &condition));
    Some(finding.severity(Severity::Warning).help(help))
}
