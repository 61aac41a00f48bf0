//! BackendConfig: what an Ingress backend is to have beside its NEG.

use crate::document::{Document, Node, Value};

use super::object::Object;

/// A BackendConfig.
#[derive(Debug, Clone)]
pub struct BackendConfig<'d> {
    /// Its head.
    pub object: Object<'d>,
}

impl<'d> BackendConfig<'d> {
    /// The view of a document.
    pub fn new(document: &'d Document) -> Self {
        Self {
            object: Object::new(document),
        }
    }

    /// `spec.healthCheck`.
    pub fn health_check(&self) -> Option<Node<'d>> {
        let check = self.object.spec()?.get("healthCheck")?;
        (check.value() == Value::Mapping).then_some(check)
    }
}
