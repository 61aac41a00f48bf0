//! NEG634: a Gateway does not take a route, or a route may not send where it sends.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::condition::Condition;
use crate::kind::gateway::{Gateway, Listener};
use crate::kind::object::Object;
use crate::kind::route::{Route, RouteBackend, RouteParent};
use crate::world::{Declined, Hold, Missing, Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG634",
    slug: "route-not-attached",
    severity: Severity::Error,
    reads: &[
        Kind::Route,
        Kind::Gateway,
        Kind::Namespace,
        Kind::ReferenceGrant,
    ],
    follows: &["NEG616"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for route in world.routes() {
        if route.object.partial || route.object.deletion().is_some() {
            continue;
        }
        let mut grants_are_open = false;
        for parent in &route.parents {
            grants_are_open |= judge(world, route, parent, verdicts);
        }
        for backend in route.backends.iter().filter(|_| grants_are_open) {
            match world.is_granted(route, backend) {
                Ok(true) => {}
                Ok(false) => verdicts.find(of_backend(route, backend)),
                Err(missing) => leave(missing, route, backend.node, verdicts),
            }
        }
    }
}

/// Judges whether a route hangs on a parent; true where that is GKE's and does not say itself that
/// all that the route refers to is found.
fn judge<'d>(
    world: &World<'d>,
    route: &Route<'d>,
    parent: &RouteParent<'d>,
    verdicts: &mut Verdicts,
) -> bool {
    let gateways = match world.gateway(route, parent) {
        Resolved::Found(gateways) => gateways,
        Resolved::Absent => {
            // Where there is none of GKE's, another controller's Gateway is meant.
            let mut own = world.gke_gateways();
            if own.any(|it| it.object.clusters.meets(route.object.clusters)) {
                verdicts.find(absent(route, parent));
            }
            return false;
        }
        Resolved::Unclear(mut missing) => {
            missing.reason = format!("Gateway {}: {}", parent.name, missing.reason);
            leave(missing, route, parent.node, verdicts);
            return false;
        }
    };
    let gateways: Vec<_> = gateways.into_iter().filter_map(Gateway::new).collect();
    if !gateways.iter().all(|gateway| gateway.is_gke()) {
        return false;
    }
    // The controller knows best, unless a manifest is about to change what it looked at.
    let is_shown = route.object.observed && gateways.iter().all(|it| it.object.observed);
    let says = route.conditions_of(parent);
    let holds = |name: &str| {
        let is_it = |it: &&Condition<'_>| it.name == name && it.status == "True";
        is_shown && says.iter().any(|it| is_it(&it))
    };
    if !holds("Accepted") {
        let held = gateways
            .iter()
            .map(|it| (it, world.hold(*it, parent, route)));
        verdict(held.collect(), route, parent, verdicts);
    }
    !holds("ResolvedRefs")
}

