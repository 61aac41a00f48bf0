//! Annotations of a Service, beside the claim, that hold JSON: which of two keys is read, and what
//! the Ingress controller makes of its text.

use std::ops::Range;

use crate::controller::app_protocols::{APP_PROTOCOLS, APP_PROTOCOLS_OLD, AppProtocols};
use crate::controller::backend_config::{BACKEND_CONFIG, BACKEND_CONFIG_BETA, BackendConfigs};
use crate::controller::decode::Refused;
use crate::document::Inner;
use crate::remedy::Change;

use super::object::Annotation;
use super::service::Service;

/// An annotation and what the controller makes of it.
#[derive(Debug, Clone)]
pub struct Stated<'d, T> {
    /// The annotation.
    pub annotation: Annotation<'d>,
    /// Its text; ranges of what was decoded are ranges of it.
    pub inner: Inner<'d>,
    /// What it says, or why it is refused as a whole.
    pub decoded: Result<T, Refused>,
}

impl<'d, T> Stated<'d, T> {
    /// `None` where the value is no string: then the API server refuses the object.
    pub(super) fn new(
        annotation: Annotation<'d>,
        read: fn(&str) -> Result<T, Refused>,
    ) -> Option<Self> {
        Some(Self {
            annotation,
            inner: annotation.inner()?,
            decoded: read(annotation.string()?),
        })
    }

    /// Replaces a range of the text; `None` where it belongs to others too (an alias), or cannot
    /// be written.
    pub fn change(&self, range: Range<usize>, replacement: &str) -> Option<Change> {
        let own = !self.annotation.value.is_alias();
        own.then(|| self.inner.change(range, replacement))?
    }
}

impl<'d> Service<'d> {
    /// The BackendConfigs that it names, under the key that is read.
    pub fn backend_configs(&self) -> Option<Stated<'d, BackendConfigs>> {
        let annotation = |key| self.object.annotation(key);
        let read = annotation(BACKEND_CONFIG).or_else(|| annotation(BACKEND_CONFIG_BETA))?;
        Stated::new(read, BackendConfigs::read)
    }

    /// The protocols of its ports, under the key that is read; the other one follows where both
    /// stand.
    pub fn app_protocols(&self) -> impl Iterator<Item = Stated<'d, AppProtocols>> + use<'d> {
        let stated = [APP_PROTOCOLS_OLD, APP_PROTOCOLS].map(|key| {
            let annotation = self.object.annotation(key)?;
            Some(Stated::new(annotation, AppProtocols::read))
        });
        // Where the one that is read cannot be shown, the other one does not take its place.
        stated.into_iter().flatten().map_while(|stated| stated)
    }
}
