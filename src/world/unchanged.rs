//! Whether what a cluster shows of a Service is still what its manifest asks for.

use crate::controller::l4::{LOAD_BALANCER_TYPE, LOAD_BALANCER_TYPE_OLD, RBS};
use crate::kind::service::{NEG_ANNOTATION, ServicePort, TargetPort};

use super::Joined;

/// The annotations by which a Service asks for load balancing.
const ASKING: [&str; 4] = [
    NEG_ANNOTATION,
    LOAD_BALANCER_TYPE,
    LOAD_BALANCER_TYPE_OLD,
    RBS,
];

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
