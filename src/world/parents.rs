//! Whether a Gateway takes a route, and whether a route may send into another namespace.

use crate::document::Node;
use crate::kind::Kind;
use crate::kind::condition::Condition;
use crate::kind::gateway::{Gateway, Listener, ReferenceGrant, RouteNamespaces};
use crate::kind::object::Object;
use crate::kind::route::{Route, RouteBackend, RouteParent};

use super::{Missing, World};

/// What a Gateway makes of a route that names it.
#[derive(Debug, Clone, Copy)]
pub enum Hold<'d> {
    /// A listener takes it.
    Taken,
    /// It has no listener of the name or port that the route asks for.
    NoListener,
    /// None of those that the route may mean takes it; the first of them, and why.
    Declined(Listener<'d>, Declined),
}

/// Why a listener does not take a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Declined {
    /// It takes no routes of this kind.
    Kind,
    /// It takes no routes of this namespace.
    Namespace,
    /// The route has hostnames, and it answers for none of them.
    Hostname,
}

const OPEN: &str = "one of the two manifests leaves its namespace open";
const STATE: &str = "metadata.namespace in both manifests, or `namespace` in a [[cluster]] entry";

impl<'d> World<'d> {
    /// Every Gateway of a GKE class, partial ones included.
    pub fn gke_gateways(&self) -> impl Iterator<Item = Gateway<'_, 'd>> {
        let gateways = self.others.iter().filter_map(Gateway::new);
        gateways.filter(|gateway| gateway.is_gke())
    }

    /// What a Gateway makes of a route that names it as a parent.
    pub fn hold(
        &self,
        gateway: Gateway<'_, 'd>,
        parent: &RouteParent<'d>,
        route: &Route<'d>,
    ) -> Result<Hold<'d>, Missing> {
        let is_meant = |listener: &Listener<'_>| {
            parent.section.is_none_or(|name| name == listener.name)
                && parent.port.is_none_or(|port| Some(port) == listener.port)
        };
        if gateway.listeners().next().is_none() {
            // The API takes no Gateway without listeners: this is a part of one.
            return Err(Missing::new(
                format!(
                    "the listeners of Gateway {} are not in the input",
                    parent.name
                ),
                "the rendered manifests: kustomize build … | neg-doctor check -",
            ));
        }
        let mut declined = None;
        let mut missing = None;
        for listener in gateway.listeners().filter(is_meant) {
            match self.declined(gateway.object, listener, route) {
                Ok(None) => return Ok(Hold::Taken),
                Ok(Some(why)) => declined = declined.or(Some(Hold::Declined(listener, why))),
                Err(unknown) => missing = Some(unknown),
            }
        }
        match missing {
            Some(missing) => Err(missing),
            None => Ok(declined.unwrap_or(Hold::NoListener)),
        }
    }

    fn declined(
        &self,
        gateway: &Object<'_>,
        listener: Listener<'_>,
        route: &Route<'d>,
    ) -> Result<Option<Declined>, Missing> {
        if !listener.takes_kind(route.object.kind_name) {
            return Ok(Some(Declined::Kind));
        }
        let mut hostnames = route.hostnames().filter_map(Node::text).peekable();
        if hostnames.peek().is_some() && !hostnames.any(|it| listener.answers_for(it)) {
            return Ok(Some(Declined::Hostname));
        }
        let is_taken = match listener.namespaces() {
            RouteNamespaces::All => true,
            RouteNamespaces::Other => false,
            RouteNamespaces::Same => match (gateway.namespace, route.object.namespace) {
                (own, others) if own == others => true,
                (Some(_), Some(_)) => false,
                _ => return Err(Missing::new(OPEN, STATE)),
            },
            RouteNamespaces::Selector(_) => self.is_selected(listener, &route.object)?,
        };
        Ok((!is_taken).then_some(Declined::Namespace))
    }

    /// Whether a listener's selector takes the namespace of a route.
    fn is_selected(&self, listener: Listener<'_>, route: &Object<'_>) -> Result<bool, Missing> {
        let Some(name) = route.namespace else {
            return Err(Missing::new(
                "the namespace of the route is left open",
                "metadata.namespace in its manifest, or `namespace` in a [[cluster]] entry",
            ));
        };
        let mut namespaces = self.others_of(Kind::Namespace).iter();
        let namespace = namespaces.find(|it| it.name == name && it.clusters.meets(route.clusters));
        // The API server gives this one to every namespace.
        let mut labels = vec![("kubernetes.io/metadata.name", name)];
        let shown = namespace.and_then(Object::shown);
        labels.extend(shown.iter().flat_map(Object::labels));
        labels.extend(namespace.into_iter().flat_map(Object::labels));
        if listener.namespaces().selects(&labels) {
            return Ok(true);
        }
        if shown.is_none() {
            self.whole(Kind::Namespace, route)?;
        }
        Ok(false)
    }

    /// Whether a ReferenceGrant lets a route send to a Service of another namespace; also where the
    /// Service is in its own.
    pub fn is_granted(
        &self,
        route: &Route<'d>,
        backend: &RouteBackend<'d>,
    ) -> Result<bool, Missing> {
        let object = &route.object;
        let Some(namespace) = backend.namespace.filter(|it| Some(*it) != object.namespace) else {
            return Ok(true);
        };
        let Some(own) = object.namespace else {
            return Err(Missing::new(OPEN, STATE));
        };
        let grants = self.others_of(Kind::ReferenceGrant).iter();
        let grants = grants.filter_map(ReferenceGrant::new);
        let grants = grants.filter(|grant| grant.object.clusters.meets(object.clusters));
        let admitting: Vec<_> = grants
            .filter(|grant| grant.admits(object.kind_name, own, backend.service))
            .map(|grant| grant.object.namespace)
            .collect();
        if admitting.contains(&Some(namespace)) {
            return Ok(true);
        }
        if admitting.contains(&None) {
            return Err(Missing::new(OPEN, STATE));
        }
        let beside = Object {
            namespace: Some(namespace),
            ..object.clone()
        };
        self.whole(Kind::ReferenceGrant, &beside)?;
        Ok(false)
    }
}

impl<'d> Route<'d> {
    /// The conditions that GKE's controller wrote for one of its parents.
    pub fn conditions_of(&self, parent: &RouteParent<'_>) -> Vec<Condition<'d>> {
        let Some(live) = self.object.live else {
            return Vec::new();
        };
        let entries = live.root().at(&["status", "parents"]);
        let mut entries = entries.into_iter().flat_map(Node::items);
        let entry = entries.find(|entry| {
            let text = |path: &[&str]| entry.at(path).and_then(Node::text);
            let namespace = text(&["parentRef", "namespace"]).or(self.object.namespace);
            text(&["controllerName"]) == Some("networking.gke.io/gateway")
                && text(&["parentRef", "name"]) == Some(parent.name)
                && text(&["parentRef", "sectionName"]) == parent.section
                && namespace == parent.namespace.or(self.object.namespace)
        });
        entry.into_iter().flat_map(Condition::all_of).collect()
    }
}
