//! The header of a snapshot: what was read, when, and how much of it that is.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::snapshot::{API_VERSION, KIND, minor_version};

use super::list::{List, Outcome};

/// What a header says.
pub(super) struct Facts<'f> {
    pub(super) name: &'f str,
    pub(super) time: Timestamp,
    pub(super) version: Option<&'f str>,
    pub(super) namespace: &'f str,
    pub(super) namespaces: Option<&'f [String]>,
    pub(super) selector: Option<&'f str>,
    pub(super) lists: &'f [List],
}

/// The header as a document.
pub(super) fn print(facts: &Facts<'_>) -> Document {
    let mut header = Map::new();
    let mut say = |name: &str, value: Value| header.insert(name.to_owned(), value);
    say("apiVersion", json!(API_VERSION));
    say("kind", json!(KIND));
    say("metadata", json!({ "name": facts.name }));
    let time = Timestamp::from_second(facts.time.as_second()).unwrap_or(facts.time);
    say("time", json!(time.to_string()));
    // What was built by hand calls itself 0.0, which says nothing.
    let is_release = |version: &&str| minor_version(version).is_some_and(|(major, _)| major > 0);
    if let Some(version) = facts.version.filter(is_release) {
        say("version", json!(version));
    }
    say("namespace", json!(facts.namespace));
    if let Some(namespaces) = facts.namespaces {
        say("namespaces", json!(namespaces));
    }
    if let Some(selector) = facts.selector {
        say("selector", json!(selector));
    }
    let named = |wanted: fn(&Outcome) -> bool| -> Vec<String> {
        let lists = facts.lists.iter().filter(|list| wanted(&list.outcome));
        lists.map(|list| list.resource.name()).collect()
    };
    say(
        "read",
        json!(named(|outcome| matches!(outcome, Outcome::Whole))),
    );
    say(
        "notServed",
        json!(named(|outcome| matches!(outcome, Outcome::NotServed))),
    );
    let unread: Vec<Value> = facts.lists.iter().filter_map(unread).collect();
    say("unread", json!(unread));
    Document::print(
        format!("{}/snapshot.yaml", facts.name),
        &Value::Object(header),
    )
}

fn unread(list: &List) -> Option<Value> {
    let Outcome::Gap { reason, needs } = &list.outcome else {
        return None;
    };
    Some(json!({
        "resource": list.resource.name(),
        "part": !list.documents.is_empty(),
        "reason": reason,
        "needs": needs,
    }))
}
