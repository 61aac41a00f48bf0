//! What is known to go wrong, counted: every failure that names a rule which is there has an example
//! in that rule's card.

use std::collections::BTreeSet;

use neg_doctor::rules::ALL;

use crate::cards;

const KUBERNETES: &str = include_str!("../../fixtures/coverage-kubernetes.tsv");
const GOOGLE_CLOUD: &str = include_str!("../../fixtures/coverage-gcp.tsv");

/// The keys of all known failures.
pub(crate) fn known() -> BTreeSet<&'static str> {
    let rows = |text: &'static str, field: usize| {
        let lines = text.lines().skip(1);
        lines.filter_map(move |line| line.split('\t').nth(field))
    };
    rows(KUBERNETES, 1).chain(rows(GOOGLE_CLOUD, 0)).collect()
}

/// Every known failure that manifests or a cluster can show, and that names a rule which is there,
/// is an example of such a rule.
#[test]
fn known_failures_have_examples() {
    let cards = cards();
    let covers = |rule: &str, key: &str| {
        let mut own = cards.iter().filter(|(row, _)| row.row.id == rule);
        own.any(|(_, card)| {
            let shown = card.examples.iter().flat_map(|example| &example.shows);
            card.front.covers.iter().chain(shown).any(|it| it == key)
        })
    };
    let is_there = |rule: &str| ALL.iter().any(|known| known.row.id == rule);
    let mut missing = Vec::new();
    let mut shown = 0_usize;
    for line in KUBERNETES.lines().skip(1) {
        let mut fields = line.split('\t').skip(1);
        let mut field = || fields.next().unwrap_or_default();
        let (key, rules, needs) = (field(), field(), field());
        let mut rules = rules.split(',').filter(|rule| is_there(rule)).peekable();
        if rules.peek().is_none() || ["gcp", "terraform"].contains(&needs) {
            continue;
        }
        if rules.any(|rule| covers(rule, key)) {
            shown += 1;
        } else {
            missing.push(line);
        }
    }
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
    println!("{shown} known failures are shown");
}
