//! FrontendConfig: what the front end of an Ingress is to do beside its certificates.

use crate::document::Node;

use super::object::Object;

/// The annotation by which an Ingress names its FrontendConfig.
pub const FRONTEND_CONFIG: &str = "networking.gke.io/v1beta1.FrontendConfig";

/// A FrontendConfig.
#[derive(Debug, Clone, Copy)]
pub struct FrontendConfig<'o, 'd> {
    /// Its head.
    pub object: &'o Object<'d>,
}

impl<'o, 'd> FrontendConfig<'o, 'd> {
    /// The view of an object; `None` for one of another kind.
    pub fn new(object: &'o Object<'d>) -> Option<Self> {
        (object.kind_name == "FrontendConfig").then_some(Self { object })
    }

    /// `spec.redirectToHttps.enabled` where it is on.
    pub fn redirect(self) -> Option<Node<'d>> {
        let enabled = self.object.spec()?.at(&["redirectToHttps", "enabled"])?;
        (enabled.boolean() == Some(true)).then_some(enabled)
    }
}
