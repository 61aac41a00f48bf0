//! What is known to go wrong, and what only looks wrong, counted: every failure that names a rule
//! which is there has an example that shows it, and so has every trap.

use std::collections::{BTreeMap, BTreeSet};

use neg_doctor::card::Verdict;
use neg_doctor::rules::ALL;

use crate::cards;

const KUBERNETES: &str = include_str!("../../fixtures/coverage-kubernetes.tsv");
const TRAPS: &str = include_str!("../../fixtures/traps.tsv");
const GOOGLE_CLOUD: &str = include_str!("../../fixtures/coverage-gcp.tsv");

/// A row of a table of known failures.
pub(crate) struct Failure {
    pub(crate) key: &'static str,
    /// The rules that find it, by commas; `none` where by decision none does.
    pub(crate) rules: &'static str,
    /// What has to be read for it; empty for Google Cloud.
    pub(crate) needs: &'static str,
    pub(crate) note: &'static str,
}

/// The tables, by what they are about.
pub(crate) fn known_failures() -> [(&'static str, Vec<Failure>); 2] {
    let rows = |text: &'static str| text.lines().skip(1).map(|line| line.split('\t'));
    let mut kubernetes = Vec::new();
    for mut fields in rows(KUBERNETES) {
        let mut field = || fields.next().unwrap_or_default();
        let _source = field();
        let (key, rules, needs, note) = (field(), field(), field(), field());
        kubernetes.push(Failure {
            key,
            rules,
            needs,
            note,
        });
    }
    let mut google = Vec::new();
    for mut fields in rows(GOOGLE_CLOUD) {
        let mut field = || fields.next().unwrap_or_default();
        let (key, rules, note) = (field(), field(), field());
        google.push(Failure {
            key,
            rules,
            needs: "",
            note,
        });
    }
    [("Kubernetes", kubernetes), ("Google Cloud", google)]
}

fn failures() -> impl Iterator<Item = &'static str> {
    let tables = known_failures().into_iter();
    tables.flat_map(|(_, rows)| rows).map(|row| row.key)
}

/// Whether a rule is there.
pub(crate) fn is_there(rule: &str) -> bool {
    ALL.iter().any(|known| known.row.id == rule)
}

/// The keys of valid configurations that look wrong.
pub(crate) fn traps() -> impl Iterator<Item = &'static str> {
    TRAPS
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next())
}

/// An example that shows something known.
pub(crate) struct Shown {
    pub(crate) rule: &'static str,
    verdict: Verdict,
    pub(crate) title: String,
}

/// The examples by the keys that they show.
pub(crate) fn shown() -> BTreeMap<String, Vec<Shown>> {
    let mut shown: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    for (rule, card) in cards() {
        for example in card.examples {
            for key in example.shows {
                shown.entry(key).or_default().push(Shown {
                    rule: rule.row.id,
                    verdict: example.verdict,
                    title: example.title.clone(),
                });
            }
        }
    }
    shown
}

/// A failure is shown where the rule finds it or cannot decide, a trap where it is silent.
#[test]
fn examples_show_what_is_known() {
    let failures: BTreeSet<&str> = failures().collect();
    let traps: BTreeSet<&str> = traps().collect();
    let shown = shown();
    let mut wrong = Vec::new();
    for (key, examples) in &shown {
        for Shown {
            rule,
            verdict,
            title,
        } in examples
        {
            let is_silent = *verdict == Verdict::Passes;
            let what = match (
                failures.contains(key.as_str()),
                traps.contains(key.as_str()),
            ) {
                (true, _) if is_silent => "a failure, and the rule is silent",
                (_, true) if !is_silent => "a trap, and the rule speaks",
                (false, false) => "nothing that is known",
                _ => continue,
            };
            wrong.push(format!("{rule} {verdict:?} “{title}” shows {key}: {what}"));
        }
    }
    let unseen = traps.iter().filter(|trap| !shown.contains_key(**trap));
    wrong.extend(unseen.map(|trap| format!("no example shows {trap}")));
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Every known failure that manifests or a cluster can show, and that names a rule which is there,
/// is an example of such a rule.
#[test]
fn known_failures_have_examples() {
    let shown = shown();
    let [(_, kubernetes), _] = known_failures();
    let mut missing = Vec::new();
    for failure in kubernetes {
        let mut rules = failure
            .rules
            .split(',')
            .filter(|rule| is_there(rule))
            .peekable();
        if rules.peek().is_none() || ["gcp", "terraform"].contains(&failure.needs) {
            continue;
        }
        let is_example = |rule: &str| {
            let mut examples = shown.get(failure.key).into_iter().flatten();
            examples.any(|example| example.rule == rule)
        };
        if !rules.any(is_example) {
            missing.push(format!(
                "{} {} {}",
                failure.key, failure.rules, failure.note
            ));
        }
    }
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
}
