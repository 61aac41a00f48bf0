//! `trace`: the road from the front of a load balancer to every Pod.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use crate::check::{self, Settings};
use crate::render::trace::{TraceFormat, render};
use crate::rules;
use crate::source;
use crate::trace::Trace;
use crate::world::Cluster;

use super::{Exit, Failure, cluster, google, terminal};

pub(super) const AFTER_HELP: &str = "\
Examples:
  neg-doctor trace                                 every road of the current context and its project
  neg-doctor trace mail/mail -A                    the roads to a Service
  neg-doctor trace 203.0.113.25:25 --project acme  the road from an address
  neg-doctor trace shop.example.com --format html -o road.html
  neg-doctor trace -f prod.tar.gz mail             from what `collect` wrote, or gcloud printed

Ends with 0 where traffic arrives; 1 where a road is broken (an unhealthy endpoint
breaks its own), has no front or an error on it; 2 where not all was read, or told
whether traffic arrives; 3 where there is no road.";

/// Options of `trace`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A Service (also namespace/name), an address with or without port, a host, a NEG or a backend
    /// service [default: all roads]
    question: Option<String>,
    /// Files to read instead of a cluster: snapshots, manifests, what gcloud prints (repeatable)
    #[arg(short = 'f', long = "file", value_name = "PATH")]
    files: Vec<String>,
    #[command(flatten)]
    cluster: cluster::Options,
    #[command(flatten)]
    google: google::Options,
    /// How to draw it
    #[arg(long, value_enum, default_value_t = TraceFormat::Tree)]
    format: TraceFormat,
    /// Draw every endpoint, also where many are alike
    #[arg(long)]
    all: bool,
    /// Write it to a file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    look: terminal::Options,
}

/// Draws the roads.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Failure> {
    let request = source::Request {
        paths: &arguments.files,
        exclude: &[],
        max_bytes: source::MAX_BYTES,
    };
    let harvest = source::read(&request, &mut io::stdin().lock());
    let rows = rules::rows();
    let files_only = !arguments.files.is_empty() && !arguments.cluster.name_a_cluster();
    let mut seen =
        if files_only || arguments.google.name_a_project() && !arguments.cluster.name_a_cluster() {
            Vec::new()
        } else {
            arguments.cluster.read(&cluster::kinds(&rows), &[])?
        };
    let google = arguments.google.read(&rows, &seen, &arguments.cluster)?;
    seen.extend(google.projects);
    let settings = Settings::plain(rows, Cluster::default());
    let (report, trace) = check::trace(
        &harvest.sources,
        &seen,
        &settings,
        arguments.question.as_deref(),
        arguments.all,
    );
    let trace = trace.map_err(|error| Failure::Usage(error.to_string()))?;
    match &arguments.output {
        Some(path) => {
            let failed = |error: io::Error| {
                Failure::Usage(format!("cannot write {}: {error}", path.display()))
            };
            let mut file = BufWriter::new(File::create(path).map_err(failed)?);
            render(&trace, arguments.format, &arguments.look.plain(), &mut file).map_err(failed)?;
            file.flush().map_err(failed)?;
        }
        None => render(&trace, arguments.format, &arguments.look.look(), out)?,
    }
    let gaps = harvest
        .gaps
        .into_iter()
        .map(|gap| (gap.origin, gap.reason, true));
    let unread = report.unread.into_iter().chain(google.left_out);
    let unread = unread.map(|it| (it.origin, it.reason, it.fails));
    let mut incomplete = false;
    for (origin, reason, fails) in gaps.chain(unread) {
        incomplete |= fails;
        let reason = format!("{origin}: {reason}").replace(char::is_control, " ");
        writeln!(io::stderr(), "neg-doctor: unread: {reason}")?;
    }
    Ok(if incomplete {
        Exit::Failed
    } else {
        exit(&trace)
    })
}

fn exit(trace: &Trace) -> Exit {
    let arrivals = trace.arrivals();
    if trace.hops.is_empty() {
        Exit::Nothing
    } else if trace.is_troubled() {
        Exit::Findings
    } else if arrivals.unsure > 0 || arrivals.sure == 0 && trace.is_in_doubt() {
        Exit::Failed
    } else {
        Exit::Clean
    }
}
