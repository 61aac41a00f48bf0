//! The policies of GKE Gateways for what they send to: HealthCheckPolicy and `GCPBackendPolicy`.

use crate::document::Node;

use super::object::Object;

/// A policy for one Service, or one `ServiceImport`.
#[derive(Debug, Clone, Copy)]
pub struct BackendPolicy<'o, 'd> {
    /// Its head.
    pub object: &'o Object<'d>,
}

impl<'o, 'd> BackendPolicy<'o, 'd> {
    /// The view of an object; `None` for one of another kind.
    pub fn new(object: &'o Object<'d>) -> Option<Self> {
        let kinds = ["HealthCheckPolicy", "GCPBackendPolicy"];
        let google = object.api_version.starts_with("networking.gke.io/");
        (google && kinds.contains(&object.kind_name)).then_some(Self { object })
    }

    /// A field of `spec.targetRef`.
    pub fn target(self, field: &str) -> Option<Node<'d>> {
        self.object.spec()?.get("targetRef")?.get(field)
    }

    /// The namespace that it names and that is not its own, which it may not; with its own.
    pub fn other_namespace(self) -> Option<(Node<'d>, &'d str)> {
        let own = self.object.namespace?;
        let stated = self.target("namespace")?;
        let other = stated.text().is_some_and(|it| !it.is_empty() && it != own);
        other.then_some((stated, own))
    }

    /// True where it is for this Service itself.
    pub fn is_for(self, service: &Object<'_>) -> bool {
        self.text("kind") == Some("Service")
            && self.text("name") == Some(service.name)
            && self.object.shares_namespace(service)
    }

    /// True where both are of one kind and for one target, and not one policy in two texts.
    pub fn rivals(self, other: Self) -> bool {
        let same = |field| self.text(field) == other.text(field);
        self.object.kind_name == other.object.kind_name
            && self.object.shares_namespace(other.object)
            && self.object.name != other.object.name
            && self.text("name").is_some()
            && same("kind")
            && same("name")
    }

    fn text(self, field: &str) -> Option<&'d str> {
        self.target(field)?.text()
    }
}
