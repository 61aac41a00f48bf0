//! NEG624: a rule of an Ingress that is dropped, because a later one has its host or because it
//! has no paths.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{Ingress, IngressPath, IngressRule};
use crate::text::Place;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG624",
    slug: "rule-overwritten",
    severity: Severity::Warning,
    reads: &[Kind::Ingress],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        let has_default = ingress.backends.iter().any(|backend| backend.is_default);
        for (index, rule) in ingress.rules.iter().enumerate() {
            if rule.http.is_none() {
                // The default backend is what such a rule stands for, and GKE asks it anyway.
                if !has_default {
                    verdicts.find(without_http(ingress, rule, index));
                }
                continue;
            }
            let mut later = ingress.rules.iter().skip(index + 1).rev();
            let winner = later.find(|other| other.http.is_some() && host(other) == host(rule));
            if let Some(winner) = winner {
                let lost: Vec<_> = rule
                    .paths
                    .iter()
                    .filter(|path| !has(winner, path))
                    .collect();
                if !lost.is_empty() {
                    verdicts.find(overwritten(ingress, rule, winner, &lost, index));
                }
            }
        }
    }
}

/// The host as the controller compares it: `*` where none is stated.
fn host<'d>(rule: &IngressRule<'d>) -> &'d str {
    rule.host.and_then(Node::text).unwrap_or("*")
}

/// True where the rule has this very path with this very backend.
fn has(rule: &IngressRule<'_>, path: &IngressPath<'_>) -> bool {
    let text = |node: Option<Node<'_>>| node.and_then(Node::text).unwrap_or_default().to_owned();
    let what = |path: &IngressPath<'_>| {
        let backend = path.backend.as_ref();
        let port = backend
            .and_then(|backend| backend.port)
            .map(|port| port.to_string());
        let service = backend.map(|backend| backend.service_name().to_owned());
        (text(path.path), text(path.path_type), service, port)
    };
    rule.paths.iter().any(|other| what(other) == what(path))
}

fn place(rule: &IngressRule<'_>) -> Place {
    let first = rule.node.entries().next().map(|(key, _)| key);
    rule.host.or(first).unwrap_or(rule.node).place()
}

fn overwritten(
    ingress: &Ingress<'_>,
    rule: &IngressRule<'_>,
    winner: &IngressRule<'_>,
    lost: &[&IngressPath<'_>],
    index: usize,
) -> Finding {
    let host = host(rule);
    let message = format!(
        "Ingress {} has two rules for host {host}: the last one wins, and the paths of the first are dropped",
        ingress.object.name
    );
    let mut finding = Finding::new(
        &ROW,
        &ingress.object,
        message,
        Label::new(place(rule), "overwritten by the later rule"),
    )
    .detail(format!("{host}#{index}"))
    .because(place(winner), "the rule that stands")
    .help("put all paths of a host into one rule");
    for path in lost {
        let node = path.path.filter(|node| !node.span().is_empty());
        finding = finding.because(node.unwrap_or(path.node), "not served");
    }
    finding
}

fn without_http(ingress: &Ingress<'_>, rule: &IngressRule<'_>, index: usize) -> Finding {
    let host = host(rule);
    let message = format!(
        "Ingress {} has a rule for host {host} without http: it is dropped, and the host is answered with 404",
        ingress.object.name
    );
    Finding::new(
        &ROW,
        &ingress.object,
        message,
        Label::new(place(rule), "a rule without http"),
    )
    .detail(format!("{host}#{index}"))
    .help("give the rule its paths under http, or the Ingress a default backend")
}
