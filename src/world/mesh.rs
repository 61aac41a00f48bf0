//! What a service mesh does with the Pods of a workload.

use crate::document::Node;
use crate::kind::Kind;
use crate::kind::object::{Object, annotations};
use crate::kind::peer_authentication::{PeerAuthentication, Reach};
use crate::kind::pod::Pod;
use crate::kind::workload::Workload;

use super::{Behind, Missing, World};

/// The container by which a mesh takes part in a Pod.
const PROXY: &str = "istio-proxy";

/// Why the Pods of a workload refuse plain text on a port.
#[derive(Debug, Clone, Copy)]
pub struct Strict<'w, 'd> {
    /// The PeerAuthentication that decides.
    pub policy: PeerAuthentication<'w, 'd>,
    /// Where it says so.
    pub mode: Node<'d>,
    /// Whom it is for.
    pub reach: Reach,
}

impl<'d> World<'d> {
    /// What makes the Pods of a workload refuse plain text on a port, if they are of the mesh; an
    /// error where a narrower PeerAuthentication may say otherwise.
    pub fn strict(
        &self,
        workload: &Workload<'d>,
        port: i64,
    ) -> Result<Option<Strict<'_, 'd>>, Missing> {
        let object = &workload.object;
        let policies = self.others_of(Kind::PeerAuthentication).iter();
        let policies = policies.filter_map(PeerAuthentication::new);
        let reaching = policies.filter_map(|policy| {
            let reach = policy.reach(object, &workload.labels)?;
            let (mode, text) = policy.mode(port)?;
            Some((
                Strict {
                    policy,
                    mode,
                    reach,
                },
                text,
            ))
        });
        let reaching: Vec<_> = reaching.collect();
        let Some(narrowest) = reaching.iter().map(|(it, _)| it.reach).max() else {
            return Ok(None);
        };
        let mut deciding = reaching.iter().filter(|(it, _)| it.reach == narrowest);
        let Some((first, _)) = deciding.clone().next() else {
            return Ok(None);
        };
        // Of several the oldest counts, which manifests do not tell.
        if deciding.any(|(_, mode)| *mode != "STRICT") {
            return Ok(None);
        }
        if narrowest != Reach::Pods {
            self.whole(Kind::PeerAuthentication, object)?;
        }
        Ok(Some(*first))
    }

    /// Whether the mesh takes part in the Pods of a workload.
    pub fn is_in_mesh(&self, behind: &Behind<'_, 'd>) -> Result<bool, Missing> {
        let workload = behind.workload;
        if workload.host_network() {
            return Ok(false);
        }
        let services = behind.ports.iter().map(|(service, _)| service);
        let mut pods = services
            .flat_map(|service| service.pods())
            .filter(|pod| pod.is_alive())
            .peekable();
        if pods.peek().is_some() {
            return Ok(pods.any(takes_part));
        }
        if has_proxy(workload.pod_spec()) {
            return Ok(true);
        }
        match workload.injection() {
            Some("true") => return Ok(true),
            Some("false") => return Ok(false),
            _ => {}
        }
        let mut namespaces = self.others_of(Kind::Namespace).iter();
        let own = namespaces.find(|namespace| {
            Some(namespace.name) == workload.object.namespace
                && namespace.clusters.meets(workload.object.clusters)
        });
        own.map(is_meshed).ok_or_else(|| {
            Missing::new(
                "whether a mesh takes part in the Pods is not to be seen",
                "the Namespace with its labels, or a cluster with the Pods",
            )
        })
    }
}

impl<'d> Workload<'d> {
    /// What its Pod template says of the injection of a proxy.
    fn injection(&self) -> Option<&'d str> {
        let key = "sidecar.istio.io/inject";
        let label = self.labels.iter().find(|(name, _)| *name == key);
        let metadata = self.template.and_then(|template| template.get("metadata"));
        let annotation = annotations(metadata).find(|it| it.name() == key);
        label
            .map(|(_, value)| *value)
            .or_else(|| annotation?.value.text())
    }
}

fn has_proxy(spec: Option<Node<'_>>) -> bool {
    let lists = ["containers", "initContainers"];
    let mut containers = lists.into_iter().flat_map(|list| {
        let list = spec.and_then(|spec| spec.get(list));
        list.into_iter().flat_map(Node::items)
    });
    containers.any(|container| container.get("name").and_then(Node::text) == Some(PROXY))
}

fn takes_part(pod: &Pod<'_>) -> bool {
    let redirected = pod.object.annotation_text("ambient.istio.io/redirection");
    has_proxy(pod.object.spec()) || redirected == Some("enabled")
}

/// Whether the labels of a Namespace put its Pods into a mesh.
fn is_meshed(namespace: &Object<'_>) -> bool {
    namespace.label("istio-injection") == Some("enabled")
        || namespace.label("istio.io/rev").is_some()
        || namespace.label("istio.io/dataplane-mode") == Some("ambient")
}
