//! Nodes as rules see them: typed values, entries by key, with anchors, aliases and merge keys
//! followed so that nobody above needs to know of them.

use std::fmt;
use std::sync::Arc;

use crate::text::{Place, Source, Span};

use super::scalar::Style;
use super::tree::{NONE, NodeId, Shape, Tree, content};

/// Longest chain of aliases that is followed; more is taken for a cycle.
const MAX_HOPS: u8 = 16;

/// How many mappings one look-up visits through merge keys: they can be nested into billions.
const MAX_MERGES: u32 = 64;

/// What a node is once YAML's core schema has spoken. Anchors, aliases and merge keys are
/// followed; nobody above needs to know of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'d> {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer, as the text has it.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(&'d str),
    /// A mapping.
    Mapping,
    /// A sequence.
    Sequence,
}

impl Value<'_> {
    /// What to call it in a message.
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) | Self::Float(_) => "a number",
            Self::String(_) => "a string",
            Self::Mapping => "a mapping",
            Self::Sequence => "a list",
        }
    }
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    tree: &'d Tree,
    id: NodeId,
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({:?})", self.tree.source().slice(self.span()))
    }
}

impl<'d> Node<'d> {
    pub(super) fn new(tree: &'d Tree, id: NodeId) -> Self {
        Self { tree, id }
    }

    /// Its index.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its bytes: quotes included, a block scalar's header not.
    pub fn span(self) -> Span {
        self.tree
            .data(self.id)
            .map_or(Span { start: 0, end: 0 }, |node| node.span)
    }

    /// Its bytes in its source, to point at: without the blank lines after a block scalar. An
    /// alias stands where it is written, not where it leads.
    pub fn place(self) -> Place {
        let mut span = self.span();
        if self.style().is_some_and(Style::is_block) {
            let text = self.tree.source().slice(span);
            span.end = span.start + text.trim_end().len() as u32;
        }
        Place {
            source: Arc::clone(self.tree.source()),
            span,
        }
    }

