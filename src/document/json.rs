//! JSON text to a tree.

use std::sync::Arc;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, parse_to_ast};

use crate::json::STRICT;
use crate::text::{Source, Span};

use super::scalar::Style;
use super::tree::{NodeId, Shape, Tree};
use super::{Broken, Parsed};

/// The lines of a text of which each is an object; `None` for any other text, and for one line.
pub(super) fn lines(text: &str) -> Option<Vec<Span>> {
    let mut at = 0;
    let mut spans = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let object = line.trim_start_matches('\u{feff}').trim();
        if object.is_empty() {
            continue;
        }
        if !object.starts_with('{') || !object.ends_with('}') {
            return None;
        }
        spans.push(Span::new(start, at));
    }
    (spans.len() > 1).then_some(spans)
}

/// Parses a stretch of JSON text.
pub(super) fn parse(source: &Arc<Source>, span: Span) -> Result<Parsed, Broken> {
    let whole = source.slice(span);
    let text = whole.trim_start_matches('\u{feff}');
    let base = span.range().end - text.len();
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        Broken::at(source, base + error.range().start, error.kind().to_string())
    })?;
    let mut builder = Builder {
        tree: Tree::new(Arc::clone(source)),
        base,
    };
    let roots = parsed
        .value
        .iter()
        .map(|value| builder.value(value))
        .collect();
    builder.tree.shrink();
    Ok(Parsed {
        tree: Arc::new(builder.tree),
        roots,
        comments: Vec::new(),
    })
}

struct Builder {
    tree: Tree,
    base: usize,
}

impl Builder {
    fn span(&self, node: &impl Ranged) -> Span {
        Span::new(self.base + node.start(), self.base + node.end())
    }

    /// Depth is bounded by the parser's own limit of 512.
    fn value(&mut self, value: &ast::Value<'_>) -> NodeId {
        let span = self.span(value);
        match value {
            ast::Value::StringLit(string) => {
                self.tree
                    .add_scalar(Shape::Scalar(Style::JsonString), span, &string.value)
            }
            ast::Value::Object(object) => {
                let id = self.tree.add(Shape::Mapping, span);
                for property in &object.properties {
                    let (name, name_span) = (&property.name, self.span(&property.name));
                    let shape = Shape::Scalar(Style::JsonString);
                    self.tree.add_scalar(shape, name_span, name.as_str());
                    self.value(&property.value);
                }
                self.tree.close(id, span.end as usize);
                id
            }
            ast::Value::Array(array) => {
                let id = self.tree.add(Shape::Sequence, span);
                for element in &array.elements {
                    self.value(element);
                }
                self.tree.close(id, span.end as usize);
                id
            }
            // Numbers, booleans and null are written as YAML's plain scalars are.
            _ => {
                let text = self.tree.source().clone();
                self.tree
                    .add_scalar(Shape::Scalar(Style::Plain), span, text.slice(span))
            }
        }
    }
}
