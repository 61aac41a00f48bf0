//! Edits from findings to files: chosen, applied until nothing changes, and shown as a diff that
//! other tools apply.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test does"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use neg_doctor::check::{self, Settings};
use neg_doctor::finding::{Finding, Label, Severity, Subject, Verdicts};
use neg_doctor::fix::{self, Mended, Plan};
use neg_doctor::remedy::{Change, Edit, Remedy, Safety};
use neg_doctor::report::{Report, Summary, Unread};
use neg_doctor::rules;
use neg_doctor::rules::Row;
use neg_doctor::text::{Place, Source, Span};
use neg_doctor::world::Cluster;
use proptest::prelude::*;

static CAUSE: Row = row("NEG901", "cause", &[]);
static FOLLOWS: Row = row("NEG902", "follows", &["NEG901"]);

const fn row(id: &'static str, slug: &'static str, follows: &'static [&'static str]) -> Row {
    Row {
        id,
        slug,
        severity: Severity::Error,
        reads: &[],
        follows,
        check: |_, _| {},
    }
}

fn change(source: &Arc<Source>, start: usize, end: usize, replacement: &str) -> Change {
    Change {
        place: Place {
            source: Arc::clone(source),
            span: Span::new(start, end),
        },
        replacement: replacement.to_owned(),
    }
}

fn edit(title: &str, safety: Safety, changes: Vec<Change>) -> Edit {
    Edit {
        title: title.to_owned(),
        safety,
        changes,
    }
}

/// A finding about an object of its own with these edits to choose from.
fn finding(rule: &'static Row, name: &str, edits: Vec<Edit>) -> Finding {
    let subject = Subject {
        cluster: String::new(),
        kind: "Service".to_owned(),
        namespace: "default".to_owned(),
        name: name.to_owned(),
    };
    let place = edits[0].changes[0].place.clone();
    let mut finding = Finding::new(rule, subject, "wrong", Label::new(place, ""));
    finding.remedies = edits.into_iter().map(Remedy::Edit).collect();
    finding
}

fn report(findings: Vec<Finding>) -> Report {
    let verdicts = Verdicts {
        findings,
        ..Verdicts::default()
    };
    Report::new(verdicts, Vec::new(), Summary::default())
}

/// One safe edit of one change each, named by the replacements.
fn plan_of(source: &Arc<Source>, changes: &[(usize, usize, &str)]) -> Plan {
    let findings = changes.iter().enumerate().map(|(n, (start, end, text))| {
        let edit = edit(text, Safety::Safe, vec![change(source, *start, *end, text)]);
        finding(&CAUSE, &n.to_string(), vec![edit])
    });
    fix::plan(&report(findings.collect()), Safety::Safe)
}

fn titles(plan: &Plan) -> (Vec<&str>, Vec<&str>) {
    let applied = plan.files.iter().flat_map(|file| &file.applied);
    let skipped = plan.skipped.iter().map(|skipped| skipped.title.as_str());
    (applied.map(String::as_str).collect(), skipped.collect())
}

#[test]
fn the_first_of_two_that_meet_is_applied() {
    let source = Source::new("a.yaml", "0123456789");
    for (changes, applied, skipped) in [
        (vec![(0, 4, "a"), (3, 6, "b")], vec!["a"], vec!["b"]),
        (vec![(0, 4, "a"), (4, 6, "b")], vec!["a", "b"], vec![]),
        (vec![(0, 9, "a"), (3, 6, "b")], vec!["a"], vec!["b"]),
        (vec![(0, 4, "a"), (4, 4, "b")], vec!["a"], vec!["b"]),
        (vec![(4, 4, "a"), (4, 6, "b")], vec!["a"], vec!["b"]),
        (vec![(4, 4, "a"), (4, 4, "b")], vec!["a"], vec!["b"]),
        (vec![(4, 4, "a"), (4, 4, "a")], vec!["a"], vec![]),
        (
            vec![(0, 4, "a"), (0, 4, "a"), (5, 6, "b")],
            vec!["a", "b"],
            vec![],
        ),
        (vec![(0, 40, "a")], vec![], vec!["a"]),
    ] {
        let plan = plan_of(&source, &changes);
        assert_eq!(titles(&plan), (applied, skipped), "{changes:?}");
    }
}

