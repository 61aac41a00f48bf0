//! Bytes that nobody means well with: an answer comes, soon, and the terminal stays whole.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::run::{Answer, BROKEN, Place, SOUND};

/// Runs `check` on a file of these bytes and insists on an answer in good time.
fn check(bytes: &[u8]) -> Answer {
    let place = Place::new(&[("ok.yaml", SOUND)]);
    place.put("a.yaml", bytes);
    let start = Instant::now();
    let answer = place.run("check .");
    assert!(start.elapsed() < Duration::from_secs(20), "takes too long");
    assert!((0..=3).contains(&answer.code), "{answer:?}");
    answer
}

#[test]
fn what_is_no_utf8_is_named() {
    for bytes in [
        &b"kind: Service\n# caf\xe9\n"[..],
        b"\xff\xfek\0i\0n\0d\0:\0",
        b"\0\0\0",
    ] {
        let answer = check(bytes);
        assert_eq!(answer.code, 2, "{answer:?}");
        assert!(answer.out.contains("a.yaml"), "{}", answer.out);
    }
}

#[test]
fn aliases_of_aliases_stay_small() {
    let mut bomb =
        "apiVersion: v1\nkind: Service\nl0: &l0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let alias = format!("*l{}", level - 1);
        let list = vec![alias; 10].join(", ");
        writeln!(bomb, "l{level}: &l{level} [{list}]").unwrap();
    }
    bomb += "metadata: {name: x, annotations: *l39}\nspec: *l39\n";
    check(bomb.as_bytes());
    check(b"apiVersion: v1\nkind: Service\nmetadata: &a {name: x, labels: *a}\nspec: &b [*b]\n");
    check(b"apiVersion: v1\nkind: Service\nmetadata: &a\n  <<: *a\n  name: x\n");
}

#[test]
fn depth_is_bounded() {
    let head = "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n";
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")] {
        for depth in [100, 10_000, 200_000] {
            let nested = format!(
                "{head}spec:\n  {}x{}\n",
                open.repeat(depth),
                close.repeat(depth)
            );
            check(nested.as_bytes());
        }
    }
    let json = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    check(json.as_bytes());
    let annotation = BROKEN.replace("{\"exposed_ports\": {\"2525\": {}}}", &json);
    assert!(annotation.contains(&json));
    assert_ne!(check(annotation.as_bytes()).code, 0);
}

#[test]
fn many_small_things_stay_quick() {
    check("---\n".repeat(200_000).as_bytes());
    check("a: b\n".repeat(200_000).as_bytes());
    let members: Vec<String> = (0..5_000)
        .map(|port| format!("\\\"{port}\\\": \\\"x\\\""))
        .collect();
    let text = BROKEN.replace(
        "cloud.google.com/neg: '{\"exposed_ports\": {\"2525\": {}}}'",
        &format!(
            "cloud.google.com/backend-config: \"{{\\\"ports\\\": {{{}}}}}\"",
            members.join(",")
        ),
    );
    check(text.as_bytes());
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere_twice() {
    use std::os::unix::fs::symlink;

    let place = Place::new(&[("k8s/a.yaml", BROKEN)]);
    symlink(place.path().join("k8s"), place.path().join("k8s/again")).unwrap();
    symlink("nowhere", place.path().join("k8s/lost.yaml")).unwrap();
    symlink("self.yaml", place.path().join("k8s/self.yaml")).unwrap();
    let answer = place.run("check --format short k8s");
    let lines: Vec<_> = answer
        .out
        .lines()
        .filter(|line| line.contains("NEG004"))
        .collect();
    assert_eq!(lines.len(), 1, "{}", answer.out);
    assert!(answer.out.contains("lost.yaml"), "{}", answer.out);
    assert_eq!(answer.code, 2);
}

#[test]
fn a_directory_named_as_a_file_and_a_large_file_are_told() {
    let place = Place::new(&[("a.yaml/b.yaml", BROKEN)]);
    assert_eq!(place.lines("a.yaml").len(), 1);
    let large = format!("{SOUND}{}", "#\n".repeat(600 * 1024));
    let place = Place::new(&[("a.yaml", &large)]);
    assert_eq!(place.run("check a.yaml").code, 0);
    let answer = place.run("check --max-file-size 1 a.yaml");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.out.contains("a.yaml"), "{}", answer.out);
}

#[test]
fn no_control_character_of_the_input_reaches_the_terminal() {
    let evil = BROKEN
        .replace("name: mail", "name: \"ma\\e[31mil\\u202e\"")
        .replace("targetPort", "# \u{202e}\n    targetPort");
    let place = Place::new(&[("a.yaml", &evil), ("b.yaml", "a: \u{1b}[31m[\n")]);
    for format in ["human", "short", "github", "markdown"] {
        let answer = place.run(&format!("check --color never --format {format} ."));
        let told: Vec<char> = answer
            .out
            .chars()
            .filter(|char| (char.is_control() && *char != '\n') || *char == '\u{202e}')
            .collect();
        assert!(told.is_empty(), "{format}: {told:?}\n{}", answer.out);
        assert!(answer.out.contains("NEG004"), "{format}: {}", answer.out);
    }
}
