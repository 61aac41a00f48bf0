//! What is known of the clusters that the input goes to.

use std::sync::Arc;

use crate::kind::{Kind, Object};
use crate::snapshot::{Header, Read};

use super::Missing;

/// A cluster, as a `[[cluster]]` entry of the configuration or a live cluster describes it.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    /// Its name; empty where nothing was described.
    pub name: String,
    /// The Google Cloud project.
    pub project: Option<String>,
    /// Its region or zone.
    pub location: Option<String>,
    /// The zones of its nodes; empty where unknown.
    pub zones: Vec<String>,
    /// The Kubernetes version, as `1.33`.
    pub version: Option<(u32, u32)>,
    /// The `uid` of the ConfigMap `kube-system/ingress-uid`: the one in generated NEG names.
    pub cluster_uid: Option<String>,
    /// The UID of the namespace `kube-system`.
    pub kube_system_uid: Option<String>,
    /// Whether admission adds the claim to new Services by default.
    pub adds_claim: Option<bool>,
    /// Whether Pods run in additional subnets.
    pub additional_subnets: Option<bool>,
    /// Whether the input holds every object of the namespaces that it touches.
    pub whole: bool,
    /// The namespace for manifests that state none.
    pub namespace: Option<String>,
    /// What was seen of it, where it was looked at.
    pub seen: Option<Arc<Header>>,
}

impl Cluster {
    /// Its region: `europe-west1` for the zone `europe-west1-b` too.
    pub fn region(&self) -> Option<&str> {
        let location = self.location.as_deref()?;
        match location.rsplit_once('-') {
            Some((region, zone)) if zone.len() == 1 => Some(region),
            _ => Some(location),
        }
    }

    /// The zones in which a NEG of one name cannot belong to both clusters: those of both, in one
    /// project.
    pub fn zones_shared_with<'c>(&'c self, other: &Self) -> Result<Vec<&'c str>, Missing> {
        let same_project = match (&self.project, &other.project) {
            (Some(own), Some(others)) if own != others => return Ok(Vec::new()),
            (own, others) => own.is_some() && others.is_some(),
        };
        let missing = |what: &str| {
            Missing::new(
                format!(
                    "whether {} and {} share {what} is not known",
                    self.called(),
                    other.called()
                ),
                "`project` and `zones` in both [[cluster]] entries",
            )
        };
        let (Some(own), Some(others)) = (self.known_zones(), other.known_zones()) else {
            let apart = self
                .region()
                .zip(other.region())
                .is_some_and(|(own, others)| own != others);
            return if apart {
                Ok(Vec::new())
            } else {
                Err(missing("a zone"))
            };
        };
        let shared: Vec<_> = own
            .into_iter()
            .filter(|zone| others.contains(zone))
            .collect();
        if shared.is_empty() || same_project {
            return Ok(shared);
        }
        Err(missing("a project"))
    }

    /// Takes from what was seen of it all that is not stated.
    fn fill(&mut self, seen: Self) {
        let Self {
            project,
            location,
            zones,
            version,
            cluster_uid,
            kube_system_uid,
            ..
        } = self;
        fill(project, seen.project);
        fill(location, seen.location);
        fill(cluster_uid, seen.cluster_uid);
        fill(kube_system_uid, seen.kube_system_uid);
        fill(&mut self.namespace, seen.namespace);
        *version = version.or(seen.version);
        if zones.is_empty() {
            *zones = seen.zones;
        }
        self.seen = seen.seen;
    }

    /// Whether every object of a kind in the namespace of an object was read.
    pub(super) fn was_read(&self, kind: Kind, beside: &Object<'_>) -> Result<(), Missing> {
        self.was_read_of(kind, beside.namespace)
    }

    /// Whether every object of a kind in a namespace was read.
    pub(super) fn whole_of(&self, kind: Kind, namespace: &str) -> Result<(), Missing> {
        self.was_read_of(kind, Some(namespace))
    }

    fn was_read_of(&self, kind: Kind, namespace: Option<&str>) -> Result<(), Missing> {
        let Some(header) = &self.seen else {
            return Err(Missing::new(
                format!("{} was not looked at", self.called()),
                "--context",
            ));
        };
        let plural = kind.plural();
        match header.read_of(kind, namespace) {
            Read::Whole => Ok(()),
            Read::Gap(gap) => Err(Missing::new(
                format!("not all {plural} were read: {}", gap.reason),
                gap.needs.clone(),
            )),
            Read::NotAsked(_) => Err(Missing::new(
                format!("the snapshot does not hold {plural}"),
                "a snapshot of this rule's kinds, or the cluster itself",
            )),
            Read::OtherNamespace => Err(Missing::new(
                format!("namespace {} was not read", namespace.unwrap_or_default()),
                format!("--namespace {}, or -A", namespace.unwrap_or_default()),
            )),
            Read::Selected(selector) => Err(Missing::new(
                format!("only Services with the labels {selector} were read"),
                "a run without --selector",
            )),
        }
    }

    /// What to call it in a sentence.
    fn called(&self) -> String {
        match self.name.as_str() {
            "" => "the cluster without a name".to_owned(),
            name => format!("cluster {name}"),
        }
    }

    /// Every zone of its nodes; `None` where a region is all that is known.
    fn known_zones(&self) -> Option<Vec<&str>> {
        if !self.zones.is_empty() {
            return Some(self.zones.iter().map(String::as_str).collect());
        }
        let location = self.location.as_deref()?;
        (self.region() != Some(location)).then(|| vec![location])
    }
}

