//! HealthCheckPolicy: what the health checks of a Gateway ask of a Service.

use crate::document::Node;

use super::object::Object;

/// A HealthCheckPolicy.
#[derive(Debug, Clone, Copy)]
pub struct HealthPolicy<'o, 'd> {
    /// Its head.
    pub object: &'o Object<'d>,
}

impl<'o, 'd> HealthPolicy<'o, 'd> {
    /// The view of an object; `None` for one of another kind.
    pub fn new(object: &'o Object<'d>) -> Option<Self> {
        (object.kind_name == "HealthCheckPolicy").then_some(Self { object })
    }

    /// `spec.default`: the timing of the check.
    pub fn check(self) -> Option<Node<'d>> {
        self.object.spec()?.get("default")
    }

    /// The fixed port that it asks.
    pub fn port(self) -> Option<Node<'d>> {
        let config = self.check()?.get("config")?;
        let mut blocks = config.entries().map(|(_, block)| block);
        blocks.find_map(|block| {
            let asks = block.get("portSpecification").and_then(Node::text);
            let port = block.get("port")?;
            asks.is_none_or(|it| it == "USE_FIXED_PORT").then_some(port)
        })
    }

    /// The name of the Service that it is for.
    pub fn service(self) -> Option<&'d str> {
        let target = self.object.spec()?.get("targetRef")?;
        let kind = target.get("kind").and_then(Node::text);
        let name = target.get("name").and_then(Node::text);
        name.filter(|_| kind == Some("Service"))
    }
}
