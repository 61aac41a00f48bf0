//! What is known of the clusters that the input goes to.

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
