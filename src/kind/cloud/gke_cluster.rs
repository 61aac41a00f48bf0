//! GKE clusters, as the container API shows them.

use crate::document::Node;

use super::{Link, Location, view};

view! {
    /// A GKE cluster.
    GkeCluster
}

impl<'d> GkeCluster<'d> {
    /// `location`: a region or a zone.
    pub fn location(&self) -> &'d str {
        self.text("location").unwrap_or_default()
    }

    /// The zones of its nodes.
    pub fn zones(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let zones = self.get("locations").into_iter().flat_map(Node::items);
        zones.filter_map(Node::text)
    }

    /// Where it says that the add-on for load balancing is off; `None` where it is on.
    pub fn load_balancing_off(&self) -> Option<Node<'d>> {
        let path = ["addonsConfig", "httpLoadBalancing", "disabled"];
        let off = self.root().at(&path)?;
        (off.boolean() == Some(true)).then_some(off)
    }

    /// Its network.
    pub fn network(&self) -> Option<Link<'d>> {
        self.part("network", Location::Global, "networks")
    }

    /// The subnet of its nodes.
    pub fn subnetwork(&self) -> Option<Link<'d>> {
        let location = self.location();
        let region = match location.rsplit_once('-') {
            Some((region, zone)) if zone.len() == 1 => region,
            _ => location,
        };
        self.part("subnetwork", Location::Region(region), "subnetworks")
    }

    /// A link, or the bare name of something in the cluster's own project.
    fn part(
        &self,
        field: &str,
        location: Location<'d>,
        collection: &'static str,
    ) -> Option<Link<'d>> {
        let config = self.root().at(&["networkConfig", field]);
        let node = config.or_else(|| self.get(field))?;
        let name = node.text().filter(|name| !name.is_empty())?;
        let project = self.link.project;
        self.reference(node).map(|it| it.link).or_else(|| {
            (!name.contains('/')).then_some(Link {
                project,
                location,
                collection,
                name,
            })
        })
    }
}
