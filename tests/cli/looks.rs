//! Colours and characters: what the user's terminal and wishes allow.

use super::run::{BROKEN, Place};

fn is_coloured(environment: &[(&str, &str)], options: &str) -> bool {
    let mut place = Place::new(&[("a.yaml", BROKEN)]);
    for (name, value) in environment {
        place = place.with(name, value);
    }
    place
        .run(&format!("check {options} a.yaml"))
        .out
        .contains('\u{1b}')
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    type Case<'c> = (&'c [(&'c str, &'c str)], &'c str, bool);
    let cases: [Case<'_>; 9] = [
        (&[], "", false),
        (&[], "--color always", true),
        (&[], "--color never", false),
        (&[("CLICOLOR_FORCE", "1")], "", true),
        (&[("CLICOLOR_FORCE", "0")], "", false),
        (&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], "", false),
        (&[("NO_COLOR", "")], "--color auto", false),
        (&[("NO_COLOR", "1")], "--color always", true),
        (&[("CLICOLOR_FORCE", "1")], "--color never", false),
    ];
    for (environment, options, expected) in cases {
        let found = is_coloured(environment, options);
        assert_eq!(found, expected, "{environment:?} {options}");
    }
}

#[test]
fn formats_for_machines_have_no_colours() {
    for format in ["json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let options = format!("--color always --format {format}");
        assert!(!is_coloured(&[], &options), "{format}");
    }
}

#[test]
fn ascii_is_drawn_where_nothing_else_can_be() {
    let place = || Place::new(&[("a.yaml", BROKEN)]);
    assert!(!place().run("check a.yaml").out.is_ascii());
    assert!(place().run("check --ascii a.yaml").out.is_ascii());
    assert!(
        place()
            .with("LC_ALL", "C")
            .run("check a.yaml")
            .out
            .is_ascii()
    );
    assert!(
        !place()
            .with("LANG", "de_DE.UTF-8")
            .run("check a.yaml")
            .out
            .is_ascii()
    );
}

#[test]
fn lines_fit_the_terminal() {
    for columns in ["60", "100"] {
        let answer = Place::new(&[("a.yaml", BROKEN)])
            .with("COLUMNS", columns)
            .run("check a.yaml");
        let width: usize = columns.parse().unwrap();
        // The text of the file and the marks under it are not folded; the words about it are.
        let words = answer
            .out
            .lines()
            .filter(|line| !line.contains("exposed_ports\"") && !line.contains('·'));
        for line in words {
            assert!(line.chars().count() <= width, "{columns}: {line}");
        }
    }
}