fn fill(stated: &mut Option<String>, seen: Option<String>) {
    if stated.is_none() {
        *stated = seen;
    }
}

/// The clusters that an object goes to, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ClusterSet(u64);

impl ClusterSet {
    /// The largest number of clusters that a run can tell apart.
    pub const CAPACITY: usize = 64;

    /// Adds the cluster with this index.
    pub fn insert(&mut self, index: usize) {
        self.0 |= 1_u64.checked_shl(index as u32).unwrap_or(0);
    }

    /// True where both hold one cluster.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn holds(self, index: usize) -> bool {
        self.0 & 1_u64.checked_shl(index as u32).unwrap_or(0) != 0
    }
}

/// All clusters of a run.
#[derive(Debug, Clone, Default)]
pub struct Clusters {
    all: Vec<Cluster>,
    /// The index of the cluster for objects that no entry claims.
    unclaimed: usize,
    /// The clusters that were looked at, in the order of their snapshots.
    seen: Vec<usize>,
}

impl Clusters {
    /// The described clusters; where none is, one of which nothing is known. `unclaimed` is for
    /// objects that no entry claims.
    pub fn new(described: Vec<Cluster>, unclaimed: Cluster) -> Self {
        let mut all = described;
        all.truncate(ClusterSet::CAPACITY - 1);
        all.push(unclaimed);
        Self {
            unclaimed: all.len() - 1,
            all,
            seen: Vec::new(),
        }
    }

    /// With the clusters that were looked at. What an entry of the same name states counts, and
    /// what was seen fills its gaps.
    #[must_use]
    pub fn with_seen(mut self, seen: impl IntoIterator<Item = Cluster>) -> Self {
        for cluster in seen {
            let mut entries = self.all.iter_mut().enumerate();
            let entry = entries.find(|(index, entry)| {
                *index != self.unclaimed && entry.name == cluster.name && entry.seen.is_none()
            });
            if let Some((index, entry)) = entry {
                entry.fill(cluster);
                self.seen.push(index);
            } else {
                self.seen.push(self.all.len());
                self.all.push(cluster);
            }
        }
        self
    }

    /// The clusters that were looked at, in the order in which they were given.
    pub fn seen(&self) -> impl Iterator<Item = (ClusterSet, &Cluster)> {
        self.seen.iter().filter_map(|index| {
            let mut set = ClusterSet::default();
            set.insert(*index);
            Some((set, self.all.get(*index)?))
        })
    }

    /// For each view that is made of a manifest the clusters it is for. What no entry claims goes
    /// to all clusters that were looked at; each of those is judged by itself.
    pub fn of_manifest(&self, set: ClusterSet) -> Vec<ClusterSet> {
        let only = |index: usize| {
            let mut set = ClusterSet::default();
            set.insert(index);
            set
        };
        let mut rest = set;
        if set == only(self.unclaimed) && !self.seen.is_empty() {
            rest = ClusterSet::default();
            for index in &self.seen {
                rest.insert(*index);
            }
        }
        let mut sets = Vec::new();
        for index in self.seen.iter().copied().filter(|index| rest.holds(*index)) {
            sets.push(only(index));
        }
        for set in &sets {
            rest.0 &= !set.0;
        }
        if rest != ClusterSet::default() {
            sets.push(rest);
        }
        sets
    }

    /// The set for an object that these entries claim.
    pub fn set(&self, entries: impl IntoIterator<Item = usize>) -> ClusterSet {
        let mut set = ClusterSet::default();
        for index in entries {
            set.insert(index);
        }
        if set == ClusterSet::default() {
            set.insert(self.unclaimed);
        }
        set
    }

    /// The clusters of a set.
    pub fn in_set(&self, set: ClusterSet) -> impl Iterator<Item = &Cluster> {
        let all = self.all.iter().enumerate();
        all.filter(move |(index, _)| set.holds(*index))
            .map(|(_, cluster)| cluster)
    }
}
