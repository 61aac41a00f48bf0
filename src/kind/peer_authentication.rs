//! PeerAuthentication of Istio: whether Pods of a mesh refuse what comes without its TLS.

use crate::document::Node;

use super::object::Object;
use super::service::pairs;

/// The namespace whose PeerAuthentication is for the whole mesh.
const ROOT_NAMESPACE: &str = "istio-system";

/// A PeerAuthentication.
#[derive(Debug, Clone, Copy)]
pub struct PeerAuthentication<'o, 'd> {
    /// Its head.
    pub object: &'o Object<'d>,
}

/// For whom a PeerAuthentication is; the narrower one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// For the whole mesh.
    Mesh,
    /// For a namespace.
    Namespace,
    /// For the Pods that it selects.
    Pods,
}

impl<'o, 'd> PeerAuthentication<'o, 'd> {
    /// The view of an object; `None` for one of another kind.
    pub fn new(object: &'o Object<'d>) -> Option<Self> {
        (object.kind_name == "PeerAuthentication").then_some(Self { object })
    }

    /// For whom it is, as seen from Pods with these labels; `None` where it is not for them.
    pub fn reach(self, pods: &Object<'_>, labels: &[(&str, &str)]) -> Option<Reach> {
        let selector = self
            .object
            .spec()
            .and_then(|it| it.at(&["selector", "matchLabels"]));
        let selector = selector.map(pairs).unwrap_or_default();
        let is_beside = self.object.shares_namespace(pods);
        if !selector.is_empty() {
            let selects = selector.iter().all(|pair| labels.contains(pair));
            return (is_beside && selects).then_some(Reach::Pods);
        }
        if is_beside {
            return Some(Reach::Namespace);
        }
        let of_mesh = self.object.namespace == Some(ROOT_NAMESPACE);
        (of_mesh && self.object.clusters.meets(pods.clusters)).then_some(Reach::Mesh)
    }

    /// Where its mode for a port of the Pods stands, and the mode; `None` where the wider one
    /// counts.
    pub fn mode(self, port: i64) -> Option<(Node<'d>, &'d str)> {
        let spec = self.object.spec()?;
        let of_port = spec.get("portLevelMtls").and_then(|ports| {
            let mut entries = ports.entries();
            let number = port.to_string();
            let (_, own) = entries.find(|(key, _)| {
                key.text() == Some(number.as_str()) || key.integer() == Some(port)
            })?;
            own.get("mode")
        });
        let stated = |node: Node<'d>| Some((node, node.text().filter(|mode| *mode != "UNSET")?));
        of_port
            .and_then(stated)
            .or_else(|| stated(spec.at(&["mtls", "mode"])?))
    }
}
