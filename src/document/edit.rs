//! Edits of mappings: new entries, in the style, indentation and line ends of their neighbours.

use std::sync::Arc;

use crate::remedy::Change;
use crate::text::{Place, Span};

use super::node::{Node, Value};
use super::scalar::{Style, encode};

/// Puts an entry into a mapping that lacks the key; `value` is a string. `None` where the mapping
/// belongs to others too (an alias) or where its text cannot be told apart well enough.
pub fn insert_entry(mapping: Node<'_>, key: &str, value: &str) -> Option<Change> {
    insert(mapping, &[key], value)
}

/// Puts an annotation into an object that lacks it, together with `annotations` where needed.
pub fn insert_annotation(root: Node<'_>, key: &str, value: &str) -> Option<Change> {
    let (_, metadata) = own_entry(root, "metadata")?;
    let Some((name, annotations)) = own_entry(metadata, "annotations") else {
        let merged = metadata.get("annotations").is_some();
        return (!merged).then(|| insert(metadata, &["annotations", key], value))?;
    };
    if annotations.value() == Value::Null && annotations.span().is_empty() {
        let indent = format!("{}  ", indentation(name)?);
        let line = rest_of_line(name, name.span().end as usize);
        let blank = line.trim_start_matches(':').trim_start();
        let takes = line.starts_with(':') && (blank.is_empty() || blank.starts_with('#'));
        return takes.then(|| after_line_of(name, &indent, &block(name, &[key], value, &indent)));
    }
    insert(annotations, &[key], value)
}

/// The entry that the mapping itself has, not one that a merge key brings.
fn own_entry<'d>(mapping: Node<'d>, key: &str) -> Option<(Node<'d>, Node<'d>)> {
    let own = |(name, _): &(Node<'_>, Node<'_>)| name.text() == Some(key);
    mapping.entries().filter(own).last()
}

fn insert(mapping: Node<'_>, keys: &[&str], value: &str) -> Option<Change> {
    if mapping.is_alias() || mapping.value() != Value::Mapping {
        return None;
    }
    let text = mapping.source().slice(mapping.span());
    let first = mapping.entries().next();
    if text.starts_with('{') {
        return Some(insert_in_flow(
            mapping,
            first.map(|(key, _)| key),
            keys,
            value,
        ));
    }
    let (first, _) = first?;
    let indent = indentation(first)?;
    let new = block(mapping, keys, value, &indent);
    let after = mapping
        .entries()
        .filter(|(key, value)| is_one_line(*key, *value))
        .last();
    if let Some((_, neighbour)) = after {
        return Some(after_line_of(neighbour, &indent, &new));
    }
    let new = format!("{new}{}{indent}", line_end(mapping));
    Some(change(mapping, first.span().start as usize, new))
}

fn insert_in_flow(
    mapping: Node<'_>,
    first: Option<Node<'_>>,
    keys: &[&str],
    value: &str,
) -> Change {
    let source = mapping.source();
    let is_json = source
        .text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with(['{', '['])
        || first.is_some_and(|first| source.slice(first.span()).starts_with('"'));
    let mut new = scalar(value, is_json);
    for (depth, key) in keys.iter().rev().enumerate() {
        new = format!("{}: {new}", scalar(key, is_json));
        if depth + 1 < keys.len() {
            new = format!("{{{new}}}");
        }
    }
    let Some(first) = first else {
        return Change {
            place: mapping.place(),
            replacement: format!("{{{new}}}"),
        };
    };
    let before = Span::new(
        mapping.span().start as usize + 1,
        first.span().start as usize,
    );
    let blank = source.slice(before);
    let gap = if blank.contains('\n') && blank.trim().is_empty() {
        blank
    } else {
        " "
    };
    change(mapping, first.span().start as usize, format!("{new},{gap}"))
}

/// The lines of a new entry, without the first one's indentation.
fn block(near: Node<'_>, keys: &[&str], value: &str, indent: &str) -> String {
    let mut new = String::new();
    for (depth, key) in keys.iter().enumerate() {
        if depth > 0 {
            new.push_str(line_end(near));
            new.push_str(indent);
            new.push_str(&"  ".repeat(depth));
        }
        new.push_str(&scalar(key, false));
        new.push(':');
    }
    format!("{new} {}", scalar(value, false))
}

/// The blanks under which the entries of this key's mapping stand; `None` where more than blanks
/// and the dashes of list items stands before it.
fn indentation(key: Node<'_>) -> Option<String> {
    let start = key.source().line_start(key.span().start);
    let before = key
        .source()
        .slice(Span::new(start, key.span().start as usize));
    let plain = before.chars().all(|char| char == ' ' || char == '-');
    plain.then(|| " ".repeat(before.len()))
}

/// True where key and value stand on one line that ends with them.
fn is_one_line(key: Node<'_>, value: Node<'_>) -> bool {
    let whole = Span::new(key.span().start as usize, value.span().end as usize);
    let rest = rest_of_line(value, value.span().end as usize).trim();
    value.style().is_some_and(|style| !style.is_block())
        && !value.span().is_empty()
        && !key.source().slice(whole).contains('\n')
        && (rest.is_empty() || rest.starts_with('#'))
}

