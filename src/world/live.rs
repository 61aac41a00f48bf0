//! What a cluster shows of a Service: its Pods, endpoints, NEGs and events.

use jiff::{SignedDuration, Timestamp};

use crate::controller::status::StatusClaim;
use crate::kind::cluster_node::ClusterNode;
use crate::kind::endpoint_slice::EndpointSlice;
use crate::kind::event::Event;
use crate::kind::object::Object;
use crate::kind::pod::Pod;
use crate::kind::service::{LiveStatus, Service};
use crate::kind::svc_neg::SvcNeg;

use super::{Joined, World};

impl<'d> World<'d> {
    /// Every running Pod.
    pub fn pods(&self) -> &[Pod<'d>] {
        &self.pods
    }

    /// Every Node.
    pub fn nodes(&self) -> &[ClusterNode<'d>] {
        &self.nodes
    }

    /// Every Event.
    pub fn events(&self) -> &[Event<'d>] {
        &self.events
    }

    /// Every ServiceNetworkEndpointGroup.
    pub fn svc_negs(&self) -> &[SvcNeg<'d>] {
        &self.svc_negs
    }

    /// When the cluster of an object was read; `None` for what was not seen in a cluster. This is
    /// the present of every rule.
    pub fn now(&self, object: &Object<'_>) -> Option<Timestamp> {
        let mut seen = self
            .clusters(object)
            .filter_map(|cluster| cluster.seen.as_ref());
        seen.find_map(|header| header.time)
    }

    /// How long ago something was, as seen from when the cluster was read.
    pub fn age(&self, object: &Object<'_>, then: Option<Timestamp>) -> Option<SignedDuration> {
        Some(self.now(object)?.duration_since(then?))
    }

    /// The Node of this name in the cluster of an object.
    pub fn node(&self, beside: &Object<'_>, name: &str) -> Option<&ClusterNode<'d>> {
        let indices = self.nodes_by_name.get(name).into_iter().flatten();
        let mut nodes = indices.filter_map(|index| self.nodes.get(*index as usize));
        nodes.find(|node| node.object.clusters.meets(beside.clusters))
    }

    /// The zone that a Pod runs in; `None` where it is not scheduled or its Node was not read.
    pub fn zone_of(&self, pod: &Pod<'_>) -> Option<&'d str> {
        self.node(&pod.object, pod.node_name()?)?.zone()
    }

    /// The Events about an object that lives now, in the order in which they were last said. Those
    /// of an object of the same name that was there before it are left out.
    pub fn events_of(&self, object: &Object<'_>) -> Vec<&Event<'d>> {
        let Some(indices) = self.events_by_name.get(object.name) else {
            return Vec::new();
        };
        let uid = object
            .live
            .and_then(|live| live.root().at(&["metadata", "uid"])?.text());
        let events = indices
            .iter()
            .filter_map(|index| self.events.get(*index as usize));
        let mut own: Vec<_> = events
            .filter(|event| {
                event.kind == object.kind_name
                    && event.object.clusters.meets(object.clusters)
                    && event.namespace == object.namespace.unwrap_or_default()
                    && uid.is_none_or(|uid| event.uid.is_empty() || event.uid == uid)
            })
            .collect();
        own.sort_by_key(|event| event.last);
        own
    }
}

impl<'w, 'd> Joined<'w, 'd> {
    /// True where a cluster shows it.
    pub fn is_live(self) -> bool {
        self.service.object.live.is_some()
    }

    /// It as the cluster shows it; `None` where none does.
    pub fn shown(self) -> Option<Service<'d>> {
        self.service.object.shown().map(Service::new)
    }

    /// The running Pods that its selector takes.
    pub fn pods(self) -> impl Iterator<Item = &'w Pod<'d>> {
        let indices = self.world.selected_pods.get(self.index);
        let indices = indices.into_iter().flatten();
        indices.filter_map(move |index| self.world.pods.get(*index as usize))
    }

    /// Its EndpointSlices.
    pub fn slices(self) -> impl Iterator<Item = &'w EndpointSlice<'d>> {
        let indices = self.world.slices_by_service.get(self.service.object.name);
        let slices = indices.into_iter().flatten();
        let slices = slices.filter_map(move |index| self.world.slices.get(*index as usize));
        slices.filter(move |slice| slice.object.shares_namespace(&self.service.object))
    }

    /// The ServiceNetworkEndpointGroups that are labelled with it.
    pub fn svc_negs(self) -> impl Iterator<Item = &'w SvcNeg<'d>> {
        let indices = self.world.svc_negs_by_service.get(self.service.object.name);
        let negs = indices.into_iter().flatten();
        let negs = negs.filter_map(move |index| self.world.svc_negs.get(*index as usize));
        negs.filter(move |neg| neg.object.shares_namespace(&self.service.object))
    }

    /// What the controller answered on it; `None` where it did not, or where nothing was seen.
    pub fn status(self) -> Option<&'w LiveStatus<'d>> {
        self.service.status.as_ref()
    }

    /// That, where it can be read.
    pub fn said_status(self) -> Option<&'w StatusClaim> {
        self.status()?.said.as_ref().ok()
    }
}
