//! NEG637: what a manifest changes of something that runs takes its backends away before the new ones
//! are healthy.

mod backends;
mod selector;

use crate::controller::ingress::IngressClass;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{CLASS_ANNOTATION, Ingress, IngressBackend};
use crate::kind::object::Object;
use crate::kind::service::ServiceType;
use crate::world::{ForIngress, Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG637",
    slug: "change-rebuilds-backends",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Pod,
        Kind::Gateway,
        Kind::Route,
    ],
    follows: &["NEG019", "NEG604", "NEG605", "NEG606", "NEG603", "NEG014"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|it| changes(&it.object)) {
        verdicts.findings.extend(claim_switched(world, service));
        selector::check(world, service, verdicts);
    }
    let ingresses = world.ingresses().iter();
    for ingress in ingresses.filter(|it| changes(&it.object) && it.is_served_by_gce()) {
        let Some(live) = ingress.object.shown().map(Ingress::new) else {
            continue;
        };
        if let Some(finding) = class_changed(ingress, &live) {
            verdicts.find(finding);
        } else if live.is_served_by_gce() {
            verdicts
                .findings
                .extend(backends::replaced(world, ingress, &live));
        }
    }
}

/// Whether a whole manifest is to be applied to something that a cluster shows and keeps.
fn changes(object: &Object<'_>) -> bool {
    let shown = object.shown();
    !object.observed
        && !object.partial
        && shown.is_some_and(|live| live.deletion().is_none())
        && object.deletion().is_none()
}

/// An Ingress of the global class goes through nodes or NEGs, as the Service's claim says; each way
/// has a backend service of its own.
fn claim_switched(world: &World<'_>, service: Joined<'_, '_>) -> Option<Finding> {
    let object = &service.service.object;
    let shown = service.shown()?;
    let was = shown.claims_for_ingress();
    let is = match world.for_ingress(service.service) {
        ForIngress::Asked => true,
        ForIngress::Declined | ForIngress::Malformed => false,
        ForIngress::Unknown(_) => return None,
    };
    // A Service without node ports worked in one of the two ways only.
    let has_node_ports = |it| matches!(it, ServiceType::NodePort | ServiceType::LoadBalancer);
    if was == is || !has_node_ports(shown.service_type) || !has_node_ports(service.service_type) {
        return None;
    }
    let (ingress, _) = service
        .ingresses()
        .find(|(ingress, _)| serves(ingress, object))?;
    let (from, to) = if is {
        ("instance groups", "NEGs")
    } else {
        ("NEGs", "instance groups")
    };
    let message = format!(
        "Service {} changes over from {from} to {to} behind Ingress {}: its backend service is made \
         anew, and clients see 502 until the first health checks pass",
        object.name, ingress.object.name
    );
    let annotation = service.service.neg;
    let place = annotation.map_or_else(|| object.head(), |it| it.value.into());
    let mut finding = Finding::new(&ROW, object, message, Label::new(place, format!("to {to}")))
        .detail("claim")
        .concerning(&ingress.object);
    if let Some(annotation) = shown.neg {
        finding = finding.because(annotation.value, "as it runs");
    }
    Some(finding.help(
        "make a second Service of the new kind beside it, let a path of the Ingress try it, and then \
         send the others there; or choose a time when a minute of errors does no harm",
    ))
}

/// Whether an Ingress of the global class sends to a Service of this name now and will.
fn serves(ingress: &Ingress<'_>, service: &Object<'_>) -> bool {
    let names = |it: &Ingress<'_>| {
        let mut backends = it.backends.iter();
        backends.any(|backend| backend.service_name() == service.name)
            && it.is_served_by_gce()
            && it.class() == IngressClass::GlobalExternal
    };
    let live = ingress.object.shown().map(Ingress::new);
    ingress.object.shares_namespace(service) && names(ingress) && live.is_some_and(|it| names(&it))
}

/// Each class has its own load balancer; the controller does not move one to the other.
fn class_changed(ingress: &Ingress<'_>, live: &Ingress<'_>) -> Option<Finding> {
    if ingress.class() == live.class() || !live.is_served_by_gce() {
        return None;
    }
    let object = &ingress.object;
    let name = |it: &Ingress<'_>| match it.class_annotation() {
        None | Some("") => "gce".to_owned(),
        Some(class) => class.to_owned(),
    };
    let message = format!(
        "Ingress {} changes its class in place from {} to {}: it gets another load balancer with \
         another address, and parts of the old one may stay",
        object.name,
        name(live),
        name(ingress)
    );
    let stated = object.stated_annotation(CLASS_ANNOTATION);
    let place = stated.map_or_else(|| object.head(), |it| it.value.into());
    let mut finding =
        Finding::new(&ROW, object, message, Label::new(place, "as it will be")).detail("class");
    if let Some(annotation) = live.object.stated_annotation(CLASS_ANNOTATION) {
        finding = finding.because(annotation.value, "as it runs");
    }
    Some(finding.help(
        "make a second Ingress of the new class, move the clients to its address, and then delete \
         this one",
    ))
}

/// What an Ingress says that a backend is: `Service web, port 80`.
fn called(backend: &IngressBackend<'_>) -> String {
    let port = backend.port.map(|port| format!(" port {port}"));
    format!(
        "Service {}{}",
        backend.service_name(),
        port.unwrap_or_default()
    )
}
