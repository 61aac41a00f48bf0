//! The report of a run: what is shown, hidden and counted, and the exit code. Nothing after this
//! station decides anything.

pub mod adjust;
pub mod baseline;
pub mod suppress;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use crate::finding::{Finding, Noise, Novelty, Severity, Subject, Undecided, Verdicts};
use crate::text::Place;

/// Everything that a run has to say, in the order in which it is said.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings: sorted by origin, position and rule; suppressed and baselined ones are gone.
    /// A finding with a `cause` only follows from another one of the same report.
    pub findings: Vec<Finding>,
    /// What could not be judged, sorted likewise.
    pub undecided: Vec<Undecided>,
    /// What was asked for and could not be read, or was recognised and not checked.
    pub unread: Vec<Unread>,
    /// What applying the manifests ends, where they are compared with a cluster.
    pub fixed: Vec<Finding>,
    /// What was read of clusters.
    pub seen: Vec<SeenCluster>,
    /// Where clusters show other values than the manifests state.
    pub drift: Vec<Drift>,
    /// What is kept silent on purpose, sorted likewise; empty where nobody asked for it. It counts
    /// for nothing.
    pub noise: Vec<Noise>,
    /// The counts.
    pub summary: Summary,
    /// Whether the undecided are to be listed for people, or only counted.
    pub show_undecided: bool,
    /// Whether the drift is to be listed.
    pub show_drift: bool,
}

/// A value that a manifest states and a cluster shows otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Drift {
    /// The object.
    pub subject: Subject,
    /// The field, as `spec.ports[0].port`.
    pub path: String,
    /// What the manifest states, shortened.
    pub declared: String,
    /// What the cluster shows, shortened; `None` where it has no such annotation.
    pub observed: Option<String>,
    /// Where the manifest states it.
    pub place: Place,
}

/// Input that was not checked.
#[derive(Debug, Clone)]
pub struct Unread {
    /// The file, or what the user typed.
    pub origin: String,
    /// The place of the trouble where there is one.
    pub place: Option<Place>,
    /// Why, in plain words.
    pub reason: String,
    /// Whether the run counts as incomplete for it. A template does not fail a run.
    pub fails: bool,
}

/// What was read of a cluster, or of a project of Google Cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCluster {
    /// Its name.
    pub name: String,
    /// True for a project.
    pub is_project: bool,
    /// The namespaces that were read; `None` for all.
    pub namespaces: Option<Vec<String>>,
    /// How many objects of each kind.
    pub kinds: BTreeMap<String, usize>,
}

impl SeenCluster {
    /// How many objects of it were read.
    pub fn objects(&self) -> usize {
        self.kinds.values().sum()
    }

    /// True where nothing was read that could ask for a NEG, or be one or hold one.
    pub fn is_without_services(&self) -> bool {
        let of_cluster = ["Service", "Ingress"];
        let of_project = ["compute#networkEndpointGroup", "compute#backendService"];
        !if self.is_project {
            of_project
        } else {
            of_cluster
        }
        .iter()
        .any(|kind| self.kinds.contains_key(*kind))
    }
}

/// The counts of a report.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Findings of this severity, consequences included.
    pub errors: usize,
    /// Likewise.
    pub warnings: usize,
    /// Likewise.
    pub notes: usize,
    /// Subjects that a rule could not judge, one for each rule.
    pub undecided: usize,
    /// YAML or JSON documents read, whatever they hold.
    pub documents: usize,
    /// Kubernetes objects among them, items of lists counted one by one.
    pub objects: usize,
    /// Files read.
    pub files: usize,
    /// Findings hidden by a comment, an annotation or the configuration.
    pub suppressed: usize,
    /// Findings hidden by the baseline.
    pub baselined: usize,
}

