//! Why a cluster could not be read at all, with what to do.

use std::io;

use crate::snapshot::HeaderError;

/// Why a cluster could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// No kubeconfig, and not inside a cluster.
    #[error(
        "no cluster to read: {looked} does not exist, and this is no Pod of a cluster\n  name a \
         kubeconfig with --kubeconfig or KUBECONFIG; for GKE: gcloud container clusters \
         get-credentials CLUSTER"
    )]
    NoKubeconfig {
        /// Where it was looked for.
        looked: String,
    },
    /// The kubeconfig cannot be read or understood.
    #[error("cannot read the kubeconfig: {0}")]
    Kubeconfig(String),
    /// The context is not in the kubeconfig.
    #[error("the kubeconfig has no context {name}{}", listed(known))]
    NoContext {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The kubeconfig names no current context.
    #[error(
        "the kubeconfig names no current context: choose one with --context{}",
        listed(known)
    )]
    NoCurrentContext {
        /// What there is.
        known: Vec<String>,
    },
    /// The plugin that gives credentials is not there.
    #[error(
        "the kubeconfig gets its credentials from {command}, which cannot be run: {error}{hint}"
    )]
    PluginMissing {
        /// The command.
        command: String,
        /// Why it cannot be run.
        error: io::Error,
        /// How to get it.
        hint: String,
    },
    /// The plugin that gives credentials failed.
    #[error("{command}, which gives the credentials, failed: {reason}")]
    PluginFailed {
        /// The command.
        command: String,
        /// What it said.
        reason: String,
    },
    /// The client cannot be set up.
    #[error("cannot use the kubeconfig of context {context}: {reason}")]
    Setup {
        /// The context.
        context: String,
        /// Why.
        reason: String,
    },
    /// The server does not answer.
    #[error("cannot reach the cluster at {server}: {reason}{hint}")]
    Unreachable {
        /// Its address.
        server: String,
        /// Why.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// The server takes nothing from this user.
    #[error(
        "the cluster at {server} refused the credentials: {reason}\n  log in again (for GKE: \
         gcloud auth login), or choose another context with --context"
    )]
    Refused {
        /// Its address.
        server: String,
        /// Why.
        reason: String,
    },
    /// What was read cannot be described.
    #[error("cannot describe what was read: {0}")]
    Header(HeaderError),
    /// No threads.
    #[error("cannot start reading: {0}")]
    Runtime(io::Error),
}

fn listed(known: &[String]) -> String {
    if known.is_empty() {
        return String::new();
    }
    format!("\n  there are: {}", known.join(", "))
}
