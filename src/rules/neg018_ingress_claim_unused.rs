//! NEG018: a Service claims NEGs for Ingresses, and no Ingress or Gateway refers to it.

use std::collections::HashSet;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::Ingress;
use crate::kind::multi_cluster;
use crate::world::{Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG018",
    slug: "ingress-claim-unused",
    severity: Severity::Note,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Route,
        Kind::Gateway,
        Kind::MultiCluster,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let named = named_elsewhere(world);
    for service in world
        .services()
        .filter(|service| !service.object.in_system_namespace())
    {
        let Some((inner, claim)) = service.claim().filter(|_| !service.object.partial) else {
            continue;
        };
        let Some(ingress) = claim.ingress.as_ref().filter(|ingress| ingress.value) else {
            continue;
        };
        let is_referred_to = service.ingresses().any(|(ingress, _)| may_take(ingress))
            || service.routes().next().is_some()
            || named.contains(service.object.name);
        if is_referred_to {
            continue;
        }
        let place = inner.place(ingress.range.clone());
        let whole = world
            .whole(Kind::Ingress, &service.object)
            .and_then(|()| world.whole(Kind::Route, &service.object));
        match whole {
            Ok(()) => verdicts.find(finding(service, Label::new(place, "has no effect"))),
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &service.object, place)),
        }
    }
}

/// True where a GCE controller takes the Ingress, or may be meant to.
fn may_take(ingress: &Ingress<'_>) -> bool {
    let by_field = ingress.class_by_field();
    ingress.class().is_managed() || by_field.is_some_and(|class| class.starts_with("gce"))
}

/// Names that a route of any namespace sends to, that are exported to other clusters, or that a
/// `MultiClusterIngress` gives. Only names: a note is not worth a closer look.
fn named_elsewhere<'d>(world: &World<'d>) -> HashSet<&'d str> {
    let routes = world.routes().iter().flat_map(|route| &route.backends);
    let mut names: HashSet<&str> = routes.map(|backend| backend.service).collect();
    for object in world.others() {
        match object.kind_name {
            "ServiceExport" => drop(names.insert(object.name)),
            "MultiClusterIngress" => {
                names.extend(multi_cluster::backends(object).iter().map(|it| it.service));
            }
            _ => {}
        }
    }
    names
}

fn finding(service: Joined<'_, '_>, label: Label) -> Finding {
    let name = service.object.name;
    let message = format!(
        "Service {name} asks for NEGs for Ingresses, but no Ingress or route of GKE refers to it: \
         it gets none by this"
    );
    let mut finding = Finding::new(&ROW, &service.object, message, label);
    for (ingress, backend) in service.ingresses() {
        let text = format!("Ingress {} is another controller's", ingress.object.name);
        finding = finding.because(backend.service.unwrap_or(backend.node), text);
    }
    finding.help(
        "let an Ingress of a gce class refer to it, ask for a standalone NEG with exposed_ports, or \
         take the claim off",
    )
}
