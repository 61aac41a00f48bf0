//! Kustomizations and charts: what is said where nobody rendered them, or nobody can.

use super::run::{BROKEN, Place, SOUND};

const OVERLAY: &str = "resources: [../base]\nnamePrefix: eu-\n";

fn place() -> Place {
    Place::new(&[
        ("base/kustomization.yaml", "resources: [svc.yaml]\n"),
        ("base/svc.yaml", BROKEN),
        ("prod/kustomization.yaml", OVERLAY),
        ("sound/svc.yaml", SOUND),
    ])
}

#[test]
fn what_was_not_rendered_is_said_with_the_command_that_renders_it() {
    let answer = place().run("check prod sound --format json");
    assert_eq!(answer.code, 0, "{answer:?}");
    let expected = "builds on ../base, which was not read: kustomize build prod | neg-doctor check -, \
                    or neg-doctor check --render prod";
    assert!(answer.out.contains(expected), "{answer:?}");
    let answer = place().run("check .");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(
        answer.out.contains("what it renders to was not checked"),
        "{answer:?}"
    );
    let answer = place().run("check sound");
    assert!(!answer.out.contains("unread"), "{answer:?}");
}

#[test]
fn a_chart_is_one_too() {
    let place = Place::new(&[
        (
            "mail/Chart.yaml",
            "apiVersion: v2\nname: mail\nversion: 1.0.0\n",
        ),
        ("mail/values.yaml", "port: 25\n"),
        ("mail/templates/svc.yaml", SOUND),
    ]);
    let answer = place.run("check mail --format json");
    assert!(
        answer
            .out
            .contains("helm template mail | neg-doctor check -"),
        "{answer:?}"
    );
    assert!(!answer.out.contains("builds on"), "{answer:?}");
}

#[test]
fn without_the_programs_the_files_are_checked_and_the_gap_is_told() {
    let answer = place().with("PATH", "/nonexistent").run("check --render .");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(
        answer.out.contains("kustomize or kubectl is not installed"),
        "{answer:?}"
    );
    assert!(answer.out.contains("NEG004"), "{answer:?}");
    let answer = place().run("check --render --fix .");
    assert_eq!(answer.code, 2, "{answer:?}");
    assert!(answer.err.contains("cannot be used with"), "{answer:?}");
}

#[test]
fn directories_are_clusters_where_they_are_named_so() {
    let both = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\n  namespace: shop\n  annotations:\n    \
             cloud.google.com/neg: '{{\"exposed_ports\": {{\"80\": {{\"name\": \"web\"}}}}}}'\nspec:\n  \
             selector: {{app: {name}}}\n  ports: [{{port: 80}}]\n"
        )
    };
    let place = Place::new(&[("blue/a.yaml", &both("a")), ("green/b.yaml", &both("b"))]);
    assert_eq!(place.run("check blue green --select NEG007").code, 1);
    let answer = place.run("check --cluster blue=blue --cluster green=green --select NEG007");
    assert_eq!(answer.code, 0, "{answer:?}");
    let answer = place.run("check --cluster one=blue --cluster one=green --select NEG007");
    assert_eq!(answer.code, 1, "{answer:?}");
    let answer = place.run("check --cluster =blue");
    assert!(answer.err.contains("expected NAME=PATH"), "{answer:?}");
}

#[test]
fn the_cost_of_each_rule_is_shown_when_asked_for() {
    let place = Place::new(&[("a.yaml", SOUND)]);
    let answer = place.run("check a.yaml --timings --select NEG004,NEG007");
    assert_eq!(answer.err.lines().count(), 4, "{answer:?}");
    assert!(
        answer.err.contains("%  NEG004 port-not-in-service"),
        "{answer:?}"
    );
    assert_eq!(place.run("check a.yaml").err, "");
}
