//! A change inside a scalar changes what the scalar says, and nothing else: the way back from
//! decoded bytes to the file, and the writing of text into a quoting.

#![no_main]

use std::sync::Arc;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use neg_doctor::document::scalar::Style;
use neg_doctor::document::{self, Inner, Node};
use neg_doctor::text::Source;

#[derive(Debug, Arbitrary)]
struct Case<'a> {
    /// The scalar as it is written.
    scalar: &'a str,
    start: u8,
    length: u8,
    replacement: &'a str,
}

fuzz_target!(|case: Case<'_>| {
    let text = format!(
        "apiVersion: v1\nkind: Service\nscalar: {}\nafter: {{a: 1}}\n",
        case.scalar
    );
    let source = Source::new("fuzz.yaml", text.as_str());
    let reading = document::read(&source, |_, _| true);
    let Some(node) = reading
        .documents
        .first()
        .and_then(|it| it.root().get("scalar"))
    else {
        return;
    };
    let Some(inner) = Inner::new(node) else {
        return;
    };
    let said = inner.text();
    let start = usize::from(case.start);
    let range = start..start + usize::from(case.length);
    if said.get(range.clone()).is_none() {
        return;
    }
    let place = inner.place(range.clone());
    assert!(source.text.get(place.span.range()).is_some());
    let Some(change) = inner.change(range.clone(), case.replacement) else {
        return;
    };
    let mut changed = text.clone();
    changed.replace_range(change.place.span.range(), &change.replacement);
    let mut meant = said.to_owned();
    meant.replace_range(range.clone(), case.replacement);
    // Where lines of a block scalar are joined or emptied, its header may count what is left of
    // them as blank lines at the end. No edit does that.
    let is_block = node.style().is_some_and(Style::is_block);
    let line = line_at(&meant, start, start + case.replacement.len());
    if is_block && (said.get(range).is_some_and(|it| it.contains('\n')) || line.trim().is_empty()) {
        return;
    }
    says(&changed, node, &meant);
});

/// The text around a range up to the line breaks.
fn line_at(text: &str, start: usize, end: usize) -> &str {
    let from = text.get(..start).unwrap_or_default().rfind('\n');
    let to = text.get(end..).unwrap_or_default().find('\n');
    let from = from.map_or(0, |newline| newline + 1);
    text.get(from..to.map_or(text.len(), |newline| end + newline))
        .unwrap_or_default()
}

/// After the change the scalar says what was meant. A plain scalar may become another thing as a
/// whole, and the first line of a block scalar tells how far all are indented: both are left to
/// whoever applies edits, who parses again and keeps no file that is broken.
fn says(text: &str, before: Node<'_>, meant: &str) {
    let source = Source::new("fuzz.yaml", text);
    let reading = document::read(&Arc::clone(&source), |_, _| true);
    let scalar = reading
        .documents
        .first()
        .and_then(|it| it.root().get("scalar"));
    let is_loose = before
        .style()
        .is_none_or(|it| it == Style::Plain || it.is_block());
    if is_loose && scalar.and_then(Node::text) != Some(meant) {
        return;
    }
    assert_eq!(scalar.and_then(Node::text), Some(meant), "{text:?}");
}
