//! The nodes of one parsed text, compact: a node is 16 bytes, stands right before what is below it,
//! and a scalar that stands in the text as it is meant costs no string of its own.

use std::fmt;
use std::sync::Arc;

use crate::text::{Source, Span};

use super::node::Node;
use super::scalar::Style;

pub(super) const NONE: u32 = u32::MAX;

/// The kind of a node as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Scalar(Style),
    /// A scalar with an explicit `!!str` or other tag: never a number, boolean or null.
    Tagged(Style),
    Mapping,
    Sequence,
    Alias,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct NodeData {
    pub(super) span: Span,
    /// Of a collection the index after all that is below it; of an alias its target; of a scalar
    /// the index of its decoded string. `NONE` where there is no target, or where a scalar's value
    /// is its source text.
    pub(super) payload: u32,
    pub(super) shape: Shape,
}

/// All nodes of one source text. Several documents share it.
pub struct Tree {
    source: Arc<Source>,
    nodes: Vec<NodeData>,
    strings: Vec<Box<str>>,
    /// True where no mapping has a key twice.
    distinct: bool,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Tree of {} nodes of {}",
            self.nodes.len(),
            self.source.origin
        )
    }
}

/// The index of a node in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    pub(super) fn new(index: u32) -> Self {
        Self(index)
    }

    /// The node right after this one: the first below a collection that is not empty.
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl Tree {
    pub(super) fn new(source: Arc<Source>) -> Self {
        Self {
            source,
            nodes: Vec::new(),
            strings: Vec::new(),
            distinct: false,
        }
    }

    /// The tree of nodes that were made together with their text, each key of a mapping once.
    pub(super) fn of(source: Arc<Source>, nodes: Vec<NodeData>, strings: Vec<Box<str>>) -> Self {
        Self {
            source,
            nodes,
            strings,
            distinct: true,
        }
    }

    /// The text it was parsed from.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The node with this index.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node::new(self, id)
    }

    /// Every node of the tree in the order of the text, keys included.
    pub fn all(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32).map(|id| self.node(NodeId(id)))
    }

    pub(super) fn add(&mut self, shape: Shape, span: Span) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(NodeData {
            span,
            payload: NONE,
            shape,
        });
        id
    }

    /// Adds a scalar; `decoded` is kept only where it is not what the text under `verbatim` says.
    pub(super) fn add_scalar(&mut self, shape: Shape, span: Span, decoded: &str) -> NodeId {
        let id = self.add(shape, span);
        if self.source.slice(content(shape, span)) != decoded {
            let index = self.strings.len() as u32;
            self.strings.push(decoded.into());
            self.set_payload(id, index);
        }
        id
    }

    pub(super) fn add_alias(&mut self, span: Span, target: Option<NodeId>) -> NodeId {
        let id = self.add(Shape::Alias, span);
        self.set_payload(id, target.map_or(NONE, |target| target.0));
        id
    }

    /// The decoded string with this index.
    pub(super) fn decoded(&self, index: u32) -> Option<&str> {
        self.strings.get(index as usize).map(AsRef::as_ref)
    }

    fn set_payload(&mut self, id: NodeId, payload: u32) {
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.payload = payload;
        }
    }

    /// Ends a collection after the nodes that were added since, at this byte.
    pub(super) fn close(&mut self, id: NodeId, end: usize) {
        let after = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.span.end = (end as u32).max(node.span.start);
            node.payload = after;
        }
    }

    /// The node after a node and all that is below it.
    pub(super) fn after(&self, id: NodeId) -> NodeId {
        match self.data(id) {
            Some(node) if matches!(node.shape, Shape::Mapping | Shape::Sequence) => {
                NodeId(node.payload)
            }
            _ => NodeId(id.0 + 1),
        }
    }

    /// Key and value of the last entry of a mapping with this key; and the value of its first merge
    /// key. Most of the time of a run goes by here: no node is made, and of most keys only the length
    /// is looked at.
    pub(super) fn entry(
        &self,
        mapping: NodeId,
        key: &str,
    ) -> (Option<(NodeId, NodeId)>, Option<NodeId>) {
        let (mut own, mut merged) = (None, None);
        let Some(data) = self.data(mapping) else {
            return (own, merged);
        };
        if data.shape != Shape::Mapping {
            return (own, merged);
        }
        let (mut name, end) = (mapping.next(), NodeId(data.payload));
        while name < end {
            let value = self.after(name);
            if self.is(name, key) {
                own = Some((name, value));
                if self.distinct {
                    break;
                }
            } else if merged.is_none() && self.is_merge(name) {
                merged = Some(value);
            }
            name = self.after(value);
        }
        (own, merged)
    }

    /// True for a scalar with this text.
    fn is(&self, id: NodeId, text: &str) -> bool {
        let Some(data) = self.data(id) else {
            return false;
        };
        match data.shape {
            Shape::Scalar(_) | Shape::Tagged(_) if data.payload == NONE => {
                let written = content(data.shape, data.span);
                written.range().len() == text.len() && self.source.slice(written) == text
            }
            _ => self.node(id).text() == Some(text),
        }
    }

    fn is_merge(&self, id: NodeId) -> bool {
        let plain = Shape::Scalar(Style::Plain);
        self.data(id).is_some_and(|data| data.shape == plain) && self.is(id, "<<")
    }

    pub(super) fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
        self.strings.shrink_to_fit();
    }

    pub(super) fn data(&self, id: NodeId) -> Option<&NodeData> {
        self.nodes.get(id.0 as usize)
    }
}

/// The bytes of a scalar inside its quotes.
pub(super) fn content(shape: Shape, span: Span) -> Span {
    match shape {
        Shape::Scalar(style) | Shape::Tagged(style) if style.is_quoted() => Span::new(
            span.start as usize + 1,
            (span.end as usize).saturating_sub(1),
        ),
        _ => span,
    }
}
