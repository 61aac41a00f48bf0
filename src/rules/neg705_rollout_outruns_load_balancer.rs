//! NEG705: a rollout may leave the load balancer without healthy endpoints.

use std::collections::HashMap;

use crate::document::{Node, Value};
use crate::finding::{Finding, Label, Noise, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::workload::Workload;
use crate::world::{Behind, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG705",
    slug: "rollout-outruns-load-balancer",
    severity: Severity::Note,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Workload,
        Kind::Scaler,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut scalers: HashMap<&str, Vec<&Object<'_>>> = HashMap::new();
    for scaler in world.others() {
        let target = scaler.root().at(&["spec", "scaleTargetRef", "name"]);
        if let Some(target) = target.and_then(Node::text) {
            scalers.entry(target).or_default().push(scaler);
        }
    }
    for behind in world.behind_negs() {
        let object = &behind.workload.object;
        let mut scalers = scalers.get(object.name).into_iter().flatten();
        let is_scaled = scalers.any(|scaler| scaler.may_share_namespace(object));
        let gap = match object.kind_name {
            "Deployment" => gap(behind.workload, is_scaled),
            _ => None,
        };
        let Some(gap) = gap else { continue };
        if gap.is_of_one && is_for_trial(object) {
            let seen = format!("its rollout {}", gap.what);
            let why = "nothing in a namespace of such a name need always be up";
            verdicts.hush(Noise::new(&ROW, object, gap.node, seen, why));
        } else {
            verdicts.find(finding(&behind, &gap));
        }
    }
}

/// Why there may be no endpoint for a while.
struct Gap<'d> {
    node: Node<'d>,
    label: &'static str,
    /// What happens, after "The rollout of Deployment web".
    what: &'static str,
    help: &'static str,
    /// Whether it is only that there is one Pod.
    is_of_one: bool,
}

fn gap<'d>(workload: &Workload<'d>, is_scaled: bool) -> Option<Gap<'d>> {
    let spec = workload.object.spec()?;
    let field = |path: &[&str]| spec.at(path);
    let replicas = workload.replicas().filter(|_| !is_scaled);
    if replicas == Some(0) {
        return None;
    }
    let kind = field(&["strategy", "type"]);
    if let Some(node) = kind.filter(|kind| kind.text() == Some("Recreate")) {
        return Some(Gap {
            node,
            label: "ends every old Pod before a new one starts",
            what: "ends all Pods first: meanwhile the load balancer has no endpoint",
            help: "roll with strategy RollingUpdate and maxUnavailable 0, unless a volume or a lock \
                   forbids two Pods at once",
            is_of_one: false,
        });
    }
    let unavailable = field(&["strategy", "rollingUpdate", "maxUnavailable"]);
    let surge = field(&["strategy", "rollingUpdate", "maxSurge"]);
    let down = share(unavailable, replicas, i64::div_euclid);
    let up = share(surge, replicas, |number, by| -(-number).div_euclid(by));
    let all_down = down.is_some_and(|down| replicas.is_some_and(|replicas| down >= replicas))
        || unavailable
            .and_then(percent)
            .is_some_and(|percent| percent >= 100);
    if let Some(node) = unavailable.filter(|_| all_down) {
        return Some(Gap {
            node,
            label: "all Pods at once",
            what: "may end all Pods at once: meanwhile the load balancer has no endpoint",
            help: "let maxUnavailable be less than all, best 0 with a maxSurge",
            is_of_one: false,
        });
    }
    // Kubernetes lets one Pod be unavailable where neither number would allow any step.
    if let Some(node) = surge.filter(|_| replicas == Some(1) && down == Some(0) && up == Some(0)) {
        return Some(Gap {
            node,
            label: "no second Pod beside the only one",
            what: "ends its only Pod first: meanwhile the load balancer has no endpoint",
            help: "let maxSurge be 1, so that the new Pod is ready before the old one ends",
            is_of_one: false,
        });
    }
    let waits = field(&["minReadySeconds"]).and_then(Node::integer) > Some(0);
    let only = field(&["replicas"]).filter(|_| replicas == Some(1));
    only.filter(|_| !waits).map(|node| Gap {
        node,
        label: "one Pod",
        what: "may move its only Pod to a zone whose NEG is new to the load balancer: the old Pod \
               ends before the new endpoint serves",
        help: "run two Pods or more, spread over zones, or set minReadySeconds to a minute or two",
        is_of_one: true,
    })
}

/// A number of Pods given outright or as a percentage; the defaults are 25%.
fn share(
    node: Option<Node<'_>>,
    replicas: Option<i64>,
    divide: fn(i64, i64) -> i64,
) -> Option<i64> {
    let part = match node {
        None => 25,
        Some(node) if node.integer().is_some() => return node.integer(),
        Some(node) => percent(node)?,
    };
    Some(divide(replicas?.checked_mul(part)?, 100))
}

fn percent(node: Node<'_>) -> Option<i64> {
    match node.value() {
        Value::String(text) => text.strip_suffix('%')?.parse().ok(),
        _ => None,
    }
}

/// True in a namespace whose name says that nothing there need always be up.
fn is_for_trial(object: &Object<'_>) -> bool {
    let mut words = object.namespace.unwrap_or_default().split('-');
    words.any(|word| {
        word.starts_with("dev")
            || word.starts_with("test")
            || matches!(
                word,
                "staging" | "sandbox" | "demo" | "preview" | "qa" | "ci"
            )
    })
}

fn finding(behind: &Behind<'_, '_>, gap: &Gap<'_>) -> Finding {
    let object = &behind.workload.object;
    let message = format!("The rollout of Deployment {} {}", object.name, gap.what);
    let finding = Finding::new(&ROW, object, message, Label::new(gap.node, gap.label));
    behind.shown_by(finding).help(gap.help)
}