/// Only what holds of every variant of a Gateway is certain.
fn verdict<'d>(
    answers: Vec<(&Gateway<'_, 'd>, Result<Hold<'d>, Missing>)>,
    route: &Route<'d>,
    parent: &RouteParent<'d>,
    verdicts: &mut Verdicts,
) {
    let is_taken = |(_, answer): &(_, Result<Hold<'_>, _>)| matches!(answer, Ok(Hold::Taken));
    if answers.iter().any(is_taken) {
        return;
    }
    let mut first = None;
    for (gateway, answer) in answers {
        match answer {
            Ok(hold) => first = first.or(Some((gateway, hold))),
            Err(missing) => return leave(missing, route, parent.node, verdicts),
        }
    }
    if let Some((gateway, hold)) = first {
        verdicts.find(match hold {
            Hold::Declined(listener, why) => declined(*gateway, listener, why, route, parent),
            _ => no_listener(*gateway, route, parent),
        });
    }
}

fn leave(missing: Missing, route: &Route<'_>, node: Node<'_>, verdicts: &mut Verdicts) {
    verdicts.leave(missing.undecided(&ROW, &route.object, node));
}

fn new(route: &Route<'_>, parent: &RouteParent<'_>, why: &str, label: Label) -> Finding {
    let Object {
        kind_name, name, ..
    } = route.object;
    let message = format!(
        "{kind_name} {name} is not attached to Gateway {}: {why}",
        parent.name
    );
    let section = parent.section.unwrap_or_default();
    let port = parent.port.map(|port| port.to_string()).unwrap_or_default();
    Finding::new(&ROW, &route.object, message, label)
        .detail(format!("{} {section} {port}", parent.name).trim_end())
}

fn absent(route: &Route<'_>, parent: &RouteParent<'_>) -> Finding {
    let namespace = parent.namespace.or(route.object.namespace);
    let namespace = namespace.unwrap_or("default");
    let label = Label::new(
        parent.part("name"),
        format!("no Gateway of this name in namespace {namespace}"),
    );
    new(route, parent, "there is none of this name", label).help(
        "name a Gateway that is there; one of another namespace needs `namespace` in the parentRef",
    )
}

fn no_listener(gateway: Gateway<'_, '_>, route: &Route<'_>, parent: &RouteParent<'_>) -> Finding {
    let missing = parent
        .section
        .filter(|name| !gateway.listeners().any(|it| it.name == *name));
    let (why, label) = match missing {
        Some(name) => (
            format!("it has no listener {name}"),
            Label::new(parent.part("sectionName"), "no listener has this name"),
        ),
        None => (
            format!(
                "it has no such listener on port {}",
                parent.port.unwrap_or_default()
            ),
            Label::new(parent.part("port"), "no such listener has this port"),
        ),
    };
    let mut finding = new(route, parent, &why, label).concerning(gateway.object);
    for listener in gateway.listeners() {
        let node = listener.node.get("name").unwrap_or(listener.node);
        finding = finding.because(node, "a listener that is there");
    }
    finding.help("name a listener that is there, or none: the route is then offered to all of them")
}

fn declined(
    gateway: Gateway<'_, '_>,
    listener: Listener<'_>,
    why: Declined,
    route: &Route<'_>,
    parent: &RouteParent<'_>,
) -> Finding {
    let Object { kind_name, .. } = route.object;
    let node = |path: &[&str]| listener.node.at(path).unwrap_or(listener.node);
    let (why, at, text, listed, shows, help) = match why {
        Declined::Kind => (
            format!("no listener that it means takes a {kind_name}"),
            parent.node,
            "not with a route of this kind".to_owned(),
            node(&["allowedRoutes", "kinds"]),
            "the kinds that it takes".to_owned(),
            "let a listener of the right protocol take this kind in allowedRoutes.kinds",
        ),
        Declined::Namespace => (
            "no listener that it means takes routes of its namespace".to_owned(),
            parent.node,
            format!(
                "not from namespace {}",
                route.object.namespace.unwrap_or("default")
            ),
            listener.from_node().unwrap_or(listener.node),
            whose(listener, gateway.object),
            "set allowedRoutes.namespaces.from of the listener to All, or to Selector with labels \
             that the route's namespace has; or put the route into the Gateway's namespace",
        ),
        Declined::Hostname => (
            "no listener that it means answers for one of its hostnames".to_owned(),
            route.hostnames().next().unwrap_or(parent.node),
            "not a name of the listener".to_owned(),
            listener.hostname.unwrap_or(listener.node),
            "answers for this name only".to_owned(),
            "let the route have hostnames that are the listener's or below its wildcard, or add a \
             listener for them",
        ),
    };
    new(route, parent, &why, Label::new(at, text))
        .concerning(gateway.object)
        .because(listed, shows)
        .help(help)
}

/// Whose routes a listener takes.
fn whose(listener: Listener<'_>, gateway: &Object<'_>) -> String {
    match listener.from_node().and_then(Node::text) {
        Some("Selector") => "takes routes of namespaces with other labels only".to_owned(),
        Some("None") => "takes no routes".to_owned(),
        _ => format!(
            "takes routes of namespace {} only",
            gateway.namespace.unwrap_or("default")
        ),
    }
}

fn of_backend(route: &Route<'_>, backend: &RouteBackend<'_>) -> Finding {
    let Object {
        kind_name, name, ..
    } = route.object;
    let (own, other) = (
        route.object.namespace.unwrap_or("default"),
        backend.namespace.unwrap_or_default(),
    );
    let service = backend.service;
    let message = format!(
        "{kind_name} {name} may not send to Service {service} of namespace {other}: no \
         ReferenceGrant there lets it"
    );
    let node = backend.node.get("namespace").unwrap_or(backend.node);
    let label = Label::new(node, "no ReferenceGrant in this namespace admits the route");
    Finding::new(&ROW, &route.object, message, label)
        .detail(format!("{other}/{service}"))
        .help(format!(
            "create a ReferenceGrant in namespace {other}, from {kind_name} of namespace {own} to \
             Service {service}; or put the route into the Service's namespace"
        ))
}
