//! NEG638: an Ingress sends to a resource, where its controller takes Services only.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::Ingress;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG638",
    slug: "ingress-resource-backend",
    severity: Severity::Error,
    reads: &[Kind::Ingress],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let served = world.ingresses().iter().filter(|it| it.is_served_by_gce());
    verdicts.findings.extend(served.filter_map(finding));
}

/// One finding for all such backends: the first one stops the Ingress as well as all of them.
fn finding(ingress: &Ingress<'_>) -> Option<Finding> {
    let backends = ingress.backends.iter();
    let mut resources = backends
        .filter(|backend| backend.service.is_none())
        .filter_map(|backend| {
            let (key, resource) = backend.node.entry("resource")?;
            Some((
                key,
                resource.get("kind")?.text()?,
                resource.get("name")?.text()?,
            ))
        });
    let (key, kind, name) = resources.next()?;
    let message = format!(
        "Ingress {} sends to {kind} {name}, and its controller takes Services only: the whole Ingress stops",
        ingress.object.name
    );
    let label = Label::new(key, "no Service");
    let mut finding = Finding::new(&ROW, &ingress.object, message, label);
    for (key, ..) in resources {
        finding = finding.because(key, "no Service either");
    }
    Some(finding.help(
        "send to a Service; what a bucket holds is served by a load balancer that is made outside \
         the cluster, or by Pods that read the bucket",
    ))
}
