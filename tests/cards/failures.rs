//! What is known to go wrong, and what only looks wrong, counted: every failure that names a rule
//! which is there has an example that shows it, and so has every trap.

use std::collections::{BTreeMap, BTreeSet};

use neg_doctor::card::Verdict;
use neg_doctor::rules::ALL;

use crate::cards;

const KUBERNETES: &str = include_str!("../../fixtures/coverage-kubernetes.tsv");
const GOOGLE_CLOUD: &str = include_str!("../../fixtures/coverage-gcp.tsv");

/// The keys of all known failures and traps.
pub(crate) fn known() -> BTreeSet<String> {
    failures().map(str::to_owned).chain(traps()).collect()
}

fn failures() -> impl Iterator<Item = &'static str> {
    let rows = |text: &'static str, field: usize| {
        let lines = text.lines().skip(1);
        lines.filter_map(move |line| line.split('\t').nth(field))
    };
    rows(KUBERNETES, 1).chain(rows(GOOGLE_CLOUD, 0))
}

/// The keys of valid configurations that look wrong.
fn traps() -> impl Iterator<Item = String> {
    (1..=61).map(|number| format!("T{number:02}"))
}

/// An example that shows something known.
struct Shown {
    rule: &'static str,
    verdict: Verdict,
    title: String,
}

/// The examples by the keys that they show.
fn shown() -> BTreeMap<String, Vec<Shown>> {
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
    let traps: BTreeSet<String> = traps().collect();
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
            let what = match (failures.contains(key.as_str()), traps.contains(key)) {
                (true, _) if is_silent => "a failure, and the rule is silent",
                (_, true) if !is_silent => "a trap, and the rule speaks",
                (false, false) => "nothing that is known",
                _ => continue,
            };
            wrong.push(format!("{rule} {verdict:?} “{title}” shows {key}: {what}"));
        }
    }
    let unseen = traps.iter().filter(|trap| !shown.contains_key(*trap));
    wrong.extend(unseen.map(|trap| format!("no example shows {trap}")));
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

/// Every known failure that manifests or a cluster can show, and that names a rule which is there,
/// is an example of such a rule.
#[test]
fn known_failures_have_examples() {
    let cards = cards();
    let shown = shown();
    let covers = |rule: &str, key: &str| {
        let mut examples = shown.get(key).into_iter().flatten();
        let mut own = cards.iter().filter(|(row, _)| row.row.id == rule);
        examples.any(|example| example.rule == rule)
            || own.any(|(_, card)| card.front.covers.iter().any(|covered| covered == key))
    };
    let is_there = |rule: &str| ALL.iter().any(|known| known.row.id == rule);
    let mut missing = Vec::new();
    let mut count = 0_usize;
    for line in KUBERNETES.lines().skip(1) {
        let mut fields = line.split('\t').skip(1);
        let mut field = || fields.next().unwrap_or_default();
        let (key, rules, needs) = (field(), field(), field());
        let mut rules = rules.split(',').filter(|rule| is_there(rule)).peekable();
        if rules.peek().is_none() || ["gcp", "terraform"].contains(&needs) {
            continue;
        }
        if rules.any(|rule| covers(rule, key)) {
            count += 1;
        } else {
            missing.push(line);
        }
    }
    assert!(missing.is_empty(), "\n{}\n", missing.join("\n"));
    println!("{count} known failures are shown");
}
