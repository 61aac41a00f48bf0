//! The closed loop: every command that a card's finding advises for Google Cloud is run by the real
//! gcloud against the fake Compute API; then the finding is gone, and no error is new.
#![cfg(test)]

mod cards {
    pub(crate) mod cloud;
    #[path = "staged.rs"]
    pub(crate) mod staged;
}

#[path = "gcp/closed.rs"]
mod closed;
#[path = "gcp/seed.rs"]
mod seed;

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use neg_doctor::card::{Card, Verdict};
use neg_doctor::finding::{Finding, Severity};
use neg_doctor::report::Report;
use neg_doctor::rules::{ALL, Row};

use cards::staged::staged;
use closed::{Loop, has_gcloud, remedies};

fn errors(report: &Report) -> BTreeSet<String> {
    let errors = report
        .findings
        .iter()
        .filter(|it| it.severity == Severity::Error);
    errors
        .map(|it| format!("{} {}", it.rule.id, it.subject))
        .collect()
}

/// The examples of a rule that fail and show a project.
fn texts(row: &Row, card: &Card) -> Vec<(String, String)> {
    let fails = card
        .examples
        .iter()
        .filter(|it| it.verdict == Verdict::Fails);
    let staged = fails.cloned().map(staged);
    let shown = staged.filter_map(|example| {
        let [(_, text)] = example.files.as_slice() else {
            return None;
        };
        let cloud = text.contains("\nproject: ");
        cloud.then(|| (format!("{} “{}”", row.id, example.title), text.clone()))
    });
    shown.collect()
}

#[test]
fn every_command_mends_what_it_is_for() {
    if !has_gcloud() {
        return;
    }
    let (mut proved, mut complaints) = (0, Vec::new());
    for rule in ALL {
        let card = Card::parse(rule.card).unwrap();
        for (name, text) in texts(rule.row, &card) {
            let before = Loop::new(&text).check();
            let own: Vec<&Finding> = before
                .findings
                .iter()
                .filter(|it| it.rule.id == rule.row.id)
                .collect();
            for finding in own {
                for run in remedies(finding) {
                    let stage = Loop::new(&text);
                    if let Err(error) = stage.run(&run) {
                        complaints.push(format!("{name}: {error}"));
                        continue;
                    }
                    let after = stage.check();
                    let print = finding.fingerprint();
                    if after.findings.iter().any(|it| it.fingerprint() == print) {
                        complaints
                            .push(format!("{name}: still there after {}", run.argv.join(" ")));
                    }
                    let new: Vec<String> = errors(&after)
                        .difference(&errors(&before))
                        .cloned()
                        .collect();
                    if !new.is_empty() {
                        complaints.push(format!("{name}: new after it: {new:?}"));
                    }
                    proved += 1;
                }
            }
        }
    }
    writeln!(
        io::stdout(),
        "{proved} commands for Google Cloud were run and helped"
    )
    .unwrap();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
    assert!(proved > 10, "{proved}");
}
