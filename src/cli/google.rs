//! Options that say which projects of Google Cloud are read, with the names that `gcloud` has for
//! them.

use std::path::PathBuf;

use clap::Args;

use crate::kind::Kind;
use crate::kind::resource::ALL;
use crate::report::Unread;
use crate::rules::Row;
use crate::snapshot::{self, Snapshot};
use crate::source::gcp::{self, Access, GcpError, Request};

use super::cluster;
use super::progress::Progress;

/// Which projects are read, and how.
#[derive(Debug, Args)]
#[group(id = "google")]
#[command(next_help_heading = "Google Cloud")]
pub(super) struct Options {
    /// Read this project (repeatable) [default: those of the clusters that are read]
    #[arg(long, value_name = "ID")]
    project: Vec<String>,
    /// Do not read Google Cloud
    #[arg(long, env = "NEG_DOCTOR_NO_GCP", conflicts_with = "project")]
    no_gcp: bool,
    /// A file with an access token [default: application default credentials, or gcloud's]
    #[arg(long, value_name = "FILE")]
    access_token_file: Option<PathBuf>,
    /// The address of the Compute Engine API
    #[arg(long, value_name = "URL", hide_short_help = true)]
    compute_endpoint: Option<String>,
    /// The address of the GKE API
    #[arg(long, value_name = "URL", hide_short_help = true)]
    container_endpoint: Option<String>,
}

/// What was read of Google Cloud, or why nothing was.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// The projects, and the host projects of their networks.
    pub(super) projects: Vec<Snapshot>,
    /// Why it was left out, where rules that run would have looked at it.
    pub(super) left_out: Option<Unread>,
}

impl Options {
    /// True where projects were named.
    pub(super) fn name_a_project(&self) -> bool {
        !self.project.is_empty()
    }

    /// Reads the projects that were named, or else those of the clusters.
    pub(super) fn read(
        &self,
        rows: &[&'static Row],
        clusters: &[Snapshot],
        options: &cluster::Options,
    ) -> Result<Reading, GcpError> {
        let kinds = kinds(rows);
        // Who leaves it out on purpose knows that it is not read.
        if self.no_gcp || kinds.is_empty() || (clusters.is_empty() && self.project.is_empty()) {
            return Ok(Reading::default());
        }
        let mut projects = self.project.clone();
        if projects.is_empty() {
            let known = clusters
                .iter()
                .filter_map(|it| snapshot::cluster(it).project);
            projects.extend(known);
        }
        projects.sort();
        projects.dedup();
        if projects.is_empty() {
            return Ok(left_out("not read: name its project with --project", rows));
        }
        let request = Request {
            projects: projects.clone(),
            kinds,
            access: Access {
                token_file: self.access_token_file.clone(),
                compute: self.compute_endpoint.clone(),
                container: self.container_endpoint.clone(),
            },
            timeout: options.timeout(),
        };
        let name = projects.join(", ");
        let progress = Progress::new(Some(&name), options.is_verbose(), options.traces_http());
        let read = gcp::read(&request, &progress);
        progress.end();
        match read {
            Ok(projects) => Ok(Reading {
                projects,
                left_out: None,
            }),
            // Nobody asked for it by name: a cluster can be checked without.
            Err(GcpError::NoCredentials(_)) if self.project.is_empty() => {
                let reason = "not read: there are no credentials for it; log in with gcloud auth \
                              application-default login, or leave it out with --no-gcp";
                Ok(left_out(reason, rows))
            }
            Err(error) => Err(error),
        }
    }
}

/// The kinds of Google Cloud that these rules look at.
pub(super) fn kinds(rows: &[&Row]) -> Vec<Kind> {
    let of_cloud = |kind: &Kind| ALL.iter().any(|it| it.kind == *kind && it.is_cloud());
    let mut kinds: Vec<_> = rows.iter().flat_map(|row| row.reads).copied().collect();
    kinds.retain(of_cloud);
    kinds.sort();
    kinds.dedup();
    kinds
}

fn left_out(reason: &str, rows: &[&'static Row]) -> Reading {
    let judged = rows.iter().filter(|row| !kinds(&[*row]).is_empty());
    let ids: Vec<&str> = judged.map(|row| row.id).collect();
    Reading {
        projects: Vec::new(),
        left_out: Some(Unread {
            origin: "Google Cloud".to_owned(),
            reason: format!("{reason}; {} rules look at it", ids.len()),
            place: None,
            fails: false,
        }),
    }
}
