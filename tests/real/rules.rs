//! Every live rule, fixture in, finding out: each example of a card that shows a cluster is put into
//! an API server, and judged there, and in what is collected from there, as it is judged as a file.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use neg_doctor::card::Verdict;
use serde_json::Value;

use super::advice::Advice;
use super::examples::{Case, said};
use super::stage::{Show, Stage};
use super::tool::{Ran, asked_only_to_read};
use super::tools;

/// Examples that no API server shows as they stand in the card, and what it says against them. One
/// that it takes after all fails the test.
const NOT_LIVE: &[(&str, &str)] = &[(
    "NEG710 Passes “an address of the Node, and one of its second range”",
    "may specify no more than one CIDR for each IP family",
)];

/// Speaks of `spec.replicas`, which examples of other rules leave to the API server's default.
const OF_DEFAULTS: &str = "NEG705";

#[test]
fn every_example_of_a_cluster_is_judged_live_as_in_files() {
    if !tools::wanted() {
        return;
    }
    let mut stage = Stage::new();
    let (mut complaints, mut proved, mut rules) = (Vec::new(), 0, BTreeSet::new());
    let (mut refused, mut advice) = (BTreeSet::new(), Advice::default());
    for case in Case::of_clusters() {
        let name = case.name();
        let told = match stage.show(&case) {
            Ok(show) => {
                // Once for each rule is enough for what is the same program.
                let mut told = judge(&stage, &case, &show, rules.insert(case.rule.id));
                let report = Ran::of(&mut show.live()).report();
                told.extend(advice.follow(&mut stage, &case, show, &report));
                told
            }
            Err(refusal) => {
                let known = NOT_LIVE.iter().find(|(known, _)| *known == name);
                refused.extend(known.map(|(name, _)| *name));
                let expected = known.filter(|(_, words)| refusal.contains(words));
                Vec::from_iter(expected.is_none().then(|| format!("{name}: {refusal}")))
            }
        };
        proved += usize::from(told.is_empty());
        complaints.extend(told);
    }
    proved -= refused.len();
    for (name, _) in NOT_LIVE.iter().filter(|(name, _)| !refused.contains(name)) {
        complaints.push(format!("{name}: is not refused, or gone"));
    }
    asked_only_to_read(stage.cluster());
    let (refused, rules) = (refused.len(), rules.len());
    let said =
        format!("{proved} examples of {rules} rules proved live, {refused} refused, {advice}");
    writeln!(io::stdout(), "{said}").unwrap();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Examples of manifests of which a cluster keeps something else, and what.
const UNLIKE: &[(&str, &str)] = &[
    ("NEG000 Fails “what it hid is mended”", "no comments"),
    ("NEG000 Passes “it hides a finding”", "no comments"),
    (
        "NEG007 Fails “two directories that go to one cluster”",
        "a namespace",
    ),
    (
        "NEG007 Undecided “two Services in two directories, namespaces left open”",
        "a namespace",
    ),
    (
        "NEG007 Fails “Services of different names, namespaces and files”",
        "another order",
    ),
    (
        "NEG012 Fails “a slip of the indentation”",
        "no fields that it does not know",
    ),
    (
        "NEG012 Fails “on a GKE Gateway, a route and a ConfigMap”",
        "ConfigMaps, which are not read",
    ),
    (
        "NEG015 Passes “a patch of the workload is in the input”",
        "the patch as an object of its own",
    ),
    (
        "NEG706 Passes “a patch of the workload”",
        "the patch as an object of its own",
    ),
    ("NEG016 Fails “the whole annotation”", "each key once"),
    (
        "NEG025 Fails “a word that the reader of Kubernetes takes for a boolean”",
        "only strings",
    ),
    ("NEG703 Fails “no Service at all”", "a Service, its own"),
    (
        "NEG705 Passes “the number of Pods is not stated”",
        "a number, by default",
    ),
    (
        "NEG302 Passes “a HealthCheckPolicy that asks the port of the Pods, or the serving port”",
        "which of two is the older",
    ),
    (
        "NEG619 Fails “two for one Service, in files”",
        "which of two is the older",
    ),
    (
        "NEG619 Passes “the policies of two environments”",
        "which of two is the older",
    ),
    (
        "NEG604 Passes “a route to Services of the fleet”",
        "that the route is new",
    ),
    (
        "NEG616 Fails “a class for one cluster and a ServiceImport”",
        "that the route is new",
    ),
    (
        "NEG616 Passes “a class for a fleet and what the fleet imports”",
        "that the route is new",
    ),
    (
        "NEG626 Undecided “the route alone”",
        "that the route is new",
    ),
    (
        "NEG634 Undecided “the route leaves its namespace open”",
        "a namespace",
    ),
    (
        "NEG711 Undecided “whether the Pods have a proxy is not to be seen”",
        "a Namespace, which no mesh has labelled",
    ),
];

#[test]
fn every_example_of_manifests_is_judged_live_too() {
    if !tools::wanted() {
        return;
    }
    let mut stage = Stage::new();
    let (mut complaints, mut proved, mut refused) = (Vec::new(), BTreeSet::new(), 0);
    let mut advice = Advice::default();
    let mut unlike: BTreeSet<_> = UNLIKE.iter().map(|(name, _)| (*name).to_owned()).collect();
    for case in Case::of_manifests() {
        let Ok(show) = stage.show(&case) else {
            refused += 1;
            continue;
        };
        let name = case.name();
        let of = |report: &Value| brief(said(report), case.rule.id);
        let report = Ran::of(&mut show.live()).report();
        let files = of(&Ran::of(&mut show.as_files()).report());
        let live = of(&report);
        complaints.extend(advice.follow(&mut stage, &case, show, &report));
        if (live == files) == unlike.remove(&name) {
            complaints.push(format!("{name}\nlive {live:#?}\nas files {files:#?}"));
        }
        if live == files {
            proved.insert(name);
        }
    }
    complaints.extend(unlike.into_iter().map(|name| format!("{name} is gone")));
    asked_only_to_read(stage.cluster());
    let proved = proved.len();
    let said = format!("{proved} examples of manifests proved live, {refused} refused, {advice}");
    writeln!(io::stdout(), "{said}").unwrap();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Without labels and remedies, which tell of what the API server fills in.
fn brief(mut said: Vec<Value>, rule: &str) -> Vec<Value> {
    said.retain(|entry| entry["id"] == rule || entry["id"] != OF_DEFAULTS);
    for entry in &mut said {
        for name in ["labels", "remedies", "help"] {
            entry.as_object_mut().unwrap().remove(name);
        }
    }
    said.dedup();
    said
}

/// What is wrong with how an example is judged that is in the cluster.
fn judge(stage: &Stage, case: &Case, show: &Show, through_kubectl: bool) -> Vec<String> {
    let mut commands = vec![show.live(), show.collected("")];
    if through_kubectl {
        commands.push(show.through_kubectl(stage));
        commands.push(show.collected(".tar.gz"));
    }
    let mut told = Vec::new();
    let of = |mut command| {
        let mut said = said(&Ran::of(&mut command).report());
        said.retain(|entry| entry["id"] == case.rule.id || entry["id"] != OF_DEFAULTS);
        said
    };
    let expected = of(show.as_files());
    let own = expected.iter().filter(|entry| entry["id"] == case.rule.id);
    let found = own.clone().any(|entry| entry["message"].is_string());
    let undecided = own.clone().any(|entry| entry["undecided"] == true);
    let holds = match case.verdict {
        Verdict::Fails => found,
        Verdict::Passes => !found,
        Verdict::Undecided => !found && undecided,
    };
    if !holds {
        told.push(format!("{} as files: {expected:#?}", case.name()));
    }
    for command in commands {
        let name = format!("{command:?}");
        let live = of(command);
        if live != expected {
            told.push(format!(
                "{} {name}\nlive {live:#?}\nas files {expected:#?}",
                case.name()
            ));
        }
    }
    told
}
