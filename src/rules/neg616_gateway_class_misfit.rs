//! NEG616: a Gateway's class does not join with its listeners, its addresses, or what its routes
//! send to.

use std::collections::HashSet;

use crate::document::{Node, edit};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::gateway::{Gateway, Listener};
use crate::kind::object::Object;
use crate::kind::route::{Route, RouteBackend};
use crate::remedy::Edit;
use crate::world::{Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG616",
    slug: "gateway-class-misfit",
    severity: Severity::Error,
    reads: &[Kind::Gateway, Kind::GatewayClass, Kind::Route, Kind::Node],
    follows: &[],
    check,
};

/// The classes of Application Load Balancers that GKE has. Those of one cluster come first.
const CLASSES: [&str; 9] = [
    "gke-l7-global-external-managed",
    "gke-l7-regional-external-managed",
    "gke-l7-rilb",
    "gke-l7-gxlb",
    "gke-l7-global-external-managed-mc",
    "gke-l7-regional-external-managed-mc",
    "gke-l7-cross-regional-internal-managed-mc",
    "gke-l7-rilb-mc",
    "gke-l7-gxlb-mc",
];

/// What the name of a class that is known says of it.
#[derive(Clone, Copy)]
struct Class<'d> {
    name: &'d str,
}

impl<'d> Class<'d> {
    fn of(gateway: Gateway<'_, 'd>) -> Option<Self> {
        let name = gateway.class()?;
        CLASSES.contains(&name).then_some(Self { name })
    }

    fn is_multi_cluster(self) -> bool {
        self.name.ends_with("-mc")
    }

    fn is_global(self) -> bool {
        self.name.contains("-global-") || self.name.contains("-gxlb")
    }
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let gateways = world.others().iter().filter_map(Gateway::new);
    for gateway in gateways.filter(|it| !it.object.partial && it.object.deletion().is_none()) {
        verdicts.findings.extend(unserved(world, gateway));
        if let Some(class) = Class::of(gateway) {
            verdicts.findings.extend(listeners(gateway, class));
            verdicts.findings.extend(addresses(world, gateway, class));
        }
    }
    for route in world.routes().iter().filter(|it| !it.object.partial) {
        verdicts.findings.extend(of_route(world, route));
    }
}

/// A class that nobody serves: the cluster does not have it, or it is written like one of GKE's.
fn unserved(world: &World<'_>, gateway: Gateway<'_, '_>) -> Option<Finding> {
    let object = gateway.object;
    let node = object.spec()?.get("gatewayClassName")?;
    let name = node.text()?;
    let near = near(name);
    let ours = name.starts_with("gke-") || near.is_some();
    let known = world.has_gateway_class(object, name);
    if !ours || known == Some(true) || (known.is_none() && near.is_none()) {
        return None;
    }
    let label = match known {
        Some(_) => "the cluster has no GatewayClass of this name",
        None => "no class of GKE",
    };
    let message = format!(
        "Gateway {} is of class {name}, which nobody serves: it gets no load balancer",
        object.name
    );
    let finding = Finding::new(&ROW, object, message, Label::new(node, label)).detail("class");
    let Some(near) = near else {
        let help = if name.ends_with("-mc") {
            "enable multi-cluster Gateways for the fleet, with this cluster as the config cluster"
        } else {
            "let the cluster have the Gateway API: gcloud container clusters update NAME \
             --gateway-api=standard; kubectl get gatewayclasses shows what it serves"
        };
        return Some(finding.help(help));
    };
    let change = edit::replace_string(node, near);
    Some(
        finding
            .help(format!("did you mean {near}?"))
            .edit(change.map(|it| Edit::risky(format!("name the class {near}"), it))),
    )
}

/// The one class that a name is nearly.
fn near(name: &str) -> Option<&'static str> {
    if CLASSES.contains(&name) {
        return None;
    }
    let folded = name.to_ascii_lowercase();
    let whole = |class: &&&str| **class == folded || **class == format!("{folded}-managed");
    let close = |class: &&&str| strsim::osa_distance(class, &folded) == 1;
    let mut all = CLASSES.iter();
    all.find(whole)
        .or_else(|| CLASSES.iter().find(close))
        .copied()
}

