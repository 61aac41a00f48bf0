//! How far up from a label a comment may stand: a value of several lines takes no comment inside,
//! so the line of its key will do.

use crate::document::{Document, Node};
use crate::text::Span;

/// The scalars of a document that end on another line than their key or dash begins, in the order
/// of the text.
#[derive(Debug)]
pub(super) struct Scalars(Vec<(Span, usize)>);

impl Scalars {
    pub(super) fn new(document: &Document) -> Self {
        let mut scalars = Vec::new();
        let mut pending = vec![document.root()];
        while let Some(node) = pending.pop() {
            // What an alias leads to stands elsewhere.
            if node.is_alias() {
                continue;
            }
            for (key, value) in node.entries() {
                match value.style() {
                    Some(_) => scalars.extend(spread(key.span().start, value)),
                    None => pending.push(value),
                }
            }
            let mut from = node.span().start;
            for item in node.items() {
                match item.style() {
                    Some(_) => scalars.extend(spread(from, item)),
                    None => pending.push(item),
                }
                from = line_after(item).unwrap_or(item.span().end);
            }
        }
        scalars.sort_unstable_by_key(|(span, _)| *span);
        Self(scalars)
    }

    /// The start of the line of the key, or after the item before, where a byte lies in such a
    /// scalar.
    pub(super) fn first_line(&self, offset: u32) -> Option<usize> {
        let after = self.0.partition_point(|(span, _)| span.start <= offset);
        let (span, line) = self.0.get(after.checked_sub(1)?)?;
        (offset <= span.end).then_some(*line)
    }
}

/// The span of a scalar and the start of the line that `from` is on, if the scalar goes beyond it.
fn spread(from: u32, scalar: Node<'_>) -> Option<(Span, usize)> {
    let (source, span) = (scalar.source(), scalar.span());
    let whole = source.text.get(from as usize..span.end as usize)?;
    whole
        .contains('\n')
        .then(|| (span, source.line_start(from)))
}

/// The first byte of the line after an item: the next item's dash stands there or below.
fn line_after(item: Node<'_>) -> Option<u32> {
    let end = item.span().range().start + item.source().slice(item.span()).trim_end().len();
    let newline = item.source().text.get(end..)?.find('\n')?;
    Some((end + newline + 1) as u32)
}