#[test]
fn an_edit_is_applied_whole_or_not_at_all() {
    let (a, b) = (Source::new("a.yaml", "aaaa"), Source::new("b.yaml", "bbbb"));
    let first = edit("first", Safety::Safe, vec![change(&a, 0, 2, "x")]);
    let both = vec![change(&a, 1, 3, "y"), change(&b, 0, 1, "y")];
    let both = edit("both", Safety::Safe, both);
    let last = edit("last", Safety::Safe, vec![change(&b, 0, 2, "z")]);
    let plan = fix::plan(
        &report(vec![
            finding(&CAUSE, "1", vec![first]),
            finding(&CAUSE, "2", vec![both]),
            finding(&CAUSE, "3", vec![last]),
        ]),
        Safety::Safe,
    );
    assert_eq!(titles(&plan), (vec!["first", "last"], vec!["both"]));
    let own_way = vec![change(&a, 0, 2, "x"), change(&a, 1, 3, "y")];
    let own_way = finding(&CAUSE, "1", vec![edit("knot", Safety::Safe, own_way)]);
    let plan = fix::plan(&report(vec![own_way]), Safety::Safe);
    assert_eq!(titles(&plan), (vec![], vec!["knot"]));
}

#[test]
fn one_edit_of_several_and_only_as_risky_as_allowed() {
    let source = Source::new("a.yaml", "0123456789");
    let choices = || {
        vec![
            edit("risky", Safety::Unsafe, vec![change(&source, 1, 2, "r")]),
            edit("safe", Safety::Safe, vec![change(&source, 2, 3, "s")]),
            edit("other", Safety::Safe, vec![change(&source, 4, 5, "o")]),
        ]
    };
    let plan = |level| fix::plan(&report(vec![finding(&CAUSE, "1", choices())]), level);
    assert_eq!(titles(&plan(Safety::Safe)).0, ["safe"]);
    assert_eq!(titles(&plan(Safety::Unsafe)).0, ["risky"]);
    let blocker = edit("blocker", Safety::Safe, vec![change(&source, 0, 3, "b")]);
    let both = vec![
        finding(&CAUSE, "0", vec![blocker]),
        finding(&CAUSE, "1", choices()),
    ];
    let plan = fix::plan(&report(both), Safety::Unsafe);
    assert_eq!(titles(&plan), (vec!["blocker", "other"], vec![]));
}

#[test]
fn what_follows_waits_for_its_cause() {
    let source = Source::new("a.yaml", "0123456789");
    let follows = edit("follows", Safety::Safe, vec![change(&source, 0, 1, "f")]);
    let cause = |safety| edit("cause", safety, vec![change(&source, 5, 6, "c")]);
    let plan = |safety| {
        let follows = finding(&FOLLOWS, "web", vec![follows.clone()]);
        let cause = finding(&CAUSE, "web", vec![cause(safety)]);
        fix::plan(&report(vec![follows, cause]), Safety::Safe)
    };
    assert_eq!(titles(&plan(Safety::Safe)).0, ["cause"]);
    assert_eq!(titles(&plan(Safety::Unsafe)).0, ["follows"]);
}

/// Rewrites every place of a word, as rules that find it would.
fn rewriting(rules: &[(&'static str, &'static str)]) -> impl Fn(&[Arc<Source>]) -> Report {
    move |sources| {
        let mut all = Verdicts::default();
        for source in sources {
            for (from, to) in rules {
                for (at, _) in source.text.match_indices(from) {
                    let change = change(source, at, at + from.len(), to);
                    let edit = edit(&format!("{from} to {to}"), Safety::Safe, vec![change]);
                    all.find(finding(&CAUSE, &format!("{at}"), vec![edit]));
                }
            }
        }
        let unread = sources.iter().filter(|source| source.text.contains('!'));
        let unread = unread.map(|source| Unread {
            origin: source.origin.clone(),
            place: None,
            reason: "does not parse".to_owned(),
            fails: true,
        });
        Report::new(all, unread.collect(), Summary::default())
    }
}