/// Application Load Balancers listen for HTTP and HTTPS.
fn listeners(gateway: Gateway<'_, '_>, class: Class<'_>) -> Vec<Finding> {
    let object = gateway.object;
    let other = gateway
        .listeners()
        .filter(|it| matches!(it.protocol, "TCP" | "TLS" | "UDP"));
    let finding = |listener: Listener<'_>| {
        let message = format!(
            "Listener {} of Gateway {} is for {}, and class {} listens for HTTP and HTTPS only",
            listener.name, object.name, listener.protocol, class.name
        );
        let node = listener.node.get("protocol").unwrap_or(listener.node);
        let label = Label::new(node, "not a protocol of this class");
        Finding::new(&ROW, object, message, label)
            .detail(format!("listener {}", listener.name))
            .help(
                "listen for HTTP or HTTPS, or make another load balancer for this traffic: a \
                 Service of type LoadBalancer, or a proxy load balancer over standalone NEGs",
            )
    };
    other.map(finding).collect()
}

/// Addresses whose type names a region are for load balancers that have a front in each.
fn addresses(world: &World<'_>, gateway: Gateway<'_, '_>, class: Class<'_>) -> Vec<Finding> {
    let object = gateway.object;
    let mut own = world.clusters(object).map(|it| it.region());
    let own = own.next().flatten();
    let list = object.spec().and_then(|spec| spec.get("addresses"));
    let mut findings = Vec::new();
    for node in list.into_iter().flat_map(Node::items) {
        let Some(kind) = node.get("type") else {
            continue;
        };
        let typed = kind
            .text()
            .and_then(|it| it.strip_prefix("networking.gke.io/"));
        let Some((_, region)) = typed.and_then(|it| it.split_once('/')) else {
            continue;
        };
        let label = if class.is_global() {
            "a region, where the class is global".to_owned()
        } else if let Some(own) = own.filter(|own| *own != region && !class.is_multi_cluster()) {
            format!("not {own}, the cluster's region")
        } else {
            continue;
        };
        let message = format!(
            "Gateway {} asks for an address in {region}, which class {} does not serve there",
            object.name, class.name
        );
        findings.push(
            Finding::new(&ROW, object, message, Label::new(kind, label))
                .severity(Severity::Warning)
                .detail(format!("address {region}"))
                .help(
                    "take the address away, or choose gke-l7-cross-regional-internal-managed-mc, \
                     which has a front in each region",
                ),
        );
    }
    findings
}

/// Classes of one cluster send to Services, those of a fleet to what it imports.
fn of_route(world: &World<'_>, route: &Route<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for parent in &route.parents {
        let Resolved::Found(gateways) = world.gateway(route, parent) else {
            continue;
        };
        let classes = gateways
            .iter()
            .map(|it| Gateway::new(it).and_then(Class::of));
        let Some(classes) = classes.collect::<Option<Vec<_>>>() else {
            continue;
        };
        let (Some(class), Some(gateway)) = (classes.first(), gateways.first()) else {
            continue;
        };
        let multi = class.is_multi_cluster();
        if classes.iter().any(|it| it.is_multi_cluster() != multi) {
            continue;
        }
        let refused = if multi {
            &route.backends
        } else {
            &route.imports
        };
        let mut seen = HashSet::new();
        for backend in refused {
            if seen.insert(backend.service) {
                findings.push(misfit(route, backend, *class, gateway));
            }
        }
    }
    findings
}

fn misfit(
    route: &Route<'_>,
    backend: &RouteBackend<'_>,
    class: Class<'_>,
    gateway: &Object<'_>,
) -> Finding {
    let object = &route.object;
    let (kind, scope, help, severity) = if class.is_multi_cluster() {
        (
            "Service",
            "a fleet",
            "export the Service (ServiceExport) and send to its ServiceImport: group net.gke.io",
            Severity::Warning,
        )
    } else {
        (
            "ServiceImport",
            "one cluster",
            "send to the Service itself, or choose the class with -mc behind its name",
            Severity::Error,
        )
    };
    let message = format!(
        "{} {} sends to {kind} {}, and Gateway {} is of a class for {scope}: it does not send there",
        object.kind_name, object.name, backend.service, gateway.name
    );
    let node = backend.node.get("kind").unwrap_or(backend.node);
    let name = backend.node.get("name").unwrap_or(node);
    let node = if class.is_multi_cluster() { name } else { node };
    let finding = Finding::new(
        &ROW,
        object,
        message,
        Label::new(node, "not for this class"),
    )
    .severity(severity)
    .detail(format!("{}/{}", gateway.name, backend.service))
    .concerning(gateway)
    .help(help);
    match gateway.spec().and_then(|spec| spec.get("gatewayClassName")) {
        Some(class) => finding.because(class, format!("for {scope}")),
        None => finding,
    }
}
