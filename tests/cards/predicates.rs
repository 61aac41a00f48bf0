//! What is known to go wrong with load balancers, counted: every row of `fixtures/coverage-gcp.tsv` is
//! shown by an example of each rule that it names, and of no other.

use neg_doctor::card::{Card, Verdict};

use crate::cards;

const ROWS: &str = include_str!("../../fixtures/coverage-gcp.tsv");

/// The keys of predicates about Terraform's files, which no rule reads yet.
const OF_TERRAFORM: &str = "TF-";

/// Whether an example that fails shows what a key stands for.
fn shows(card: &Card, key: &str) -> bool {
    let mut fails = card.examples.iter();
    fails.any(|it| it.verdict == Verdict::Fails && it.shows.iter().any(|shown| shown == key))
}

#[test]
fn predicates_have_examples() {
    let cards = cards();
    let mut complaints = Vec::new();
    let mut shown = 0_usize;
    for row in ROWS.lines().skip(1) {
        let mut fields = row.split('\t');
        let mut field = || fields.next().unwrap_or_default();
        let (key, rules) = (field(), field());
        for (rule, card) in &cards {
            let id = rule.row.id;
            match (rules.split(',').any(|it| it == id), shows(card, key)) {
                (true, true) => shown += 1,
                (true, false) if !key.starts_with(OF_TERRAFORM) => {
                    complaints.push(format!("no example of {id} shows {row}"));
                }
                (false, true) => complaints.push(format!("{id} shows {key}, which is of {rules}")),
                _ => {}
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
    assert!(shown > 100, "{shown}");
    println!("{shown} predicates are shown");
}
