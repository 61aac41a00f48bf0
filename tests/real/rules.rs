//! Every live rule, fixture in, finding out: each example of a card that shows a cluster is put into
//! an API server, and judged there, and in what is collected from there, as it is judged as a file.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use neg_doctor::card::Verdict;

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
    let mut refused = BTreeSet::new();
    for case in Case::all() {
        let name = case.name();
        let told = match stage.show(&case) {
            Ok(show) => {
                // Once for each rule is enough for what is the same program.
                let told = judge(&stage, &case, &show, rules.insert(case.rule.id));
                stage.clear(&show);
                told
            }
            Err(refusal) => {
                let known = NOT_LIVE.iter().find(|(known, _)| *known == name);
                refused.extend(known.map(|(name, _)| *name));
                let expected = known.filter(|(_, words)| refusal.contains(words));
                Vec::from_iter(expected.is_none().then_some(refusal))
            }
        };
        proved += usize::from(told.is_empty());
        complaints.extend(told.into_iter().map(|told| format!("{name}: {told}")));
    }
    proved -= refused.len();
    for (name, _) in NOT_LIVE.iter().filter(|(name, _)| !refused.contains(name)) {
        complaints.push(format!("{name}: is not refused, or gone"));
    }
    asked_only_to_read(&stage.cluster);
    let (refused, rules) = (refused.len(), rules.len());
    let said = format!("{proved} examples of {rules} rules proved live, {refused} refused");
    writeln!(io::stdout(), "{said}").unwrap();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// What is wrong with how an example is judged that is in the cluster.
fn judge(stage: &Stage, case: &Case, show: &Show<'_>, through_kubectl: bool) -> Vec<String> {
    let mut commands = vec![show.live(), show.collected("collected")];
    if through_kubectl {
        commands.push(show.through_kubectl(stage));
        commands.push(show.collected("collected.tar.gz"));
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
        told.push(format!("as files: {expected:#?}"));
    }
    for command in commands {
        let name = format!("{command:?}");
        let live = of(command);
        if live != expected {
            told.push(format!("{name}\nlive {live:#?}\nas files {expected:#?}"));
        }
    }
    told
}
