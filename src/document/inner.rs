//! Text inside a scalar: what an annotation's JSON says, and which bytes of the file say it.

use std::ops::Range;
use std::sync::OnceLock;

use crate::remedy::Change;
use crate::text::{Place, Span};

use super::node::Node;
use super::scalar::{ByteMap, encode};

/// The decoded text of a scalar, with the way back to the file.
#[derive(Debug, Clone)]
pub struct Inner<'d> {
    node: Node<'d>,
    text: &'d str,
    /// Made once it is asked for; an annotation may hold thousands of places to point at.
    map: OnceLock<Option<ByteMap>>,
}

impl<'d> Inner<'d> {
    /// The text of a scalar; `None` for other nodes.
    pub fn new(node: Node<'d>) -> Option<Self> {
        let node = node.resolved()?;
        let text = node.text()?;
        Some(Self {
            node,
            text,
            map: OnceLock::new(),
        })
    }

    /// The decoded text.
    pub fn text(&self) -> &'d str {
        self.text
    }

    /// The scalar.
    pub fn node(&self) -> Node<'d> {
        self.node
    }

    /// The bytes of the file behind a range of the decoded text; the whole scalar where the way
    /// back cannot be told.
    pub fn place(&self, range: Range<usize>) -> Place {
        let span = self.map().map_or(self.node.span(), |map| {
            let range = map.source(range);
            Span::new(range.start, range.end)
        });
        Place {
            source: self.node.source().clone(),
            span,
        }
    }

    /// Replaces a range of the decoded text, in the scalar's own quoting; `None` where that
    /// cannot be written there.
    pub fn change(&self, range: Range<usize>, replacement: &str) -> Option<Change> {
        let style = self.node.style()?;
        self.map()?;
        let place = self.place(range);
        // A block scalar without text has the bytes of its header, and a blank line in it lacks
        // the indentation that text needs.
        if style.is_block() && (self.text.trim().is_empty() || is_blank_line(&place)) {
            return None;
        }
        Some(Change {
            place,
            replacement: encode(replacement, style)?,
        })
    }

    /// Replaces several ranges, which lie apart from each other; `None` where one of them cannot
    /// be replaced.
    pub fn changes(&self, patches: &[(Range<usize>, String)]) -> Option<Vec<Change>> {
        let change = |(range, text): &(Range<usize>, String)| self.change(range.clone(), text);
        patches.iter().map(change).collect()
    }

    /// A variable that something puts in before the manifest is applied, such as `${NAME}` of
    /// Flux and envsubst: what the text will be is not known.
    pub fn placeholder(&self) -> Option<&'d str> {
        let start = ["${", "$(", "{{", "<%"]
            .iter()
            .filter_map(|open| self.text.find(open))
            .min()?;
        let rest = self.text.get(start..)?;
        let end = rest.find(['}', ')', '>']).unwrap_or(rest.len());
        rest.get(..end)
            .map(|name| name.trim_start_matches(['$', '{', '(', '<', '%', ' ']))
    }

    fn map(&self) -> Option<&ByteMap> {
        let make = || {
            let source = &self.node.source().text;
            let style = self.node.style()?;
            ByteMap::new(source, self.node.span().range(), style, self.text)
        };
        self.map.get_or_init(make).as_ref()
    }
}

/// True where a place begins on a line without text.
fn is_blank_line(place: &Place) -> bool {
    let text = &place.source.text;
    let start = place.source.line_start(place.span.start);
    let line = text.get(start..).unwrap_or_default().lines().next();
    line.is_none_or(|line| line.trim().is_empty())
}
