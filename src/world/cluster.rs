//! What is known of the clusters that the input goes to.

use std::sync::Arc;

use crate::snapshot::Header;

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
            let name = |cluster: &Self| match cluster.name.as_str() {
                "" => "the cluster without a name".to_owned(),
                name => format!("cluster {name}"),
            };
            Missing::new(
                format!(
                    "whether {} and {} share {what} is not known",
                    name(self),
                    name(other)
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

    /// Every zone of its nodes; `None` where a region is all that is known.
    fn known_zones(&self) -> Option<Vec<&str>> {
        if !self.zones.is_empty() {
            return Some(self.zones.iter().map(String::as_str).collect());
        }
        let location = self.location.as_deref()?;
        (self.region() != Some(location)).then(|| vec![location])
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
#[derive(Debug, Clone)]
pub struct Clusters(Vec<Cluster>);

impl Clusters {
    /// The described clusters; where none is, one of which nothing is known. The last of the list
    /// is for objects that no entry claims.
    pub fn new(described: Vec<Cluster>, unclaimed: Cluster) -> Self {
        let mut all = described;
        all.truncate(ClusterSet::CAPACITY - 1);
        all.push(unclaimed);
        Self(all)
    }

    /// The set for an object that these entries claim.
    pub fn set(&self, entries: impl IntoIterator<Item = usize>) -> ClusterSet {
        let mut set = ClusterSet::default();
        for index in entries {
            set.insert(index);
        }
        if set == ClusterSet::default() {
            set.insert(self.0.len() - 1);
        }
        set
    }

    /// The clusters of a set.
    pub fn in_set(&self, set: ClusterSet) -> impl Iterator<Item = &Cluster> {
        let all = self.0.iter().enumerate();
        all.filter(move |(index, _)| set.holds(*index))
            .map(|(_, cluster)| cluster)
    }
}
