//! NEG601: an Ingress of an API version that Kubernetes removed, with the whole way to the new one.

use crate::controller::ingress::IngressClass;
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::Ingress;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG601",
    slug: "removed-ingress-api",
    severity: Severity::Error,
    reads: &[Kind::Ingress],
    follows: &[],
    check,
};

const REMOVED: [&str; 2] = ["extensions/v1beta1", "networking.k8s.io/v1beta1"];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses() {
        let by_field = ingress.class_by_field();
        let is_gce = ingress.is_served_by_gce()
            || ingress.class() == IngressClass::MultiCluster
            || by_field.is_some_and(|class| class.starts_with("gce"));
        let is_removed = REMOVED.contains(&ingress.object.api_version);
        if is_gce && is_removed && !ingress.object.partial {
            verdicts.findings.extend(finding(ingress));
        }
    }
}

fn finding(ingress: &Ingress<'_>) -> Option<Finding> {
    let version = ingress.object.root().get("apiVersion")?;
    let old = ingress.object.api_version;
    let message = format!(
        "Ingress {} is of {old}, which Kubernetes 1.22 removed: clusters refuse it",
        ingress.object.name
    );
    let label = Label::new(version, "gone since Kubernetes 1.22");
    let mut finding = Finding::new(&ROW, &ingress.object, message, label);
    for key in old_keys(ingress) {
        finding = finding.because(key, "of the old form");
    }
    let finding = finding
        .help(
            "use networking.k8s.io/v1: a backend is `service: {name, port: {number or name}}`, \
             `spec.backend` is `defaultBackend`, and each path states its pathType",
        )
        .edit(ingress.to_v1());
    Some(finding)
}

/// The first of each key that only the removed versions know.
fn old_keys<'d>(ingress: &Ingress<'d>) -> Vec<Node<'d>> {
    let default = ingress.object.spec().and_then(|spec| spec.entry("backend"));
    let first = |key| {
        ingress
            .backends
            .iter()
            .find_map(|backend| backend.node.entry(key))
    };
    let entries = [default, first("serviceName"), first("servicePort")];
    entries.into_iter().flatten().map(|(key, _)| key).collect()
}
