//! MultiClusterIngress and MultiClusterService: an Ingress over the clusters of a fleet.

use crate::document::{Node, Value};

use super::object::Object;

/// A MultiClusterService that a MultiClusterIngress sends to.
#[derive(Debug, Clone, Copy)]
pub struct MultiClusterBackend<'d> {
    /// The node of `serviceName`.
    pub node: Node<'d>,
    /// The name.
    pub service: &'d str,
    /// The node of `servicePort`.
    pub port_node: Option<Node<'d>>,
}

/// The backends of a MultiClusterIngress: the default one first.
pub fn backends<'d>(ingress: &Object<'d>) -> Vec<MultiClusterBackend<'d>> {
    let Some(spec) = ingress.root().at(&["spec", "template", "spec"]) else {
        return Vec::new();
    };
    let rules = spec.get("rules").into_iter().flat_map(Node::items);
    let paths = rules
        .filter_map(|rule| rule.at(&["http", "paths"]))
        .flat_map(Node::items);
    let backends = [spec].into_iter().chain(paths);
    let backends = backends.filter_map(|of| of.get("backend"));
    let backends = backends.filter(|backend| backend.value() == Value::Mapping);
    backends
        .filter_map(|backend| {
            let node = backend.get("serviceName")?;
            Some(MultiClusterBackend {
                node,
                service: node.text()?,
                port_node: backend.get("servicePort"),
            })
        })
        .collect()
}

/// The ports of a MultiClusterService.
pub fn ports<'d>(service: &Object<'d>) -> impl Iterator<Item = Node<'d>> + use<'d> {
    let ports = service.root().at(&["spec", "template", "spec", "ports"]);
    let ports = ports.into_iter().flat_map(Node::items);
    ports.filter_map(|port| port.get("port"))
}
