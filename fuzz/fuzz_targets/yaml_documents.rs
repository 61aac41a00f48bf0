//! Any text is read without a panic, and what is found lies in it: every node, comment and fault
//! on character borders, children within their parent.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use neg_doctor::check;
use neg_doctor::document::{self, Node, Value};
use neg_doctor::text::{Place, Source};

fuzz_target!(|text: &str| {
    for name in ["fuzz.yaml", "fuzz.json"] {
        let source = Source::new(name, text);
        check::read(&[Arc::clone(&source)]);
        let reading = document::read(&source, |_, _| true);
        for document in &reading.documents {
            walk(document.root());
            document.type_meta();
        }
        for place in &reading.comments {
            lies_in_text(place);
        }
        for broken in &reading.broken {
            lies_in_text(&broken.place);
        }
        assert!(reading.objects >= reading.documents.len());
    }
});

fn walk(node: Node<'_>) {
    lies_in_text(&node.place());
    // An alias's children stand where it leads; they are seen there.
    if node.is_alias() {
        return;
    }
    match node.value() {
        Value::Mapping => {
            for (key, value) in node.entries() {
                within(node, key);
                within(node, value);
                walk(key);
                walk(value);
                if let Some(name) = key.text() {
                    assert!(node.get(name).is_some());
                }
            }
        }
        Value::Sequence => {
            for item in node.items() {
                within(node, item);
                walk(item);
            }
        }
        _ => assert!(node.text().is_some()),
    }
}

/// The blank lines at a block scalar's end are its own and nobody else's.
fn within(outer: Node<'_>, inner: Node<'_>) {
    let text = &outer.source().text;
    let content = text.get(..inner.span().range().end).map(str::trim_end);
    let ends = inner.span().end <= outer.span().end
        || content.is_some_and(|content| content.len() <= outer.span().range().end);
    assert!(
        outer.span().start <= inner.span().start && ends,
        "{inner:?} is not within {outer:?}"
    );
}

fn lies_in_text(place: &Place) {
    let range = place.span.range();
    assert!(place.source.text.get(range).is_some(), "{:?}", place.span);
    assert!(place.start() <= place.end());
}
