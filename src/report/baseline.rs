//! Findings that are known and put up with for now: a file of them hides them in later runs.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Report, fold};
use crate::rules::Row;

const SCHEMA: &str = "neg-doctor-baseline/1";

/// The findings of an earlier run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline(BTreeMap<String, Entry>);

/// A finding of an earlier run. Only the fingerprint tells whether a finding is the same one; the
/// rest is there for people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The file it stood in.
    pub origin: String,
    /// The rule's id.
    pub id: String,
    /// The object.
    pub subject: String,
    /// What was wrong.
    pub message: String,
    /// The finding's identity.
    pub fingerprint: String,
}

#[derive(Serialize, Deserialize)]
struct File {
    schema: String,
    findings: Vec<Entry>,
}

/// A text that is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON, or not of this shape.
    #[error("this is no baseline: {0}")]
    Shape(#[from] serde_json::Error),
    /// It is of another version.
    #[error("this is no baseline that can be read here: its schema is `{0}`, not `{SCHEMA}`")]
    Schema(String),
}

impl Baseline {
    /// All findings of a report.
    pub fn of(report: &Report) -> Self {
        let entries = report.findings.iter().map(|finding| Entry {
            origin: finding.primary.place.source.origin.clone(),
            id: finding.rule.id.to_owned(),
            subject: finding.subject.to_string(),
            message: finding.message.clone(),
            fingerprint: finding.fingerprint(),
        });
        Self::from_entries(entries)
    }

    /// Of entries with one fingerprint the first one in the order of the file stays.
    fn from_entries(entries: impl Iterator<Item = Entry>) -> Self {
        let mut sorted: Vec<Entry> = entries.collect();
        sorted.sort();
        let mut known = BTreeMap::new();
        for entry in sorted {
            known.entry(entry.fingerprint.clone()).or_insert(entry);
        }
        Self(known)
    }

    /// Reads what [`Baseline::to_json`] wrote.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let file: File = serde_json::from_str(text.trim_start_matches('\u{feff}'))?;
        if file.schema != SCHEMA {
            return Err(BaselineError::Schema(file.schema));
        }
        Ok(Self::from_entries(file.findings.into_iter()))
    }

    /// The file's text: sorted, so that the same findings give the same bytes.
    pub fn to_json(&self) -> Result<String, BaselineError> {
        let mut findings: Vec<Entry> = self.0.values().cloned().collect();
        findings.sort();
        let schema = SCHEMA.to_owned();
        Ok(serde_json::to_string_pretty(&File { schema, findings })? + "\n")
    }

    /// Hides the known findings of a report. What followed from one of them and is new stays.
    /// Returns the entries, of rules that `ran`, that no longer occur.
    pub fn hide(&self, report: &mut Report, ran: &[&'static Row]) -> Vec<&Entry> {
        let before = report.findings.len();
        let mut seen = HashSet::new();
        report.findings.retain(|finding| {
            let fingerprint = finding.fingerprint();
            let is_new = !self.0.contains_key(&fingerprint);
            seen.insert(fingerprint);
            is_new
        });
        report.summary.baselined += before - report.findings.len();
        fold(&mut report.findings);
        report.count();
        let mut gone: Vec<&Entry> = self
            .0
            .values()
            .filter(|entry| !seen.contains(&entry.fingerprint))
            .filter(|entry| ran.iter().any(|row| row.id == entry.id))
            .collect();
        gone.sort();
        gone
    }
}
