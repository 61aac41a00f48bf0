//! Suppression by comments and annotations, and the baseline, over the whole line from text to
//! report. The rules here find words, so that a test can put a finding anywhere.

use std::sync::Arc;

use neg_doctor::check::{self, Settings};
use neg_doctor::document::Node;
use neg_doctor::finding::{Finding, Label, Severity, Verdicts};
use neg_doctor::report::{Report, suppress};
use neg_doctor::rules::{Row, UNUSED_SUPPRESSION};
use neg_doctor::text::{Place, Source, Span};
use neg_doctor::world::{Cluster, Missing, World};
use proptest::prelude::*;

static BAD: Row = Row {
    id: "NEG901",
    slug: "bad-word",
    severity: Severity::Error,
    reads: &[],
    follows: &[],
    check: |world, verdicts| find(world, verdicts, &BAD, "bad"),
};

static SAD: Row = Row {
    id: "NEG902",
    slug: "sad-word",
    severity: Severity::Warning,
    reads: &[],
    follows: &["NEG901"],
    check: |world, verdicts| find(world, verdicts, &SAD, "sad"),
};

/// Cannot decide about an object that holds its word.
static FOG: Row = Row {
    id: "NEG903",
    slug: "foggy-word",
    severity: Severity::Warning,
    reads: &[],
    follows: &[],
    check: |world, verdicts| {
        let mut found = Verdicts::default();
        find(world, &mut found, &FOG, "fog");
        for finding in found.findings {
            let missing = Missing::new("fog", "sun");
            verdicts.leave(missing.undecided(&FOG, finding.subject, finding.primary.place));
        }
    },
};

fn known() -> Vec<&'static Row> {
    vec![UNUSED_SUPPRESSION, &BAD, &SAD, &FOG]
}

/// A finding at every place of a word in a scalar.
fn find(world: &World<'_>, verdicts: &mut Verdicts, rule: &'static Row, needle: &str) {
    for object in world.objects() {
        let mut pending = vec![object.root()];
        while let Some(node) = pending.pop() {
            pending.extend(node.entries().map(|(_, value)| value));
            pending.extend(node.items());
            for place in words(node, needle) {
                let detail = place.start().byte;
                let label = Label::new(place, "here");
                let finding = Finding::new(rule, object, format!("a {needle} word"), label);
                verdicts.find(finding.detail(detail));
            }
        }
    }
}

fn words(node: Node<'_>, needle: &str) -> Vec<Place> {
    if node.style().is_none() || node.is_alias() {
        return Vec::new();
    }
    let place = node.place();
    let starts = place.text().match_indices(needle);
    starts
        .map(|(at, _)| {
            let start = place.span.start as usize + at;
            let span = Span::new(start, start + needle.len());
            Place {
                source: Arc::clone(&place.source),
                span,
            }
        })
        .collect()
}

