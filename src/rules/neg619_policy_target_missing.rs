//! NEG619: a policy of GKE Gateways is for nothing, or for what another one is for already.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::backend_policy::BackendPolicy;
use crate::kind::route::RouteBackend;
use crate::world::{Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG619",
    slug: "policy-target-missing",
    severity: Severity::Warning,
    reads: &[
        Kind::HealthCheckPolicy,
        Kind::GatewayPolicy,
        Kind::Service,
        Kind::Route,
        Kind::Gateway,
    ],
    follows: &[],
    check,
};

/// What people let such a policy be for, and what takes none.
const OTHERS: [&str; 9] = [
    "Gateway",
    "HTTPRoute",
    "GRPCRoute",
    "Ingress",
    "Deployment",
    "StatefulSet",
    "Pod",
    "Namespace",
    "BackendConfig",
];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let policies: Vec<_> = world
        .others()
        .iter()
        .filter_map(BackendPolicy::new)
        .filter(|it| !it.object.partial && it.object.deletion().is_none())
        .collect();
    for policy in &policies {
        judge(world, *policy, verdicts);
    }
    for (index, policy) in policies.iter().enumerate() {
        let before = policies.iter().take(index);
        let mut rivals = before
            .filter(|it| policy.rivals(**it) && world.come_together(policy.object, it.object));
        if let Some(rival) = rivals.next() {
            verdicts.find(second(*policy, *rival));
        }
    }
}

fn judge(world: &World<'_>, policy: BackendPolicy<'_, '_>, verdicts: &mut Verdicts) {
    let object = policy.object;
    let (Some(kind), Some(name)) = (policy.target("kind"), policy.target("name")) else {
        return;
    };
    let (kind_name, name_text) = (
        kind.text().unwrap_or_default(),
        name.text().unwrap_or_default(),
    );
    if let Some((node, own)) = policy.other_namespace() {
        let help = format!("move it to namespace {}", node.text().unwrap_or_default());
        let label = Label::new(node, format!("the policy itself is in {own}"));
        verdicts.find(of_nothing(policy, "names a target of another namespace", label).help(help));
        return;
    }
    let group = policy.target("group");
    let wanted = match kind_name {
        "Service" => "",
        "ServiceImport" => "net.gke.io",
        _ if OTHERS.contains(&kind_name) => {
            let label = Label::new(kind, "takes no such policy");
            let what = format!("names {kind_name} {name_text}");
            let help = "name the Service that the Gateway sends to, or its ServiceImport";
            verdicts.find(of_nothing(policy, &what, label).help(help));
            return;
        }
        _ => return,
    };
    let stated = group.and_then(Node::text).unwrap_or_default();
    if let Some(node) = group.filter(|_| stated != wanted) {
        let label = Label::new(node, format!("a {kind_name} is of group \"{wanted}\""));
        let what = format!("names {kind_name} {name_text} of group {stated}");
        verdicts.find(of_nothing(policy, &what, label).help(format!("write group: \"{wanted}\"")));
        return;
    }
    if let Some(finding) = other_form(world, policy, kind, name_text) {
        match world.whole(Kind::Route, object) {
            Ok(()) => verdicts.find(finding),
            Err(missing) => verdicts.leave(missing.undecided(&ROW, object, kind)),
        }
    } else if kind_name == "Service" {
        match world.service(object, name_text) {
            Resolved::Found(_) => {}
            Resolved::Absent => verdicts.find(absent(world, policy, name)),
            Resolved::Unclear(mut missing) => {
                missing.reason = format!("Service {name_text}: {}", missing.reason);
                verdicts.leave(missing.undecided(&ROW, object, name));
            }
        }
    }
}

/// What becomes of a policy whose target is none.
fn of_nothing(policy: BackendPolicy<'_, '_>, what: &str, label: Label) -> Finding {
    let object = policy.object;
    let message = format!(
        "{} {} {what}: it is for nothing, and the load balancer does without it",
        object.kind_name, object.name
    );
    Finding::new(&ROW, object, message, label).detail("target")
}

