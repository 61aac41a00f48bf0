//! NEG602: a class that no GCE controller listens to, though one is meant.

use crate::controller::ingress::{Ignored, IngressClass};
use crate::document::{Inner, Node, edit};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{CLASS_ANNOTATION, Ingress};
use crate::remedy::Edit;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG602",
    slug: "ingress-class-field-ignored",
    severity: Severity::Error,
    reads: &[Kind::Ingress],
    follows: &[],
    check,
};

/// The classes that GCE controllers know.
const CLASSES: [&str; 4] = [
    "gce",
    "gce-internal",
    "gce-regional-external",
    "gce-multi-cluster",
];

/// What people write for them. None is a class of GKE; another controller may serve the last ones.
const CONFUSED: [(&str, &str, Severity); 7] = [
    ("gce-external", "gce", Severity::Error),
    ("gce-l7-ilb", "gce-internal", Severity::Error),
    ("gce-ilb", "gce-internal", Severity::Error),
    ("gcp", "gce", Severity::Warning),
    ("gke", "gce", Severity::Warning),
    ("google", "gce", Severity::Warning),
    ("gke-internal", "gce-internal", Severity::Warning),
];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses().iter().filter(|it| !it.object.partial) {
        let found = match (ingress.class(), ingress.class_annotation()) {
            (IngressClass::Ignored(Ignored::ClassName), _) => field_ignored(ingress),
            (IngressClass::Ignored(_), Some(class)) => near_miss(ingress, class),
            _ => None,
        };
        if let Some(finding) = found {
            verdicts.find(finding);
        }
    }
}

fn field_ignored(ingress: &Ingress<'_>) -> Option<Finding> {
    let node = ingress.class_name()?;
    let class = node.text()?;
    CLASSES.contains(&class).then_some(())?;
    let name = ingress.object.name;
    let message = format!(
        "Ingress {name} asks for {class} by ingressClassName, which GKE does not read: nothing serves it"
    );
    let mut finding = Finding::new(
        &ROW,
        &ingress.object,
        message,
        Label::new(node, "no controller of GKE reads this field"),
    )
    .help(format!(
        "name the class by the annotation {CLASS_ANNOTATION}: \"{class}\"; the field may stay \
         beside it, and no IngressClass object is needed"
    ));
    let title = format!("name the class {class} by the annotation");
    let change = match ingress.object.annotation(CLASS_ANNOTATION) {
        None => edit::insert_annotation(ingress.object.root(), CLASS_ANNOTATION, class),
        Some(empty) => {
            finding = finding.because(empty.value, "an empty class counts as none");
            None
        }
    };
    finding = finding.edit(change.map(|change| Edit::risky(title, change)));
    Some(finding)
}

fn near_miss(ingress: &Ingress<'_>, class: &str) -> Option<Finding> {
    let (meant, severity) = meant(class)?;
    let value = ingress.object.annotation(CLASS_ANNOTATION)?.value;
    let name = ingress.object.name;
    let message = format!(
        "Ingress {name} is of class \"{class}\", which is none of GKE's: GKE ignores it without an event"
    );
    let field = ingress.class_name().and_then(Node::text);
    let edit = Inner::new(value)
        .filter(|_| !value.is_alias() && field.is_none_or(|field| field == meant))
        .and_then(|inner| inner.change(0..class.len(), meant))
        .map(|change| Edit::risky(format!("replace \"{class}\" with \"{meant}\""), change));
    let finding = Finding::new(
        &ROW,
        &ingress.object,
        message,
        Label::new(value, format!("the class is called \"{meant}\"")),
    )
    .severity(severity)
    .help(
        "the classes of GKE are gce, gce-internal and gce-regional-external, in this very spelling",
    )
    .edit(edit);
    Some(finding)
}

/// The class that was meant by one that is not known, and how sure that is.
fn meant(class: &str) -> Option<(&'static str, Severity)> {
    let spelling = class
        .trim()
        .to_ascii_lowercase()
        .replace(['_', ' ', '.', '/'], "-");
    if let Some((_, meant, severity)) = CONFUSED.iter().find(|(wrong, ..)| *wrong == spelling) {
        return Some((meant, *severity));
    }
    // A typing error or two; in as short a word as `gce` none can be told from another name.
    let near = |known: &&&str| {
        let allowed = if known.len() > 3 { 2 } else { 0 };
        spelling.starts_with("gce") && strsim::osa_distance(known, &spelling) <= allowed
    };
    CLASSES
        .iter()
        .find(near)
        .map(|known| (*known, Severity::Error))
}