    /// The text that it stands in.
    pub fn source(self) -> &'d Arc<Source> {
        self.tree.source()
    }

    /// How the scalar is written; `None` for other nodes.
    pub fn style(self) -> Option<Style> {
        match self.resolved()?.tree.data(self.resolved()?.id)?.shape {
            Shape::Scalar(style) | Shape::Tagged(style) => Some(style),
            _ => None,
        }
    }

    /// True where it is an alias: its content stands elsewhere and belongs to others too.
    pub fn is_alias(self) -> bool {
        matches!(
            self.tree.data(self.id).map(|node| node.shape),
            Some(Shape::Alias)
        )
    }

    /// The node that an alias leads to; itself for others.
    pub fn resolved(self) -> Option<Self> {
        let mut node = self;
        for _ in 0..MAX_HOPS {
            let data = self.tree.data(node.id)?;
            match data.shape {
                Shape::Alias if data.payload == NONE => return None,
                Shape::Alias => node.id = NodeId::new(data.payload),
                _ => return Some(node),
            }
        }
        None
    }

    /// The decoded text of a scalar of any type.
    pub fn text(self) -> Option<&'d str> {
        let node = self.resolved()?;
        let data = self.tree.data(node.id)?;
        match data.shape {
            Shape::Scalar(_) | Shape::Tagged(_) if data.payload == NONE => {
                Some(self.tree.source().slice(content(data.shape, data.span)))
            }
            Shape::Scalar(_) | Shape::Tagged(_) => self.tree.decoded(data.payload),
            _ => None,
        }
    }

    /// What it is.
    pub fn value(self) -> Value<'d> {
        let Some(node) = self.resolved() else {
            return Value::Null;
        };
        match self.tree.data(node.id).map(|data| data.shape) {
            Some(Shape::Mapping) => Value::Mapping,
            Some(Shape::Sequence) => Value::Sequence,
            Some(Shape::Scalar(Style::Plain)) => plain(node.text().unwrap_or_default()),
            _ => Value::String(node.text().unwrap_or_default()),
        }
    }

    /// Its value where that is a string.
    pub fn string(self) -> Option<&'d str> {
        match self.value() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Its value where that is an integer.
    pub fn integer(self) -> Option<i64> {
        match self.value() {
            Value::Int(number) => Some(number),
            _ => None,
        }
    }

    /// Its value where that is a boolean.
    pub fn boolean(self) -> Option<bool> {
        match self.value() {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The elements of a sequence; nothing for other nodes.
    pub fn items(self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        self.children(Shape::Sequence)
    }

    /// The entries of a mapping as written, merge keys and repeated keys included.
    pub fn entries(self) -> impl Iterator<Item = (Node<'d>, Node<'d>)> + use<'d> {
        let mut children = self.children(Shape::Mapping);
        std::iter::from_fn(move || Some((children.next()?, children.next()?)))
    }

    fn children(self, shape: Shape) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let tree = self.tree;
        let node = self.resolved().filter(|node| {
            let data = tree.data(node.id);
            data.is_some_and(|data| data.shape == shape)
        });
        let (mut next, end) = match node {
            Some(node) => (node.id.next(), tree.after(node.id)),
            None => (self.id, self.id),
        };
        std::iter::from_fn(move || {
            let id = (next < end).then_some(next)?;
            next = tree.after(id);
            Some(Node::new(tree, id))
        })
    }

    /// The value under a key of a mapping; a repeated key counts where it stands last, as
    /// Kubernetes' own reader has it, and merge keys (`<<`) only fill gaps.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// Key and value of an entry; see [`Node::get`].
    pub fn entry(self, key: &str) -> Option<(Node<'d>, Node<'d>)> {
        let mut budget = MAX_MERGES;
        self.entry_within(key, &mut budget)
    }

    fn entry_within(self, key: &str, budget: &mut u32) -> Option<(Node<'d>, Node<'d>)> {
        *budget = budget.checked_sub(1)?;
        let tree = self.tree;
        let (own, merged) = tree.entry(self.resolved()?.id, key);
        let entry = |(name, value)| (Node::new(tree, name), Node::new(tree, value));
        if own.is_some() {
            return own.map(entry);
        }
        let merged = Node::new(tree, merged?);
        match merged.value() {
            Value::Mapping => merged.entry_within(key, budget),
            Value::Sequence => merged
                .items()
                .find_map(|item| item.entry_within(key, budget)),
            _ => None,
        }
    }

    /// Itself as JSON; `None` where there is an alias in it, which could stand for a text without
    /// end.
    pub fn to_json(self) -> Option<serde_json::Value> {
        if self.is_alias() {
            return None;
        }
        Some(match self.value() {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => value.into(),
            Value::Int(number) => number.into(),
            Value::Float(number) => number.into(),
            Value::String(text) => text.into(),
            Value::Mapping => {
                let entry = |(key, value): (Self, Self)| {
                    Some((key.text().unwrap_or_default().to_owned(), value.to_json()?))
                };
                let entries: Option<serde_json::Map<_, _>> = self.entries().map(entry).collect();
                serde_json::Value::Object(entries?)
            }
            Value::Sequence => self.items().map(Self::to_json).collect::<Option<_>>()?,
        })
    }

    /// The value at the end of a path of keys.
    pub fn at(self, path: &[&str]) -> Option<Node<'d>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }
}

impl From<Node<'_>> for Place {
    fn from(node: Node<'_>) -> Self {
        node.place()
    }
}

/// The core schema for plain scalars, with YAML 1.1's booleans left out: the Kubernetes reader
/// takes `yes` and `on` for booleans, but no field that is looked at here is one.
fn plain(text: &str) -> Value<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let starts_number = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
    if !starts_number {
        return Value::String(text);
    }
    if let Ok(number) = text.parse::<i64>() {
        return Value::Int(number);
    }
    if let Some(number) = text
        .strip_prefix("0x")
        .and_then(|hex| i64::from_str_radix(hex, 16).ok())
    {
        return Value::Int(number);
    }
    if let Some(number) = text
        .strip_prefix("0o")
        .and_then(|octal| i64::from_str_radix(octal, 8).ok())
    {
        return Value::Int(number);
    }
    let numeric = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    match text.parse::<f64>() {
        Ok(number) if numeric => Value::Float(number),
        _ => Value::String(text),
    }
}
