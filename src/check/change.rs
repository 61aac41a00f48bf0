//! What manifests change in a cluster that was looked at: which findings they bring, which were
//! there before, and which they end.

use std::collections::HashSet;

use crate::finding::{Change, Finding, Verdicts};

use super::{Input, Settings, all_clusters, run};

/// Marks each finding as introduced or there before, and returns those that the manifests end.
/// Nothing is marked where there are only manifests, or only clusters.
pub(super) fn mark(
    input: &Input,
    settings: &Settings<'_>,
    verdicts: &mut Verdicts,
) -> Vec<Finding> {
    if input.documents.is_empty() || input.snapshots.is_empty() {
        return Vec::new();
    }
    let before = run(&[], input, &all_clusters(input, settings), settings);
    let known: HashSet<String> = before.findings.iter().map(Finding::fingerprint).collect();
    let mut there = HashSet::new();
    for finding in &mut verdicts.findings {
        let fingerprint = finding.fingerprint();
        finding.change = Some(if known.contains(&fingerprint) {
            Change::Before
        } else {
            Change::Introduced
        });
        there.insert(fingerprint);
    }
    let mut fixed = before.findings;
    fixed.retain(|finding| !there.contains(&finding.fingerprint()));
    fixed
}
