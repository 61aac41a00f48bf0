//! `trace`: what a script can rely on, for each way that roads may end.

use super::run::{Place, SOUND};

const SCENE: &str = include_str!("../../fixtures/scenes/mail.yaml");

fn code(text: &str, arguments: &str) -> i32 {
    let place = Place::new(&[("mail.yaml", text)]);
    let answer = place.run(&format!("trace -f mail.yaml {arguments}"));
    assert!(!answer.err.contains("panicked"), "{answer:?}");
    answer.code
}

/// The scene without the documents that have this line.
fn without(line: &str) -> String {
    let parts = SCENE.split("---\n");
    let kept: Vec<&str> = parts.filter(|it| !it.contains(line)).collect();
    kept.join("---\n")
}

#[test]
fn the_code_says_how_far_traffic_comes() {
    assert_eq!(code(SCENE, "mail/mail"), 0);
    // An unhealthy endpoint is an end.
    let ill = SCENE.replacen("healthState: HEALTHY", "healthState: UNHEALTHY", 1);
    assert_eq!(code(&ill, "mail/mail"), 1);
    // Nothing leads there.
    let frontless = without("kind: compute#forwardingRule");
    assert_eq!(code(&frontless, "mail/mail"), 1);
    // The health of nobody was read.
    let unprobed: Vec<&str> = SCENE
        .lines()
        .filter(|it| !it.contains("healths:"))
        .collect();
    assert_eq!(code(&unprobed.join("\n"), "mail/mail"), 2);
    // Google Cloud was not read.
    let cluster = SCENE.split("---\napiVersion: neg-doctor.dev/v1\nkind: Snapshot\nproject:");
    assert_eq!(code(cluster.into_iter().next().unwrap(), "mail/mail"), 2);
    // Manifests are no road, and a name that is nowhere is a mistake.
    assert_eq!(code(SOUND, ""), 3);
    assert_eq!(code(SCENE, "mial"), 2);
}

#[test]
fn every_format_ends_alike() {
    for format in ["tree", "json", "dot", "mermaid", "svg", "html"] {
        assert_eq!(code(SCENE, &format!("--format {format}")), 0, "{format}");
        let arguments = format!("--format {format} -o road");
        let place = Place::new(&[("mail.yaml", SCENE)]);
        let answer = place.run(&format!("trace -f mail.yaml {arguments}"));
        assert_eq!((answer.code, answer.out.as_str()), (0, ""), "{format}");
        let written = std::fs::read_to_string(place.root.path().join("road")).unwrap();
        assert!(written.contains("mail"), "{format}");
    }
}

#[test]
fn what_is_on_no_road_is_told_why() {
    let place = Place::new(&[("a.yaml", SOUND)]);
    let answer = place.run("trace -f a.yaml shop");
    assert!(answer.err.contains("shop is only declared"), "{answer:?}");
}