impl Report {
    /// Sorts what the rules said, tells causes from consequences, and counts.
    pub fn new(verdicts: Verdicts, unread: Vec<Unread>, read: Summary) -> Self {
        let Verdicts {
            mut findings,
            mut undecided,
            mut noise,
        } = verdicts;
        sort(&mut findings);
        findings.dedup_by(|a, b| {
            a.fingerprint() == b.fingerprint() && a.primary == b.primary && a.message == b.message
        });
        undecided
            .sort_by(|a, b| by_place(&a.place, &b.place).then_with(|| a.rule.id.cmp(b.rule.id)));
        undecided.dedup();
        noise.sort_by(|a, b| by_place(&a.place, &b.place).then_with(|| a.seen.cmp(&b.seen)));
        noise.dedup();
        fold(&mut findings);
        let mut report = Self {
            findings,
            undecided,
            unread,
            fixed: Vec::new(),
            seen: Vec::new(),
            drift: Vec::new(),
            noise,
            summary: read,
            show_undecided: false,
            show_drift: false,
        };
        report.count();
        report
    }

    /// Counts the findings anew, after some were taken out.
    pub fn count(&mut self) {
        let number = |severity| {
            let of = |finding: &&Finding| finding.severity == severity;
            self.findings.iter().filter(of).count()
        };
        self.summary.errors = number(Severity::Error);
        self.summary.warnings = number(Severity::Warning);
        self.summary.notes = number(Severity::Note);
        self.summary.undecided = self.undecided.len();
    }

    /// The findings that follow from this one, in order.
    pub fn consequences<'r>(&'r self, cause: &Finding) -> impl Iterator<Item = &'r Finding> {
        let fingerprint = cause.fingerprint();
        self.findings
            .iter()
            .filter(move |finding| finding.cause.as_deref() == Some(&fingerprint))
    }

    /// The findings that follow from no other.
    pub fn headlines(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.cause.is_none())
    }

    /// True where there was nothing to check: no object at all, or no file and only clusters
    /// without Services and Ingresses, and projects without NEGs and backend services.
    pub fn is_of_nothing(&self) -> bool {
        let empty = self.seen.iter().all(SeenCluster::is_without_services);
        self.summary.objects == 0 || (self.summary.files == 0 && !self.seen.is_empty() && empty)
    }

    /// The gravest severity of all findings, or of those that the manifests bring to a cluster.
    pub fn worst(&self, introduced: bool) -> Option<Severity> {
        let counts = |finding: &&Finding| !introduced || finding.change != Some(Novelty::Before);
        let counted = self.findings.iter().filter(counts);
        counted.map(|finding| finding.severity).max()
    }
}

fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        by_place(&a.primary.place, &b.primary.place)
            .then_with(|| a.rule.id.cmp(b.rule.id))
            .then_with(|| a.detail.cmp(&b.detail))
    });
}

fn by_place(a: &Place, b: &Place) -> Ordering {
    a.source
        .origin
        .cmp(&b.source.origin)
        .then_with(|| a.span.cmp(&b.span))
}

/// Marks the findings that only follow from another one: their rule says so, and both concern one
/// object. Of several causes the first that the rule names leads, and the cause of a cause stands
/// for both.
fn fold(findings: &mut [Finding]) {
    let prints: Vec<String> = findings.iter().map(Finding::fingerprint).collect();
    let mut leaders: HashMap<(&str, &Subject), usize> = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        for subject in concerned(finding) {
            leaders.entry((finding.rule.id, subject)).or_insert(index);
        }
    }
    let causes: Vec<Option<usize>> = findings
        .iter()
        .map(|finding| {
            let rules = finding.follows.iter();
            let mut led =
                rules.flat_map(|rule| concerned(finding).map(move |subject| (*rule, subject)));
            led.find_map(|key| leaders.get(&key).copied())
        })
        .collect();
    let cause_of = |index: usize| causes.get(index).copied().flatten();
    for (index, finding) in findings.iter_mut().enumerate() {
        let chain = std::iter::successors(cause_of(index), |cause| cause_of(*cause));
        let root = chain.take(8).last();
        finding.cause = root.and_then(|root| prints.get(root).cloned());
    }
}

/// The objects that a finding speaks of, its subject first.
fn concerned(finding: &Finding) -> impl Iterator<Item = &Subject> {
    std::iter::once(&finding.subject).chain(&finding.concerns)
}
