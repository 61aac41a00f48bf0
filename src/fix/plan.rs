//! Which edits of a report are applied together: each as a whole or not at all, and none that
//! another one gets in the way of.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::finding::Finding;
use crate::remedy::{Change, Edit, Remedy, Safety};
use crate::report::Report;
use crate::text::{Place, Source, Span};

/// What is done to the files of a run.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files to change, by name.
    pub files: Vec<FilePlan>,
    /// What has to wait, in the order of the report: a second run may apply it.
    pub skipped: Vec<Skipped>,
}

/// What is done to one file.
#[derive(Debug)]
pub struct FilePlan {
    /// The text as it was read.
    pub source: Arc<Source>,
    /// The changes, sorted and disjoint.
    pub changes: Vec<Change>,
    /// The titles of the edits, in the order of the report; one that changes several files is in
    /// each of them.
    pub applied: Vec<String>,
}

/// An edit that another one is in the way of.
#[derive(Debug, Clone, PartialEq)]
pub struct Skipped {
    /// The id of the finding's rule.
    pub id: &'static str,
    /// Where the finding is.
    pub place: Place,
    /// What the edit does.
    pub title: String,
}

/// Chooses edits, unsafe ones only where `level` is [`Safety::Unsafe`]. The findings that lead are
/// served before those that follow from them, and what follows is left alone where its cause is
/// mended: that may be all it takes.
pub fn plan(report: &Report, level: Safety) -> Plan {
    let mut choice = Choice::default();
    let mut mended = HashSet::new();
    for finding in report.headlines() {
        if choice.serve(finding, level) {
            mended.insert(finding.fingerprint());
        }
    }
    for finding in &report.findings {
        if let Some(cause) = &finding.cause
            && !mended.contains(cause)
        {
            choice.serve(finding, level);
        }
    }
    Plan {
        files: choice.files.into_values().map(Chosen::plan).collect(),
        skipped: choice.skipped,
    }
}

/// The edits chosen so far.
#[derive(Default)]
struct Choice {
    files: BTreeMap<String, Chosen>,
    skipped: Vec<Skipped>,
}

/// The changes chosen for one file.
struct Chosen {
    source: Arc<Source>,
    /// By start and end; disjoint.
    changes: BTreeMap<Span, Change>,
    applied: Vec<String>,
}

impl Choice {
    /// Takes the first of a finding's edits that can be applied.
    fn serve(&mut self, finding: &Finding, level: Safety) -> bool {
        let edits = finding.remedies.iter().filter_map(|remedy| match remedy {
            Remedy::Edit(edit) if edit.safety == Safety::Safe || level == Safety::Unsafe => {
                Some(edit)
            }
            _ => None,
        });
        let mut first = None;
        for edit in edits {
            if self.take(edit) {
                return true;
            }
            first = first.or(Some(edit));
        }
        self.skipped.extend(first.map(|edit| Skipped {
            id: finding.rule.id,
            place: finding.primary.place.clone(),
            title: edit.title.clone(),
        }));
        false
    }

    /// Takes an edit if nothing is in its way; true also where the very same is taken already.
    fn take(&mut self, edit: &Edit) -> bool {
        if edit.changes.is_empty() || !is_sound(edit) {
            return false;
        }
        if edit.changes.iter().all(|change| self.holds(change)) {
            return true;
        }
        if !edit.changes.iter().all(|change| self.admits(change)) {
            return false;
        }
        for change in &edit.changes {
            let source = &change.place.source;
            let file = self
                .files
                .entry(source.origin.clone())
                .or_insert_with(|| Chosen {
                    source: Arc::clone(source),
                    changes: BTreeMap::new(),
                    applied: Vec::new(),
                });
            file.changes.insert(change.place.span, change.clone());
            if file.applied.last() != Some(&edit.title) {
                file.applied.push(edit.title.clone());
            }
        }
        true
    }

    fn holds(&self, change: &Change) -> bool {
        let file = self.files.get(&change.place.source.origin);
        file.and_then(|file| file.changes.get(&change.place.span)) == Some(change)
    }

    fn admits(&self, change: &Change) -> bool {
        let Place { source, span } = &change.place;
        let Some(file) = self.files.get(&source.origin) else {
            return true;
        };
        // What is chosen is disjoint, so the nearest one on each side is enough.
        let key = Span {
            start: span.start,
            end: span.start,
        };
        let before = file.changes.range(..key).next_back();
        let after = file.changes.range(key..).next();
        file.source.text == source.text
            && before
                .into_iter()
                .chain(after)
                .all(|(other, _)| !meet(*other, *span))
    }
}

impl Chosen {
    fn plan(self) -> FilePlan {
        FilePlan {
            source: self.source,
            changes: self.changes.into_values().collect(),
            applied: self.applied,
        }
    }
}

/// Whether two changes may not be applied together: they overlap, or one inserts where the other
/// begins or ends, so that the order would matter.
fn meet(a: Span, b: Span) -> bool {
    let overlap = a.start < b.end && b.start < a.end;
    let touch = a.start == b.end || b.start == a.end;
    overlap || (touch && (a.is_empty() || b.is_empty()))
}

/// Whether an edit fits its texts and does not get in its own way.
fn is_sound(edit: &Edit) -> bool {
    let fits = |change: &Change| {
        let Place { source, span } = &change.place;
        span.start <= span.end && source.text.get(span.range()).is_some()
    };
    let mut places: Vec<(&str, Span)> = edit
        .changes
        .iter()
        .map(|change| (change.place.source.origin.as_str(), change.place.span))
        .collect();
    places.sort_unstable();
    let neighbours = places.iter().zip(places.iter().skip(1));
    edit.changes.iter().all(fits)
        && neighbours
            .filter(|(a, b)| a.0 == b.0)
            .all(|(a, b)| !meet(a.1, b.1))
}
