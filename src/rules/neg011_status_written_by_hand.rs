//! NEG011: a manifest states `cloud.google.com/neg-status`, which is the controller's to write.

use crate::document::{Node, Value, remove_entry};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::{Annotation, Object};
use crate::kind::service::NEG_STATUS_ANNOTATION;
use crate::remedy::{Change, Edit};
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG011",
    slug: "status-written-by-hand",
    severity: Severity::Warning,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let object = &service.object;
        if let Some(status) = object.stated_annotation(NEG_STATUS_ANNOTATION) {
            // `null` in a patch takes the annotation away.
            if status.value.value() != Value::Null && !object.is_printed() {
                verdicts.find(finding(object, &status));
            }
        }
    }
}

fn finding(object: &Object<'_>, status: &Annotation<'_>) -> Finding {
    let message = format!(
        "The manifest of Service {} states {NEG_STATUS_ANNOTATION}, which is the NEG controller's \
         answer: every apply puts this old one back",
        object.name
    );
    let label = Label::new(status.key, "written by the controller");
    Finding::new(&ROW, object, message, label)
        .help(
            "leave it out; until the controller corrects it, whatever reads it (autoneg, \
             Terraform, scripts) takes old NEGs and zones for real",
        )
        .edit(removal(object, status.key).map(|change| Edit::safe("take it out", change)))
}

/// Takes the entry out, together with `annotations` where nothing else is in there.
fn removal(object: &Object<'_>, key: Node<'_>) -> Option<Change> {
    let (_, metadata) = object.root().entry("metadata")?;
    let (name, annotations) = metadata.entry("annotations")?;
    let others = annotations
        .entries()
        .any(|(other, _)| other.id() != key.id());
    if others {
        remove_entry(annotations, key)
    } else {
        remove_entry(metadata, name)
    }
}
