//! NEG626: one half of a Service for several clusters is missing, or does not fit the other.

use jiff::SignedDuration;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::multi_cluster::{MultiClusterBackend, backends, ports};
use crate::kind::object::Object;
use crate::kind::route::{Route, RouteBackend};
use crate::world::{Missing, Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG626",
    slug: "multi-cluster-service-missing",
    severity: Severity::Error,
    reads: &[Kind::MultiCluster, Kind::Service, Kind::Route],
    follows: &[],
    check,
};

/// The first import of a Service takes so long, by Google's own word.
const IMPORTED: SignedDuration = SignedDuration::from_mins(20);

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let objects = world.others().iter();
    for object in objects.filter(|it| !it.partial && it.deletion().is_none()) {
        match object.kind_name {
            "ServiceExport" => export(world, object, verdicts),
            "MultiClusterIngress" => {
                let mut seen = Vec::new();
                for backend in backends(object) {
                    let port = backend.port_node.and_then(Node::text);
                    if !seen.contains(&(backend.service, port)) {
                        seen.push((backend.service, port));
                        of_ingress(world, object, &backend, verdicts);
                    }
                }
            }
            _ => {}
        }
    }
    let routes = world.routes().iter();
    for route in routes.filter(|it| !it.object.partial && it.object.deletion().is_none()) {
        for backend in &route.imports {
            import(world, route, backend, verdicts);
        }
    }
}

fn export(world: &World<'_>, object: &Object<'_>, verdicts: &mut Verdicts) {
    match world.service(object, object.name) {
        Resolved::Found(_) => {}
        Resolved::Absent => {
            let message = format!(
                "ServiceExport {} exports nothing: its namespace has no Service of this name",
                object.name
            );
            let label = Label::new(object.head(), "no Service has this name");
            verdicts.find(Finding::new(&ROW, object, message, label).help(
                "create the Service in the namespace of the ServiceExport, under the same name",
            ));
        }
        Resolved::Unclear(mut missing) => {
            missing.reason = format!("Service {}: {}", object.name, missing.reason);
            verdicts.leave(missing.undecided(&ROW, object, object.head()));
        }
    }
}

fn of_ingress(
    world: &World<'_>,
    ingress: &Object<'_>,
    backend: &MultiClusterBackend<'_>,
    verdicts: &mut Verdicts,
) {
    let (name, service) = (ingress.name, backend.service);
    match world.multi_cluster_service(ingress, service) {
        Resolved::Found(found) => verdicts
            .findings
            .extend(port_missing(ingress, backend, &found)),
        Resolved::Absent => {
            let message = format!(
                "MultiClusterIngress {name} sends to MultiClusterService {service}, which is not there"
            );
            let label = Label::new(backend.node, "no MultiClusterService of this name");
            verdicts.find(Finding::new(&ROW, ingress, message, label).detail(service).help(
                "create the MultiClusterService in the config cluster, in the namespace of the \
                 MultiClusterIngress; a Service does not do",
            ));
        }
        Resolved::Unclear(mut missing) => {
            missing.reason = format!("MultiClusterService {service}: {}", missing.reason);
            verdicts.leave(missing.undecided(&ROW, ingress, backend.node));
        }
    }
}

/// Only what no variant of the MultiClusterService has is certainly missing.
fn port_missing(
    ingress: &Object<'_>,
    backend: &MultiClusterBackend<'_>,
    found: &[&Object<'_>],
) -> Option<Finding> {
    let node = backend.port_node?;
    let wanted = node.integer()?;
    let mut all = found.iter().flat_map(|service| ports(service)).peekable();
    all.peek()?;
    if all.any(|port| port.integer() == Some(wanted)) {
        return None;
    }
    let service = backend.service;
    let message = format!(
        "MultiClusterIngress {} sends to port {wanted} of MultiClusterService {service}, which has no \
         such port",
        ingress.name
    );
    let label = Label::new(node, "not a spec.template.spec.ports[].port");
    let mut finding = Finding::new(&ROW, ingress, message, label)
        .detail(format!("{service} {wanted}"))
        .help("name a port of the MultiClusterService, or give it this one");
    for service in found {
        finding = finding.concerning(*service);
        for port in ports(service) {
            finding = finding.because(port, "a port that is there");
        }
    }
    Some(finding)
}

/// GKE makes the ServiceImport from a ServiceExport of some cluster of the fleet, so that manifests
/// alone never show that there is none.
fn import(
    world: &World<'_>,
    route: &Route<'_>,
    backend: &RouteBackend<'_>,
    verdicts: &mut Verdicts,
) {
    let object = &route.object;
    let beside = Object {
        namespace: backend.namespace.or(object.namespace),
        ..object.clone()
    };
    let halves = world.others_of(Kind::MultiCluster).iter().filter(|it| {
        it.name == backend.service
            && it.namespace == beside.namespace
            && match it.kind_name {
                "ServiceImport" => it.clusters.meets(object.clusters),
                // Of any cluster; what it leads to may take its time.
                "ServiceExport" => world.age(it, it.created()).is_none_or(|age| age < IMPORTED),
                _ => false,
            }
    });
    let is_young = world
        .age(object, object.changed())
        .is_some_and(|age| age < IMPORTED);
    if halves.count() > 0 || is_young {
        return;
    }
    let name = backend.node.get("name").unwrap_or(backend.node);
    let seen = world.clusters(object).all(|cluster| cluster.seen.is_some());
    let whole = if seen {
        world.whole(Kind::MultiCluster, &beside)
    } else {
        Err(Missing::new(
            format!(
                "ServiceImport {} comes from a ServiceExport of whatever cluster",
                backend.service
            ),
            "--context of the config cluster, where the ServiceImports are",
        ))
    };
    match whole {
        Ok(()) => verdicts.find(not_imported(route, backend, &beside, name)),
        Err(missing) => verdicts.leave(missing.undecided(&ROW, object, name)),
    }
}

fn not_imported(
    route: &Route<'_>,
    backend: &RouteBackend<'_>,
    beside: &Object<'_>,
    name: Node<'_>,
) -> Finding {
    let object = &route.object;
    let namespace = beside.namespace.unwrap_or("default");
    let message = format!(
        "{} {} sends to ServiceImport {namespace}/{}, which the cluster does not have",
        object.kind_name, object.name, backend.service
    );
    let label = Label::new(name, format!("no ServiceImport in namespace {namespace}"));
    Finding::new(&ROW, object, message, label)
        .detail(format!("{namespace}/{}", backend.service))
        .help(format!(
            "create a ServiceExport {} in namespace {namespace} of a cluster that has the Service, and \
             wait some minutes; see that the fleet has multi-cluster Services \
             (`gcloud container fleet multi-cluster-services describe`)",
            backend.service
        ))
}
