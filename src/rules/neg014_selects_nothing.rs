//! NEG014: the selector of a Service with NEGs takes no workload.

use std::cmp::Reverse;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::service::ServiceType;
use crate::kind::workload::Workload;
use crate::world::{Joined, Missing, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG014",
    slug: "selects-nothing",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Workload,
        Kind::Pod,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| !service.object.partial) {
        if service.selector.is_none()
            || selects_one_pod(service)
            || service.object.in_system_namespace()
            || service.service_type == ServiceType::ExternalName
            || service.claimed_ports().next().is_none()
        {
            continue;
        }
        let near = || {
            let workloads = world.workloads().iter();
            workloads.filter(|workload| service.object.may_share_namespace(&workload.object))
        };
        if service.workloads().next().is_some()
            || service.staying_pods().next().is_some()
            || near().any(|workload| service.selects(&workload.labels))
            || near().next().is_none()
            || has_given_label(world, service)
        {
            continue;
        }
        let found = nearest(service, near()).and_then(|workload| finding(service, workload));
        let missing = match (world.whole(Kind::Workload, &service.object), found) {
            (Ok(()), Some(found)) => {
                verdicts.find(found);
                continue;
            }
            (Ok(()), None) => Missing::new(
                "no workload's labels resemble the selector: an operator may make the Pods",
                "the Pods as the cluster has them",
            ),
            (Err(missing), _) => missing,
        };
        let place = selector_node(service).map_or_else(|| service.object.head(), Node::place);
        verdicts.leave(missing.undecided(&ROW, &service.object, place));
    }
}

fn selector_node<'d>(service: Joined<'_, 'd>) -> Option<Node<'d>> {
    service.object.spec()?.get("selector")
}

/// Labels that controllers give to Pods, and no template has.
const GIVEN: [&str; 5] = [
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "controller-revision-hash",
];

/// Whether its selector is for certain Pods of a workload, which need not be there now.
fn selects_one_pod(service: Joined<'_, '_>) -> bool {
    let mut labels = service.selector.iter().flatten();
    labels.any(|(key, _)| GIVEN.contains(key))
}

/// Whether its selector names a label that running Pods have and no template: an operator gives it,
/// as to the leader of a database, and in between none may have it.
fn has_given_label(world: &World<'_>, service: Joined<'_, '_>) -> bool {
    let has = |labels: &[(&str, &str)], key: &str| labels.iter().any(|(own, _)| *own == key);
    let mut keys = service.selector.iter().flatten().map(|(key, _)| *key);
    keys.any(|key| {
        let mut pods = world.pods().iter();
        let mut workloads = world.workloads().iter();
        pods.any(|it| it.object.shares_namespace(&service.object) && has(&it.labels, key))
            && !workloads.any(|it| {
                it.object.kind_name != "Pod"
                    && it.object.may_share_namespace(&service.object)
                    && has(&it.labels, key)
            })
    })
}

/// The workload whose labels differ least from the selector; `None` where none resembles it, as with
/// Pods that an operator makes.
fn nearest<'w, 'd: 'w>(
    service: Joined<'_, '_>,
    workloads: impl Iterator<Item = &'w Workload<'d>>,
) -> Option<&'w Workload<'d>> {
    let whole = workloads.filter(|workload| !workload.object.partial);
    whole
        .map(|workload| (workload, likeness(service, workload)))
        .filter(|(_, likeness)| *likeness > 0)
        // Of equals the first.
        .min_by_key(|(_, likeness)| Reverse(*likeness))
        .map(|(workload, _)| workload)
}

fn likeness(service: Joined<'_, '_>, workload: &Workload<'_>) -> usize {
    let of_pair = |(key, value): &(&str, &str)| {
        let labels = workload.labels.iter();
        let each = labels.map(
            |(own_key, own_value)| match (key == own_key, value == own_value) {
                (true, true) => 300,
                (true, false) => resemblance(value, own_value),
                (false, true) => 90,
                (false, false) => 0,
            },
        );
        each.max().unwrap_or_default()
    };
    service.selector.iter().flatten().map(of_pair).sum()
}

/// How much two values of labels resemble each other, from 50 to 100; 0 for less than half. A label
/// has up to 63 bytes; longer texts are none and not worth the time.
fn resemblance(one: &str, other: &str) -> usize {
    if one.len().max(other.len()) > 63 {
        return 0;
    }
    let ratio = strsim::normalized_damerau_levenshtein(one, other);
    let percent = (1..=100).take_while(|percent| f64::from(*percent) <= ratio * 100.0);
    Some(percent.count())
        .filter(|percent| *percent >= 50)
        .unwrap_or_default()
}

fn finding(service: Joined<'_, '_>, workload: &Workload<'_>) -> Option<Finding> {
    let selector = selector_node(service)?;
    let lacking = |(key, value): &(Node<'_>, Node<'_>)| {
        let pair = key.text().zip(value.text());
        pair.is_some_and(|pair| !workload.labels.contains(&pair))
    };
    let (key, value) = selector.entries().find(lacking)?;
    let labels = workload
        .template
        .and_then(|template| template.at(&["metadata", "labels"]));
    let own = labels.and_then(|labels| labels.get(key.text()?));
    let wanted = service.selector.iter().flatten();
    let wanted: Vec<_> = wanted
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let Object {
        kind_name, name, ..
    } = workload.object;
    let text = match own.and_then(Node::text) {
        Some(own) => format!("{kind_name} {name} comes nearest, with {own}"),
        None => format!("{kind_name} {name} comes nearest, without this label"),
    };
    let message = format!(
        "Service {} selects no workload: none has the labels {}, so its NEGs stay empty",
        service.object.name,
        wanted.join(", ")
    );
    let finding = Finding::new(&ROW, &service.object, message, Label::new(value, text))
        .because(
            own.map_or_else(|| workload.object.head(), Node::place),
            "the Pods of the nearest workload",
        )
        .help("the selector must hold of the Pod template's labels, spec.template.metadata.labels");
    Some(finding)
}
