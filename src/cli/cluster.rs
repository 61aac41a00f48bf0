//! Options that say which clusters are read, with the names that `kubectl` has for them.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::SignedDuration;

use crate::kind::Kind;
use crate::rules::Row;
use crate::snapshot::{FACTS, Snapshot};
use crate::source::cluster::{self, ClusterError, Namespaces, Request};

use super::progress::Progress;

/// Which cluster is read, and how.
#[derive(Debug, Args)]
#[group(id = "cluster")]
#[command(next_help_heading = "Cluster")]
pub(super) struct Options {
    /// The kubeconfig context to read (repeatable: several clusters in one world) [default: the
    /// current one]
    #[arg(long, value_name = "NAME")]
    pub(super) context: Vec<String>,
    /// Read these namespaces (repeatable, or by commas) [default: the context's, and those of
    /// the manifests]
    #[arg(
        short,
        long,
        value_name = "NAME",
        value_delimiter = ',',
        conflicts_with = "all_namespaces"
    )]
    namespace: Vec<String>,
    /// Read all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// Read only the Services with these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    selector: Option<String>,
    /// The kubeconfig to read [default: those of KUBECONFIG, or ~/.kube/config]
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The user to act as
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
    /// A group to act as (repeatable)
    #[arg(long = "as-group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Read no longer than this of each cluster: 30s, 2m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    timeout: Duration,
    /// Tell on standard error how many requests were made, by resource
    #[arg(short, long)]
    verbose: bool,
    /// Tell on standard error of each request: status, size and time
    #[arg(long)]
    trace_http: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    let stated = match text.parse::<u64>() {
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
        Err(_) => text
            .parse::<SignedDuration>()
            .ok()
            .and_then(|stated| stated.try_into().ok())
            .ok_or(()),
    };
    let usable = |stated: &Duration| !stated.is_zero() && *stated <= Duration::from_secs(24 * 3600);
    stated
        .ok()
        .filter(usable)
        .ok_or_else(|| "not a time as in 30s or 2m, up to 24h".to_owned())
}

impl Options {
    /// True where any of them was given that only makes sense with a cluster.
    pub(super) fn name_a_cluster(&self) -> bool {
        !self.context.is_empty()
            || !self.namespace.is_empty()
            || self.all_namespaces
            || self.selector.is_some()
            || self.kubeconfig.is_some()
            || self.user.is_some()
    }

    /// Reads the clusters, one after the other, in the order of their naming. Where no namespace is
    /// named, those of `further` are read beside the context's.
    pub(super) fn read(
        &self,
        kinds: &[Kind],
        further: &[String],
    ) -> Result<Vec<Snapshot>, ClusterError> {
        let mut contexts: Vec<_> = self.context.iter().cloned().map(Some).collect();
        if contexts.is_empty() {
            contexts.push(None);
        }
        let mut snapshots = Vec::new();
        for context in contexts {
            let progress = Progress::new(context.as_deref(), self.verbose, self.trace_http);
            let read = cluster::read(&self.request(context, kinds, further), &progress);
            progress.end();
            snapshots.push(read?);
        }
        Ok(snapshots)
    }

    /// How long each reading may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// True where the number of requests is told.
    pub(super) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// True where each request is told.
    pub(super) fn traces_http(&self) -> bool {
        self.trace_http
    }

    fn request(&self, context: Option<String>, kinds: &[Kind], further: &[String]) -> Request {
        Request {
            context,
            kubeconfig: self.kubeconfig.clone(),
            namespaces: match self.namespace.as_slice() {
                _ if self.all_namespaces => Namespaces::All,
                [] => Namespaces::OfContext(further.to_vec()),
                names => Namespaces::These(names.to_vec()),
            },
            selector: self.selector.clone(),
            user: self.user.clone(),
            groups: self.groups.clone(),
            kinds: kinds.to_vec(),
            timeout: self.timeout,
        }
    }
}

/// The kinds that these rules look at, and those that tell clusters apart.
pub(super) fn kinds(rows: &[&Row]) -> Vec<Kind> {
    let mut kinds: Vec<_> = rows
        .iter()
        .flat_map(|row| row.reads)
        .chain(FACTS)
        .copied()
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_elsewhere() {
        for (text, seconds) in [
            ("30s", 30),
            ("2m", 120),
            ("90", 90),
            ("1m30s", 90),
            ("1h", 3600),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "0",
            "0s",
            "-5s",
            "soon",
            "25h",
            "1d",
            "99999999999999999999",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
