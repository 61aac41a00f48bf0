//! NetworkPolicy: who may reach Pods.

use crate::document::{Document, Node};

use super::object::Object;

/// A NetworkPolicy.
#[derive(Debug, Clone)]
pub struct NetworkPolicy<'d> {
    /// Its head.
    pub object: Object<'d>,
}

impl<'d> NetworkPolicy<'d> {
    /// The view of a document.
    pub fn new(document: &'d Document) -> Self {
        let mut object = Object::new(document);
        object.partial |= object.spec().is_none();
        Self { object }
    }

    /// `spec.podSelector`.
    pub fn pod_selector(&self) -> Option<Node<'d>> {
        self.object.spec()?.get("podSelector")
    }
}
