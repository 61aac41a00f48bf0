//! NEG013: a Service that selects no Pods asks for NEGs.

use std::collections::HashMap;

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::service::ServiceType;
use crate::world::{Joined, NegPort, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG013",
    slug: "service-without-pods",
    severity: Severity::Warning,
    reads: &[Kind::Service, Kind::Ingress, Kind::EndpointSlice],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut endpoints: HashMap<&str, Vec<HandMade<'_, '_>>> = HashMap::new();
    for made in world.others().iter().filter_map(HandMade::new) {
        endpoints.entry(made.service).or_default().push(made);
    }
    for service in world.services().filter(|service| !service.object.partial) {
        let claims = service.claim().filter(|(_, claim)| claim.has_effect());
        let Some(neg) = service.neg.filter(|_| claims.is_some()) else {
            continue;
        };
        let is_alias = service.service_type == ServiceType::ExternalName;
        if !is_alias && (service.selector.is_some() || is_variant(world, service)) {
            continue;
        }
        let head = &service.service.object;
        // A controller's slices may be there, unread.
        if !is_alias && head.live.is_some() && world.whole(Kind::EndpointSlice, head).is_err() {
            continue;
        }
        let shown = service.slices().filter_map(|it| HandMade::new(&it.object));
        let shown: Vec<_> = shown.filter(|it| !it.endpoints.is_empty()).collect();
        let own = endpoints.get(service.object.name).into_iter().flatten();
        let own: Vec<_> = own
            .chain(&shown)
            .filter(|made| !is_alias && made.object.may_share_namespace(head))
            .collect();
        if own.iter().any(|made| made.flaw().is_none()) {
            continue;
        }
        let mut finding = finding(service, Label::new(neg.key, "asks for NEGs"));
        for made in own {
            if let Some((node, flaw)) = made.flaw() {
                finding = finding.because(node, flaw);
            }
        }
        verdicts.find(finding);
    }
}

/// Where another manifest states the selector, this one is changed on its way to the cluster.
fn is_variant(world: &World<'_>, service: Joined<'_, '_>) -> bool {
    let mut variants = world.services_named(service.object.name);
    variants
        .any(|other| other.selector.is_some() && other.object.may_share_namespace(&service.object))
}

fn finding(service: Joined<'_, '_>, neg: Label) -> Finding {
    let name = service.object.name;
    let takes = |port: &NegPort<'_, '_>| port.exposed || port.ingress.is_some();
    let is_used = service.neg_ports().any(|port| takes(&port));
    if service.service_type == ServiceType::ExternalName {
        let spec = service.object.spec();
        let place = spec.and_then(|spec| spec.get("type")).map(Node::place);
        let primary = Label::new(
            place.unwrap_or_else(|| service.object.head()),
            "a DNS alias has no Pods",
        );
        let message =
            format!("Service {name} asks for NEGs, but is an ExternalName: they stay empty");
        return Finding::new(&ROW, &service.object, message, primary)
            .because(neg.place, neg.text)
            .severity(if is_used {
                Severity::Error
            } else {
                Severity::Warning
            })
            .help(
                "a host outside the cluster is reached through an internet NEG or a hybrid NEG, \
                 made outside Kubernetes and attached to the backend service",
            );
    }
    let message = format!("Service {name} asks for NEGs, but has no selector: they stay empty");
    let primary = Label::new(service.object.head(), "no spec.selector");
    Finding::new(&ROW, &service.object, message, primary)
        .because(neg.place, neg.text)
        .severity(if is_used {
            Severity::Warning
        } else {
            Severity::Note
        })
        .help(
            "select Pods; addresses outside the cluster belong into a hybrid NEG or an internet \
             NEG, made outside Kubernetes. Slices written by hand or by a controller work only \
             where each endpoint names its Pod and its node",
        )
}

/// An `EndpointSlice` or `Endpoints` object that somebody wrote.
struct HandMade<'w, 'd> {
    object: &'w Object<'d>,
    /// The Service that it belongs to.
    service: &'d str,
    endpoints: Vec<Node<'d>>,
}

impl<'w, 'd> HandMade<'w, 'd> {
    fn new(object: &'w Object<'d>) -> Option<Self> {
        let list = |node: Node<'d>, name: &str| node.get(name).into_iter().flat_map(Node::items);
        let root = object.root();
        let (service, endpoints) = match object.kind_name {
            "EndpointSlice" => {
                let labels = root.at(&["metadata", "labels"])?;
                let service = labels.get("kubernetes.io/service-name")?.text()?;
                (service, list(root, "endpoints").collect())
            }
            "Endpoints" => {
                let addresses = list(root, "subsets").flat_map(|subset| list(subset, "addresses"));
                (object.name, addresses.collect())
            }
            _ => return None,
        };
        Some(Self {
            object,
            service,
            endpoints,
        })
    }

    /// Why the controller does not take the endpoints: the first one that it trips over.
    fn flaw(&self) -> Option<(Node<'d>, &'static str)> {
        self.endpoints.iter().find_map(|endpoint| {
            if endpoint.get("nodeName").is_none() {
                return Some((
                    *endpoint,
                    "names no node: it blocks every update of the NEG",
                ));
            }
            let target = endpoint.at(&["targetRef", "kind"]).and_then(Node::text);
            (target != Some("Pod")).then_some((*endpoint, "names no Pod: it is passed over"))
        })
    }
}