fn report_of(texts: &[(&str, &str)], rules: &[&'static Row]) -> Report {
    let sources: Vec<_> = texts
        .iter()
        .map(|(origin, text)| Source::new(*origin, *text))
        .collect();
    let settings = Settings::plain(rules.to_vec(), Cluster::default());
    let input = check::read(&sources);
    let verdicts = check::judge(&input, &settings);
    let mut report = Report::new(verdicts, input.unread.clone(), input.summary);
    suppress::suppress(&mut report, &input, &known(), rules);
    report
}

fn check_text(text: &str) -> Report {
    report_of(&[("a.yaml", text)], &known())
}

/// Every finding as `line id message`.
fn lines(report: &Report) -> Vec<String> {
    let line = |finding: &Finding| {
        let Finding { rule, message, .. } = finding;
        format!(
            "{} {} {message}",
            finding.primary.place.start().line,
            rule.id
        )
    };
    report.findings.iter().map(line).collect()
}

/// A Service with these lines under `metadata`.
fn service(name: &str, metadata: &str) -> String {
    format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n{metadata}")
}

#[track_caller]
fn assert_quiet(metadata: &str, suppressed: usize) {
    let report = check_text(&service("web", metadata));
    assert_eq!(lines(&report), Vec::<String>::new(), "{metadata}");
    assert_eq!(report.summary.suppressed, suppressed, "{metadata}");
}

#[test]
fn a_comment_hides_what_is_on_its_line_or_the_next() {
    assert_quiet("  a: bad # neg-doctor: ignore[NEG901] as agreed\n", 1);
    assert_quiet("  a: bad bad # neg-doctor: ignore[bad-word]\n", 2);
    assert_quiet("  # neg-doctor: ignore[NEG901]\n  a: bad\n", 1);
    assert_quiet("  # neg-doctor: ignore[NEG901]\r\n  a: bad\r\n", 1);
    assert_quiet("  # neg-doctor: ignore[NEG901]\n\n  # prose\n  a: bad\n", 1);
    assert_quiet(
        "  # neg-doctor: ignore[NEG901]\n  # neg-doctor: ignore[NEG902]\n  a: bad sad\n",
        2,
    );
    assert_quiet("  a: bad sad # neg-doctor: ignore[NEG901, sad-word]\n", 2);
    assert_quiet("  a: bad # neg-doctor: ignore[NEG901]", 1);
}

#[test]
fn a_comment_at_the_key_reaches_into_a_value_of_several_lines() {
    assert_quiet(
        "  # neg-doctor: ignore[NEG901]\n  a: |\n    x\n    bad\n",
        1,
    );
    assert_quiet("  a: | # neg-doctor: ignore[NEG901]\n    x\n    bad\n", 1);
    assert_quiet("  # neg-doctor: ignore[NEG901]\n  a: \"x\n    bad\"\n", 1);
    assert_quiet("  # neg-doctor: ignore[NEG901]\n  a:\n    bad\n", 1);
    assert_quiet(
        "  a:\n  # neg-doctor: ignore[NEG901]\n  - |\n    x\n    bad\n",
        1,
    );
    assert_quiet(
        "  a:\n  - |\n    x\n\n  # neg-doctor: ignore[NEG901]\n  - |\n    x\n    bad\n",
        1,
    );
    assert_quiet(
        "  a:\n  - b: x\n    # neg-doctor: ignore[NEG901]\n    c: >-\n      x\n      bad\n",
        1,
    );
}

#[test]
fn a_comment_reaches_no_further() {
    let report = check_text(&service(
        "web",
        "  # neg-doctor: ignore[NEG901]\n  a: x\n  b: bad\n",
    ));
    assert_eq!(
        lines(&report),
        [
            "5 NEG000 The suppression of NEG901 (bad-word) hides no finding",
            "7 NEG901 a bad word"
        ]
    );
    let report = check_text(&service(
        "web",
        "  # neg-doctor: ignore[NEG901]\n  a:\n    b: bad\n",
    ));
    assert_eq!(report.summary.suppressed, 0);
    let report = check_text(&service("web", "  a: bad # neg-doctor: ignore[NEG902]\n"));
    assert_eq!(
        lines(&report),
        [
            "5 NEG901 a bad word",
            "5 NEG000 The suppression of NEG902 (sad-word) hides no finding"
        ]
    );
    let above = "  a:\n  # neg-doctor: ignore[NEG901]\n  - x\n  - |\n    bad\n";
    assert_eq!(check_text(&service("web", above)).summary.suppressed, 0);
    let inside = "  a: |\n    # neg-doctor: ignore[NEG901]\n    bad\n";
    assert_eq!(
        lines(&check_text(&service("web", inside))),
        ["7 NEG901 a bad word"]
    );
}

#[test]
fn wrong_suppressions_are_told_with_the_object_they_stand_in() {
    let report = check_text(&service(
        "web",
        "  a: b # neg-doctor: ignore\n  c: d # neg-doctor: ignore[NEG910]\n  e: f # neg-doctor: ignroe[NEG901]\n",
    ));
    assert_eq!(
        lines(&report),
        [
            "5 NEG000 `ignore` without rules would hide every finding: name the rules",
            "6 NEG000 there is no rule `NEG910`: did you mean `NEG901`?",
            "7 NEG000 `ignroe`: did you mean `ignore`?",
        ]
    );
    assert!(
        report
            .findings
            .iter()
            .all(|finding| finding.subject.to_string() == "Service default/web")
    );
    assert_eq!(report.summary.warnings, 3);
    let report = check_text("a: b # neg-doctor: ignore[NEG901]\n");
    assert_eq!(report.findings[0].subject.to_string(), "Comment a.yaml");
}

#[test]
fn what_was_not_looked_for_is_not_missed() {
    let text = service("web", "  a: x # neg-doctor: ignore[NEG901]\n");
    assert!(
        report_of(&[("a.yaml", &text)], &[UNUSED_SUPPRESSION, &SAD])
            .findings
            .is_empty()
    );
    assert!(report_of(&[("a.yaml", &text)], &[&BAD]).findings.is_empty());
    let broken = [("a.yaml", text.as_str()), ("b.yaml", "a: [\n")];
    assert!(report_of(&broken, &known()).findings.is_empty());
    assert_eq!(report_of(&[("a.yaml", &text)], &known()).findings.len(), 1);
}

#[test]
fn an_annotation_hides_what_is_said_of_its_object() {
    let annotated = |value: &str| {
        format!("  annotations:\n    neg-doctor/ignore: {value}\n    a: bad\n    b: sad bad\n")
    };
    assert_quiet(&annotated("NEG901,NEG902 as, well, agreed"), 3);
    // The slugs hold the words themselves.
    assert_quiet(&annotated("'bad-word, sad-word'"), 5);
    let two = format!(
        "{}---\n{}",
        service("web", &annotated("NEG901,NEG902")),
        service("web", "  a: bad\n")
    );
    assert_eq!(lines(&check_text(&two)), ["14 NEG901 a bad word"]);
    for (value, message) in [
        (
            "NEG901,NEG902,NEG903",
            "The suppression of NEG903 (foggy-word) hides no finding",
        ),
        ("NEG901,NEG902,gloom", "there is no rule `gloom`"),
        ("NEG901,NEG902,", "there is no rule ``"),
    ] {
        let report = check_text(&service("web", &annotated(value)));
        assert_eq!(lines(&report), [format!("6 NEG000 {message}")]);
    }
    let report = check_text(&service(
        "web",
        "  annotations:\n    neg-doctor/ignore: {}\n",
    ));
    assert_eq!(
        lines(&report),
        ["6 NEG000 `neg-doctor/ignore` names no rule"]
    );
}

#[test]
fn json_and_lists_have_annotations() {
    let item = |name, value| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "Service", "metadata": {{"name": "{name}",
            "annotations": {{"neg-doctor/ignore": "NEG901", "a": "{value}"}}}}}}"#
        )
    };
    let text = format!(
        r#"{{"apiVersion": "v1", "kind": "List", "items": [{}, {}]}}"#,
        item("a", "bad"),
        item("b", "good")
    );
    let report = report_of(&[("a.json", &text)], &known());
    assert_eq!(report.summary.suppressed, 1);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].subject.name, "b");
}