fn absent(world: &World<'_>, policy: BackendPolicy<'_, '_>, name: Node<'_>) -> Finding {
    let text = name.text().unwrap_or_default();
    let label = Label::new(name, "no Service of this name in the namespace");
    let finding = of_nothing(
        policy,
        &format!("names Service {text}, which is not there"),
        label,
    );
    let mut elsewhere = world.services_named(text);
    match elsewhere.find(|it| it.object.clusters.meets(policy.object.clusters)) {
        Some(other) => {
            let namespace = other.object.namespace.unwrap_or("default");
            finding
                .because(
                    other.object.head(),
                    format!("it is in namespace {namespace}"),
                )
                .help("a policy is for a Service of its own namespace: move it there")
        }
        None => finding.help("name a Service of the policy's namespace, or remove the policy"),
    }
}

/// Routes of GKE Gateways send to a Service and not to its import, or the other way round: a policy
/// is for the one that they name.
fn other_form(
    world: &World<'_>,
    policy: BackendPolicy<'_, '_>,
    kind: Node<'_>,
    name: &str,
) -> Option<Finding> {
    let object = policy.object;
    let mut services: Vec<&RouteBackend<'_>> = Vec::new();
    let mut imports: Vec<&RouteBackend<'_>> = Vec::new();
    for route in world.gke_routes() {
        let reaches = |namespace: Option<&str>, service: &str| {
            service == name
                && route.object.clusters.meets(object.clusters)
                && namespace.or(route.object.namespace) == object.namespace
        };
        let own = route.backends.iter();
        services.extend(own.filter(|it| reaches(it.namespace, it.service)));
        let own = route.imports.iter();
        imports.extend(own.filter(|it| reaches(it.namespace, it.service)));
    }
    let (named, sent_to, other, group) = if kind.text() == Some("Service") {
        (&services, &imports, "ServiceImport", "net.gke.io")
    } else {
        (&imports, &services, "Service", "")
    };
    let backend = sent_to.first().filter(|_| named.is_empty())?;
    let what = format!(
        "names {} {name}, and routes send to the {other}",
        kind.text().unwrap_or_default()
    );
    let label = Label::new(kind, format!("routes send to the {other}"));
    Some(
        of_nothing(policy, &what, label)
            .because(backend.node.get("name").unwrap_or(backend.node), "here")
            .help(format!("let it name kind: {other} with group: \"{group}\"")),
    )
}

/// The younger of two policies for one target is left out.
fn second(policy: BackendPolicy<'_, '_>, rival: BackendPolicy<'_, '_>) -> Finding {
    let age = |it: BackendPolicy<'_, '_>| it.object.shown().and_then(|it| it.created());
    let (loser, winner) = match (age(policy), age(rival)) {
        (Some(own), Some(others)) if own < others => (rival, policy),
        _ => (policy, rival),
    };
    let known = age(policy).is_some() && age(rival).is_some();
    let object = loser.object;
    let name = loser
        .target("name")
        .and_then(Node::text)
        .unwrap_or_default();
    let message = format!(
        "{kind} {} and {} are both for {name}: GKE takes {} alone",
        winner.object.name,
        object.name,
        if known {
            winner.object.name
        } else {
            "the older"
        },
        kind = object.kind_name,
    );
    let place = |it: BackendPolicy<'_, '_>| {
        let node = it.target("name");
        node.map_or_else(|| it.object.head(), Node::place)
    };
    let label = if known {
        "the younger"
    } else {
        "the same target"
    };
    Finding::new(&ROW, object, message, Label::new(place(loser), label))
        .detail(format!("second {}", winner.object.name))
        .concerning(winner.object)
        .because(place(winner), "this one too")
        .help("put what both want into one policy")
}
