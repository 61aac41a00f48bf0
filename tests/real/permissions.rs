//! The printed role is enough, and nothing of it is too much: without any one right of it the run
//! says what it could not decide, and never that all is well.

use std::io::Write as _;
use std::process::{Command, Stdio};

use neg_doctor::kind::resource::{Resource, Scope};
use neg_doctor::rules;
use serde_json::Value;

use super::cluster::{Cluster, User, in_parallel};
use super::quiet::{ALL_CLEAR, quiet, served};
use super::tool::{
    Ran, asked_only_to_read, config_of, neg_doctor, printed_role, resource_of, role_of,
    single_rights,
};

/// The ids of the rules that read a resource.
fn readers(resource: &Resource) -> Vec<&'static str> {
    let rows = rules::rows().into_iter();
    rows.filter(|row| row.reads.iter().any(|kind| kind.is_in(resource)))
        .map(|row| row.id)
        .collect()
}

/// A run with these arguments: complete, or the reason of its only gap.
fn gap_of(cluster: &Cluster, user: &User, arguments: &[&str]) -> Option<String> {
    let config = config_of(cluster, user);
    let check = |more: &[&str]| {
        let mut command = neg_doctor(&config);
        Ran::of(command.arg("check").args(arguments).args(more))
    };
    let (whole, human) = (check(&["--format", "json"]), check(&[]));
    let report = whole.report();
    let unread = report["unread"].as_array().unwrap();
    let all_clear = human.stdout.contains(ALL_CLEAR);
    let Some(gap) = unread.first() else {
        assert_eq!(
            (whole.code, all_clear),
            (0, true),
            "{arguments:?} {human:?}"
        );
        return None;
    };
    assert_eq!(unread.len(), 1, "{unread:#?}");
    assert_eq!((whole.code, all_clear), (2, false), "{human:?}");
    assert_eq!(human.code, 2, "{human:?}");
    // Without the Services there is nothing to check, which is no success either.
    let allowed = check(&["--allow-unread"]);
    assert!([0, 3].contains(&allowed.code), "{allowed:?}");
    assert!(!allowed.stdout.contains(ALL_CLEAR), "{allowed:?}");
    let reason = gap["reason"].as_str().unwrap().to_owned();
    // The rules that it names are those that stay undecided.
    let undecided = report["undecided"].as_array().unwrap();
    for entry in undecided {
        let id = entry["id"].as_str().unwrap();
        assert!(reason.contains(id), "{id}: {reason}");
    }
    Some(format!("{} {reason}", gap["origin"].as_str().unwrap()))
}

