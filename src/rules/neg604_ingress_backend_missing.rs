//! NEG604: an Ingress sends to a Service that is not there.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{Ingress, IngressBackend};
use crate::world::{Joined, Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG604",
    slug: "ingress-backend-missing",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::Service],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        let mut seen = Vec::new();
        for backend in &ingress.backends {
            let name = backend.service_name();
            if name.is_empty() || seen.contains(&name) {
                continue;
            }
            seen.push(name);
            match world.backend(ingress, backend) {
                Resolved::Found(_) => {}
                Resolved::Absent => verdicts.find(finding(world, ingress, backend)),
                Resolved::Unclear(mut missing) => {
                    missing.reason = format!("Service {name}: {}", missing.reason);
                    let place = backend.service.unwrap_or(backend.node);
                    verdicts.leave(missing.undecided(&ROW, &ingress.object, place));
                }
            }
        }
    }
}

fn finding(world: &World<'_>, ingress: &Ingress<'_>, backend: &IngressBackend<'_>) -> Finding {
    let service = backend.service_name();
    let message = format!(
        "Ingress {} sends to Service {service}, which is not there: the whole Ingress stops",
        ingress.object.name
    );
    let node = backend.service.unwrap_or(backend.node);
    let finding = Finding::new(
        &ROW,
        &ingress.object,
        message,
        Label::new(node, "no Service of this name in the namespace"),
    )
    .detail(service);
    let elsewhere = world.services().find(|other| {
        other.object.name == service && ingress.object.clusters.meets(other.object.clusters)
    });
    if let Some(other) = elsewhere {
        return finding
            .because(
                other.object.head(),
                format!(
                    "it is in namespace {}",
                    other.object.namespace.unwrap_or("default")
                ),
            )
            .help("an Ingress reaches Services of its own namespace only: put both into one");
    }
    finding.help(match nearest(world, ingress, service) {
        Some(near) => format!("did you mean Service {}?", near.object.name),
        None => "create the Service in the namespace of the Ingress, or name the one that is there"
            .to_owned(),
    })
}

/// The one Service of the namespace whose name is nearly this one.
fn nearest<'w, 'd>(
    world: &'w World<'d>,
    ingress: &Ingress<'_>,
    name: &str,
) -> Option<Joined<'w, 'd>> {
    let mut near = world.services().filter(|service| {
        ingress.object.shares_namespace(&service.object)
            && strsim::osa_distance(service.object.name, name) <= name.len().min(8) / 4
    });
    let first = near.next()?;
    near.all(|other| other.object.name == first.object.name)
        .then_some(first)
}
