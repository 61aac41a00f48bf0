//! NEG611: `spec.tls` names no Secret.

use crate::document::{Node, Value};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::Ingress;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG611",
    slug: "tls-secret-missing",
    severity: Severity::Error,
    reads: &[Kind::Ingress],
    follows: &[],
    check,
};

/// Annotations that bring certificates by themselves.
const CERTIFICATES: [&str; 2] = [
    "networking.gke.io/managed-certificates",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        for (index, entry) in ingress.tls().enumerate() {
            let names_one = |node: Node<'_>| {
                node.value() != Value::Null && node.text().is_none_or(|name| !name.is_empty())
            };
            if !entry.get("secretName").is_some_and(names_one) {
                verdicts.find(finding(ingress, index, entry));
            }
        }
    }
}

fn finding(ingress: &Ingress<'_>, index: usize, entry: Node<'_>) -> Finding {
    let host = entry.get("hosts").and_then(|hosts| hosts.items().next());
    let label = match entry.entry("secretName") {
        Some((key, secret)) if secret.span().is_empty() => Label::new(key, "an empty name"),
        Some((_, secret)) => Label::new(secret, "an empty name"),
        None => {
            let first = entry.entries().next().map_or(entry, |(key, _)| key);
            Label::new(first, "without secretName")
        }
    };
    let message = format!(
        "Ingress {} asks for TLS without naming a Secret: the controller looks for Secret \"\" and the whole Ingress stops",
        ingress.object.name
    );
    let mut finding = Finding::new(&ROW, &ingress.object, message, label).detail(
        host.and_then(Node::text)
            .map_or_else(|| index.to_string(), str::to_owned),
    );
    let mut brought = CERTIFICATES
        .iter()
        .filter_map(|key| ingress.object.annotation(key));
    let help = if let Some(annotation) = brought.next() {
        finding = finding.because(annotation.key, "brings certificates without spec.tls");
        "remove the entry of spec.tls: certificates by annotation need none"
    } else {
        "name the Secret with the certificate, or remove the entry of spec.tls"
    };
    finding.help(help)
}
