//! The cards hold: every example of every rule's card is run, by all rules; every remedy is
//! applied; the generated list of rules is the list of the files.
#![cfg(test)]

mod cards {
    pub(crate) mod bench;
    mod coverage;
    pub(crate) mod failures;
    pub(crate) mod list;
    pub(crate) mod predicates;
    pub(crate) mod scene;
    pub(crate) mod staged;
}

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use neg_doctor::card::{Card, Example, Verdict};
use neg_doctor::document::Document;
use neg_doctor::finding::{Finding, Severity};
use neg_doctor::kind::Kind;
use neg_doctor::remedy::Remedy;
use neg_doctor::report::Unread;
use neg_doctor::rules::{ALL, Rule};

use cards::bench::{Bench, bench, verdicts, verdicts_of_cut};
use cards::staged::staged;

fn cards() -> Vec<(&'static Rule, Card)> {
    let parse = |rule: &'static Rule| match Card::parse(rule.card) {
        Ok(mut card) => {
            card.examples = card.examples.into_iter().map(staged).collect();
            (rule, card)
        }
        Err(error) => panic!("rules/{}-{}.md: {error}", rule.row.id, rule.row.slug),
    };
    ALL.iter().map(parse).collect()
}

/// Runs `judge` on every example and reports all complaints at once.
fn every_example(judge: impl Fn(&Rule, &Bench, &mut Vec<String>)) {
    let mut complaints = Vec::new();
    for (rule, card) in cards() {
        for example in &card.examples {
            let mut own = Vec::new();
            judge(rule, &bench(example), &mut own);
            let name = format!("{} {:?} “{}”", rule.row.id, example.verdict, example.title);
            complaints.extend(
                own.into_iter()
                    .map(|complaint| format!("{name}: {complaint}")),
            );
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn list_is_generated() {
    cards::list::hold();
}

#[test]
fn cards_are_complete() {
    for (rule, card) in cards() {
        let id = rule.row.id;
        assert_eq!(
            card.front.severity, rule.row.severity,
            "{id}: the severity of the card"
        );
        assert!(!card.front.sources.is_empty(), "{id}: no source");
        assert!(
            !card.why.trim().is_empty(),
            "{id}: no reason why it matters"
        );
        assert!(card.fix.is_some(), "{id}: no section Fix");
        for verdict in [Verdict::Fails, Verdict::Passes] {
            let shown = card
                .examples
                .iter()
                .any(|example| example.verdict == verdict);
            assert!(shown, "{id}: no example that {verdict:?}");
        }
        for follows in rule.row.follows {
            assert!(
                follows < &"NEG999" && follows != &id,
                "{id}: follows {follows}"
            );
        }
    }
}

/// A circle of rules that follow each other would leave no finding at the head of what it folds.
#[test]
fn follows_has_no_circle() {
    let follows: BTreeMap<&str, &[&str]> = ALL
        .iter()
        .map(|rule| (rule.row.id, rule.row.follows))
        .collect();
    // Rules that follow none of those left are no part of a circle.
    let mut left: BTreeSet<&str> = follows.keys().copied().collect();
    let mut before = BTreeSet::new();
    while left != before {
        before.clone_from(&left);
        left.retain(|id| follows[id].iter().any(|cause| before.contains(cause)));
    }
    assert!(left.is_empty(), "these follow each other: {left:?}");
}

/// The form that CONTRIBUTING.md gives to messages, labels and help.
#[test]
fn words_have_one_form() {
    every_example(|_, bench, complaints| {
        for finding in &bench.report.findings {
            let message = finding.message.as_str();
            let first = message.split(' ').next().unwrap_or_default();
            // A name such as `neg-status` stays as it is spelled.
            let is_name = first.contains(['-', '.', '/']);
            if !is_name && first.starts_with(char::is_lowercase) {
                complaints.push(format!("{} begins small: {message}", finding.rule.id));
            }
            let labels = finding.labels.iter().chain([&finding.primary]);
            let labels = labels.map(|label| label.text.as_str());
            for text in labels.chain(finding.help.as_deref()).chain([message]) {
                if text.ends_with('.') || text.contains("  ") {
                    complaints.push(format!("{} ends with a stop: {text}", finding.rule.id));
                }
            }
        }
    });
}

#[test]
fn rules_say_what_the_cards_say() {
    every_example(|rule, bench, complaints| {
        let own = |it: &&Finding| it.rule.id == rule.row.id;
        let findings: Vec<&Finding> = bench.report.findings.iter().filter(own).collect();
        let undecided = bench.report.undecided.iter();
        let undecided = undecided.filter(|it| it.rule.id == rule.row.id).count();
        complaints.extend(wrong(bench, &findings, undecided));
        // What a cluster did not let be read has no place.
        let broken = |unread: &&Unread| unread.fails && unread.place.is_some();
        for unread in bench.report.unread.iter().filter(broken) {
            complaints.push(format!("the example does not parse: {}", unread.reason));
        }
        if bench.example.verdict == Verdict::Fails && bench.example.markers.is_empty() {
            complaints.push("no marker shows where".to_owned());
        }
        // Without its rule an example of a failure fails.
        let shows = bench.example.verdict != Verdict::Passes && !bench.example.shows.is_empty();
        if shows && wrong(bench, &[], 0).is_empty() {
            complaints.push("would not miss the rule".to_owned());
        }
    });
}

/// What an example says otherwise than a rule does.
fn wrong(bench: &Bench, findings: &[&Finding], undecided: usize) -> Vec<String> {
    let mut wrong = Vec::new();
    match bench.example.verdict {
        Verdict::Fails if findings.is_empty() => wrong.push("no finding".to_owned()),
        Verdict::Passes | Verdict::Undecided if !findings.is_empty() => {
            wrong.push(format!("a finding: {}", findings[0].message));
        }
        Verdict::Undecided if undecided == 0 => wrong.push("decided".to_owned()),
        Verdict::Passes if undecided > 0 => wrong.push("undecided".to_owned()),
        _ => {}
    }
    for marker in &bench.example.markers {
        if findings.iter().any(|finding| Bench::marks(finding, marker)) {
            continue;
        }
        let (file, line, columns) = (&marker.file, marker.line, &marker.columns);
        let mut told = format!("no label “{}” at {file}:{line}:{columns:?}", marker.text);
        let labels = findings
            .iter()
            .flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.labels));
        for label in labels {
            let (place, end) = (&label.place, label.place.end());
            let _ = write!(
                told,
                "\n    there is “{}” at {place} to {end:?}",
                label.text
            );
        }
        wrong.push(told);
    }
    wrong
}

#[test]
fn rules_read_what_they_say() {
    let mut complaints = Vec::new();
    for (rule, card) in cards() {
        let reads = |document: &Document| {
            let (api_version, kind) = document.type_meta();
            let kind = Kind::of(api_version, kind);
            let mut read = rule.row.reads.iter();
            // Whoever reads "other objects" looks at every object that there is.
            let is_read = |read: &Kind| {
                *read == kind
                    || *read == Kind::Other
                    || (*read == Kind::Workload && kind == Kind::Pod)
            };
            document.is_kustomization() || read.any(is_read)
        };
        for example in &card.examples {
            let all = verdicts(example, rule.row, |_| true);
            let own = verdicts(example, rule.row, reads);
            if all != own {
                complaints.push(format!(
                    "{} “{}” with what it reads: {own:?}\n  with everything: {all:?}",
                    rule.row.id, example.title
                ));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Of live objects only certain fields are kept: nothing that a rule reads may be missing there.
#[test]
fn live_objects_keep_what_rules_read() {
    let mut complaints = Vec::new();
    let mut cut = 0_usize;
    for (rule, card) in cards() {
        let is_live = |example: &&Example| {
            let mut files = example.files.iter();
            files.any(|(_, text)| text.contains("kind: Snapshot"))
        };
        for example in card.examples.iter().filter(is_live) {
            let whole = verdicts(example, rule.row, |_| true);
            let kept = verdicts_of_cut(example, rule.row);
            cut += 1;
            if whole != kept {
                complaints.push(format!(
                    "{} “{}” with what is kept: {kept:?}\n  with everything: {whole:?}",
                    rule.row.id, example.title
                ));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
    assert!(cut > 0, "no example is a snapshot");
}

/// Each remedy alone makes its finding go, and brings no new error.
#[test]
fn remedies_help() {
    let mut proved = 0_usize;
    for (rule, card) in cards() {
        for example in card
            .examples
            .iter()
            .filter(|example| example.verdict == Verdict::Fails)
        {
            let bench = bench(example);
            for finding in bench
                .report
                .findings
                .iter()
                .filter(|finding| finding.rule.id == rule.row.id)
            {
                for remedy in &finding.remedies {
                    let Remedy::Edit(edit) = remedy else { continue };
                    let after = bench.after(edit);
                    let name = format!(
                        "{} “{}”: remedy “{}”",
                        rule.row.id, example.title, edit.title
                    );
                    let gone = !after
                        .findings
                        .iter()
                        .any(|other| other.fingerprint() == finding.fingerprint());
                    assert!(
                        gone,
                        "{name} leaves the finding:\n{}",
                        bench.texts_after(edit)
                    );
                    let known: BTreeSet<_> = bench
                        .report
                        .findings
                        .iter()
                        .map(Finding::fingerprint)
                        .collect();
                    for other in &after.findings {
                        let new = other.severity == Severity::Error
                            && !known.contains(&other.fingerprint());
                        assert!(!new, "{name} brings {}: {}", other.rule.id, other.message);
                    }
                    assert!(
                        !after.unread.iter().any(|unread| unread.fails),
                        "{name} breaks the file:\n{}",
                        bench.texts_after(edit)
                    );
                    proved += 1;
                }
            }
        }
    }
    println!("{proved} edits proved");
}

/// All edits of the rule together give the files that the card shows.
#[test]
fn fixes_are_shown_exactly() {
    every_example(|rule, bench, complaints| {
        if bench.example.fixed.is_empty() {
            return;
        }
        let texts = bench.fixed_by(rule.row.id);
        for (name, expected) in &bench.example.fixed {
            let actual = texts
                .iter()
                .find(|(file, _)| file == name)
                .map(|(_, text)| text.as_str());
            if actual != Some(expected) {
                complaints.push(format!(
                    "{name} after the fix is\n{}",
                    actual.unwrap_or("missing")
                ));
            }
        }
    });
}

/// Every rule looks at every example: who speaks is written down, so that a new example is a
/// false-alarm test for all rules. `BLESS=1` writes it anew.
#[test]
fn who_speaks() {
    let mut lines = String::new();
    for (rule, card) in cards() {
        for example in &card.examples {
            let bench = bench(example);
            let _ = writeln!(
                lines,
                "{} {:?} “{}”",
                rule.row.id, example.verdict, example.title
            );
            for finding in &bench.report.findings {
                let follows = if finding.cause.is_some() {
                    " (follows)"
                } else {
                    ""
                };
                let _ = writeln!(
                    lines,
                    "  {} {} {}{follows}",
                    finding.rule.id, finding.severity, finding.subject
                );
            }
        }
    }
    cards::list::bless_or_compare("tests/cards/who-speaks.txt", &lines);
}
