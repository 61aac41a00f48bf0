//! BackendConfig: what an Ingress backend is to have beside its NEG.

use crate::document::{Node, Value};

use super::object::Object;

/// A BackendConfig.
#[derive(Debug, Clone)]
pub struct BackendConfig<'d> {
    /// Its head.
    pub object: Object<'d>,
}

impl<'d> BackendConfig<'d> {
    /// The view of an object.
    pub fn new(object: Object<'d>) -> Self {
        Self { object }
    }

    /// `spec.healthCheck`.
    pub fn health_check(&self) -> Option<Node<'d>> {
        let check = self.object.spec()?.get("healthCheck")?;
        (check.value() == Value::Mapping).then_some(check)
    }
}
