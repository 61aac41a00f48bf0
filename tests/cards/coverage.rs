//! `docs/coverage.md`: for every known failure the example that shows it, or why none does.

use std::fmt::Write as _;

use super::failures::{Failure, Shown, known_failures, shown, traps};
use super::list::bless_or_compare;

const HEAD: &str = "\
# What is covered

Generated from the cards in [`rules/`](../rules) and from the tables in `fixtures/`; a test holds it
true. A failure counts as shown where an example of a rule's card fails by it, or is left undecided:
the example is a test, and fails itself when its rule does not find it.

";

#[test]
fn coverage_is_written_down() {
    let shown = shown();
    let mut tables = String::new();
    let mut counts = String::from(
        "| table | known | shown | by decision without a rule | open |\n|---|---|---|---|---|\n",
    );
    for (table, failures) in known_failures() {
        let (mut by_example, mut decided, mut open) = (0, 0, 0);
        let _ = write!(
            tables,
            "\n## {table}\n\n| key | rules | shown by, or why not |\n|---|---|---|\n"
        );
        for failure in &failures {
            let examples = shown.get(failure.key).map_or(&[][..], Vec::as_slice);
            let told = if examples.is_empty() {
                *if failure.rules == "none" {
                    &mut decided
                } else {
                    &mut open
                } += 1;
                why_not(failure)
            } else {
                by_example += 1;
                by(examples)
            };
            let _ = writeln!(
                tables,
                "| {} | {} | {told} |",
                failure.key,
                failure.rules.replace(',', ", ")
            );
        }
        let known = failures.len();
        let _ = writeln!(
            counts,
            "| {table} | {known} | {by_example} | {decided} | {open} |"
        );
    }
    tables.push_str(
        "\n## Valid configurations that look wrong\n\n| key | no rule speaks on |\n|---|---|\n",
    );
    for trap in traps() {
        let examples = shown.get(trap).map_or(&[][..], Vec::as_slice);
        let _ = writeln!(tables, "| {trap} | {} |", by(examples));
    }
    bless_or_compare("docs/coverage.md", &format!("{HEAD}{counts}{tables}"));
}

/// The first example of each rule.
fn by(examples: &[Shown]) -> String {
    let mut told: Vec<String> = Vec::new();
    for example in examples {
        if !told.iter().any(|it| it.starts_with(example.rule)) {
            told.push(format!(
                "{} “{}”",
                example.rule,
                example.title.replace('|', "\\|")
            ));
        }
    }
    told.join("; ")
}

fn why_not(failure: &Failure) -> String {
    let note = failure.note.replace('|', "\\|");
    if failure.rules == "none" {
        return note;
    }
    let waiting: Vec<&str> = failure
        .rules
        .split(',')
        .filter(|rule| !super::failures::is_there(rule))
        .collect();
    let reason = if failure.needs == "terraform" || failure.key.starts_with("TF-") {
        "open: Terraform's files are not read yet".to_owned()
    } else if waiting.is_empty() {
        "open".to_owned()
    } else {
        format!("open: {} is not there yet", waiting.join(", "))
    };
    if note.is_empty() {
        reason
    } else {
        format!("{reason}; {note}")
    }
}
