//! What `neg-doctor.toml` may say, and what each mistake in it is answered with.

use std::path::Path;

use super::*;
use crate::finding::Severity::{Error, Warning};

const fn row(id: &'static str, slug: &'static str, severity: Severity) -> Row {
    Row {
        id,
        slug,
        severity,
        reads: &[],
        follows: &[],
        check: |_, _| {},
    }
}

static PORT: Row = row("NEG004", "port-not-in-service", Error);
static NAME: Row = row("NEG012", "name-too-long", Error);
static FIREWALL: Row = row("NEG401", "firewall-shut", Error);
static DRAIN: Row = row("NEG706", "drain", Warning);

pub(crate) static ROWS: &[&Row] = &[&PORT, &NAME, &FIREWALL, &DRAIN];

fn parse(text: &str) -> Config {
    Config::parse_for(ROWS, text, "neg-doctor.toml").unwrap_or_else(|error| panic!("{error}"))
}

fn wrong(text: &str) -> String {
    let error = Config::parse_for(ROWS, text, "neg-doctor.toml").expect_err("must be refused");
    error.to_string()
}

fn base() -> Base {
    Base::new(Path::new("/repo"), Path::new(""))
}

#[test]
fn an_empty_file_says_nothing() {
    let config = parse("");
    assert_eq!(config.fail_on, None);
    assert_eq!(config.rules(ROWS, &[], &[]).unwrap(), ROWS);
    assert_eq!(config.level(&base(), "a.yaml", &PORT), None);
    assert!(!config.excludes(&base(), "a.yaml", false));
}

#[test]
fn misspelt_keys_and_values_are_told_with_place_and_suggestion() {
    assert_eq!(
        wrong("whole = true\nselct = []\n"),
        "neg-doctor.toml:2:1: unknown key `selct`: did you mean `select`?"
    );
    assert_eq!(
        wrong("[[cluster]]\nname = 'a'\nadd-claim = true\n"),
        "neg-doctor.toml:3:1: unknown key `add-claim`: did you mean `adds-claim`?"
    );
    assert_eq!(
        wrong("fail-on = \"eror\"\n"),
        "neg-doctor.toml:1:11: unknown value `eror`: did you mean `error`?"
    );
    assert_eq!(
        wrong("[rules]\nNEG706 = \"loud\"\n"),
        "neg-doctor.toml:2:10: unknown value `loud`; known are off, note, warning, error"
    );
}

#[test]
fn unknown_rules_are_told_wherever_they_are_named() {
    for text in [
        "select = ['NEG0O4']",
        "ignore = ['NEG0O4']",
        "[rules]\nNEG0O4 = 'off'",
        "[[override]]\npaths = ['a']\nignore = ['NEG0O4']",
        "[[override]]\npaths = ['a']\nrules = { NEG0O4 = 'off' }",
    ] {
        let message = "there is no rule `NEG0O4`: did you mean `NEG004`?";
        assert!(wrong(text).ends_with(message), "{text}: {}", wrong(text));
    }
    assert!(wrong("[rules]\nNEG0 = 'off'").contains("there is no rule `NEG0`"));
    assert_eq!(
        wrong("\n[rules]\nNEG004 = 'off'\n port-not-in-service = 'note'"),
        "neg-doctor.toml:4:2: NEG004 and `port-not-in-service` are one rule: name it once"
    );
}

#[test]
fn entries_that_contradict_are_refused() {
    assert_eq!(
        wrong("[[cluster]]\nname = 'a'\n[[cluster]]\nname = 'a'"),
        "neg-doctor.toml:4:8: there are two clusters `a`"
    );
    let zones = "[[cluster]]\nname = 'a'\nlocation = 'europe-west1-b'\n\
                 zones = ['europe-west1-c', 'europe-west12-a']";
    assert_eq!(
        wrong(zones),
        "neg-doctor.toml:4:28: `europe-west12-a` is no zone of europe-west1"
    );
    assert!(wrong("[[cluster]]\nname = 'a'\npaths = []").contains("3:9: no file matches"));
    assert!(wrong("[[cluster]]\nname = 'a'\npaths = ['/k8s']").contains("relative"));
    assert!(wrong("[[cluster]]\nname = 'a'\nversion = 'latest'").contains("3:11: a version"));
    assert!(wrong("[[override]]\npaths = ['a[']").contains("neg-doctor.toml:2:10: "));
    assert!(wrong("[[override]]\nignore = ['NEG4']").contains("missing field `paths`"));
    let many: String = (0..64)
        .map(|n| format!("[[cluster]]\nname = 'c{n}'\n"))
        .collect();
    assert!(wrong(&many).contains("63 clusters at most"));
}

