//! A rule of a running Ingress that is to send to another backend.

use crate::document::Node;
use crate::finding::{Finding, Label};
use crate::kind::ingress::{Ingress, IngressBackend};
use crate::world::World;

use super::{ROW, called};

/// What a request is told by: host and path; neither for the default backend.
type Key<'d> = (Option<&'d str>, Option<&'d str>);

/// The rules whose backend is replaced at once: the new one is no backend of any running Ingress yet,
/// and the old one is no backend of this Ingress any more, so that its NEG loses it.
pub(super) fn replaced(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    live: &Ingress<'_>,
) -> Vec<Finding> {
    let before = by_key(live);
    let mut findings: Vec<Finding> = Vec::new();
    for (key, new) in by_key(ingress) {
        let old = before.iter().find(|(old, _)| *old == key);
        let Some((_, old)) = old else { continue };
        let is_same = |it: &IngressBackend<'_>, other: &IngressBackend<'_>| {
            it.service_name() == other.service_name()
                && number(world, ingress, it) == number(world, ingress, other)
        };
        let stays = ingress.backends.iter().any(|it| is_same(it, old));
        let harmless = stays || runs(world, ingress, &new) || !works(world, ingress, old);
        if is_same(&new, old) || new.service.is_none() || harmless {
            continue;
        }
        let detail = format!("backend {}", called(&new));
        if findings.iter().any(|it| it.detail == detail) {
            continue;
        }
        findings.push(finding(ingress, &new, old).detail(detail));
    }
    findings
}

fn by_key<'d>(ingress: &Ingress<'d>) -> Vec<(Key<'d>, IngressBackend<'d>)> {
    let default = ingress.backends.iter().filter(|it| it.is_default);
    let mut all: Vec<_> = default.map(|it| ((None, None), *it)).collect();
    for rule in &ingress.rules {
        for path in &rule.paths {
            let host = rule.host.and_then(Node::text);
            // A path that is left out is not the default backend.
            let text = path.path.and_then(Node::text).unwrap_or_default();
            all.extend(path.backend.map(|it| ((host, Some(text)), it)));
        }
    }
    all
}

/// The number of a backend's port where it is known, else its name.
fn number(world: &World<'_>, ingress: &Ingress<'_>, backend: &IngressBackend<'_>) -> String {
    let services = world.services_named(backend.service_name());
    let mut near = services.filter(|it| it.object.shares_namespace(&ingress.object));
    let known = near.find_map(|service| service.service.port_of(backend).map(|it| it.port));
    let stated = || backend.port.map(|port| port.to_string());
    known
        .map(|port| port.to_string())
        .or_else(stated)
        .unwrap_or_default()
}

/// Whether a cluster shows the Service of a backend: without it the Ingress has stopped already.
fn works(world: &World<'_>, ingress: &Ingress<'_>, backend: &IngressBackend<'_>) -> bool {
    let mut services = world.services_named(backend.service_name());
    services.any(|it| it.is_live() && it.object.shares_namespace(&ingress.object))
}

/// Whether a running Ingress of the namespace has the backend already.
fn runs(world: &World<'_>, beside: &Ingress<'_>, backend: &IngressBackend<'_>) -> bool {
    world.ingresses().iter().any(|other| {
        let live = other.object.shown().map(Ingress::new);
        other.object.shares_namespace(&beside.object)
            && live.is_some_and(|live| {
                let mut backends = live.backends.iter();
                live.is_served_by_gce()
                    && backends.any(|it| {
                        it.service_name() == backend.service_name()
                            && number(world, beside, it) == number(world, beside, backend)
                    })
            })
    })
}

fn finding(ingress: &Ingress<'_>, new: &IngressBackend<'_>, old: &IngressBackend<'_>) -> Finding {
    let object = &ingress.object;
    let message = format!(
        "Ingress {} goes over from {} to {} at once: clients see 502 until the new backend is healthy",
        object.name,
        called(old),
        called(new)
    );
    let place = |it: &IngressBackend<'_>| it.service.unwrap_or(it.node).place();
    Finding::new(
        &ROW,
        object,
        message,
        Label::new(place(new), "no load balancer sends to it yet"),
    )
    .because(place(old), "as it runs")
    .help(
        "let another path of the Ingress send to the new Service first, and keep the old one on \
         some path until the new one is healthy",
    )
}
