//! `neg-doctor/ignore: NEG004,drain reason` on an object hides what is said of it.

use crate::document::Document;
use crate::kind::Object;

use super::Reach;
use super::names::Collected;

const KEY: &str = "neg-doctor/ignore";
const HOW: &str = "write the ids or slugs of the rules with commas between them, then the reason";

/// Reads an object's annotation, where it has one. In a manifest it reaches what is said of its
/// text; on a live object all that is said of the object, wherever that is to be seen.
pub(super) fn collect(document: &Document, is_live: bool, collected: &mut Collected<'_>) {
    let annotations = document.root().at(&["metadata", "annotations"]);
    if annotations.is_none_or(|annotations| annotations.get(KEY).is_none()) {
        return;
    }
    let object = Object::new(document);
    let Some(annotation) = object.annotation(KEY) else {
        return;
    };
    let subject = object.subject();
    let inner = annotation.string().and(annotation.inner());
    let Some(inner) = inner.filter(|inner| !inner.text().trim().is_empty()) else {
        let message = format!("`{KEY}` names no rule");
        return collected.trouble(annotation.key.place(), subject, message, HOW);
    };
    for (offset, name) in names(inner.text()) {
        let place = inner.place(offset..offset + name.len());
        let reach = if is_live {
            Reach::Subject
        } else {
            Reach::Object(document.root().span())
        };
        collected.name(name, place, &subject, reach);
    }
}

/// The names at the start of a text, with their offsets: words with commas between them.
fn names(text: &str) -> Vec<(usize, &str)> {
    let mut names = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let ends = |letter: char| letter == ',' || letter.is_whitespace();
        let (name, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        names.push((text.len() - rest.len(), name));
        match after.trim_start().strip_prefix(',') {
            Some(more) => rest = more.trim_start(),
            None => return names,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_where_no_comma_follows() {
        for (text, expected) in [
            ("NEG004", &["NEG004"][..]),
            (" NEG004,drain because of, say, this", &["NEG004", "drain"]),
            ("NEG004 , drain\n", &["NEG004", "drain"]),
            ("NEG004,", &["NEG004", ""]),
            (",NEG004", &["", "NEG004"]),
        ] {
            let found = names(text);
            let words: Vec<&str> = found.iter().map(|(_, name)| *name).collect();
            assert_eq!(words, expected, "{text}");
            for (offset, name) in found {
                assert_eq!(&text[offset..offset + name.len()], name);
            }
        }
    }
}