#[test]
fn the_command_line_selects_anew_and_ignores_more() {
    let config = parse("select = ['NEG0']\nignore = ['NEG012']");
    let ids = |select: &[&str], ignore: &[&str]| {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        let rows = config.rules(ROWS, &owned(select), &owned(ignore)).unwrap();
        rows.iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[], &[]), ["NEG004"]);
    assert_eq!(ids(&[], &["NEG004"]), [""; 0]);
    assert_eq!(ids(&["NEG012"], &[]), ["NEG012"]);
}

#[test]
fn the_last_override_that_speaks_of_a_rule_counts() {
    let config = parse(
        "[rules]\ndrain = 'error'\nNEG401 = 'note'\n\
         [[override]]\npaths = ['legacy']\nignore = ['NEG4', 'NEG0']\nrules = { NEG012 = 'warning' }\n\
         [[override]]\npaths = ['legacy/new/*.yaml']\nrules = { firewall-shut = 'error' }",
    );
    let level = |origin, row| config.level(&base(), origin, row);
    assert_eq!(level("a.yaml", &DRAIN), Some(Level::Error));
    assert_eq!(level("a.yaml", &FIREWALL), Some(Level::Note));
    assert_eq!(level("a.yaml", &PORT), None);
    assert_eq!(level("./legacy/a.yaml", &FIREWALL), Some(Level::Off));
    assert_eq!(level("legacy/a.yaml", &NAME), Some(Level::Warning));
    assert_eq!(level("legacy/new/a.yaml", &FIREWALL), Some(Level::Error));
    assert_eq!(level("legacy/new/a.yaml", &PORT), Some(Level::Off));
    assert_eq!(level("legacy/a.yaml", &DRAIN), Some(Level::Error));
}

#[test]
fn files_go_to_the_clusters_whose_paths_take_them() {
    let config = parse(
        "whole = true\nadds-claim = true\n\
         [[cluster]]\nname = 'eu'\nlocation = 'europe-west1'\nzones = ['europe-west1-b']\n\
         version = '1.33.4-gke.100'\nwhole = false\npaths = ['k8s/eu/**', 'k8s/both']\n\
         [[cluster]]\nname = 'us'\npaths = ['k8s/us', 'k8s/both']",
    );
    let (clusters, base) = (
        config.clusters(),
        Base::new(Path::new("/repo/k8s"), Path::new("..")),
    );
    let clusters_of = config.clusters_of(&base);
    let names = |origin| {
        let set = clusters_of(origin);
        clusters
            .in_set(set)
            .map(|cluster| cluster.name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(names("eu/a.yaml"), ["eu"]);
    assert_eq!(names("/repo/k8s/us/a.yaml"), ["us"]);
    assert_eq!(names("both/a.yaml"), ["eu", "us"]);
    assert_eq!(names("../k8s/a.yaml"), [""]);
    let all: Vec<_> = ["eu/a", "us/a", "a"]
        .iter()
        .flat_map(|origin| clusters.in_set(clusters_of(origin)))
        .map(|cluster| (cluster.version, cluster.whole, cluster.adds_claim))
        .collect();
    let expected = [
        (Some((1, 33)), false, None),
        (None, true, None),
        (None, true, Some(true)),
    ];
    assert_eq!(all, expected);
}

#[test]
fn an_entry_without_paths_takes_everything() {
    let config = parse("[[cluster]]\nname = 'a'\n[[cluster]]\nname = 'b'\npaths = ['b']");
    let (clusters, base) = (config.clusters(), base());
    let count = |origin| clusters.in_set(config.clusters_of(&base)(origin)).count();
    assert_eq!(
        (count("<stdin>"), count("x.yaml"), count("b/x.yaml")),
        (1, 1, 2)
    );
}

#[test]
fn excluded_files_are_written_as_in_gitignore() {
    let config = parse("exclude = ['vendor/**', '*.tmpl.yaml', '!keep.tmpl.yaml', '/top']");
    let excluded = |path| config.excludes(&base(), path, false);
    assert!(excluded("vendor/x/a.yaml"));
    assert!(excluded("./a/b.tmpl.yaml"));
    assert!(!excluded("a/keep.tmpl.yaml"));
    assert!(excluded("/repo/top/a.yaml"));
    assert!(!excluded("a/top/a.yaml"));
    assert!(!excluded("../vendor/a.yaml"));
    assert!(!excluded("."));
}

#[test]
fn a_run_fails_from_the_chosen_gravity_on() {
    assert!(FailOn::Error.fails(Some(Error)) && !FailOn::Error.fails(Some(Warning)));
    assert!(FailOn::Note.fails(Some(Severity::Note)) && !FailOn::Note.fails(None));
    assert!(!FailOn::Never.fails(Some(Error)));
}
