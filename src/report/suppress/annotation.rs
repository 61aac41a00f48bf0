//! `neg-doctor/ignore: NEG004,drain reason` on an object hides what is said of it.

use crate::document::Document;
use crate::finding::Subject;
use crate::kind::{Annotation, Object};
use crate::rules::Row;

use super::names::{Trouble, rule};
use super::{Reach, Suppression};

const KEY: &str = "neg-doctor/ignore";
const HOW: &str = "write the ids or slugs of the rules with commas between them, then the reason";

/// Reads an object's annotation, where it has one.
pub(super) fn collect(
    document: &Document,
    known: &[&'static Row],
    take: &mut impl FnMut(Result<Suppression, Trouble>),
) {
    let object = Object::new(document);
    let Some(annotation) = object.annotation(KEY) else {
        return;
    };
    let subject = object.subject();
    let inner = annotation.string().and(annotation.inner());
    let Some(inner) = inner.filter(|inner| !inner.text().trim().is_empty()) else {
        return take(Err(no_rule(annotation, subject)));
    };
    for (offset, name) in names(inner.text()) {
        let place = inner.place(offset..offset + name.len());
        let row = rule(name, &place, &subject, known);
        take(row.map(|rule| Suppression {
            rule,
            place,
            subject: subject.clone(),
            reach: Reach::Object(document.root().span()),
        }));
    }
}

fn no_rule(annotation: Annotation<'_>, subject: Subject) -> Trouble {
    Trouble {
        place: annotation.key.place(),
        subject,
        message: format!("`{KEY}` names no rule"),
        help: HOW.to_owned(),
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
