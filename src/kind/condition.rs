//! `status.conditions`, as most kinds have them.

use jiff::Timestamp;

use crate::controller::event::{self, Decoded};
use crate::document::Node;

/// An entry of `status.conditions`.
#[derive(Debug, Clone, Copy)]
pub struct Condition<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// `type`.
    pub name: &'d str,
    /// `status`: `True`, `False`, `Unknown` or, of a readiness gate that waits, empty.
    pub status: &'d str,
    /// `reason`, a word.
    pub reason: &'d str,
    /// `message`, as its writer has it.
    pub message: &'d str,
    /// `lastTransitionTime`.
    pub since: Option<Timestamp>,
    /// `observedGeneration`: which state of the object's spec it speaks of.
    pub generation: Option<i64>,
}

impl<'d> Condition<'d> {
    /// The condition of this type, of the `status` of an object.
    pub fn find(root: Node<'d>, name: &str) -> Option<Self> {
        Self::of_status(root.get("status")?, name)
    }

    /// The condition of this type, of a `status`. Of the others no more than the type is read.
    pub fn of_status(status: Node<'d>, name: &str) -> Option<Self> {
        let mut list = status.get("conditions")?.items();
        let own = |node: &Node<'d>| node.get("type").and_then(Node::text) == Some(name);
        list.find(own).map(Self::new)
    }

    /// All conditions of the `status` of an object.
    pub fn all(root: Node<'d>) -> impl Iterator<Item = Self> {
        root.get("status").into_iter().flat_map(Self::all_of)
    }

    /// All conditions of a `status`, or of what has conditions of its own in one.
    pub fn all_of(status: Node<'d>) -> impl Iterator<Item = Self> {
        let list = status.get("conditions");
        list.into_iter().flat_map(Node::items).map(Self::new)
    }

    /// The view of an entry.
    pub(super) fn new(node: Node<'d>) -> Self {
        let text = |name: &str| node.get(name).and_then(Node::text).unwrap_or_default();
        Self {
            node,
            name: text("type"),
            status: text("status"),
            reason: text("reason"),
            message: text("message"),
            since: time(node.get("lastTransitionTime")),
            generation: node.get("observedGeneration").and_then(Node::integer),
        }
    }

    /// What it means on an object of this kind; `None` where no controller of load balancing is
    /// known to write it.
    pub fn decoded(&self, kind: &str) -> Option<Decoded<'d>> {
        event::condition(kind, self.reason, self.message)
    }

    /// Where it says what it says: its message, else its reason, else itself.
    pub fn told(&self) -> Node<'d> {
        let said = |name: &str| {
            let node = self.node.get(name)?;
            node.text().filter(|text| !text.is_empty()).map(|_| node)
        };
        said("message")
            .or_else(|| said("reason"))
            .unwrap_or(self.node)
    }
}

/// A time as the API writes it.
pub fn time(node: Option<Node<'_>>) -> Option<Timestamp> {
    node?.text()?.parse().ok()
}
