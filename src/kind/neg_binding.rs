//! NetworkEndpointGroupBinding: which NEGs, made by somebody else, get the endpoints of a Service.

use crate::document::Node;

use super::condition::Condition;
use super::object::Object;

/// A NetworkEndpointGroupBinding.
#[derive(Debug, Clone, Copy)]
pub struct NegBinding<'o, 'd> {
    /// Its head.
    pub object: &'o Object<'d>,
}

impl<'o, 'd> NegBinding<'o, 'd> {
    /// The view of an object; `None` for one of another kind.
    pub fn new(object: &'o Object<'d>) -> Option<Self> {
        (object.kind_name == "NetworkEndpointGroupBinding").then_some(Self { object })
    }

    /// `spec.backendRef`: the Service and its port.
    pub fn backend(self) -> Option<Node<'d>> {
        self.object.spec()?.get("backendRef")
    }

    /// The name of the Service whose endpoints it takes.
    pub fn service(self) -> Option<&'d str> {
        self.backend()?.get("name")?.text()
    }

    /// The names of the NEGs that it fills.
    pub fn negs(self) -> impl Iterator<Item = Node<'d>> {
        let listed = self
            .object
            .spec()
            .and_then(|it| it.get("networkEndpointGroups"));
        let listed = listed.into_iter().flat_map(Node::items);
        listed.filter_map(|neg| neg.get("name"))
    }

    /// The condition of this type that a cluster shows: `BackendRefAttached`, `Managed` or
    /// `NegsAttached`.
    pub fn condition(self, name: &str) -> Option<Condition<'d>> {
        Condition::find(self.object.live?.root(), name)
    }

    /// True where a cluster shows it, nobody deletes it, and its manifest wants nothing else: then
    /// what the controller says of it stands.
    pub fn stands(self) -> bool {
        let live = self.object.shown();
        let json = |spec: Option<Node<'_>>| spec.and_then(Node::to_json);
        live.is_some_and(|live| {
            let same = self.object.observed || json(live.spec()) == json(self.object.spec());
            same && live.deleted().is_none()
        })
    }
}
