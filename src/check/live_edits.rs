//! What an edit means on an object that a cluster shows: there is no file to change, so the change
//! of its text becomes a `kubectl` command.

use std::collections::HashMap;
use std::ptr;

use serde_json::{Value as Json, json};

use crate::document::{self, Document, Node, Value};
use crate::finding::Finding;
use crate::kind::resource::Resource;
use crate::kind::{Kind, Object};
use crate::remedy::{Edit, Remedy, Run, Safety};
use crate::snapshot::Snapshot;
use crate::text::{Source, Span};

/// Puts commands in place of edits of what clusters show. An edit that no command can stand for is
/// taken out.
pub(super) fn to_commands(findings: &mut [Finding], snapshots: &[Snapshot]) {
    if snapshots.is_empty() || findings.iter().all(|finding| finding.remedies.is_empty()) {
        return;
    }
    let mut shown: HashMap<*const Source, Vec<(&Document, &str)>> = HashMap::new();
    for snapshot in snapshots {
        for document in &snapshot.documents {
            let source = ptr::from_ref(document.source().as_ref());
            let entry = shown.entry(source).or_default();
            entry.push((document, snapshot.header.name.as_str()));
        }
    }
    for finding in findings {
        let remedies = std::mem::take(&mut finding.remedies);
        let live = |edit: &Edit| {
            let place = &edit.changes.first()?.place;
            let documents = shown.get(&ptr::from_ref(place.source.as_ref()))?;
            let holds = |span: Span| span.start <= place.span.start && place.span.end <= span.end;
            let mut documents = documents.iter();
            Some(documents.find(|(document, _)| holds(document.root().span())))
        };
        let remedies = remedies.into_iter().filter_map(|remedy| match &remedy {
            Remedy::Edit(edit) => match live(edit) {
                None => Some(remedy),
                Some(found) => found.and_then(|(document, cluster)| {
                    command(edit, document, cluster).map(Remedy::Run)
                }),
            },
            Remedy::Run(_) => Some(remedy),
        });
        finding.remedies = remedies.collect();
    }
}

/// The command that does to a live object what an edit does to its text.
fn command(edit: &Edit, document: &Document, cluster: &str) -> Option<Run> {
    let whole = document.root().span();
    let mut text = document.source().slice(whole).to_owned();
    let mut changes: Vec<_> = edit.changes.iter().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.place.span));
    for change in changes {
        let Span { start, end } = change.place.span;
        let range =
            start.checked_sub(whole.start)? as usize..end.checked_sub(whole.start)? as usize;
        text.get(range.clone())?;
        text.replace_range(range, &change.replacement);
    }
    let edited = document::read(&Source::new("edited", text), |_, _| true);
    let [edited] = edited.documents.as_slice() else {
        return None;
    };
    let mut operations = Vec::new();
    difference(document.root(), edited.root(), "", &mut operations)?;
    let object = Object::observed(document);
    let resource = Resource::of(object.api_version, object.kind_name)?;
    let name = format!("{}/{}", resource.name(), object.name);
    let annotations = annotation_arguments(&operations);
    let action = match annotations {
        Some(arguments) => [
            vec!["annotate".to_owned(), name, "--overwrite".to_owned()],
            arguments,
        ]
        .concat(),
        None => vec![
            "patch".to_owned(),
            name,
            "--type=json".to_owned(),
            "--patch".to_owned(),
            Json::Array(operations).to_string(),
        ],
    };
    let title = match edit.safety {
        Safety::Safe => edit.title.clone(),
        Safety::Unsafe => format!("{}; may change what runs", edit.title),
    };
    let namespace = object.namespace.filter(|_| object.kind != Kind::Node);
    Some(Run::kubectl(title, cluster, namespace, action))
}

/// The arguments of `kubectl annotate`, where annotations are all that changes.
fn annotation_arguments(operations: &[Json]) -> Option<Vec<String>> {
    let argument = |operation: &Json| {
        let path = operation.get("path")?.as_str()?;
        let key = path.strip_prefix("/metadata/annotations/")?;
        let key = key.replace("~1", "/").replace("~0", "~");
        match operation.get("value") {
            Some(value) => Some(format!("{key}={}", value.as_str()?)),
            None => Some(format!("{key}-")),
        }
    };
    let arguments: Option<Vec<_>> = operations.iter().map(argument).collect();
    arguments.filter(|arguments| !arguments.is_empty())
}

/// The operations of a JSON patch between two values. `None` where a list changes its length: the
/// text does not hold all fields of its members.
fn difference(old: Node<'_>, new: Node<'_>, path: &str, to: &mut Vec<Json>) -> Option<()> {
    if old.is_alias() || new.is_alias() {
        return None;
    }
    match (old.value(), new.value()) {
        (Value::Mapping, Value::Mapping) => {
            for (key, value) in old.entries() {
                let name = key.text()?;
                let path = format!("{path}/{}", pointer(name));
                match new.get(name) {
                    Some(new) => difference(value, new, &path, to)?,
                    None => to.push(json!({"op": "remove", "path": path})),
                }
            }
            for (key, value) in new.entries() {
                let name = key.text()?;
                if old.get(name).is_none() {
                    let path = format!("{path}/{}", pointer(name));
                    to.push(json!({"op": "add", "path": path, "value": value.to_json()?}));
                }
            }
        }
        (Value::Sequence, Value::Sequence) => {
            if old.items().count() != new.items().count() {
                return None;
            }
            for (index, (old, new)) in old.items().zip(new.items()).enumerate() {
                difference(old, new, &format!("{path}/{index}"), to)?;
            }
        }
        (before, after) if before == after => {}
        (Value::Mapping | Value::Sequence, _) => return None,
        _ => to.push(json!({"op": "replace", "path": path, "value": new.to_json()?})),
    }
    Some(())
}

/// A key as a step of a JSON pointer.
fn pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
