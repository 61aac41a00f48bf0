//! What a name refers to, where several files may each have their say.

use crate::kind::Kind;
use crate::kind::backend_config::BackendConfig;
use crate::kind::ingress::{Ingress, IngressBackend};
use crate::kind::object::Object;
use crate::kind::route::{Route, RouteParent};
use crate::kind::service::Service;

use super::{Joined, Missing, World};

/// What a reference leads to.
#[derive(Debug)]
pub enum Resolved<'w, T> {
    /// The objects of that name, at least one; several are variants of one (overlays), and only
    /// what holds of all of them is certain.
    Found(Vec<&'w T>),
    /// There is none, and all were read.
    Absent,
    /// It cannot be told.
    Unclear(Missing),
}

impl<'d> World<'d> {
    /// The Services that a backend of an Ingress names.
    pub fn backend(
        &self,
        ingress: &Ingress<'_>,
        backend: &IngressBackend<'_>,
    ) -> Resolved<'_, Service<'d>> {
        self.service(&ingress.object, backend.service_name())
    }

    /// The Services of this name that an object's reference reaches.
    pub fn service(&self, from: &Object<'_>, name: &str) -> Resolved<'_, Service<'d>> {
        let candidates = self.services_named(name).map(|joined| joined.service);
        self.resolve(Kind::Service, from, candidates, |service| &service.object)
    }

    /// Every Service of this name, partial ones included, in whatever namespace.
    pub fn services_named(&self, name: &str) -> impl Iterator<Item = Joined<'_, 'd>> {
        let indices = self.services_by_name.get(name).into_iter().flatten();
        indices.filter_map(|index| self.joined(*index as usize))
    }

    /// The BackendConfigs of this name that an object's reference reaches.
    pub fn backend_config(&self, from: &Object<'_>, name: &str) -> Resolved<'_, BackendConfig<'d>> {
        let indices = self.backend_configs_by_name.get(name);
        let candidates = indices
            .into_iter()
            .flatten()
            .filter_map(|index| self.backend_configs.get(*index as usize));
        self.resolve(Kind::BackendConfig, from, candidates, |config| {
            &config.object
        })
    }

    /// The objects of this name that an object's reference reaches, of a kind that has no view of
    /// its own.
    pub fn other(&self, kind: Kind, from: &Object<'_>, name: &str) -> Resolved<'_, Object<'d>> {
        let of_name = |it: &&Object<'d>| it.name == name;
        let named = self.others_of(kind).iter().filter(of_name);
        self.resolve(kind, from, named, |it| it)
    }

    /// The one name of such objects, in the namespace of another, that is nearly this one.
    pub fn nearest(&self, kind: Kind, from: &Object<'_>, name: &str) -> Option<&'d str> {
        let is_near = |it: &&Object<'d>| {
            from.shares_namespace(it)
                && strsim::osa_distance(it.name, name) <= name.len().min(12) / 4
        };
        let mut near = self.others_of(kind).iter().filter(is_near);
        let first = near.next()?.name;
        near.all(|other| other.name == first).then_some(first)
    }

    /// The Gateways that a route names as a parent.
    pub fn gateway(&self, route: &Route<'d>, parent: &RouteParent<'d>) -> Resolved<'_, Object<'d>> {
        let beside = Object {
            namespace: parent.namespace.or(route.object.namespace),
            ..route.object.clone()
        };
        self.other(Kind::Gateway, &beside, parent.name)
    }

    /// The MultiClusterServices of this name that a MultiClusterIngress reaches.
    pub fn multi_cluster_service(&self, from: &Object<'_>, name: &str) -> Resolved<'_, Object<'d>> {
        let candidates = self.others_of(Kind::MultiCluster).iter();
        let candidates =
            candidates.filter(|it| it.kind_name == "MultiClusterService" && it.name == name);
        self.resolve(Kind::MultiCluster, from, candidates, |service| service)
    }

    fn resolve<'w, T>(
        &'w self,
        kind: Kind,
        from: &Object<'_>,
        candidates: impl Iterator<Item = &'w T>,
        head: impl Fn(&'w T) -> &'w Object<'d>,
    ) -> Resolved<'w, T>
    where
        'd: 'w,
    {
        let near: Vec<_> = candidates
            .filter(|candidate| from.may_share_namespace(head(candidate)))
            .collect();
        if near.is_empty() {
            return match self.whole(kind, from) {
                Ok(()) => Resolved::Absent,
                Err(missing) => Resolved::Unclear(missing),
            };
        }
        let near = closest(from, near, &head);
        if near
            .iter()
            .any(|candidate| !from.shares_namespace(head(candidate)))
        {
            return Resolved::Unclear(Missing::new(
                "one of the two manifests leaves its namespace open",
                "metadata.namespace in both manifests, or `namespace` in a [[cluster]] entry",
            ));
        }
        if near
            .iter()
            .any(|candidate| self.may_be_apart(from, head(candidate)))
        {
            return Resolved::Unclear(Missing::new(
                "the two manifests may be for two environments, each with a cluster of its own",
                "metadata.namespace in both manifests, or [[cluster]] entries that say which files \
                 go to which cluster",
            ));
        }
        if near.iter().any(|candidate| head(candidate).partial) {
            return Resolved::Unclear(Missing::new(
                "only a part of the object is in the input, such as a patch",
                "the rendered manifests: kustomize build … | neg-doctor check -",
            ));
        }
        Resolved::Found(near)
    }
}

/// Of several objects of one name, those that stand closest to where they are named: in the same
/// file, else in the same directory, else all. Environments often repeat a name, each in its own.
pub(super) fn closest<'w, 'd: 'w, T>(
    from: &Object<'_>,
    candidates: Vec<&'w T>,
    head: &impl Fn(&'w T) -> &'w Object<'d>,
) -> Vec<&'w T> {
    let origin = from.document.source().origin.as_str();
    for place in [
        Some(origin),
        origin.rsplit_once('/').map(|(directory, _)| directory),
    ] {
        let within: Vec<_> = candidates
            .iter()
            .copied()
            .filter(|candidate| {
                let other = head(candidate).document.source().origin.as_str();
                place.is_some_and(|place| {
                    other == place
                        || other
                            .rsplit_once('/')
                            .is_some_and(|(directory, _)| directory == place)
                })
            })
            .collect();
        if !within.is_empty() {
            return within;
        }
    }
    candidates
}
