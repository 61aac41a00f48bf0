//! `check`: read, judge, report, mend.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::build;
use crate::check;
use crate::config::FailOn;
use crate::fix;
use crate::remedy::Safety;
use crate::render::{self, Format};
use crate::report::{Report, Unread};
use crate::rules;
use crate::snapshot::Snapshot;
use crate::source::cluster::ClusterError;
use crate::source::{self, GapKind};
use crate::text::Source;
use crate::world::Cluster;

use super::project::Project;
use super::timings::Timings;
use super::{Exit, Failure, baseline, cluster, google, mend, project, rendered, terminal};

pub(super) const AFTER_HELP: &str = "\
Examples:
  neg-doctor check                                  the current context's namespace
  neg-doctor check --context prod -A                a whole cluster
  neg-doctor check k8s/ --context prod              what would be wrong after an apply
  neg-doctor check prod.tar.gz                      what `collect` wrote
  neg-doctor check k8s/ deploy.yaml                 files and directories
  neg-doctor check --cluster blue=k8s/blue --cluster green=k8s/green
  kustomize build overlays/prod | neg-doctor check -
  neg-doctor check --render overlays/prod charts/   what kustomize and helm make of them
  kubectl get svc,ing,deploy -A -o yaml | neg-doctor check -
  neg-doctor check --output sarif=neg.sarif k8s/    a file beside the report on the terminal
  neg-doctor check --select NEG0,NEG6 --ignore NEG024 k8s/";

/// Options of `check`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(super) struct Arguments {
    /// Files, directories (read recursively, .gitignore is honoured), globs, snapshots, or - for
    /// standard input; without any the current context of the kubeconfig is read
    paths: Vec<String>,
    /// Files or a directory whose objects go to the cluster of this name (repeatable: several
    /// clusters in one world)
    #[arg(long = "cluster", value_name = "NAME=PATH", value_parser = placed)]
    pub(super) placed: Vec<(String, String)>,
    #[command(flatten)]
    cluster: cluster::Options,
    #[command(flatten)]
    google: google::Options,
    #[command(flatten)]
    rendered: rendered::Options,
    /// Leave out files that match (gitignore-style globs; repeatable)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
    /// Run only these rules: ids, id prefixes or names, comma-separated
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Do not run these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    /// The input holds every object, of every kind, of the namespaces that it touches: what is
    /// missing there is missing
    #[arg(long)]
    pub(super) whole: bool,
    /// The format on standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Also write a report to a file (repeatable)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    output: Vec<(Format, PathBuf)>,
    /// Fail the run for findings of this severity or a graver one [default: error]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,
    /// Where manifests are compared with a cluster: fail only for what they bring
    #[arg(long)]
    fail_on_introduced: bool,
    /// Do not fail because part of the input could not be read
    #[arg(long)]
    allow_unread: bool,
    /// List what is otherwise only counted
    #[arg(long, value_enum, value_name = "WHAT")]
    show: Vec<Show>,
    /// The configuration file; by default neg-doctor.toml here or in a directory above
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    pub(super) no_config: bool,
    /// Hide the findings that this file lists
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings of this run to a baseline file
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Apply the safe edits to the files, and report what is left
    #[arg(long, group = "mending")]
    fix: bool,
    /// With --fix or --diff: the unsafe edits too; they may change what runs, or guess what was meant
    #[arg(long, requires = "mending")]
    pub(super) unsafe_fixes: bool,
    /// Print what the edits would change as a unified diff, and change nothing
    #[arg(long, conflicts_with = "fix", group = "mending")]
    diff: bool,
    /// The largest file that is read, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 100)]
    max_file_size: u64,
    /// Tell on standard error what each rule cost
    #[arg(long)]
    timings: bool,
    #[command(flatten)]
    look: terminal::Options,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Show {
    /// What could not be judged, and what would let it be judged
    Undecided,
    /// Where a cluster shows other values than the manifests state
    Drift,
    /// What was seen and is kept silent on purpose, and why
    Noise,
}

fn placed(argument: &str) -> Result<(String, String), String> {
    match argument.split_once('=') {
        Some((name, path)) if !name.is_empty() && !path.is_empty() => {
            Ok((name.to_owned(), path.to_owned()))
        }
        _ => Err("expected NAME=PATH".to_owned()),
    }
}

fn output(argument: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = argument.split_once('=').ok_or("expected FORMAT=FILE")?;
    Ok((Format::from_str(format, true)?, file.into()))
}

/// Checks what the arguments name and reports it.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Failure> {
    let timings = Timings::new();
    let watch = |row, judge: &mut dyn FnMut()| timings.watch(row, judge);
    let mut project = Project::new(arguments)?;
    let (mut sources, mut unread) = read(arguments, &project);
    let rendered = arguments
        .rendered
        .render(&mut sources, &mut unread, arguments.max_bytes());
    project.part(&rendered);
    let mut seen = match clusters(arguments, &project, &sources) {
        // Neither files nor a cluster are at hand: there is nothing to check.
        Err(error @ ClusterError::NoKubeconfig { .. }) if !arguments.cluster.name_a_cluster() => {
            writeln!(io::stderr(), "neg-doctor: {error}\n{OR_FILES}")?;
            return Ok(Exit::Nothing);
        }
        seen => seen?,
    };
    let google = arguments
        .google
        .read(project.rows(), &seen, &arguments.cluster)?;
    seen.extend(google.projects);
    unread.extend(google.left_out);
    let input = project::Input {
        seen: &seen,
        unread: &unread,
        watch: arguments.timings.then_some(&watch),
        noise: arguments.show.contains(&Show::Noise),
    };
    let report = |sources: &[Arc<Source>]| {
        let mut report = project.report(sources, &input);
        build::trace_back(&mut report, &rendered);
        report
    };
    let exit = conclude(arguments, &project, &sources, report, out)?;
    if arguments.timings {
        timings.write(&mut io::stderr().lock())?;
    }
    Ok(exit)
}

