//! JSON values as YAML text and tree at once: what a live cluster gives becomes a document with
//! places, without being parsed a second time.

use serde_json::Value;

use crate::text::{Source, Span};

use super::Document;
use super::as_json::is_old_boolean;
use super::scalar::{Style, encode, is_plain};
use super::tree::{NONE, NodeData, NodeId, Shape, Tree, content};

use std::sync::Arc;

impl Document {
    /// A JSON value as a block-style YAML document, as `kubectl get -o yaml` lays it out. Reading the
    /// text gives the same tree.
    pub fn print(origin: impl Into<String>, value: &Value) -> Self {
        let mut printer = Printer {
            text: String::with_capacity(TEXT),
            nodes: Vec::with_capacity(NODES),
            strings: Vec::new(),
        };
        printer.value(value, 0);
        printer.text.push('\n');
        let source = Source::new(origin, printer.text);
        printer.nodes.shrink_to_fit();
        let tree = Tree::of(source, printer.nodes, printer.strings);
        Self::new(Arc::new(tree), NodeId::new(0))
    }
}

/// What most objects of a cluster take, in bytes and in nodes.
const TEXT: usize = 1024;
const NODES: usize = 96;

struct Printer {
    text: String,
    nodes: Vec<NodeData>,
    strings: Vec<Box<str>>,
}

impl Printer {
    /// Prints a value whose first line is begun, at this indentation. Depth is bounded by the
    /// reader of the JSON, which stops at 128.
    fn value(&mut self, value: &Value, indent: usize) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                let id = self.open(Shape::Mapping);
                for (index, (name, member)) in members.iter().enumerate() {
                    self.line(index, indent);
                    self.string(name);
                    self.text.push(':');
                    self.member(member, indent);
                }
                self.close(id);
            }
            Value::Array(items) if !items.is_empty() => {
                let id = self.open(Shape::Sequence);
                for (index, item) in items.iter().enumerate() {
                    self.line(index, indent);
                    self.text.push_str("- ");
                    self.value(item, indent + 2);
                }
                self.close(id);
            }
            Value::Object(_) => self.empty(Shape::Mapping, "{}"),
            Value::Array(_) => self.empty(Shape::Sequence, "[]"),
            Value::String(text) => self.string(text),
            Value::Null => self.scalar(Style::Plain, &["null"], "null"),
            Value::Bool(true) => self.scalar(Style::Plain, &["true"], "true"),
            Value::Bool(false) => self.scalar(Style::Plain, &["false"], "false"),
            Value::Number(number) => {
                let number = number.to_string();
                self.scalar(Style::Plain, &[&number], &number);
            }
        }
    }

    /// The value after a key and its colon. A list stands at the indentation of its key.
    fn member(&mut self, value: &Value, indent: usize) {
        let inner = match value {
            Value::Object(members) if !members.is_empty() => indent + 2,
            Value::Array(items) if !items.is_empty() => indent,
            _ => {
                self.text.push(' ');
                return self.value(value, indent);
            }
        };
        self.line(1, inner);
        self.value(value, inner);
    }

    /// Begins a line, but for the first entry of a collection, whose line is begun.
    fn line(&mut self, index: usize, indent: usize) {
        if index > 0 {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n(' ', indent));
        }
    }

    fn string(&mut self, text: &str) {
        if is_surely_string(text) {
            return self.scalar(Style::Plain, &[text], text);
        }
        if let Some(written) = encode(text, Style::SingleQuoted) {
            self.scalar(Style::SingleQuoted, &["'", &written, "'"], text);
        } else {
            let written = encode(text, Style::DoubleQuoted).unwrap_or_default();
            self.scalar(Style::DoubleQuoted, &["\"", &written, "\""], text);
        }
    }

    fn scalar(&mut self, style: Style, written: &[&str], decoded: &str) {
        let start = self.text.len();
        self.text.extend(written.iter().copied());
        let shape = Shape::Scalar(style);
        let span = Span::new(start, self.text.len());
        let verbatim = self.text.get(content(shape, span).range()) == Some(decoded);
        let payload = if verbatim {
            NONE
        } else {
            self.strings.push(decoded.into());
            self.strings.len() as u32 - 1
        };
        self.nodes.push(NodeData {
            span,
            payload,
            shape,
        });
    }

    fn empty(&mut self, shape: Shape, written: &str) {
        let id = self.open(shape);
        self.text.push_str(written);
        self.close(id);
    }

    fn open(&mut self, shape: Shape) -> usize {
        self.nodes.push(NodeData {
            span: Span::new(self.text.len(), self.text.len()),
            payload: NONE,
            shape,
        });
        self.nodes.len() - 1
    }

    fn close(&mut self, id: usize) {
        let (after, end) = (self.nodes.len() as u32, self.text.len() as u32);
        if let Some(node) = self.nodes.get_mut(id) {
            node.payload = after;
            node.span.end = end;
        }
    }
}

/// True where every reader of YAML, 1.1 and 1.2, takes the plain text for this very string.
fn is_surely_string(text: &str) -> bool {
    let starts = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/');
    let is_word = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    starts
        && !is_word(&["y", "n", "true", "false", "null"])
        && !is_old_boolean(text)
        && is_plain(text)
}
