//! NEG601: an Ingress of an API version that Kubernetes removed, or still of its form, with the whole
//! way to the new one.

use crate::controller::ingress::IngressClass;
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{Ingress, V1};
use crate::remedy::{Edit, Safety};
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

const HELP: &str = "use networking.k8s.io/v1: a backend is `service: {name, port: {number or name}}`, \
                    `spec.backend` is `defaultBackend`, and each path states its pathType";

const REMOVED: [&str; 2] = ["extensions/v1beta1", "networking.k8s.io/v1beta1"];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses() {
        let by_field = ingress.class_by_field();
        let is_gce = ingress.is_served_by_gce()
            || ingress.class() == IngressClass::MultiCluster
            || by_field.is_some_and(|class| class.starts_with("gce"));
        if !is_gce || ingress.object.partial {
            continue;
        }
        let version = ingress.object.api_version;
        if REMOVED.contains(&version) {
            verdicts.findings.extend(finding(ingress));
        } else if version == V1 && !ingress.object.observed {
            verdicts.findings.extend(halfway(ingress));
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
    let finding = finding.help(HELP).edit(ingress.to_v1());
    Some(finding)
}

/// One that says that it is of the new version, and is of the old form.
fn halfway(ingress: &Ingress<'_>) -> Option<Finding> {
    let mut labels = refused(ingress).into_iter();
    let primary = labels.next()?;
    let message = format!(
        "Ingress {} is of {V1} and of the form of versions before it: clusters refuse it",
        ingress.object.name
    );
    let mut finding = Finding::new(&ROW, &ingress.object, message, primary);
    finding.labels.extend(labels);
    let mut paths = ingress.rules.iter().flat_map(|rule| &rule.paths);
    let guesses = paths.any(|path| path.path_type.is_none());
    let edit = ingress.to_v1().map(|edit| Edit {
        safety: if guesses { Safety::Unsafe } else { edit.safety },
        title: format!("write it as {V1} has it"),
        ..edit
    });
    let finding = finding.help(HELP).edit(edit);
    Some(finding)
}

/// What the new version demands and is not there: the first of each kind.
fn refused<'d>(ingress: &Ingress<'d>) -> Vec<Label> {
    let lacks = |node: Node<'d>, keys: &[&str]| keys.iter().all(|key| node.get(key).is_none());
    let spec = ingress.object.spec();
    let default = spec.and_then(|spec| spec.get("defaultBackend"));
    let paths = || ingress.rules.iter().flat_map(|rule| &rule.paths);
    let of_paths = paths().filter_map(|path| Some(path.backend?.node));
    let mut backends = default.into_iter().chain(of_paths);
    let old = backends.find_map(|node| {
        let old = node
            .entry("serviceName")
            .or_else(|| node.entry("servicePort"));
        old.filter(|_| lacks(node, &["service", "resource"]))
    });
    // Beside rules the cluster drops it without a word.
    let default = spec.filter(|spec| lacks(*spec, &["defaultBackend", "rules"]));
    let default = default.and_then(|spec| spec.entry("backend"));
    let old = default.into_iter().chain(old);
    let old = old.map(|(key, _)| Label::new(key, "of the old form"));
    let untyped = paths().find(|path| path.path_type.is_none());
    let untyped = untyped.map(|path| Label::new(path.path.unwrap_or(path.node), "has no pathType"));
    old.chain(untyped).collect()
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
