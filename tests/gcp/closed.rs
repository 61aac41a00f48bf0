//! A project in the fake Compute API that is read as the program reads Google Cloud, and changed by the
//! real gcloud.

use std::env;
use std::io::{self, Write as _};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use fake_compute::{Fake, TOKEN};
use jiff::Timestamp;
use neg_doctor::check::{self, Settings};
use neg_doctor::finding::Finding;
use neg_doctor::kind::Kind;
use neg_doctor::kind::resource::ALL as RESOURCES;
use neg_doctor::remedy::{Remedy, Run};
use neg_doctor::report::Report;
use neg_doctor::rules;
use neg_doctor::source::cluster::{Exchange, Watch};
use neg_doctor::source::gcp::{self, Access, Request};
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;

use crate::cards::cloud::Stage;

/// Stands in a text for the time at which it is read.
pub(crate) const NOW: &str = "@now";

struct Nobody;

impl Watch for Nobody {
    fn exchange(&self, _: &Exchange<'_>) {}
    fn read(&self, _: &str, _: usize) {}
}

/// An example's project in the fake, and its clusters as text.
pub(crate) struct Loop {
    pub(crate) fake: Fake,
    stage: Stage,
}

impl Loop {
    pub(crate) fn new(text: &str) -> Self {
        let stage = Stage::of(text);
        let fake = Fake::start();
        stage.load(&fake);
        Self { fake, stage }
    }

    /// What the program says of it, reading the projects through their API.
    pub(crate) fn check(&self) -> Report {
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
        let clusters = self
            .stage
            .clusters
            .replace(NOW, &Timestamp::now().to_string());
        let clusters: Vec<Arc<Source>> = vec![Source::new("clusters.yaml", clusters)];
        let settings = Settings::plain(rules::rows(), Cluster::default());
        check::check(&clusters, &seen, &settings, &[])
    }

    /// Runs the commands of a remedy.
    pub(crate) fn run(&self, run: &Run) -> Result<(), String> {
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

pub(crate) fn has_gcloud() -> bool {
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

/// The commands for Google Cloud that a finding advises.
pub(crate) fn remedies(finding: &Finding) -> Vec<Run> {
    let runs = finding.remedies.iter().filter_map(|remedy| match remedy {
        Remedy::Run(run) if run.argv.first().is_some_and(|it| it == "gcloud") => Some(run.clone()),
        _ => None,
    });
    runs.collect()
}