fn rest_of_line(node: Node<'_>, from: usize) -> &str {
    let text = node.source().text.get(from..).unwrap_or_default();
    text.lines().next().unwrap_or_default()
}

fn after_line_of(node: Node<'_>, indent: &str, new: &str) -> Change {
    let end = node.span().end as usize;
    let at = end + rest_of_line(node, end).len();
    change(node, at, format!("{}{indent}{new}", line_end(node)))
}

fn change(node: Node<'_>, at: usize, replacement: String) -> Change {
    Change {
        place: Place {
            source: Arc::clone(node.source()),
            span: Span::new(at, at),
        },
        replacement,
    }
}

fn line_end(node: Node<'_>) -> &'static str {
    if node.source().text.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    }
}

/// A string as a scalar of its own.
fn scalar(text: &str, is_json: bool) -> String {
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || "./_-".contains(char))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_ascii_lowercase().as_str());
    let quoted = encode(text, Style::SingleQuoted).filter(|_| !is_json);
    match quoted {
        Some(_) if is_word => text.to_owned(),
        Some(quoted) => format!("'{quoted}'"),
        None => {
            let escaped = encode(text, Style::JsonString).unwrap_or_default();
            format!("\"{escaped}\"")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;
    use crate::text::Source;

    fn annotated(text: &str) -> Option<String> {
        let source = Source::new("a.yaml", text);
        let reading = document::read(&source, |_, _| true);
        let change = insert_annotation(reading.documents[0].root(), "x/y", "{\"a\": 1}")?;
        let mut text = text.to_owned();
        text.replace_range(change.place.span.range(), &change.replacement);
        let again = document::read(&Source::new("a.yaml", text.as_str()), |_, _| true);
        let root = again.documents[0].root();
        let read = root.at(&["metadata", "annotations", "x/y"]).unwrap();
        assert_eq!(read.string(), Some("{\"a\": 1}"), "{text}");
        assert_eq!(
            root.at(&["metadata", "name"]).and_then(Node::text),
            Some("n")
        );
        Some(text)
    }

    const HEAD: &str = "apiVersion: v1\nkind: Service\n";

    #[test]
    fn block_mappings_keep_their_indentation() {
        for (before, after) in [
            (
                "metadata:\n  name: n # the name\n  labels:\n    a: b\nspec: {}\n",
                "metadata:\n  name: n # the name\n  annotations:\n    x/y: '{\"a\": 1}'\n  labels:\n    a: b\nspec: {}\n",
            ),
            (
                "metadata:\n    annotations:\n        # why\n        a: |\n          {}\n    name: n",
                "metadata:\n    annotations:\n        # why\n        x/y: '{\"a\": 1}'\n        a: |\n          {}\n    name: n",
            ),
            (
                "metadata:\n  name: n\n  annotations: # none\nspec: {}\n",
                "metadata:\n  name: n\n  annotations: # none\n    x/y: '{\"a\": 1}'\nspec: {}\n",
            ),
        ] {
            let after = format!("{HEAD}{after}");
            assert_eq!(annotated(&format!("{HEAD}{before}")), Some(after));
        }
    }

    #[test]
    fn line_ends_are_kept() {
        let text = "apiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: n\r\n";
        let after = format!("{text}  annotations:\r\n    x/y: '{{\"a\": 1}}'\r\n");
        assert_eq!(annotated(text), Some(after));
    }

    #[test]
    fn flow_mappings_and_json_stay_such() {
        for (before, after) in [
            (
                "metadata: {name: n}",
                "metadata: {annotations: {x/y: '{\"a\": 1}'}, name: n}",
            ),
            (
                "metadata: {name: n, annotations: {}}",
                "metadata: {name: n, annotations: {x/y: '{\"a\": 1}'}}",
            ),
        ] {
            let after = format!("{HEAD}{after}");
            assert_eq!(annotated(&format!("{HEAD}{before}")), Some(after));
        }
        let json = "{\n  \"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\n    \"name\": \"n\"\n  }\n}";
        let after = json.replace(
            "\"name\"",
            "\"annotations\": {\"x/y\": \"{\\\"a\\\": 1}\"},\n    \"name\"",
        );
        assert_eq!(annotated(json), Some(after));
    }

    #[test]
    fn what_others_share_is_left_alone() {
        for metadata in [
            "x: &m {name: n}\nmetadata: *m",
            "x: &m {annotations: {a: b}}\nmetadata:\n  <<: *m\n  name: n",
            "metadata:\n  name: n\n  annotations: ~",
        ] {
            assert_eq!(annotated(&format!("{HEAD}{metadata}")), None, "{metadata}");
        }
    }

    #[test]
    fn entries_of_list_items_stand_under_the_first() {
        let text = format!("{HEAD}items:\n- - backend:\n      a: b\n");
        let source = Source::new("a.yaml", text.as_str());
        let reading = document::read(&source, |_, _| true);
        let items = reading.documents[0].root().get("items").unwrap();
        let item = items.items().next().unwrap().items().next().unwrap();
        let change = insert_entry(item, "pathType", "Exact").unwrap();
        let mut after = text;
        after.replace_range(change.place.span.range(), &change.replacement);
        assert!(
            after.ends_with("items:\n- - pathType: Exact\n    backend:\n      a: b\n"),
            "{after}"
        );
    }
}
