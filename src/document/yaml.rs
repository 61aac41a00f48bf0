//! YAML text to trees: one tree for each stretch between document markers, so that a broken
//! document costs only itself. `---` at a line's start ends every scalar (YAML 1.2.2, 9.1.3), so
//! the stretches are found without parsing, and parsed side by side.

use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, options};

use crate::text::{Source, Span};

use super::scalar::Style;
use super::tree::{NodeId, Shape, Tree};
use super::{Broken, Parsed};

/// Deeper nesting than this is refused; real objects stay under 30.
const MAX_DEPTH: usize = 200;

/// The byte ranges of a text's documents, markers and leading comments included.
pub(super) fn split(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    for dash in memchr::memmem::find_iter(bytes, "---") {
        let at_line_start = dash == 0 || bytes.get(dash - 1) == Some(&b'\n');
        let ends = matches!(
            bytes.get(dash + 3),
            None | Some(b' ' | b'\t' | b'\n' | b'\r')
        );
        // A directive (`%YAML`) belongs to the marker after it.
        let stretch = text.get(start..dash).unwrap_or_default();
        if at_line_start && ends && dash > start && !is_prefix(stretch) {
            spans.push(Span::new(start, dash));
            start = dash;
        }
    }
    spans.push(Span::new(start, bytes.len()));
    spans
}

/// True where a stretch holds only directives, comments and blank lines, and a directive at all.
fn is_prefix(stretch: &str) -> bool {
    stretch.contains('%')
        && stretch
            .trim_start_matches('\u{feff}')
            .lines()
            .all(|line| line.starts_with('%') || line.starts_with('#') || line.trim().is_empty())
}

/// Parses one stretch. The result's spans count from the start of the whole text.
pub(super) fn parse(source: &Arc<Source>, span: Span) -> Result<Parsed, Broken> {
    let text = source.slice(span);
    let base = span.start as usize;
    let mut builder = Builder {
        tree: Tree::new(Arc::clone(source)),
        base,
        open: Vec::new(),
        anchors: Vec::new(),
        roots: Vec::new(),
        comments: Vec::new(),
    };
    let options = options! {
        emit_comments: memchr::memmem::find(text.as_bytes(), b"neg-doctor").is_some(),
        emit_unresolved_aliases: true,
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
        max_buffered_comment_events: 100_000,
        simple_key_max_lookahead: 1_000_000,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| broken(source, base, &error))?;
        let range = span.byte_range().unwrap_or_default();
        builder.take(&event, Span::new(base + range.start, base + range.end));
    }
    builder.tree.shrink();
    Ok(Parsed {
        tree: Arc::new(builder.tree),
        roots: builder.roots,
        comments: builder.comments,
    })
}

fn broken(source: &Arc<Source>, base: usize, error: &ScanError) -> Broken {
    let offset = base + error.marker().byte_offset().unwrap_or_default();
    Broken::at(source, offset, error.info())
}

/// A collection that is still open.
struct Open {
    id: NodeId,
    last: Option<NodeId>,
}

struct Builder {
    tree: Tree,
    base: usize,
    open: Vec<Open>,
    anchors: Vec<Option<NodeId>>,
    roots: Vec<NodeId>,
    comments: Vec<Span>,
}

impl Builder {
    fn take(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let style = style_of(*style);
                // `!!int "80"` and the like are left strings: the API server reads JSON, where the
                // tag is gone and only the plain form counts.
                let shape = match tag {
                    Some(_) => Shape::Tagged(style),
                    None => Shape::Scalar(style),
                };
                let id = self.tree.add_scalar(shape, span, value);
                self.place(id, *anchor);
            }
            Event::MappingStart(_, anchor, _) => self.open(Shape::Mapping, span, *anchor),
            Event::SequenceStart(_, anchor, _) => self.open(Shape::Sequence, span, *anchor),
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(closed) = self.open.pop() {
                    self.tree.close(closed.id, self.end_of(&closed, span));
                }
            }
            Event::Alias(anchor) => {
                let target = self.anchors.get(*anchor).copied().flatten();
                let id = self.tree.add_alias(span, target);
                self.place(id, 0);
            }
            Event::UnresolvedAlias(_) => {
                let id = self.tree.add_alias(span, None);
                self.place(id, 0);
            }
            Event::Comment(..) => self.comments.push(span),
            _ => {}
        }
    }

    fn open(&mut self, shape: Shape, span: Span, anchor: usize) {
        let id = self.tree.add(shape, span);
        self.place(id, anchor);
        self.open.push(Open { id, last: None });
    }

    fn place(&mut self, id: NodeId, anchor: usize) {
        if anchor > 0 {
            self.anchors
                .resize(self.anchors.len().max(anchor + 1), None);
            if let Some(slot) = self.anchors.get_mut(anchor) {
                *slot = Some(id);
            }
        }
        match self.open.last_mut() {
            None => self.roots.push(id),
            Some(parent) => parent.last = Some(id),
        }
    }

    /// The end of a collection: a block collection's end event stands where the next token
    /// begins, so white space and comments before it are given back. What looks like a comment at
    /// the end of a block scalar is its content, and stays.
    fn end_of(&self, closed: &Open, span: Span) -> usize {
        if !span.is_empty() {
            return span.end as usize;
        }
        let before = |end: u32| {
            let text = &self.tree.source().text;
            text.get(self.base..end as usize).unwrap_or_default()
        };
        let last = closed.last.map(|last| self.tree.node(last).span());
        let content = last
            .filter(|last| !last.is_empty())
            .map_or(0, |last| before(last.end).trim_end().len());
        let mut kept = before(span.start).trim_end();
        while kept.len() > content {
            let line_start = kept.rfind('\n').map_or(0, |newline| newline + 1);
            let line = kept.get(line_start..).unwrap_or_default().trim_start();
            if !line.starts_with('#') && !line.is_empty() {
                break;
            }
            kept = kept.get(..line_start).unwrap_or_default().trim_end();
        }
        self.base + kept.len()
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

#[cfg(test)]
mod tests {
    use crate::document;
    use crate::text::Source;

    #[test]
    fn collections_end_with_their_content() {
        let cases = [
            ("x:\n  a: 1\n\n  # on b\nb: 2\n", "a: 1"),
            ("x:\n  a:\n  # on b\nb: 2\n", "a:"),
            (
                "x:\n  a: |\n    t\n    # text\n# on b\nb: 2\n",
                "a: |\n    t\n    # text",
            ),
            (
                "x:\n  - y:\n      - >-\n        # text\n\n",
                "- y:\n      - >-\n        # text",
            ),
        ];
        for (text, expected) in cases {
            let text = format!("apiVersion: v1\nkind: ConfigMap\n{text}");
            let source = Source::new("a.yaml", text);
            let reading = document::read(&source, |_, _| true);
            let x = reading.documents[0].root().get("x").unwrap();
            assert_eq!(source.slice(x.span()), expected);
        }
    }
}