#[test]
fn what_only_follows_is_hidden_with_its_cause() {
    assert_quiet("  a: bad # neg-doctor: ignore[NEG901]\n  b: sad\n", 2);
    let report = check_text(&service(
        "web",
        "  a: bad # neg-doctor: ignore[NEG901]\n  b: bad sad\n",
    ));
    assert_eq!(
        lines(&report),
        ["6 NEG901 a bad word", "6 NEG902 a sad word"]
    );
    assert_eq!(report.headlines().count(), 1);
}

#[test]
fn what_is_undecided_is_hidden_too_and_keeps_its_suppression() {
    let report = check_text(&service("web", "  a: fog # neg-doctor: ignore[NEG903]\n"));
    assert!(report.undecided.is_empty() && report.findings.is_empty());
    assert_eq!(
        (report.summary.suppressed, report.summary.undecided),
        (0, 0)
    );
    let report = check_text(&service(
        "web",
        "  a: fog\n  b: x # neg-doctor: ignore[NEG903]\n",
    ));
    assert_eq!((report.undecided.len(), report.findings.len()), (1, 0));
}

/// An entry under `metadata` that may hold words, with its key on the first line.
fn entry() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["bad", "sad", "good", "bad sad", "é bad", "bad bad"]);
    let shape = prop::sample::select(vec![
        "  KEY: WORD\n",
        "  KEY: 'WORD'\n",
        "  KEY: |\n    x\n    WORD\n\n",
        "  KEY: >-\n    WORD\n    x\n",
        "  KEY: \"x\n\n    WORD\"\n",
        "  KEY:\n    WORD\n",
        "  # prose\n  KEY: WORD\n",
        "  KEY: &KEY WORD\n",
    ]);
    (word, shape).prop_map(|(word, shape)| shape.replace("WORD", word))
}

proptest! {
    /// A comment for every finding, above its entry or behind its key, leaves nothing and is
    /// nowhere too much.
    #[test]
    fn a_suppression_for_every_finding_leaves_nothing(
        entries in prop::collection::vec((entry(), any::<bool>()), 1..8),
    ) {
        let plain: Vec<String> = entries
            .iter()
            .enumerate()
            .map(|(n, (entry, _))| entry.replace("KEY", &format!("k{n}")))
            .collect();
        let found = check_text(&service("web", &plain.concat())).findings.len();
        let hidden: String = plain
            .iter()
            .zip(&entries)
            .map(|(entry, (_, above))| {
                let ids: Vec<&str> = [("bad", "NEG901"), ("sad", "NEG902")]
                    .iter()
                    .filter(|(word, _)| entry.contains(word))
                    .map(|(_, id)| *id)
                    .collect();
                let comment = format!("# neg-doctor: ignore[{}] why", ids.join(", "));
                let value_follows = entry.lines().find(|line| line.contains('k')).unwrap();
                let is_open = entry.contains('"');
                match (ids.is_empty(), *above || is_open) {
                    (true, _) => entry.clone(),
                    (_, true) => format!("  {comment}\n{entry}"),
                    _ => entry.replacen(value_follows, &format!("{value_follows} {comment}"), 1),
                }
            })
            .collect();
        let report = check_text(&service("web", &hidden));
        prop_assert_eq!(lines(&report), Vec::<String>::new(), "{}", hidden);
        prop_assert!(report.unread.is_empty());
        prop_assert_eq!(report.summary.suppressed, found);
    }

    /// Any comment ends in findings, never in a panic.
    #[test]
    fn any_comment_is_read(text in "[ #\\[\\],:a-z\u{e9}\n]{0,40}") {
        check_text(&service("web", &format!("  a: bad # neg-doctor{text}\n")));
        check_text(&service("web", &format!("  # neg-doctor: ignore{text}\n  a: bad\n")));
    }
}
