//! NEG611: `spec.tls` names no Secret, or one that the controller does not find.

use crate::controller::event::{Cause, Trouble};
use crate::document::{Node, Value};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::Ingress;
use crate::world::{GRACE, Told, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG611",
    slug: "tls-secret-missing",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::Event],
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
        verdicts.findings.extend(missed(world, ingress));
    }
}

/// A Secret that `spec.tls` names and the controller does not find, or what it lacks; with what to
/// do about it.
type Missed<'d> = (Node<'d>, Option<&'d str>, Option<String>);

/// What the controller says of the Secrets of an Ingress, in one finding.
fn missed(world: &World<'_>, ingress: &Ingress<'_>) -> Option<Finding> {
    let object = &ingress.object;
    let age = world.age(object, object.changed());
    // A certificate is often made only after its Ingress.
    if object.live.is_none() || age.is_none_or(|age| age < GRACE) {
        return None;
    }
    let mut told = world.told(object);
    told.retain(|told| {
        let is_meant = match told.trouble {
            Trouble::IngressSync => told.count > 1 && !secrets(ingress, told).is_empty(),
            Trouble::Certificate => !secrets(ingress, told).is_empty(),
            Trouble::HttpOnly => ingress.tls().next().is_some(),
            _ => false,
        };
        is_meant && told.is_recent(world.now(&told.event.object))
    });
    let gravest = told.iter().max_by_key(|told| match told.trouble {
        Trouble::IngressSync => 2,
        Trouble::HttpOnly => 1,
        _ => 0,
    })?;
    let effect = match gravest.trouble {
        Trouble::IngressSync => "does not sync, and its load balancer stays as it is",
        Trouble::HttpOnly => "serves plain HTTP only",
        _ => "goes without a certificate",
    };
    let mut secrets: Vec<_> = told
        .iter()
        .flat_map(|told| secrets(ingress, told))
        .collect();
    secrets.dedup_by_key(|(node, ..)| node.text());
    let why = secrets.iter().map(|(node, lacks, _)| {
        let name = node.text().unwrap_or_default();
        match lacks {
            None => format!("its controller finds no Secret {name}"),
            Some(lacks) => format!("Secret {name} lacks its {lacks}"),
        }
    });
    let why = match why.collect::<Vec<_>>().as_slice() {
        [] => "its controller finds none of its Secrets".to_owned(),
        why => why.join(", "),
    };
    let message = format!("Ingress {} {effect}: {why}", object.name);
    let label = gravest.label(world.now(object));
    let mut finding = Finding::new(&ROW, object, message, label).detail("secrets");
    finding.help = gravest.decoded.advice();
    for (node, _, advice) in secrets {
        finding = finding.because(node, "asked for here");
        finding.help = advice.or(finding.help);
    }
    Some(finding)
}

/// The Secrets that a word of the controller names and that the Ingress still asks for. An entry
/// without a name is found without that word.
fn secrets<'d>(ingress: &Ingress<'d>, told: &Told<'_, 'd>) -> Vec<Missed<'d>> {
    let missed = told.decoded.causes.iter().filter_map(|report| {
        let Cause::Secret { secret, lacks } = report.cause else {
            return None;
        };
        let mut named = ingress.tls().filter_map(|entry| entry.get("secretName"));
        let node = named.find(|node| node.text() == Some(secret) && !secret.is_empty())?;
        Some((node, lacks, report.advice()))
    });
    missed.collect()
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
