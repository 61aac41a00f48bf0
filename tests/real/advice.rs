//! Every command that is advised is run as it stands in the report, by the real kubectl, and the
//! finding that it is for is gone after it.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use super::cluster::Cluster;
use super::examples::Case;
use super::stage::{Show, Stage};
use super::tool::{Ran, config_of, neg_doctor};

/// Commands whose effect comes from a controller, and none runs here.
const OF_CONTROLLERS: &[&str] = &["rollout restart"];

/// Speak of objects that are not there: examples leave out what their rule does not look at, and what
/// is mended refers to it at last.
const OF_WHAT_IS_LEFT_OUT: &[&str] = &["NEG102", "NEG604", "NEG607"];

/// What came of the commands that were advised.
#[derive(Debug, Default)]
pub(crate) struct Advice {
    helped: usize,
    /// For controllers, of objects that the example leaves out.
    left_out: usize,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { helped, left_out } = self;
        write!(
            f,
            "{helped} commands helped, {left_out} were of what is not there"
        )
    }
}

/// A command that a finding advises.
struct Command {
    finding: Value,
    argv: Vec<String>,
}

fn commands(report: &Value) -> Vec<Command> {
    let mut all = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        for remedy in finding["remedies"].as_array().unwrap() {
            let argv = remedy["argv"].as_array().into_iter().flatten();
            let argv: Vec<_> = argv.map(|it| it.as_str().unwrap().to_owned()).collect();
            if argv.first().is_some_and(|program| program == "kubectl") {
                all.push(Command {
                    finding: finding.clone(),
                    argv,
                });
            }
        }
    }
    all
}

impl Command {
    fn run(&self, cluster: &Cluster, config: &Path) -> Ran {
        Ran::of(cluster.kubectl(config).args(&self.argv[1..]))
    }

    fn is_of_a_controller(&self) -> bool {
        let line = self.argv.join(" ");
        OF_CONTROLLERS.iter().any(|words| line.contains(words))
    }
}

fn prints(report: &Value, wanted: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let wanted = findings.filter(|finding| wanted(finding));
    let print = |finding: &Value| finding["fingerprint"].as_str().unwrap().to_owned();
    wanted.map(print).collect()
}

/// What is wrong with what a command has led to: at once, and `later`, when controllers would have
/// answered, of which none is here.
fn complaint(command: &Command, before: &Value, after: &Value, later: &Value) -> Option<String> {
    let known = prints(before, |_| true);
    let errors = prints(after, |finding| {
        let id = finding["id"].as_str().unwrap();
        finding["severity"] == "error" && !OF_WHAT_IS_LEFT_OUT.contains(&id)
    });
    if let Some(new) = errors.difference(&known).next() {
        let mut findings = after["findings"].as_array().unwrap().iter();
        let new = findings.find(|finding| finding["fingerprint"] == new.as_str());
        return Some(format!("brings {:#}", new.unwrap()["message"]));
    }
    let print = command.finding["fingerprint"].as_str().unwrap();
    let left = |report| prints(report, |_| true).contains(print);
    (left(after) || left(later)).then(|| format!("leaves {:#}", command.finding["message"]))
}

impl Advice {
    /// Follows each command that a report of an example advises, alone and on the example as it
    /// was, and takes the example out. Returns what does not help.
    pub(crate) fn follow(
        &mut self,
        stage: &mut Stage,
        case: &Case,
        show: Show,
        report: &Value,
    ) -> Vec<String> {
        let mut told = Vec::new();
        let mut fresh = Some(show);
        for command in commands(report) {
            let show = fresh.take().unwrap_or_else(|| stage.show(case).unwrap());
            let ran = command.run(stage.cluster(), &show.config);
            let after = Ran::of(&mut show.live()).report();
            stage.let_time_pass(&show);
            let later = Ran::of(&mut show.live()).report();
            stage.clear(&show);
            let complaint = match ran.code {
                // Accepted is all that can be seen.
                0 if command.is_of_a_controller() => None,
                _ if command.is_of_a_controller() && ran.stderr.contains("NotFound") => {
                    self.left_out += 1;
                    continue;
                }
                0 => complaint(&command, report, &after, &later),
                _ => Some(ran.stderr),
            };
            self.helped += usize::from(complaint.is_none());
            let line = command.argv.join(" ");
            told.extend(complaint.map(|told| format!("{}: {line}: {told}", case.name())));
        }
        if let Some(show) = fresh {
            stage.clear(&show);
        }
        told
    }
}

#[test]
fn the_broken_mail_example_is_mended_by_its_advice() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let mail = include_str!("../../fixtures/demo/mail.yaml")
        .replace("namespace: mail", "namespace: advised");
    cluster.load(&mail);
    let config = config_of(cluster, &cluster.admin());
    let check = || {
        let mut command = neg_doctor(&config);
        Ran::of(command.args(["check", "-n", "advised", "--format", "json"])).report()
    };
    let first = check();
    let (mut report, mut mended) = (first.clone(), Vec::new());
    while let Some(command) = commands(&report)
        .into_iter()
        .find(|it| !it.is_of_a_controller())
    {
        let ran = command.run(cluster, &config);
        assert_eq!(ran.code, 0, "{:?} {ran:?}", command.argv);
        let after = check();
        assert_eq!(
            complaint(&command, &report, &after, &after),
            None,
            "{:?}",
            command.argv
        );
        mended.push(command.finding["id"].as_str().unwrap().to_owned());
        report = after;
        assert!(mended.len() < 20, "it leads in circles: {mended:?}");
    }
    println!("mended {mended:?}");
    let known = prints(&first, |_| true);
    let errors = prints(&report, |finding| finding["severity"] == "error");
    assert!(
        errors.is_subset(&known) && mended.len() >= 2,
        "{mended:?} {report:#}"
    );
}