fn mend(text: &str, rules: &[(&'static str, &'static str)]) -> (String, Mended) {
    let sources = [Source::new("a.yaml", text), Source::new("b.yaml", "other")];
    let mended = fix::mend(&sources, Safety::Safe, rewriting(rules));
    assert!(Arc::ptr_eq(&mended.sources[1], &sources[1]));
    let again = fix::mend(&mended.sources, Safety::Safe, rewriting(rules));
    assert_eq!(
        again.sources[0].text, mended.sources[0].text,
        "another run changes something"
    );
    assert!(again.applied.is_empty());
    (mended.sources[0].text.to_string(), mended)
}

#[test]
fn fixing_goes_on_until_nothing_is_left() {
    let (text, mended) = mend("ab ab", &[("ab", "cd"), ("cd", "ef")]);
    assert_eq!(
        (text.as_str(), mended.applied.len(), mended.settled),
        ("ef ef", 4, true)
    );
    assert!(mended.report.findings.is_empty());
    let (text, mended) = mend("fine", &[("ab", "cd")]);
    assert_eq!(
        (text.as_str(), mended.applied.len(), mended.settled),
        ("fine", 0, true)
    );
}

#[test]
fn fixing_ends_where_edits_undo_each_other_or_spoil_the_file() {
    let (text, mended) = mend("x", &[("x", "ab"), ("ab", "cd"), ("cd", "ab")]);
    assert_eq!(
        (text.as_str(), mended.applied.len(), mended.settled),
        ("ab", 1, false)
    );
    let (text, mended) = mend("ab", &[("ab", "ab")]);
    assert_eq!(
        (text.as_str(), mended.applied.len(), mended.settled),
        ("ab", 0, false)
    );
    let (text, mended) = mend("x", &[("x", "ab"), ("ab", "!")]);
    assert_eq!(
        (text.as_str(), mended.applied.len(), mended.settled),
        ("ab", 1, false)
    );
}

#[test]
fn fixing_ends_where_texts_would_grow_for_ever() {
    let sources = [Source::new("a.yaml", "x")];
    let mended = fix::mend(&sources, Safety::Safe, rewriting(&[("x", "xy")]));
    assert!(!mended.settled);
    assert_eq!(mended.applied.len(), 10);
}

/// Runs a program in a directory with this input; `None` where it is not installed.
fn run(directory: &Path, argv: &[&str], input: &str) -> Option<bool> {
    use std::io::Write;

    let mut child = Command::new(argv[0])
        .args(&argv[1..])
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    Some(child.wait().unwrap().success())
}

#[test]
fn other_tools_apply_the_diff() {
    let tools: [&[&str]; 2] = [&["patch", "-p1", "--binary", "-s"], &["git", "apply"]];
    let long: String = (0..40).map(|n| format!("line{n}: {n}\n")).collect();
    let longer = long
        .replace("line3:", "a:")
        .replace("line30:", "new: 1\nb:");
    let cases = [
        ("k8s/a.yaml", "a: 1\nb: 2\n", "a: 1\nb: 3\n"),
        (
            "./my file.yaml",
            "a: 1\r\nb: 2\r\n",
            "a: 1\r\nc: 0\r\nb: 2\r\n",
        ),
        ("a.yaml", "a: 1", "a: 2"),
        ("a.yaml", "a: 1", "a: 1\n"),
        ("a.yaml", "a: 1\n", "a: 1\nb: 2"),
        ("a.yaml", "a: 1\rb\r\rc\nd\n", "a: 2\rb\r\rc\nd\n"),
        ("é.yaml", "\u{feff}é: 1\n", "\u{feff}é: 2\n"),
        ("a.yaml", "-- a\n++ b\n@@ c\n", "-- x\n++ y\n@@ z\n"),
        ("a\"b\\.yaml", &long, &longer),
    ];
    for argv in tools {
        for (origin, old, new) in cases {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join(origin);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, old).unwrap();
            match run(directory.path(), argv, &fix::diff(origin, old, new)) {
                None => eprintln!("{argv:?} is not installed: not tried"),
                Some(applied) => {
                    assert!(applied, "{argv:?} refuses {origin}");
                    let result = std::fs::read_to_string(&path).unwrap();
                    assert_eq!(result, new, "{argv:?} {origin}");
                }
            }
        }
    }
}

