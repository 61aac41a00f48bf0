//! 0, 1, 2 or 3: what a script can rely on.

use super::run::{BROKEN, DOUBTFUL, Place, SOUND};

const FORMATS: [&str; 8] = [
    "human", "short", "json", "sarif", "github", "gitlab", "junit", "markdown",
];

fn code(files: &[(&str, &str)], arguments: &str) -> i32 {
    Place::new(files).run(arguments).code
}

#[test]
fn every_format_ends_alike() {
    let half = format!("{SOUND}---\na: [\n---\n{BROKEN}");
    for format in FORMATS {
        for (text, expected) in [
            (SOUND, 0),
            (BROKEN, 1),
            (half.as_str(), 2),
            ("# nothing\n", 3),
        ] {
            let files = [("a.yaml", text)];
            let arguments = format!("check --format {format} a.yaml");
            assert_eq!(code(&files, &arguments), expected, "{format}: {text}");
        }
    }
}

#[test]
fn nothing_to_check_is_no_success() {
    let place = Place::new(&[]);
    let answer = place.run("check");
    assert_eq!((answer.code, answer.out.as_str()), (3, ""));
    assert!(
        answer.err.contains("neg-doctor check k8s/"),
        "{}",
        answer.err
    );
    place.put("k8s/notes.txt", b"none");
    let answer = place.run("check k8s");
    assert_ne!(answer.code, 0, "{answer:?}");
    let answer = place.run("check absent.yaml");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.out.contains("absent.yaml"), "{answer:?}");
    assert_eq!(code(&[("a.yaml", "just: a file\n")], "check a.yaml"), 3);
}

#[test]
fn the_threshold_is_the_users() {
    let files = [("a.yaml", DOUBTFUL)];
    for (option, expected) in [
        ("", 0),
        ("--fail-on error", 0),
        ("--fail-on warning", 1),
        ("--fail-on note", 1),
        ("--fail-on never", 0),
    ] {
        let arguments = format!("check {option} a.yaml");
        assert_eq!(code(&files, &arguments), expected, "{option}");
    }
    let never = "check --fail-on never a.yaml";
    assert_eq!(code(&[("a.yaml", BROKEN)], never), 0);
    // A threshold excuses findings, not what was never looked at.
    assert_eq!(code(&[("a.yaml", "a: [\n")], never), 2);
}

#[test]
fn what_was_not_read_fails_unless_it_may() {
    let files = [("a.yaml", SOUND), ("b.yaml", "kind: Service\n  x: [\n")];
    assert_eq!(code(&files, "check ."), 2);
    assert_eq!(code(&files, "check --allow-unread ."), 0);
    let files = [("a.yaml", BROKEN), ("b.yaml", "kind: Service\n  x: [\n")];
    assert_eq!(code(&files, "check ."), 2);
    assert_eq!(code(&files, "check --allow-unread ."), 1);
}

#[test]
fn what_is_typed_wrong_is_told_on_standard_error() {
    for arguments in [
        "",
        "chekc .",
        "check --format yaml .",
        "check --output short .",
        "check --output nonsense=x .",
        "check --fail-on fatal .",
        "check --select NEG9999 .",
        "check --config absent.toml .",
        "check --fix --diff .",
        "check --baseline absent.json .",
    ] {
        let answer = Place::new(&[("a.yaml", SOUND)]).run(arguments);
        assert_eq!(answer.code, 2, "{arguments}: {answer:?}");
        assert_eq!(answer.out, "", "{arguments}");
        assert!(!answer.err.is_empty(), "{arguments}");
    }
}

#[test]
fn reports_go_to_files_beside_the_terminal() {
    let place = Place::new(&[("a.yaml", BROKEN)]);
    let answer =
        place.run("check --output json=a.json --output sarif=b.sarif --format short a.yaml");
    assert_eq!(answer.code, 1);
    assert!(answer.out.starts_with("a.yaml:6:"), "{}", answer.out);
    assert!(place.get("a.json").contains("\"NEG004\""));
    assert!(place.get("b.sarif").contains("\"2.1.0\""));
    assert!(!place.get("b.sarif").contains('\u{1b}'));
    let answer = place.run("check --output json=no/such/place.json a.yaml");
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("no/such/place.json"), "{}", answer.err);
}

#[test]
fn rules_are_chosen_by_id_prefix_and_name() {
    let place = Place::new(&[("a.yaml", BROKEN), ("b.yaml", DOUBTFUL)]);
    for (options, expected) in [
        ("", "NEG004 NEG610"),
        ("--select NEG0", "NEG004"),
        ("--select port-not-in-service,NEG610", "NEG004 NEG610"),
        ("--ignore NEG004", "NEG610"),
        ("--select NEG6 --ignore app-protocol-mismatch", ""),
        ("--exclude b.yaml", "NEG004"),
    ] {
        let lines = place.lines(&format!("{options} ."));
        let id = |line: &String| line.split_once('[').unwrap().1[..6].to_owned();
        let ids: Vec<_> = lines.iter().map(id).collect();
        assert_eq!(ids.join(" "), expected, "{options}");
    }
}

#[test]
fn what_could_not_be_judged_is_counted_and_shown_on_demand() {
    let ingress = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: elsewhere, port: {number: 80}}}}
";
    let place = Place::new(&[("a.yaml", ingress)]);
    let answer = place.run("check a.yaml");
    assert_eq!(answer.code, 0);
    assert!(answer.out.contains("--show undecided"), "{}", answer.out);
    assert!(!answer.out.contains("NEG604"), "{}", answer.out);
    let answer = place.run("check --show undecided a.yaml");
    assert!(answer.out.contains("NEG604"), "{}", answer.out);
    let answer = place.run("check --whole a.yaml");
    assert_eq!(answer.code, 1);
    assert!(answer.out.contains("error[NEG604]"), "{}", answer.out);
}

#[test]
fn a_fix_mends_what_it_says_and_the_run_ends_by_what_is_left() {
    let files = [("a.yaml", BROKEN)];
    let place = Place::new(&files);
    assert_eq!(place.run("check --fix a.yaml").code, 1);
    assert_eq!(
        place.get("a.yaml"),
        BROKEN,
        "an unsafe edit is not for --fix"
    );
    let answer = place.run("check --diff --unsafe-fixes a.yaml");
    assert!(
        answer
            .out
            .contains("+    cloud.google.com/neg: '{\"exposed_ports\": {\"25\": {}}}'")
    );
    assert_eq!(place.get("a.yaml"), BROKEN, "a diff changes nothing");
    let answer = place.run("check --fix --unsafe-fixes a.yaml");
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(place.get("a.yaml"), BROKEN.replace("\"2525\"", "\"25\""));
}