/// Mends what is to be mended, and writes what is left.
fn conclude(
    arguments: &Arguments,
    project: &Project,
    sources: &[Arc<Source>],
    report_of: impl Fn(&[Arc<Source>]) -> Report,
    out: &mut impl Write,
) -> Result<Exit, Failure> {
    let baseline = arguments.baseline.as_deref().map(baseline::read);
    let baseline = baseline.transpose()?;
    if let Some(path) = &arguments.write_baseline {
        baseline::write(path, &report_of(sources))?;
    }
    let recheck = |sources: &[Arc<Source>]| {
        let mut report = report_of(sources);
        if let Some(baseline) = &baseline {
            baseline.hide(&mut report, project.rows());
        }
        report
    };
    if arguments.diff {
        let report = recheck(sources);
        let mended = fix::mend(sources, arguments.safety(), recheck);
        mend::diff(sources, &mended, out)?;
        return Ok(exit(arguments, project.fail_on, &report));
    }
    let mut report = if arguments.fix {
        mend::write(sources, fix::mend(sources, arguments.safety(), recheck))?
    } else {
        recheck(sources)
    };
    if let Some(baseline) = &baseline {
        baseline::tell_gone(baseline, report_of(sources), project.rows())?;
    }
    report.show_undecided = arguments.show.contains(&Show::Undecided);
    report.show_drift = arguments.show.contains(&Show::Drift);
    write(arguments, &report, out)?;
    Ok(exit(arguments, project.fail_on, &report))
}

impl Arguments {
    /// The largest text that is read.
    fn max_bytes(&self) -> u64 {
        self.max_file_size.saturating_mul(1024 * 1024)
    }

    fn safety(&self) -> Safety {
        if self.unsafe_fixes {
            Safety::Unsafe
        } else {
            Safety::Safe
        }
    }
}

const OR_FILES: &str = "\
or name files, directories or globs, or - for standard input
  neg-doctor check k8s/
  kustomize build . | neg-doctor check -
  neg-doctor demo          for a first look at an example";

/// The clusters to check: those that are named, or the current one where no file is.
fn clusters(
    arguments: &Arguments,
    project: &Project,
    sources: &[Arc<Source>],
) -> Result<Vec<Snapshot>, ClusterError> {
    let no_files = arguments.paths.is_empty() && arguments.placed.is_empty();
    let only_projects = no_files && arguments.google.name_a_project();
    if arguments.cluster.name_a_cluster() || (no_files && !only_projects) {
        let kinds = cluster::kinds(project.rows());
        let namespaces = check::namespaces(sources);
        return arguments.cluster.read(&kinds, &namespaces);
    }
    Ok(Vec::new())
}

/// The texts to check, and what could not be read of what was named.
fn read(arguments: &Arguments, project: &Project) -> (Vec<Arc<Source>>, Vec<Unread>) {
    let placed = arguments.placed.iter().map(|(_, path)| path);
    let paths: Vec<String> = arguments.paths.iter().chain(placed).cloned().collect();
    let request = source::Request {
        paths: &paths,
        exclude: &arguments.exclude,
        max_bytes: arguments.max_bytes(),
    };
    let harvest = source::read(&request, &mut io::stdin().lock());
    let sources = harvest
        .sources
        .into_iter()
        .filter(|source| !project.excludes(&source.origin));
    let gaps = harvest
        .gaps
        .into_iter()
        .filter(|gap| !project.excludes(&gap.origin));
    let unread = gaps.map(|gap| Unread {
        fails: gap.kind != GapKind::NotFollowed,
        origin: gap.origin,
        reason: gap.reason,
        place: None,
    });
    (sources.collect(), unread.collect())
}

/// Writes the report to standard output and to every file that was asked for.
fn write(arguments: &Arguments, report: &Report, out: &mut impl Write) -> Result<(), Failure> {
    for (format, path) in &arguments.output {
        let failed =
            |error: io::Error| Failure::Usage(format!("cannot write {}: {error}", path.display()));
        let mut file = BufWriter::new(File::create(path).map_err(failed)?);
        render::render(report, *format, &arguments.look.plain(), &mut file).map_err(failed)?;
        file.flush().map_err(failed)?;
    }
    render::render(report, arguments.format, &arguments.look.look(), out)?;
    Ok(())
}

/// What the run comes to. An incomplete run says so whatever was found in the rest.
fn exit(arguments: &Arguments, fail_on: FailOn, report: &Report) -> Exit {
    let incomplete = report.unread.iter().any(|unread| unread.fails);
    if incomplete && !arguments.allow_unread {
        Exit::Failed
    } else if fail_on.fails(report.worst(arguments.fail_on_introduced)) {
        Exit::Findings
    } else if report.is_of_nothing() {
        Exit::Nothing
    } else {
        Exit::Clean
    }
}

/// The example that is built in, by name and text.
const DEMO: &[(&str, &str)] = &[
    ("mail.yaml", include_str!("../../fixtures/demo/mail.yaml")),
    (
        "webmail.yaml",
        include_str!("../../fixtures/demo/webmail.yaml"),
    ),
];

/// Checks the example that is built in.
pub(super) fn demo(look: &terminal::Options, out: &mut impl Write) -> Result<Exit, Failure> {
    let sources: Vec<_> = DEMO
        .iter()
        .map(|(name, text)| Source::new(*name, *text))
        .collect();
    let settings = check::Settings::plain(rules::rows(), Cluster::default());
    let report = check::check(&sources, &[], &settings, &[]);
    render::render(&report, Format::Human, &look.look(), out)?;
    Ok(Exit::Clean)
}
