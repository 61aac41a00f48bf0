//! The closed loop: every command that a card's finding advises for Google Cloud is run by the real
//! gcloud against the fake Compute API; then the finding is gone, and no error is new.
#![cfg(test)]

mod cards {
    pub(crate) mod cloud;
    #[path = "staged.rs"]
    pub(crate) mod staged;
}

use std::collections::BTreeSet;
use std::env;
use std::io::{self, Write as _};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use fake_compute::{Fake, TOKEN};
use neg_doctor::card::{Card, Verdict};
use neg_doctor::check::{self, Settings};
use neg_doctor::finding::{Finding, Severity};
use neg_doctor::kind::Kind;
use neg_doctor::kind::resource::ALL as RESOURCES;
use neg_doctor::remedy::{Remedy, Run};
use neg_doctor::report::Report;
use neg_doctor::rules::{self, ALL, Row};
use neg_doctor::source::cluster::{Exchange, Watch};
use neg_doctor::source::gcp::{self, Access, Request};
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;

use cards::cloud::Stage;
use cards::staged::staged;

struct Nobody;

impl Watch for Nobody {
    fn exchange(&self, _: &Exchange<'_>) {}
    fn read(&self, _: &str, _: usize) {}
}

/// An example's project in the fake, and its clusters as text.
struct Loop {
    fake: Fake,
    stage: Stage,
}

impl Loop {
    fn new(text: &str) -> Self {
        let stage = Stage::of(text);
        let fake = Fake::start();
        stage.load(&fake);
        Self { fake, stage }
    }

    /// What the program says of it, reading the projects through their API.
    fn check(&self) -> Report {
        let token = self.fake.folder().join("token-of-test");
        std::fs::write(&token, TOKEN).unwrap();
        let kinds: Vec<Kind> = RESOURCES
            .iter()
            .filter(|it| it.is_cloud())
            .map(|it| it.kind)
            .collect();
        let request = Request {
            projects: self.stage.projects.clone(),
            kinds,
            access: Access {
                token_file: Some(token),
                compute: Some(format!("{}/compute/v1/", self.fake.base_url())),
                container: Some(self.fake.base_url()),
            },
            timeout: Duration::from_secs(30),
        };
        let seen = gcp::read(&request, &Nobody).unwrap();
        let clusters: Vec<Arc<Source>> =
            vec![Source::new("clusters.yaml", self.stage.clusters.as_str())];
        let settings = Settings::plain(rules::rows(), Cluster::default());
        check::check(&clusters, &seen, &settings, &[])
    }

    /// Runs the commands of a remedy.
    fn run(&self, run: &Run) -> Result<(), String> {
        for argv in run.commands() {
            let mut gcloud = self.fake.gcloud();
            let ran = gcloud.args(&argv[1..]).output().unwrap();
            if !ran.status.success() {
                let said = String::from_utf8_lossy(&ran.stderr).into_owned();
                return Err(format!("{}: {said}", argv.join(" ")));
            }
        }
        Ok(())
    }
}

fn has_gcloud() -> bool {
    let asked = env::var_os("NEGDOC_REAL").is_some();
    let there = asked && Command::new("gcloud").arg("--version").output().is_ok();
    if !there {
        let why = if asked {
            "gcloud is not installed"
        } else {
            "NEGDOC_REAL is not set"
        };
        writeln!(io::stdout(), "SKIPPED: the commands were not run: {why}").unwrap();
        assert!(
            !asked || env::var_os("CI").is_none(),
            "gcloud is needed in CI"
        );
    }
    there
}

fn remedies(finding: &Finding) -> Vec<Run> {
    let runs = finding.remedies.iter().filter_map(|remedy| match remedy {
        Remedy::Run(run) if run.argv.first().is_some_and(|it| it == "gcloud") => Some(run.clone()),
        _ => None,
    });
    runs.collect()
}

fn errors(report: &Report) -> BTreeSet<String> {
    let errors = report
        .findings
        .iter()
        .filter(|it| it.severity == Severity::Error);
    errors
        .map(|it| format!("{} {}", it.rule.id, it.subject))
        .collect()
}

/// The examples of a rule that fail and show a project.
fn texts(row: &Row, card: &Card) -> Vec<(String, String)> {
    let fails = card
        .examples
        .iter()
        .filter(|it| it.verdict == Verdict::Fails);
    let staged = fails.cloned().map(staged);
    let shown = staged.filter_map(|example| {
        let [(_, text)] = example.files.as_slice() else {
            return None;
        };
        let cloud = text.contains("\nproject: ");
        cloud.then(|| (format!("{} “{}”", row.id, example.title), text.clone()))
    });
    shown.collect()
}

#[test]
fn every_command_mends_what_it_is_for() {
    if !has_gcloud() {
        return;
    }
    let (mut proved, mut complaints) = (0, Vec::new());
    for rule in ALL {
        let card = Card::parse(rule.card).unwrap();
        for (name, text) in texts(rule.row, &card) {
            let before = Loop::new(&text).check();
            let own: Vec<&Finding> = before
                .findings
                .iter()
                .filter(|it| it.rule.id == rule.row.id)
                .collect();
            for finding in own {
                for run in remedies(finding) {
                    let stage = Loop::new(&text);
                    if let Err(error) = stage.run(&run) {
                        complaints.push(format!("{name}: {error}"));
                        continue;
                    }
                    let after = stage.check();
                    let print = finding.fingerprint();
                    if after.findings.iter().any(|it| it.fingerprint() == print) {
                        complaints
                            .push(format!("{name}: still there after {}", run.argv.join(" ")));
                    }
                    let new: Vec<String> = errors(&after)
                        .difference(&errors(&before))
                        .cloned()
                        .collect();
                    if !new.is_empty() {
                        complaints.push(format!("{name}: new after it: {new:?}"));
                    }
                    proved += 1;
                }
            }
        }
    }
    writeln!(
        io::stdout(),
        "{proved} commands for Google Cloud were run and helped"
    )
    .unwrap();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
    assert!(proved > 10, "{proved}");
}
