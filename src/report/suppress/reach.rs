//! How far up from a label a comment may stand: a value of several lines takes no comment inside,
//! so the line of its key will do.

use crate::document::{Document, Node};
use crate::text::Span;

/// The byte at which the first line starts that a comment about `offset` may be meant for: the
/// line of the key where the byte lies in a scalar, else its own.
pub(super) fn first_line(document: &Document, offset: u32) -> usize {
    let source = document.source();
    let holds = |span: Span| (span.start..=span.end).contains(&offset);
    let mut node = document.root();
    // What an alias leads to stands elsewhere.
    while !node.is_alias() {
        let entry = node.entries().find(|(_, value)| holds(value.span()));
        if let Some((key, value)) = entry {
            if value.style().is_some() {
                return source.line_start(key.span().start);
            }
            node = value;
            continue;
        }
        let mut before = None;
        let item = node.items().find(|item| {
            let found = holds(item.span());
            if !found {
                before = Some(*item);
            }
            found
        });
        match item {
            Some(item) if item.style().is_some() => return item_line(node, before),
            Some(item) => node = item,
            None => break,
        }
    }
    source.line_start(offset)
}

/// The first line that can hold the dash of an item: the one after the item before it.
fn item_line(list: Node<'_>, before: Option<Node<'_>>) -> usize {
    let source = list.source();
    let Some(before) = before else {
        return source.line_start(list.span().start);
    };
    let end = before.span().range().start + before.place().text().trim_end().len();
    let rest = source.text.get(end..).unwrap_or_default();
    rest.find('\n').map_or(end, |newline| end + newline + 1)
}
