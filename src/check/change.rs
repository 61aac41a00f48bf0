//! What manifests change in a cluster that was looked at: which findings they bring, which were
//! there before, and which they end.

use std::collections::HashSet;

use crate::finding::{Finding, Novelty, Verdicts};

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
    let mut fixed = before.findings;
    fixed.retain(|finding| !there.contains(&finding.fingerprint()));
    fixed
}
