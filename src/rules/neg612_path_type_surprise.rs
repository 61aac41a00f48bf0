//! NEG612: a path that its type, or the load balancer's URL map, does not take as it is meant.

use crate::document::{Inner, Node};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{Ingress, IngressPath, IngressRule};
use crate::remedy::Edit;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG612",
    slug: "path-type-surprise",
    severity: Severity::Error,
    reads: &[Kind::Ingress],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        let has_default = ingress.backends.iter().any(|backend| backend.is_default);
        for rule in &ingress.rules {
            for path in &rule.paths {
                let only = rule.paths.len() == 1 && !has_default;
                if let Some(trouble) = Trouble::of(path, only) {
                    verdicts.find(finding(ingress, rule, path, trouble));
                }
            }
        }
    }
}

/// What is wrong with a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// `*` with Prefix or Exact.
    Wildcard,
    /// No path, or an empty one, with Prefix or Exact.
    Empty,
    /// `*` elsewhere than at the end after a slash, where the type leaves it to the URL map.
    NoPattern,
    /// `/` alone, which the URL map takes literally.
    RootOnly,
}

impl Trouble {
    fn of(path: &IngressPath<'_>, is_only: bool) -> Option<Self> {
        let text = path.path.and_then(Node::text).unwrap_or_default();
        match path_type(path) {
            "Prefix" | "Exact" if text.is_empty() => Some(Self::Empty),
            "Prefix" | "Exact" if text.contains('*') => Some(Self::Wildcard),
            "ImplementationSpecific" if text == "/" && is_only => Some(Self::RootOnly),
            "ImplementationSpecific" => {
                let literal = text.strip_suffix("/*").unwrap_or(text);
                literal.contains('*').then_some(Self::NoPattern)
            }
            _ => None,
        }
    }
}

/// `pathType`, or what a missing one meant where it could be missing.
fn path_type<'d>(path: &IngressPath<'d>) -> &'d str {
    let stated = path
        .path_type
        .and_then(Node::text)
        .filter(|text| !text.is_empty());
    stated.unwrap_or("ImplementationSpecific")
}

fn finding(
    ingress: &Ingress<'_>,
    rule: &IngressRule<'_>,
    path: &IngressPath<'_>,
    trouble: Trouble,
) -> Finding {
    let name = ingress.object.name;
    let path_type = path_type(path);
    let host = rule.host.and_then(Node::text).unwrap_or_default();
    let text = path.path.and_then(Node::text).unwrap_or_default();
    let (message, label, help) = match trouble {
        Trouble::Wildcard => (
            format!(
                "Ingress {name} has a wildcard in path {text} of type {path_type}: the controller refuses the whole Ingress"
            ),
            format!("{path_type} takes no wildcard"),
            "Prefix covers what is below by itself; only ImplementationSpecific takes a wildcard, at the end after a slash",
        ),
        Trouble::Empty => (
            format!(
                "Ingress {name} has an empty path of type {path_type}: the whole Ingress is refused"
            ),
            format!("{path_type} needs a path"),
            "write the path that is meant; / with Prefix covers everything",
        ),
        Trouble::NoPattern => (
            format!(
                "Ingress {name} has path {text}, which no URL map takes: the load balancer is not updated"
            ),
            "a wildcard stands only at the end, after a slash".to_owned(),
            "GKE knows no patterns but a final /*, and no regular expressions",
        ),
        Trouble::RootOnly => (
            format!(
                "Ingress {name} serves {} at / alone: a path of type {path_type} matches only what it spells",
                if host.is_empty() { "all hosts" } else { host }
            ),
            "matches / and nothing below".to_owned(),
            "write /*, or use Prefix, to cover what is below",
        ),
    };
    let node = path
        .path
        .filter(|node| !node.span().is_empty())
        .or(path.path_type);
    let mut finding = Finding::new(
        &ROW,
        &ingress.object,
        message,
        Label::new(node.unwrap_or(path.node), label),
    )
    .detail(format!("{host}{text}"))
    .help(help)
    .edit(edit(path, trouble));
    if let Some(node) = path.path_type.filter(|_| trouble != Trouble::Empty) {
        finding = finding.because(node, "how it is matched");
    }
    if trouble == Trouble::RootOnly {
        finding = finding.severity(Severity::Warning);
    }
    finding
}

/// A path that covers what was plainly meant.
fn edit(path: &IngressPath<'_>, trouble: Trouble) -> Option<Edit> {
    let node = path.path.filter(|node| !node.is_alias())?;
    let text = node.text()?;
    let meant = match trouble {
        Trouble::Wildcard if path_type(path) == "Prefix" => match text.strip_suffix("/*")? {
            "" => "/".to_owned(),
            below if !below.contains('*') => below.to_owned(),
            _ => return None,
        },
        Trouble::RootOnly => "/*".to_owned(),
        _ => return None,
    };
    let change = Inner::new(node)?.change(0..text.len(), &meant)?;
    Some(Edit::risky(format!("replace {text} with {meant}"), change))
}
