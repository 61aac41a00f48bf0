//! Whether what a cluster shows of an object is still what its manifest asks for.

use crate::controller::l4::{LOAD_BALANCER_TYPE, LOAD_BALANCER_TYPE_OLD, RBS};
use crate::controller::rule_reference::CUSTOM_FORWARDING_RULE;
use crate::document::{Node, Value};
use crate::kind::fields::is_balancing;
use crate::kind::object::Object;
use crate::kind::service::{NEG_ANNOTATION, ServicePort, TargetPort};

use super::Joined;

/// The annotations by which a Service asks for load balancing.
const ASKING: [&str; 5] = [
    NEG_ANNOTATION,
    LOAD_BALANCER_TYPE,
    LOAD_BALANCER_TYPE_OLD,
    RBS,
    CUSTOM_FORWARDING_RULE,
];

impl Object<'_> {
    /// True where a cluster shows it and all that its manifest, if there is one, says in `spec` and
    /// in annotations is shown: what controllers said of it holds on.
    pub fn is_as_shown(&self) -> bool {
        let Some(live) = self.live else {
            return false;
        };
        let within = |path: &[&str]| {
            let both = (self.root().at(path), live.root().at(path));
            match both {
                (Some(own), Some(shown)) => is_within(own, shown),
                (own, _) => own.is_none(),
            }
        };
        let annotations = || {
            let mut kept = self
                .annotations()
                .filter(|own| is_balancing(own.name(), own.value.text()));
            kept.all(|own| {
                let shown = live.root().at(&["metadata", "annotations", own.name()]);
                shown.and_then(Node::text) == own.value.text()
            })
        };
        self.observed || (within(&["spec"]) && annotations())
    }
}

/// Whether a cluster shows all that a manifest says at a place; it adds defaults.
fn is_within(own: Node<'_>, shown: Node<'_>) -> bool {
    match (own.value(), shown.value()) {
        (Value::Null, _) => true,
        (Value::Mapping, Value::Mapping) => own.entries().all(|(key, value)| {
            let shown = key.text().and_then(|name| shown.get(name));
            shown.is_some_and(|shown| is_within(value, shown))
        }),
        (Value::Sequence, Value::Sequence) => {
            own.items().count() == shown.items().count()
                && own
                    .items()
                    .zip(shown.items())
                    .all(|(own, shown)| is_within(own, shown))
        }
        _ => own.text().is_some() && own.text() == shown.text(),
    }
}

impl Joined<'_, '_> {
    /// True where a cluster shows it and applying its manifest, if there is one, changes nothing
    /// that the NEG and L4 controllers look at: what they said of it holds on.
    pub fn is_unchanged(self) -> bool {
        let own = self.service;
        let Some(now) = self.shown() else {
            return false;
        };
        if own.object.observed {
            return true;
        }
        let annotation =
            |key: &&str| own.object.annotation_text(key) == now.object.annotation_text(key);
        let field = |name: &str| {
            let own = own.spec_text(name);
            own.is_none() || own == now.spec_text(name)
        };
        let families = own.ip_families();
        let spec = own.object.partial
            || (own.ports.iter().map(port).eq(now.ports.iter().map(port))
                && own.selector == now.selector
                && own.service_type == now.service_type);
        spec && ASKING.iter().all(annotation)
            && field("loadBalancerClass")
            && (families.is_empty() || families == now.ip_families())
    }
}

/// What the controllers see of a port.
fn port<'d>(port: &ServicePort<'d>) -> (i64, &'d str, TargetPort<'d>, &'d str) {
    (port.port, port.name, port.target, port.protocol)
}
