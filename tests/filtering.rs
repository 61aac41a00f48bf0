//! What the configuration and the baseline make of a report.

use neg_doctor::finding::{Finding, Label, Severity, Subject, Verdicts};
use neg_doctor::report::adjust::{Level, adjust};
use neg_doctor::report::baseline::{Baseline, BaselineError};
use neg_doctor::report::{Report, Summary};
use neg_doctor::rules::Row;
use neg_doctor::text::{Place, Source, Span};
use proptest::prelude::*;

static CAUSE: Row = row("NEG901", "cause", Severity::Error, &[]);
static FOLLOWS: Row = row("NEG902", "follows", Severity::Warning, &["NEG901"]);

static ROWS: &[&Row] = &[&CAUSE, &FOLLOWS];

const fn row(
    id: &'static str,
    slug: &'static str,
    severity: Severity,
    follows: &'static [&'static str],
) -> Row {
    Row {
        id,
        slug,
        severity,
        reads: &[],
        follows,
        check: |_, _| {},
    }
}

fn finding(rule: &'static Row, origin: &str, name: &str, message: &str) -> Finding {
    let subject = Subject {
        cluster: String::new(),
        kind: "Service".to_owned(),
        namespace: "default".to_owned(),
        name: name.to_owned(),
    };
    let place = Place {
        source: Source::new(origin, "a: b\n"),
        span: Span::new(0, 1),
    };
    Finding::new(rule, subject, message, Label::new(place, ""))
}

fn report(findings: Vec<Finding>) -> Report {
    let verdicts = Verdicts {
        findings,
        ..Verdicts::default()
    };
    Report::new(verdicts, Vec::new(), Summary::default())
}

fn pair() -> Report {
    report(vec![
        finding(&CAUSE, "a.yaml", "web", "broken"),
        finding(&FOLLOWS, "b.yaml", "web", "idle"),
    ])
}

#[test]
fn what_is_off_is_gone_and_its_consequence_stands_for_itself() {
    let mut off = pair();
    assert_eq!(off.headlines().count(), 1);
    adjust(&mut off, |_, rule| {
        (rule.id == "NEG901").then_some(Level::Off)
    });
    let left: Vec<_> = off.headlines().map(|finding| finding.rule.id).collect();
    assert_eq!(left, ["NEG902"]);
    assert_eq!((off.summary.errors, off.summary.suppressed), (0, 0));
}

#[test]
fn a_level_weighs_findings_of_its_file_only() {
    let mut weighed = pair();
    adjust(&mut weighed, |origin, _| {
        (origin == "b.yaml").then_some(Level::Note)
    });
    let summary = weighed.summary;
    assert_eq!((summary.errors, summary.warnings, summary.notes), (1, 0, 1));
    adjust(&mut weighed, |_, _| Some(Level::Error));
    assert_eq!(weighed.summary.errors, 2);
}

#[test]
fn the_baseline_tells_what_is_gone_and_shows_what_is_new() {
    let baseline = Baseline::of(&report(vec![
        finding(&CAUSE, "a.yaml", "web", "broken"),
        finding(&CAUSE, "a.yaml", "mail", "broken"),
        finding(&FOLLOWS, "a.yaml", "cart", "idle"),
    ]));
    let mut later = pair();
    let gone: Vec<_> = baseline.hide(&mut later, &[&CAUSE]);
    let gone: Vec<_> = gone.iter().map(|entry| entry.subject.as_str()).collect();
    assert_eq!(
        gone,
        ["Service default/mail"],
        "a rule that did not run has fixed nothing"
    );
    let left: Vec<_> = later.headlines().map(|finding| finding.rule.id).collect();
    assert_eq!(
        left,
        ["NEG902"],
        "a new consequence of a known cause is shown"
    );
    assert_eq!((later.summary.baselined, later.summary.errors), (1, 0));
}

#[test]
fn rewording_and_moving_make_no_new_finding() {
    let baseline = Baseline::of(&report(vec![finding(&CAUSE, "a.yaml", "web", "broken")]));
    let mut later = report(vec![finding(&CAUSE, "moved.yaml", "web", "in pieces")]);
    assert!(baseline.hide(&mut later, ROWS).is_empty());
    assert!(later.findings.is_empty());
}

#[test]
fn other_files_are_no_baseline() {
    for text in ["", "[]", "{}", r#"{"schema": "neg-doctor-baseline/1"}"#] {
        assert!(
            matches!(Baseline::parse(text), Err(BaselineError::Shape(_))),
            "{text}"
        );
    }
    let newer = r#"{"schema": "neg-doctor-baseline/2", "findings": []}"#;
    assert!(matches!(
        Baseline::parse(newer),
        Err(BaselineError::Schema(_))
    ));
}

fn some_finding() -> impl Strategy<Value = Finding> {
    let rule = prop::sample::select(ROWS.to_vec());
    let origin = prop::sample::select(vec!["a.yaml", "b/c.yaml"]);
    (rule, origin, "[a-d]", "[ -~\u{e9}]{0,8}")
        .prop_map(|(rule, origin, name, message)| finding(rule, origin, &name, &message))
}

proptest! {
    /// What was written is read again, hides every finding it was made of, and does not depend on
    /// their order.
    #[test]
    fn a_baseline_hides_what_it_was_made_of(
        findings in prop::collection::vec(some_finding(), 0..12),
    ) {
        let mut all = report(findings.clone());
        let count = all.findings.len();
        let text = Baseline::of(&all).to_json().unwrap();
        let backwards = report(findings.into_iter().rev().collect());
        prop_assert_eq!(&text, &Baseline::of(&backwards).to_json().unwrap());
        let read = Baseline::parse(&text).unwrap();
        prop_assert_eq!(&read, &Baseline::of(&all));
        prop_assert!(read.hide(&mut all, ROWS).is_empty());
        prop_assert!(all.findings.is_empty());
        prop_assert_eq!(all.summary.baselined, count);
    }
}
