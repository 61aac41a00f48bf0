//! ServiceNetworkEndpointGroup: the controller's own record of what it made for one port of a
//! Service.

use jiff::Timestamp;

use crate::document::Node;

use super::cloud::Link;
use super::condition::{Condition, time};
use super::object::Object;

/// The finalizer that keeps it while NEGs are still to be deleted.
pub const NEG_FINALIZER: &str = "networking.gke.io/neg-finalizer";

/// A ServiceNetworkEndpointGroup. Its name is that of the NEG in the default subnet.
#[derive(Debug, Clone)]
pub struct SvcNeg<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// The Service that it is for, by its label.
    pub service: Option<&'d str>,
    /// The port of that Service, by its label; `0` for a Service load balancer.
    pub port: Option<&'d str>,
    /// `status.networkEndpointGroups`: one for each zone and subnet.
    pub groups: Vec<MadeNeg<'d>>,
    /// True where one of its [`CONDITIONS`] is `False`.
    pub fails: bool,
}

/// The conditions that the controller writes.
pub const CONDITIONS: [&str; 2] = ["Initialized", "Synced"];

/// A NEG that the controller made, in one zone and subnet.
#[derive(Debug, Clone, Copy)]
pub struct MadeNeg<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// `selfLink`.
    pub self_link: &'d str,
    /// The zone of the link.
    pub zone: Option<&'d str>,
    /// The name of the link.
    pub name: &'d str,
    /// `state`: `ACTIVE`, `INACTIVE`, `TO_BE_DELETED`; empty on most clusters, and means active.
    pub state: &'d str,
}

impl<'d> SvcNeg<'d> {
    /// The view of an object.
    pub fn new(object: Object<'d>) -> Self {
        let groups = object.root().at(&["status", "networkEndpointGroups"]);
        let groups = groups.into_iter().flat_map(Node::items);
        Self {
            service: object.label("networking.gke.io/service-name"),
            port: object.label("networking.gke.io/service-port"),
            groups: groups.map(MadeNeg::new).collect(),
            fails: Condition::all(object.root())
                .any(|it| it.status == "False" && CONDITIONS.contains(&it.name)),
            object,
        }
    }

    /// True where it is for this port of its Service.
    pub fn is_for(&self, port: i64) -> bool {
        self.port.and_then(|own| own.parse().ok()) == Some(port)
    }

    /// The node of `status.networkEndpointGroups`.
    pub fn groups_node(&self) -> Option<Node<'d>> {
        self.object.root().at(&["status", "networkEndpointGroups"])
    }

    /// The condition of this type: `Initialized` or `Synced`.
    pub fn condition(&self, name: &str) -> Option<Condition<'d>> {
        Condition::find(self.object.root(), name)
    }

    /// `status.lastSyncTime`: set at the end of every sync, failed ones too.
    pub fn last_sync(&self) -> Option<Timestamp> {
        time(self.object.root().at(&["status", "lastSyncTime"]))
    }

    /// The zones in which it has a NEG that is not about to be deleted.
    pub fn zones(&self) -> impl Iterator<Item = &'d str> {
        let alive = self
            .groups
            .iter()
            .filter(|group| group.state != "TO_BE_DELETED");
        alive.filter_map(|group| group.zone)
    }
}

impl<'d> MadeNeg<'d> {
    /// The name of its subnet; `None` on a cluster that has no NEGs in additional ones.
    pub fn subnet(&self) -> Option<&'d str> {
        let link = self.node.get("subnetURL")?.text()?;
        link.rsplit('/').next().filter(|name| !name.is_empty())
    }

    /// What the NEG is known by in Google Cloud.
    pub fn link(&self) -> Option<Link<'d>> {
        Link::parse(self.self_link)
    }

    fn new(node: Node<'d>) -> Self {
        let text = |name: &str| node.get(name).and_then(Node::text).unwrap_or_default();
        let self_link = text("selfLink");
        let after = |word: &str| {
            let mut parts = self_link.split('/').skip_while(|part| *part != word);
            parts.nth(1).filter(|part| !part.is_empty())
        };
        Self {
            node,
            self_link,
            zone: after("zones"),
            name: after("networkEndpointGroups").unwrap_or_default(),
            state: text("state"),
        }
    }
}
