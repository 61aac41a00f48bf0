//! A number that is no port of a Service: which of its ports is meant, and why.

use crate::document::Node;
use crate::kind::service::{ServicePort, TargetPort};

use super::Joined;

/// The port of a Service that a number which is none stands for.
#[derive(Debug, Clone, Copy)]
pub struct MeantPort<'w, 'd> {
    /// The port.
    pub port: &'w ServicePort<'d>,
    /// What the number is instead, and where that is to be seen; `None` where all that speaks for
    /// this port is that there is no other.
    pub taken_for: Option<(Node<'d>, &'static str)>,
}

impl<'w, 'd> Joined<'w, 'd> {
    /// The one port that the number leads to in another way, or else the only port there is.
    pub fn meant_port(self, number: i64) -> Option<MeantPort<'w, 'd>> {
        let resolves = |name: &str| {
            let mut named = self
                .workloads()
                .filter_map(|workload| workload.port_named(name));
            named.any(|container| container.number == number)
        };
        let mut candidates = self.service.ports.iter().filter_map(|port| {
            let is_target = match port.target {
                TargetPort::Number(target) => target == number,
                TargetPort::Name(name) => resolves(name),
            };
            let taken_for = if is_target {
                (port.target_node?, "the Pod's port")
            } else if port.node_port == Some(number) {
                (port.node.get("nodePort")?, "the nodes' port")
            } else {
                return None;
            };
            let taken_for = Some(taken_for);
            Some(MeantPort { port, taken_for })
        });
        match (candidates.next(), candidates.next()) {
            (Some(one), None) => Some(one),
            (None, _) => {
                let [port] = self.service.ports.as_slice() else {
                    return None;
                };
                let taken_for = None;
                Some(MeantPort { port, taken_for })
            }
            _ => None,
        }
    }
}
