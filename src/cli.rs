//! The command line: arguments in, bytes and an exit code out.

mod baseline;
mod check;
mod cluster;
mod collect;
mod complete;
mod google;
mod mend;
mod permissions;
mod progress;
mod project;
mod rendered;
mod show;
mod terminal;
mod timings;
mod trace;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::source::cluster::ClusterError;
use crate::source::gcp::GcpError;

/// Says why traffic does not arrive at Pods behind Google Cloud network endpoint groups (NEGs)
///
/// Reads Kubernetes manifests, simulates what GKE's NEG controller will do with them, and reports
/// what goes wrong at the very byte, with fixes that apply. It never changes a cluster.
#[derive(Debug, Parser)]
#[command(name = "neg-doctor", version, propagate_version = true, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  neg-doctor check k8s/                       check every manifest under k8s/
  kustomize build . | neg-doctor check -      check what kustomize renders
  neg-doctor check --diff k8s/                show what the fixes would change
  neg-doctor check --fix k8s/                 apply the safe ones
  neg-doctor explain NEG004                   read what a rule is about
  neg-doctor demo                             see a first report

Exit codes of check: 0 nothing at or above --fail-on, 1 findings, 2 the run failed or part of the
input could not be read, 3 there was nothing to check.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Check manifests
    #[command(after_help = check::AFTER_HELP)]
    Check(Box<check::Arguments>),
    /// Write what check reads of a cluster to files, to be checked elsewhere
    #[command(after_help = collect::AFTER_HELP)]
    Collect(Box<collect::Arguments>),
    /// Print the ClusterRole that allows to read what the rules look at, and nothing else
    #[command(after_help = permissions::AFTER_HELP)]
    Permissions(permissions::Arguments),
    /// Say what a rule is about: why it matters, what fails, what passes, what helps
    Explain {
        /// The rule, by id (NEG004) or name (port-not-in-service)
        rule: String,
        #[command(flatten)]
        look: terminal::Options,
    },
    /// Draw the road from the front of a load balancer to every Pod
    #[command(after_help = trace::AFTER_HELP)]
    Trace(Box<trace::Arguments>),
    /// List all rules
    Rules {
        /// How to print them
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
        #[command(flatten)]
        look: terminal::Options,
    },
    /// Check a broken example that is built in, for a first look
    Demo {
        #[command(flatten)]
        look: terminal::Options,
    },
    /// Print the completion script for a shell
    #[command(after_help = complete::AFTER_HELP)]
    Completions {
        /// The shell, or kubectl for `kubectl neg-doctor`
        #[arg(value_enum)]
        shell: complete::For,
    },
    /// Complete a command line for kubectl
    #[command(name = "__complete", hide = true)]
    Complete {
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        words: Vec<String>,
    },
    /// Print the manual page
    #[command(after_help = "Example:\n  neg-doctor man | man -l -")]
    Man,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Table,
    Json,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Nothing at or above the threshold.
    Clean = 0,
    /// Findings at or above the threshold.
    Findings = 1,
    /// The run failed, or part of the input could not be read.
    Failed = 2,
    /// There was nothing to check.
    Nothing = 3,
}

/// Parses the arguments, runs the command, and gives the exit code.
pub fn main() -> ExitCode {
    main_as("neg-doctor")
}

/// The same, as a plugin of kubectl.
pub fn kubectl_main() -> ExitCode {
    main_as("kubectl neg-doctor")
}

fn main_as(name: &'static str) -> ExitCode {
    let mut command = Cli::command().bin_name(name);
    let parsed = command
        .try_get_matches_from_mut(std::env::args_os())
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed.map_err(|error| error.format(&mut command)) {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that went away needs no help text.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                Exit::Failed as u8
            } else {
                0
            });
        }
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let result = run(cli.command, &mut out).and_then(|exit| {
        out.flush()?;
        Ok(exit)
    });
    match result {
        Ok(exit) => ExitCode::from(exit as u8),
        // The reader of a pipe has seen enough.
        Err(Failure::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            let _ = writeln!(io::stderr(), "neg-doctor: {failure}");
            ExitCode::from(Exit::Failed as u8)
        }
    }
}

fn run(command: Command, out: &mut impl Write) -> Result<Exit, Failure> {
    match command {
        Command::Check(arguments) => check::run(&arguments, out),
        Command::Collect(arguments) => collect::run(&arguments),
        Command::Permissions(arguments) => permissions::run(&arguments, out),
        Command::Explain { rule, look } => show::explain(&rule, &look, out),
        Command::Trace(arguments) => trace::run(&arguments, out),
        Command::Rules { format, look } => show::rules(format, &look, out),
        Command::Demo { look } => check::demo(&look, out),
        Command::Completions { shell } => {
            complete::script(shell, &mut Cli::command(), out)?;
            Ok(Exit::Clean)
        }
        Command::Complete { words } => {
            complete::candidates(&words, Cli::command(), out)?;
            Ok(Exit::Clean)
        }
        Command::Man => {
            show::manual(out)?;
            Ok(Exit::Clean)
        }
    }
}

/// Why a command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("cannot write the report: {0}")]
    Write(#[from] io::Error),
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Google(#[from] GcpError),
}
