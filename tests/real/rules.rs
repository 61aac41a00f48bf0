//! Every live rule, fixture in, finding out: each example of a card that shows a cluster is put into
//! an API server, and judged there as it is judged as a file.

use std::collections::BTreeSet;
use std::io::{self, Write as _};

use neg_doctor::card::Verdict;
use serde_json::Value;

use super::examples::{Case, said};
use super::stage::Stage;
use super::tool::{Ran, asked_only_to_read};
use super::tools;

/// Examples that no API server shows as they stand in the card, with the reason. One that could be
/// shown after all fails the test.
const NOT_LIVE: &[(&str, &str)] = &[];

#[test]
fn every_example_of_a_cluster_is_judged_live_as_in_files() {
    if !tools::wanted() {
        return;
    }
    let mut stage = Stage::new();
    let (mut complaints, mut proved, mut through_kubectl) = (Vec::new(), 0, BTreeSet::new());
    let mut not_live = BTreeSet::new();
    for case in Case::all() {
        let name = case.name();
        let mut complain = |told: String| complaints.push(format!("{name}: {told}"));
        if let Some(reason) = case.cannot_be_loaded() {
            not_live.insert(name.clone());
            complain(reason.to_owned());
            continue;
        }
        let show = match stage.show(&case) {
            Ok(show) => show,
            Err(refusal) => {
                not_live.insert(name.clone());
                complain(refusal);
                continue;
            }
        };
        let mut commands = vec![show.live()];
        // Once for each rule is enough for what is the same program.
        if through_kubectl.insert(case.rule.id) {
            commands.push(show.through_kubectl(&stage));
        }
        let expected = said(&Ran::of(&mut show.as_files()).report(), case.rule.id);
        if !as_verdict(&expected, case.verdict) {
            complain(format!("as files: {expected:#?}"));
        }
        let mut fine = true;
        for mut command in commands {
            let ran = Ran::of(&mut command);
            let live = said(&ran.report(), case.rule.id);
            if live != expected {
                fine = false;
                complain(format!("{command:?}\nlive {live:#?}\nas files {expected:#?}"));
            }
        }
        proved += usize::from(fine);
        stage.clear(&show);
    }
    asked_only_to_read(&stage.cluster);
    let (live, rules) = (not_live.len(), through_kubectl.len());
    writeln!(
        io::stdout(),
        "{proved} examples of {rules} rules proved live; {live} cannot be"
    )
    .unwrap();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

fn as_verdict(said: &[Value], verdict: Verdict) -> bool {
    let found = said.iter().any(|entry| entry["what"] == "findings");
    let undecided = said.iter().any(|entry| entry["what"] == "undecided");
    match verdict {
        Verdict::Fails => found,
        Verdict::Passes => !found,
        Verdict::Undecided => !found && undecided,
    }
}
