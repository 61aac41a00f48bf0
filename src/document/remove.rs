//! Edits of mappings: entries taken away, with their lines or their comma.

use std::sync::Arc;

use crate::remedy::Change;
use crate::text::{Place, Span};

use super::{Node, Value};

/// Takes an entry out of a mapping, whole lines where it has its own. `None` where the mapping
/// belongs to others too (an alias), or where an anchor or a comment would go with the entry.
pub fn remove_entry(mapping: Node<'_>, key: Node<'_>) -> Option<Change> {
    if mapping.is_alias() || mapping.value() != Value::Mapping {
        return None;
    }
    let source = mapping.source();
    let flow = source.slice(mapping.span()).starts_with('{');
    let span = if flow {
        in_flow(mapping, key)?
    } else {
        in_block(mapping, key)?
    };
    let inside = source.slice(span).trim_end();
    // What stands behind an entry on its own last line speaks of the entry.
    let shared = if flow {
        inside.len()
    } else {
        inside.rfind('\n').unwrap_or(0)
    };
    let comment = inside.get(..shared).is_some_and(|text| text.contains('#'));
    let anchor = inside.contains('&');
    (!comment && !anchor).then(|| Change {
        place: Place {
            source: Arc::clone(source),
            span,
        },
        replacement: String::new(),
    })
}

fn in_flow(mapping: Node<'_>, key: Node<'_>) -> Option<Span> {
    let entries: Vec<_> = mapping.entries().collect();
    let index = entries.iter().position(|(name, _)| name.id() == key.id())?;
    let (_, value) = entries.get(index)?;
    let start = key.span().start as usize;
    let end = value.span().end as usize;
    let before = index.checked_sub(1).and_then(|before| entries.get(before));
    let whole = |value: &Node<'_>| !value.span().is_empty();
    Some(match (entries.get(index + 1), before) {
        (Some((next, _)), _) => Span::new(start, next.span().start as usize),
        (None, Some((_, before))) if whole(before) && whole(value) => {
            Span::new(before.span().end as usize, end)
        }
        (None, None) if whole(value) => Span::new(start, end),
        _ => return None,
    })
}

fn in_block(mapping: Node<'_>, key: Node<'_>) -> Option<Span> {
    let source = mapping.source();
    let (_, value) = mapping.entries().find(|(name, _)| name.id() == key.id())?;
    let start = source.line_start(key.span().start);
    let before = source.slice(Span::new(start, key.span().start as usize));
    before.trim().is_empty().then_some(())?;
    let end = value.place().span.end.max(key.span().end) as usize;
    let rest = source.text.get(end..)?;
    let line = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    Some(Span::new(start, end + line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;
    use crate::text::Source;

    /// The text without `metadata.annotations.x`.
    fn without(annotations: &str) -> Option<String> {
        let head = "apiVersion: v1\nkind: Service\nmetadata:\n";
        let text = format!("{head}{annotations}spec: {{}}\n");
        let source = Source::new("a.yaml", text.as_str());
        let reading = document::read(&source, |_, _| true);
        let root = reading.documents[0].root();
        let mapping = root.at(&["metadata", "annotations"]).unwrap();
        let change = remove_entry(mapping, mapping.entry("x").unwrap().0)?;
        let mut after = text;
        after.replace_range(change.place.span.range(), &change.replacement);
        let left = after.strip_prefix(head).unwrap();
        Some(left.strip_suffix("spec: {}\n").unwrap().to_owned())
    }

    #[test]
    fn lines_go_whole() {
        for (before, after) in [
            (
                "  annotations:\n    a: b\n    x: '{}' # old\n    c: d\n",
                "  annotations:\n    a: b\n    c: d\n",
            ),
            (
                "  annotations:\n    # why\n    x: |\n      {\n      }\n\n    c: d\n",
                "  annotations:\n    # why\n\n    c: d\n",
            ),
            (
                "  annotations:\r\n    a: b\r\n    x: c\r\n",
                "  annotations:\r\n    a: b\r\n",
            ),
            (
                "  annotations:\n    a: b\n    x:\n",
                "  annotations:\n    a: b\n",
            ),
        ] {
            assert_eq!(without(before).as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn commas_go_along() {
        for (before, after) in [
            ("{a: b, x: c, d: e}", "{a: b, d: e}"),
            ("{a: b, x: \"c\"}", "{a: b}"),
            ("{x: c, d: e}", "{d: e}"),
            ("{x: c}", "{}"),
        ] {
            let after = format!("  annotations: {after}\n");
            let before = format!("  annotations: {before}\n");
            assert_eq!(without(&before), Some(after), "{before}");
        }
    }

    #[test]
    fn what_others_need_stays() {
        for annotations in [
            "  annotations: {x: &a c, d: *a}\n",
            "  annotations:\n    x: &a c\n    d: *a\n",
            "  annotations: {\n    x: c, # why\n    d: e}\n",
            "  labels: &l {x: c}\n  annotations: *l\n",
        ] {
            assert_eq!(without(annotations), None, "{annotations}");
        }
    }
}
