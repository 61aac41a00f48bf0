//! `collect`: what `check` reads of a cluster and of its projects of Google Cloud, as files.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::rules;
use crate::snapshot::{Snapshot, redact};
use crate::source::snapshot;

use super::{Exit, Failure, cluster, google};

pub(super) const AFTER_HELP: &str = "\
Examples:
  neg-doctor collect -A -o prod.tar.gz            then: neg-doctor check prod.tar.gz
  neg-doctor collect --context prod -n mail -o mail/
  neg-doctor collect --project acme -o acme.tar.gz  a project without a cluster

It holds what the rules read and nothing else: no Secrets, no environment, no arguments of
containers, no last-applied configuration, no metadata of machines.";

/// Options of `collect`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to: a directory that is new, empty or an older snapshot, or a file named .tar.gz
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,
    /// Write other names for those of objects, namespaces, projects, hosts and images, the same for
    /// the same; zones, addresses, ports and UIDs stay. Google Cloud is left out
    #[arg(long, conflicts_with = "project")]
    redact_names: bool,
    #[command(flatten)]
    cluster: cluster::Options,
    #[command(flatten)]
    google: google::Options,
}

/// Reads a cluster and its projects, and writes them.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.cluster.context.len() > 1 {
        let one = "collect reads one cluster: name one --context, and collect again for the next";
        return Err(Failure::Usage(one.to_owned()));
    }
    let failed = |error: snapshot::WriteError| Failure::Usage(error.to_string());
    let target = snapshot::Target::new(&arguments.output).map_err(failed)?;
    let snapshots = read(arguments)?;
    target.write(&snapshots).map_err(failed)?;
    let mut exit = Exit::Clean;
    for Snapshot { header, documents } in &snapshots {
        let (count, path) = (documents.len(), arguments.output.display());
        let mut said = io::stderr().lock();
        writeln!(
            said,
            "neg-doctor: {count} objects of {} are in {path}",
            header.name
        )?;
        for gap in header.coverage.gaps() {
            exit = Exit::Failed;
            let (name, part) = (gap.resource.name(), if gap.part { " in part" } else { "" });
            writeln!(
                said,
                "neg-doctor: {name} not read{part}: {} (needs {})",
                gap.reason, gap.needs
            )?;
        }
    }
    Ok(exit)
}

/// What is to be written: the cluster, and then the projects.
fn read(arguments: &Arguments) -> Result<Vec<Snapshot>, Failure> {
    let (cluster, google, rows) = (&arguments.cluster, &arguments.google, rules::rows());
    let mut snapshots = Vec::new();
    if cluster.name_a_cluster() || !google.name_a_project() {
        snapshots = cluster.read(&cluster::kinds(&rows), &[])?;
    }
    if arguments.redact_names {
        let other = snapshots.iter().map(redact).collect::<Result<_, _>>();
        return other.map_err(|error| Failure::Usage(error.to_string()));
    }
    let read = google.read(&rows, &snapshots, cluster)?;
    snapshots.extend(read.projects);
    if let Some(left_out) = read.left_out {
        let (what, reason) = (left_out.origin, left_out.reason);
        writeln!(io::stderr(), "neg-doctor: {what}: {reason}")?;
    }
    Ok(snapshots)
}
