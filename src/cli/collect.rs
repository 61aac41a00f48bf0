//! `collect`: what `check` reads of a cluster, as files.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use crate::rules;
use crate::snapshot::redact;
use crate::source::snapshot;

use super::{Exit, Failure, cluster};

pub(super) const AFTER_HELP: &str = "\
Examples:
  neg-doctor collect -A -o prod.tar.gz            then: neg-doctor check prod.tar.gz
  neg-doctor collect --context prod -n mail -o mail/

It holds what the rules read and nothing else: no Secrets, no environment, no arguments of
containers, no last-applied configuration.";

/// Options of `collect`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to: a directory that is new, empty or an older snapshot, or a file named .tar.gz
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,
    /// Write other names for those of objects, namespaces, projects, hosts and images, the same for
    /// the same; zones, addresses, ports and UIDs stay
    #[arg(long)]
    redact_names: bool,
    #[command(flatten)]
    cluster: cluster::Options,
}

/// Reads a cluster and writes it.
pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if arguments.cluster.context.len() > 1 {
        let one = "collect reads one cluster: name one --context, and collect again for the next";
        return Err(Failure::Usage(one.to_owned()));
    }
    let target = snapshot::Target::new(&arguments.output).map_err(|error| failed(&error))?;
    let snapshots = arguments
        .cluster
        .read(&cluster::kinds(&rules::rows()), &[])?;
    let mut exit = Exit::Clean;
    for snapshot in &snapshots {
        if arguments.redact_names {
            let other = redact(snapshot).map_err(|error| Failure::Usage(error.to_string()))?;
            target.write(&other)
        } else {
            target.write(snapshot)
        }
        .map_err(|error| failed(&error))?;
        let header = &snapshot.header;
        let (count, path) = (snapshot.documents.len(), arguments.output.display());
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

fn failed(error: &snapshot::WriteError) -> Failure {
    Failure::Usage(error.to_string())
}