/// First letter, number of letters, replacement.
type Replace = (usize, usize, String);

/// A text of several bytes a letter, and edits at any letters.
fn text_and_edits() -> impl Strategy<Value = (String, Vec<Vec<Replace>>)> {
    let change = (0..20_usize, 0..4_usize, "[xé\n]{0,3}");
    let edit = prop::collection::vec(change, 1..3);
    ("[aé\n]{0,20}", prop::collection::vec(edit, 0..8))
}

proptest! {
    /// Changes come sorted and disjoint, every edit is either told as skipped or in the text, and
    /// what no change covers stays.
    #[test]
    fn chosen_changes_apply_cleanly((text, edits) in text_and_edits()) {
        let source = Source::new("a.yaml", text.as_str());
        let letters: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = |letter: usize| letters[letter.min(letters.len() - 1)];
        let findings = edits.iter().enumerate().map(|(n, changes)| {
            let changes = changes
                .iter()
                .map(|(start, length, new)| change(&source, at(*start), at(start + length), new));
            let edit = edit(&n.to_string(), Safety::Safe, changes.collect());
            finding(&CAUSE, &n.to_string(), vec![edit])
        });
        let report = report(findings.collect());
        let plan = fix::plan(&report, Safety::Safe);
        let changes = plan.files.first().map_or(&[][..], |file| &file.changes);
        let mut expected = text.clone();
        for change in changes.iter().rev() {
            expected.replace_range(change.place.span.range(), &change.replacement);
        }
        for pair in changes.windows(2) {
            prop_assert!(pair[0].place.span.end <= pair[1].place.span.start);
        }
        prop_assert_eq!(fix::apply(&text, changes), expected);
        for finding in &report.findings {
            let [Remedy::Edit(edit)] = finding.remedies.as_slice() else { unreachable!() };
            let is_skipped = plan.skipped.iter().any(|skipped| skipped.title == edit.title);
            let is_whole = edit.changes.iter().all(|change| changes.contains(change));
            prop_assert!(is_skipped || is_whole);
        }
        if let Some(file) = plan.files.first() {
            prop_assert!(!file.applied.is_empty());
        }
    }

    /// The lines of a diff tell both texts.
    #[test]
    fn a_diff_holds_both_texts(old in "([ab]{0,2}\r?\n){0,6}[ab]?", new in "([ab]{0,2}\r?\n){0,6}[ab]?") {
        let diff = fix::diff("a.yaml", &old, &new);
        prop_assert_eq!(diff.is_empty(), old == new);
        let count = |text: &str, marks: [char; 2]| {
            let body = diff.split_inclusive('\n').skip(2);
            let lines = body.filter(|line| line.starts_with(marks)).count();
            text.split_inclusive('\n').count() == lines || diff.is_empty()
        };
        prop_assert!(count(&old, [' ', '-']), "{}", diff);
        prop_assert!(count(&new, [' ', '+']), "{}", diff);
    }
}

/// An edit that guesses, here `pathType`, is for a person to look at.
#[test]
fn what_is_guessed_is_unsafe() {
    let manifest = |path: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: a, namespace: b}}\n\
             spec:\n  rules:\n  - http:\n      paths:\n      - path: /\n{path}        backend:\n          \
             serviceName: web\n          servicePort: 80\n"
        )
    };
    for (path, expected) in [
        ("", Safety::Unsafe),
        ("        pathType: Prefix\n", Safety::Safe),
    ] {
        let source = Source::new("a.yaml", manifest(path));
        let settings = Settings::plain(rules::rows(), Cluster::default());
        let report = check::check(&[source], &[], &settings, &[]);
        let finding = report.findings.iter().find(|it| it.rule.id == "NEG601");
        let remedies = &finding.unwrap().remedies;
        let Some(Remedy::Edit(edit)) = remedies.first() else {
            panic!("{remedies:?}");
        };
        assert_eq!(edit.safety, expected, "{path}");
    }
}
