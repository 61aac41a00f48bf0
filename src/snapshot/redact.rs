//! `--redact-names`: a snapshot with other names that says the same. A name becomes the same other
//! name wherever it stands: in references, labels, annotations, messages and links. The names that
//! the controller makes of others are made anew of theirs.
//!
//! Kept are what rules compare with values they know: kinds, zones, IP addresses, ports and their
//! names, keys of labels and annotations, UIDs, versions, and the names that every cluster has.

mod names;

use std::sync::Arc;

use serde_json::{Map, Number, Value};

use crate::document::{self, Document, Node};

use super::{Header, HeaderError, Snapshot};
use names::Names;

/// Members whose strings are words of the API, and no names.
const WORDS: &[&str] = &[
    "apiVersion",
    "kind",
    "type",
    "protocol",
    "appProtocol",
    "operator",
    "phase",
    "scheme",
    "pathType",
    "uid",
    "resource",
    "time",
    "version",
    "controllerName",
    "ingressClassName",
    "gatewayClassName",
    "read",
    "notServed",
];

/// The snapshot under other names.
pub fn redact(snapshot: &Snapshot) -> Result<Snapshot, HeaderError> {
    let header = value(snapshot.header.document.root());
    let names = Names::of(&header, &mut objects(snapshot), &mut objects(snapshot));
    let print = |source: &str, object: &Value| {
        // The name of a document is made of names.
        let origin: Vec<_> = source.split('/').map(|part| names.in_text(part)).collect();
        Document::print(origin.join("/"), &renamed(object, &names))
    };
    let header = print(&snapshot.header.document.source().origin, &header);
    let origins = snapshot
        .documents
        .iter()
        .map(|document| &document.source().origin);
    let documents = origins.zip(objects(snapshot));
    Ok(Snapshot {
        header: Arc::new(Header::read(&header)?),
        documents: documents
            .map(|(origin, object)| print(origin, &object))
            .collect(),
    })
}

/// The objects as JSON, one at a time: all of them at once are large.
fn objects(snapshot: &Snapshot) -> impl Iterator<Item = Value> {
    snapshot
        .documents
        .iter()
        .map(|document| value(document.root()))
}

fn renamed(value: &Value, names: &Names) -> Value {
    match value {
        Value::String(text) => names.in_text(text).into(),
        Value::Array(items) => items.iter().map(|item| renamed(item, names)).collect(),
        Value::Object(members) => {
            let member = |(key, value): (&String, &Value)| {
                let value = match (key.as_str(), value) {
                    // `auto` stands for the proxy of a mesh.
                    ("image", Value::String(image)) if image != "auto" => "image".into(),
                    (key, value) if WORDS.contains(&key) && !value.is_object() => value.clone(),
                    (_, value) => renamed(value, names),
                };
                (key.clone(), value)
            };
            members.iter().map(member).collect::<Map<_, _>>().into()
        }
        _ => value.clone(),
    }
}

/// A node as JSON. What came from JSON has no aliases, and no cycles.
fn value(node: Node<'_>) -> Value {
    match node.value() {
        document::Value::Null => Value::Null,
        document::Value::Bool(value) => value.into(),
        document::Value::Int(number) => number.into(),
        document::Value::Float(number) => Number::from_f64(number).into(),
        document::Value::String(text) => text.into(),
        document::Value::Sequence => node.items().map(value).collect(),
        document::Value::Mapping => {
            let entries = node.entries();
            let member =
                |(key, member): (Node<'_>, Node<'_>)| Some((key.text()?.to_owned(), value(member)));
            entries.filter_map(member).collect::<Map<_, _>>().into()
        }
    }
}
