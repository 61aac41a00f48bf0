//! Gateways of GKE: which classes of them a cluster serves, and which routes hang on them.

use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::route::Route;

use super::World;

impl<'d> World<'d> {
    /// The routes that hang on a Gateway of a GKE class.
    pub fn gke_routes(&self) -> impl Iterator<Item = &Route<'d>> {
        let routes = self.routes.iter().zip(&self.gke_routes);
        routes.filter(|(_, is_meant)| **is_meant).map(|(it, _)| it)
    }

    /// Whether a GatewayClass of this name is there for an object; `None` where it is not known of
    /// every cluster that the object goes to. GKE makes them, several at once: manifests hold none,
    /// and where none at all is seen nothing is known.
    pub fn has_gateway_class(&self, object: &Object<'_>, name: &str) -> Option<bool> {
        let is_class = |it: &&Object<'_>| it.observed && it.clusters.meets(object.clusters);
        let mut classes = self
            .others_of(Kind::GatewayClass)
            .iter()
            .filter(is_class)
            .peekable();
        classes.peek()?;
        if classes.any(|it| it.name == name) {
            return Some(true);
        }
        let mut clusters = self.clusters(object);
        let read = clusters.all(|it| it.whole_of(Kind::GatewayClass, "").is_ok());
        read.then_some(false)
    }
}
