//! The commands beside `check`.

use super::run::{Answer, Place, SOUND};

fn run(arguments: &str) -> Answer {
    Place::new(&[]).run(arguments)
}

#[test]
fn a_rule_is_explained_by_id_and_by_name() {
    let answer = run("explain NEG004");
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    assert!(
        answer.out.starts_with("NEG004 port-not-in-service (error"),
        "{}",
        answer.out
    );
    assert!(
        answer.out.contains("ProcessServiceFailed"),
        "{}",
        answer.out
    );
    for name in ["neg004", "port-not-in-service", "Port-Not-In-Service"] {
        assert_eq!(run(&format!("explain {name}")).out, answer.out, "{name}");
    }
}

#[test]
fn an_unknown_rule_is_told_with_a_way_out() {
    for (name, expected) in [
        ("something-else", "neg-doctor rules"),
        ("port-not-in-servce", "port-not-in-service"),
        ("NEG0O4", "NEG004"),
    ] {
        let answer = run(&format!("explain {name}"));
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{name}");
        assert!(answer.err.contains(name), "{}", answer.err);
        assert!(answer.err.contains(expected), "{}", answer.err);
    }
}

#[test]
fn noise_is_shown_where_it_is_asked_for_and_counts_for_nothing() {
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop, namespace: dev}\nspec:\n  \
                      replicas: 1\n  minReadySeconds: 0\n  template:\n    metadata: {labels: {app: shop}}\n    \
                      spec: {containers: [{name: shop, image: shop}]}\n";
    let service = SOUND.replace("name: shop", "name: shop\n  namespace: dev");
    let place = Place::new(&[("a.yaml", deployment), ("b.yaml", &service)]);
    let silent = place.run("check --format json --fail-on note .");
    let asked = place.run("check --format json --fail-on note --show noise .");
    let parse = |answer: &Answer| serde_json::from_str::<serde_json::Value>(&answer.out).unwrap();
    let (mut asked_of, silent_of) = (parse(&asked), parse(&silent));
    assert_eq!(asked_of["noise"][0]["id"], "NEG705");
    assert_eq!(asked_of["noise"][0]["start"]["line"], 5);
    assert!(silent_of.get("noise").is_none());
    asked_of.as_object_mut().unwrap().remove("noise");
    assert_eq!((asked_of, asked.code), (silent_of, silent.code));
    let line = "a.yaml:5:13: noise[NEG705]: Deployment dev/shop: its rollout";
    let short = place.run("check --format short --show noise .").out;
    assert!(short.contains(line), "{short}");
    let human = place.run("check --show noise .").out;
    assert!(
        human.contains("noise[NEG705]: Deployment dev/shop"),
        "{human}"
    );
}

#[test]
fn rules_are_listed_for_people_and_for_machines() {
    let table = run("rules");
    assert_eq!(table.code, 0);
    assert!(
        table
            .out
            .lines()
            .any(|line| line.contains("NEG004") && line.contains("port-not-in-service"))
    );
    let json = run("rules --format json");
    let list: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(json.out.contains("\"NEG004\""), "{list}");
    let ids = |text: &str| text.matches("NEG608").count();
    assert!(ids(&table.out) >= 1 && ids(&json.out) >= 1);
}

#[test]
fn the_demo_shows_what_the_program_is_for() {
    let answer = run("demo");
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    assert!(answer.out.contains("[mail.yaml:8:47]"), "{}", answer.out);
    for id in ["NEG004", "NEG602", "NEG608", "NEG610"] {
        assert!(
            answer.out.contains(&format!("error[{id}]")),
            "{id}: {}",
            answer.out
        );
    }
    assert!(answer.out.contains("fix (safe)"), "{}", answer.out);
    assert!(answer.out.contains("fix (unsafe)"), "{}", answer.out);
}

#[test]
fn scripts_and_pages_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let answer = run(&format!("completions {shell}"));
        assert_eq!(answer.code, 0, "{shell}");
        assert!(answer.out.contains("neg-doctor"), "{shell}");
        assert!(answer.out.contains("explain"), "{shell}");
    }
    let page = run("man");
    assert_eq!(page.code, 0);
    assert!(page.out.contains(".TH neg-doctor 1"), "{}", page.out);
}

#[test]
fn help_and_version_are_no_errors() {
    let version = run("--version");
    assert_eq!(version.code, 0);
    assert_eq!(
        version.out,
        format!("neg-doctor {}\n", env!("CARGO_PKG_VERSION"))
    );
    for arguments in ["--help", "-h", "help", "check --help", "help explain"] {
        let answer = run(arguments);
        assert_eq!((answer.code, answer.err.as_str()), (0, ""), "{arguments}");
        assert!(answer.out.contains("Usage:"), "{arguments}: {}", answer.out);
    }
    assert!(run("check --help").out.contains("--fail-on"));
}

#[test]
fn permissions_are_printed_for_the_rules_that_are_named() {
    let answer = run("permissions --select NEG607 --name reader");
    assert_eq!((answer.code, answer.err.as_str()), (0, ""));
    for expected in [
        "kind: ClusterRole",
        "  name: reader",
        "  - backendconfigs",
        "  - services",
    ] {
        assert!(answer.out.contains(expected), "{expected}\n{}", answer.out);
    }
    for other in ["deployments", "secrets", "watch", "create"] {
        assert!(!answer.out.contains(other), "{other}\n{}", answer.out);
    }
    assert_eq!(run("permissions --select NEG999").code, 2);
}

#[test]
fn without_a_cluster_nothing_is_collected() {
    let answer = run("collect -o out --kubeconfig nowhere");
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    assert!(answer.err.contains("nowhere"), "{}", answer.err);
    let two = run("collect -o out --context a --context b");
    assert!(two.err.contains("collect reads one cluster"), "{}", two.err);
    assert_eq!(run("collect -o out -n a -A").code, 2);
}
