//! Services that claim NEGs by name, and which of them cannot both have the NEG.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::controller::decode::Spanned;
use crate::kind::object::Object;
use crate::text::Place;

use super::{Cluster, Joined, Missing, World};

/// A Service that claims a NEG by name.
#[derive(Debug, Clone, Copy)]
pub struct Claimant<'w, 'd> {
    /// The Service.
    pub service: Joined<'w, 'd>,
    name: &'w Spanned<String>,
}

/// Why a NEG can be only one claimant's.
#[derive(Debug, Clone)]
pub enum Contest<'w> {
    /// Two Services of one namespace.
    Namespace,
    /// Two Services of one cluster that are of different namespaces, or may be.
    Namespaces,
    /// Two clusters that share a project and these zones.
    Clusters(&'w Cluster, &'w Cluster, Vec<&'w str>),
}

impl<'d> World<'d> {
    /// The claimants of each name. Several texts of one Service, such as overlays, are one claimant,
    /// shown by the first of them.
    pub fn claimants(&self) -> BTreeMap<&str, Vec<Claimant<'_, 'd>>> {
        let mut seen = HashSet::new();
        let mut claimants: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for service in self.services() {
            let object = &service.service.object;
            let claim = service.service.claim().filter(|_| !object.name.is_empty());
            for (_, name) in claim.into_iter().flat_map(|(_, claim)| claim.named()) {
                let text = name.value.as_str();
                if seen.insert((text, object.clusters, object.namespace, object.name)) {
                    let claimant = Claimant { service, name };
                    claimants.entry(text).or_default().push(claimant);
                }
            }
        }
        claimants
    }

    /// True where two objects certainly come into one cluster: directories may each be for an
    /// environment of their own, unless it is said where they go.
    pub fn come_together(&self, one: &Object<'_>, other: &Object<'_>) -> bool {
        let together = one.clusters.meets(other.clusters);
        together && (directory(one) == directory(other) || self.knows_clusters(one))
    }

    /// True where two objects that leave their namespace open stand in directories of which none holds
    /// the other, so that they may never be applied together.
    pub(super) fn may_be_apart(&self, one: &Object<'_>, other: &Object<'_>) -> bool {
        let open = one.namespace.is_none() && other.namespace.is_none();
        let nested = match (directory(one), directory(other)) {
            (Some(one), Some(other)) => one.starts_with(other) || other.starts_with(one),
            _ => true,
        };
        open && !nested && !self.knows_clusters(one)
    }

    /// Whether it is said which clusters an object goes to.
    fn knows_clusters(&self, object: &Object<'_>) -> bool {
        let mut clusters = self.clusters(object);
        clusters.all(|cluster| !cluster.name.is_empty() || cluster.whole || cluster.seen.is_some())
    }
}

impl<'w> Claimant<'w, '_> {
    /// Where it states the name.
    pub fn place(&self) -> Place {
        let inner = self.service.claim().map(|(inner, _)| inner);
        inner.map_or_else(
            || self.service.object.head(),
            |inner| inner.place(self.name.range.clone()),
        )
    }

    /// Why it cannot have the NEG in all its clusters.
    pub fn contest_with_itself(&self) -> Result<Option<Contest<'w>>, Missing> {
        self.contest_of_clusters(self)
    }

    /// Why the two cannot both have the NEG; an error where it cannot be told.
    pub fn contest(&self, other: &Self) -> Result<Option<Contest<'w>>, Missing> {
        let (own, others) = (&self.service.object, &other.service.object);
        let open = own.namespace.is_none() || others.namespace.is_none();
        let is_one = own.name == others.name && (open || own.namespace == others.namespace);
        if !own.clusters.meets(others.clusters) {
            return self.contest_of_clusters(other);
        }
        // A patch may stand under a name that is nobody's.
        if is_one || own.partial || others.partial {
            return if own.clusters == others.clusters {
                Ok(None)
            } else {
                self.contest_of_clusters(other)
            };
        }
        let may_be_apart = if own.name == others.name {
            own.document.source().origin != others.document.source().origin
        } else {
            open && directory(own) != directory(others)
        };
        if may_be_apart && !self.service.world.knows_clusters(own) {
            return Err(Missing::new(
                "the two may be for two environments, each with a cluster of its own",
                "[[cluster]] entries that say which files go to which cluster, or --whole",
            ));
        }
        if own.namespace == others.namespace {
            return Ok(Some(Contest::Namespace));
        }
        Ok(Some(Contest::Namespaces))
    }

    fn contest_of_clusters(&self, other: &Self) -> Result<Option<Contest<'w>>, Missing> {
        let world = self.service.world;
        let mut unknown = None;
        for own in world.clusters(&self.service.object) {
            for others in world.clusters(&other.service.object) {
                if std::ptr::eq(own, others) {
                    continue;
                }
                match own.zones_shared_with(others) {
                    Ok(zones) if zones.is_empty() => {}
                    Ok(zones) => return Ok(Some(Contest::Clusters(own, others, zones))),
                    Err(missing) => unknown = Some(missing),
                }
            }
        }
        unknown.map_or(Ok(None), Err)
    }
}

/// The directory of the file in which an object stands.
fn directory<'o>(object: &'o Object<'_>) -> Option<&'o Path> {
    Path::new(&object.document.source().origin).parent()
}