#[test]
fn the_printed_role_is_enough_when_kubectl_applies_it() {
    let Some(cluster) = quiet() else { return };
    let (admin, user) = (cluster.admin(), cluster.plain_user());
    let config = config_of(cluster, &admin);
    let role = Ran::of(neg_doctor(&config).args(["permissions", "--name", "reader"]));
    assert_eq!(role.code, 0, "{role:?}");
    let mut apply = cluster.kubectl(&config);
    let mut applying = apply
        .args(["apply", "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = applying.stdin.take().unwrap();
    input.write_all(role.stdout.as_bytes()).unwrap();
    drop(input);
    assert!(applying.wait().unwrap().success());
    let bind = [
        "create",
        "clusterrolebinding",
        "reader",
        "--clusterrole=reader",
    ];
    let name = format!("--user={}", user.name);
    run(cluster.kubectl(&config).args(bind).arg(name));
    let may = ["auth", "can-i", "list", "pods", "-A", "--quiet"];
    let theirs = config_of(cluster, &user);
    while !cluster
        .kubectl(&theirs)
        .args(may)
        .status()
        .unwrap()
        .success()
    {}
    assert_eq!(gap_of(cluster, &user, &["-A"]), None);
    assert_eq!(gap_of(cluster, &user, &["-n", "quiet"]), None);
    let collected = cluster.folder.join("whole.tar.gz");
    let mut collect = neg_doctor(&theirs);
    run(collect.args(["collect", "-A", "-o"]).arg(collected));
    asked_only_to_read(cluster);
}

fn run(command: &mut Command) {
    let ran = Ran::of(command);
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn a_missing_right_is_named_with_what_stays_open() {
    let Some(cluster) = quiet() else { return };
    let rights = single_rights(&printed_role());
    let served: Vec<_> = served(cluster).iter().map(|it| it.name()).collect();
    let gaps = in_parallel(
        || cluster.loader(),
        &rights,
        |_, missing| {
            let user = cluster.plain_user();
            let others = rights.iter().filter(|right| *right != missing);
            cluster.allow(&user, &role_of(others), None);
            gap_of(cluster, &user, &["-A"])
        },
    );
    for (right, gap) in rights.iter().zip(gaps) {
        let (_, _, verb) = right;
        let name = resource_of(right);
        // With -A no object is asked for by its name; what the server has not needs no right.
        if verb == "get" || !served.contains(&name) {
            assert_eq!(gap, None, "without {right:?}");
            continue;
        }
        let gap = gap.unwrap_or_else(|| panic!("complete without {right:?}"));
        assert!(gap.starts_with(&format!("test/{name} ")), "{gap}");
        assert!(gap.contains(&format!("needs list on {name}")), "{gap}");
        for rule in readers(Resource::named(&name).unwrap()) {
            assert!(
                gap.contains(rule),
                "without {right:?} {rule} is open: {gap}"
            );
        }
    }
    asked_only_to_read(cluster);
}

#[test]
fn in_a_namespace_rights_there_do_but_for_what_is_in_none() {
    let Some(cluster) = quiet() else { return };
    let rights = single_rights(&printed_role());
    let is_cluster_wide = |right: &&(String, String, String)| {
        let resource = Resource::named(&resource_of(right)).unwrap();
        resource.scope == Scope::Cluster
    };
    let (wide, within): (Vec<_>, Vec<_>) = rights.iter().partition(is_cluster_wide);
    let user = cluster.plain_user();
    cluster.allow(&user, &role_of(within), Some("quiet"));
    let arguments = ["-n", "quiet", "--format", "json"];
    let ran = |user: &User| {
        let config = config_of(cluster, user);
        Ran::of(neg_doctor(&config).arg("check").args(arguments))
    };
    let without = ran(&user);
    assert_eq!(without.code, 2);
    let told = without.report()["unread"].to_string();
    // What one role would allow is told as one.
    for needs in [
        "not allowed to list nodes, gatewayclasses.gateway.networking.k8s.io",
        "needs get on namespaces quiet",
    ] {
        assert!(told.contains(needs), "{told}");
    }
    // One by one: a list of all namespaces is not needed.
    let needed = wide
        .into_iter()
        .filter(|(_, name, verb)| name != "namespaces" || verb == "get");
    cluster.allow(&user, &role_of(needed), None);
    assert_eq!(gap_of(cluster, &user, &["-n", "quiet"]), None);
    // What is allowed in one namespace is not allowed in another.
    let elsewhere = gap_elsewhere(&ran_in(cluster, &user, "default"));
    assert!(elsewhere.contains("in namespace default"), "{elsewhere}");
    asked_only_to_read(cluster);
}

fn ran_in(cluster: &Cluster, user: &User, namespace: &str) -> Ran {
    let config = config_of(cluster, user);
    let arguments = ["check", "--format", "json", "-n", namespace];
    Ran::of(neg_doctor(&config).args(arguments))
}

/// All that was not read, where nothing but a part could be.
fn gap_elsewhere(ran: &Ran) -> String {
    assert_eq!(ran.code, 2);
    let report = ran.report();
    assert_eq!(report["findings"], Value::Array(Vec::new()));
    report["unread"].to_string()
}
