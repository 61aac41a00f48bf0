//! What manifests change in a cluster that was looked at: which findings they bring, which were
//! there before, and which they end.

use std::collections::HashSet;

use crate::finding::{Finding, Novelty, Subject, Verdicts};

/// Marks each finding as introduced or there before, by what was found `before` the manifests are
/// applied, and returns those that they end.
pub(super) fn mark(before: Verdicts, after: &mut Verdicts) -> Vec<Finding> {
    let known: HashSet<String> = before.findings.iter().map(Finding::fingerprint).collect();
    let mut there = HashSet::new();
    for finding in &mut after.findings {
        let fingerprint = finding.fingerprint();
        finding.change = Some(if known.contains(&fingerprint) {
            Novelty::Before
        } else {
            Novelty::Introduced
        });
        there.insert(fingerprint);
    }
    // A collision of three is no end of the collision of two.
    let concerned: HashSet<(&str, &Subject)> = after.findings.iter().flat_map(concerned).collect();
    let mut fixed = before.findings;
    fixed.retain(|finding| {
        let goes_on = finding
            .concerns
            .iter()
            .chain([&finding.subject])
            .any(|subject| {
                !finding.concerns.is_empty() && concerned.contains(&(finding.rule.id, subject))
            });
        !there.contains(&finding.fingerprint()) && !goes_on
    });
    fixed
}

/// The rule and each object that a finding speaks of.
fn concerned(finding: &Finding) -> impl Iterator<Item = (&'static str, &Subject)> {
    let subjects = std::iter::once(&finding.subject).chain(&finding.concerns);
    subjects.map(|subject| (finding.rule.id, subject))
}
