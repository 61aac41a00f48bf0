//! Where the bytes of a scalar's decoded value stand in the file.
//!
//! A parser reports a scalar's value and the bytes of the whole scalar. To point into the JSON of
//! an annotation's value, the scalar is decoded a second time and each step notes which bytes it
//! read. The parser's value decides whether that went right: where the two differ there is no map.

mod decode;
mod encode;

use std::ops::Range;

use crate::text::Span;

pub use encode::encode;
pub(super) use encode::is_plain;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// YAML without quotes.
    Plain,
    /// YAML in `'`.
    SingleQuoted,
    /// YAML in `"`.
    DoubleQuoted,
    /// YAML after `|`.
    Literal,
    /// YAML after `>`.
    Folded,
    /// A string of a JSON file.
    JsonString,
}

impl Style {
    /// True where quotes stand around the text.
    pub fn is_quoted(self) -> bool {
        matches!(
            self,
            Self::SingleQuoted | Self::DoubleQuoted | Self::JsonString
        )
    }

    /// True for the styles with a header line of their own.
    pub fn is_block(self) -> bool {
        matches!(self, Self::Literal | Self::Folded)
    }
}

/// Where each byte of a scalar's decoded value stands in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByteMap {
    /// In order and without a gap in `decoded`. Source bytes between two runs decode to nothing.
    runs: Vec<Run>,
    /// Where text appended to the value would stand.
    end: usize,
}

/// A stretch of the value and the bytes that decode to it: byte for byte where both are equally
/// long, otherwise indivisible (an escape, a folded line break).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    decoded: Span,
    source: Span,
}

impl Run {
    fn is_verbatim(self) -> bool {
        self.decoded.range().len() == self.source.range().len()
    }

    fn continues_in(self, next: Self) -> bool {
        self.is_verbatim() && next.is_verbatim() && self.source.end == next.source.start
    }

    /// Where the source behind the value's `decoded..` begins or `..decoded` ends; `indivisible`
    /// is the answer for a run that has no inner places.
    fn place(self, decoded: usize, indivisible: u32) -> usize {
        if self.is_verbatim() {
            self.source.range().start + decoded.saturating_sub(self.decoded.range().start)
        } else {
            indivisible as usize
        }
    }
}

impl ByteMap {
    /// Maps the scalar at `span` of `source`, of which a parser says that it decodes to `decoded`.
    ///
    /// `span` is what `granit-parser` reports: with the quotes; for a block scalar from the first
    /// character of its first line that is not empty. `None` where decoding gives anything else
    /// than `decoded`; then only the whole scalar can be pointed at.
    pub fn new(source: &str, span: Range<usize>, style: Style, decoded: &str) -> Option<Self> {
        decode::decode(source, span, style, decoded)
    }

    /// The source bytes which decode to these bytes of the value, both on character borders.
    ///
    /// An escape is covered whole. A line break covers the indentation of the line it begins, and
    /// the blanks and breaks folded together with it. An empty range gives the place to insert at;
    /// what lies beyond the value is taken as its end.
    pub fn source(&self, decoded: Range<usize>) -> Range<usize> {
        let start = self
            .run_holding(decoded.start)
            .map_or(self.end, |run| run.place(decoded.start, run.source.start));
        if decoded.is_empty() {
            return start..start;
        }
        let end = self
            .run_holding(decoded.end - 1)
            .map_or(self.end, |run| run.place(decoded.end, run.source.end));
        start..end
    }

    fn run_holding(&self, decoded: usize) -> Option<Run> {
        let after = |run: &Run| run.decoded.range().end <= decoded;
        self.runs.get(self.runs.partition_point(after)).copied()
    }
}
