//! `permissions`: the role that a user or a job needs.

use std::io::Write;

use clap::Args;

use crate::config::Config;
use crate::kind::permissions::{cluster_role, custom_role};
use crate::rules;

use super::{Exit, Failure, cluster, google};

pub(super) const AFTER_HELP: &str = "\
Examples:
  neg-doctor permissions | kubectl apply -f -
  kubectl create clusterrolebinding neg-doctor --clusterrole=neg-doctor --user=ann@example.com
  neg-doctor permissions --select NEG7 --name neg-doctor-pods
  neg-doctor permissions --gcp > role.yaml
  gcloud iam roles create negDoctor --project=acme --file=role.yaml";

/// Options of `permissions`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// For these rules: ids, id prefixes or names, comma-separated [default: all]
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    select: Vec<String>,
    /// Not for these rules
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// The name of the role
    #[arg(long, default_value = "neg-doctor")]
    name: String,
    /// The custom role of Google Cloud, for gcloud iam roles create --file, instead of the cluster's
    #[arg(long)]
    gcp: bool,
}

/// Prints the role.
pub(super) fn run(arguments: &Arguments, out: &mut impl Write) -> Result<Exit, Failure> {
    let rows = Config::default()
        .rules(&rules::rows(), &arguments.select, &arguments.ignore)
        .map_err(|unknown| Failure::Usage(unknown.to_string()))?;
    if arguments.gcp {
        write!(out, "{}", custom_role(&google::kinds(&rows)))?;
        return Ok(Exit::Clean);
    }
    write!(
        out,
        "{}",
        cluster_role(&arguments.name, &cluster::kinds(&rows))
    )?;
    Ok(Exit::Clean)
}
