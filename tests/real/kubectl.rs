//! `kubectl neg-doctor` through the real kubectl: its flags mean the same, and it completes.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use serde_json::{Value, json};

use super::cluster::Cluster;
use super::kubeconfig::{Context, kubeconfig};
use super::observed::text_of;
use super::tool::{Ran, asked_only_to_read, folder_of_binaries, neg_doctor, path_with, plugin};

/// Services that each have a finding, in two namespaces.
fn services() -> Vec<Value> {
    let service = |(namespace, name): (&str, &str)| {
        json!({
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": {"app": name},
                "annotations": {"cloud.google.com/neg": "{\"exposed_ports\": {\"81\": {}}}"},
            },
            "spec": {"selector": {"app": name}, "ports": [{"port": 80}]},
        })
    };
    let all = [("flags-a", "mail"), ("flags-a", "web"), ("flags-b", "mail")];
    all.into_iter().map(service).collect()
}

#[test]
fn the_flags_of_kubectl_mean_the_same() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.load_objects(services());
    let (admin, plain) = (cluster.admin(), cluster.plain_user());
    let services = json!([{"apiGroups": [""], "resources": ["services"], "verbs": ["list"]}]);
    cluster.allow(&plain, &services, Some("flags-b"));
    let context = |name: &'static str, user, namespace| Context {
        name,
        namespace: Some(namespace),
        ..cluster.context(user)
    };
    let config = kubeconfig(&[
        context("a", &admin, "flags-a"),
        context("b", &admin, "flags-b"),
        context("theirs", &plain, "flags-b"),
    ]);
    for flags in [
        vec![],
        vec!["--context", "b"],
        vec!["--context=b", "--namespace=flags-a"],
        vec!["-n", "flags-b"],
        vec!["-nflags-a", "-l", "app=mail"],
        vec!["-n", "flags-a", "-l", "app!=mail"],
        vec!["-n", "flags-a", "--selector", "app in (web)"],
        vec!["-A", "-l", "app=web"],
        vec!["--all-namespaces", "--selector=app=web"],
        vec!["-n", "flags-b", "--as", &plain.name],
        vec![
            "-n",
            "flags-b",
            "--as",
            "nobody",
            "--as-group",
            "system:masters",
        ],
        vec!["--context", "theirs"],
    ] {
        // The Services that kubectl shows with these flags, and no others.
        let mut get = cluster.kubectl(&config);
        get.args(["get", "services", "-o", "json"]).args(&flags);
        let listed = names(&Ran::of(&mut get).report()["items"], "/metadata");
        assert!(!listed.is_empty(), "{flags:?}");
        for mut command in [plugin(cluster, &config), neg_doctor(&config)] {
            command.args(["check", "--select", "NEG004", "--format", "json"]);
            let report = Ran::of(command.args(&flags)).report();
            assert_eq!(names(&report["findings"], "/subject"), listed, "{flags:?}");
        }
    }
    asked_only_to_read(cluster);
}

/// The names of those of this test, in order.
fn names(objects: &Value, at: &str) -> Vec<String> {
    let part = |object: &Value, name: &str| text_of(object, &format!("{at}/{name}")).to_owned();
    let objects = objects.as_array().unwrap().iter();
    let mut names: Vec<_> = objects
        .map(|object| [part(object, "namespace"), part(object, "name")].join(" "))
        .filter(|name| name.starts_with("flags-"))
        .collect();
    names.sort();
    names
}

#[test]
fn who_is_acted_as_is_who_is_refused() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let plain = cluster.plain_user();
    let config = kubeconfig(&[cluster.context(&cluster.admin())]);
    let mut command = plugin(cluster, &config);
    let ran = Ran::of(command.args(["check", "-n", "default", "--as", &plain.name]));
    assert_eq!(ran.code, 2, "{ran:?}");
    let words = format!("User \"{}\" cannot list", plain.name);
    let told = ran.stdout + &ran.stderr;
    assert!(told.contains(&words), "{told}");
    let mut help = plugin(cluster, &config);
    let help = Ran::of(help.args(["check", "--help"])).stdout;
    assert!(help.contains("Usage: kubectl neg-doctor check"), "{help}");
}

#[test]
fn kubectl_completes_it() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let config = kubeconfig(&[cluster.context(&cluster.admin())]);
    let script = Ran::of(neg_doctor(&config).args(["completions", "kubectl"]));
    let folder = tempfile::tempdir().unwrap();
    let completer = folder.path().join("kubectl_complete-neg_doctor");
    fs::write(&completer, script.stdout).unwrap();
    fs::set_permissions(&completer, fs::Permissions::from_mode(0o755)).unwrap();
    let program = "kubectl-neg_doctor";
    symlink(
        folder_of_binaries().join(program),
        folder.path().join(program),
    )
    .unwrap();
    let complete = |words: &[&str]| -> Vec<String> {
        let mut kubectl = cluster.kubectl(&config);
        kubectl.env("PATH", path_with(folder.path()));
        let ran = Ran::of(kubectl.arg("__complete").args(words));
        assert_eq!(ran.code, 0, "{ran:?}");
        // A last line tells the shell what else to offer.
        let lines = ran.stdout.lines().filter(|line| !line.starts_with(':'));
        let words = lines.map(|line| line.split('\t').next().unwrap().to_owned());
        words.collect()
    };
    assert_eq!(complete(&["neg-d"]), ["neg-doctor"]);
    assert_eq!(complete(&["neg-doctor", "che"]), ["check"]);
    assert_eq!(complete(&["neg-doctor", "check", "--sh"]), ["--show"]);
    assert_eq!(
        complete(&["neg-doctor", "check", "--show", ""]),
        ["undecided", "drift", "noise"]
    );
    let all = complete(&["neg-doctor", ""]);
    assert!(all.contains(&"permissions".to_owned()), "{all:?}");
    assert!(!all.contains(&"__complete".to_owned()), "{all:?}");
}
