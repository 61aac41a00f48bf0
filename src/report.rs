//! The report of a run: what is shown, hidden and counted, and the exit code. Nothing after this
//! station decides anything.

use crate::finding::{Finding, Severity, Undecided};
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
    /// The counts.
    pub summary: Summary,
    /// Whether the undecided are to be listed for people, or only counted.
    pub show_undecided: bool,
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

    /// The gravest severity of all findings.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}
