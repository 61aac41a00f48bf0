//! Live clusters: what the rules read of the context of a kubeconfig, as a snapshot. Nothing but
//! GET is ever sent, Secrets are never asked for, and what could not be read is a gap with the
//! reason and what would let it be read.

mod config;
mod connect;
mod error;
mod header;
mod list;
mod plugin;
mod proxy;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::kind::Kind;
use crate::snapshot::{Header, Snapshot};

pub use error::ClusterError;

/// What to read of a cluster.
#[derive(Debug, Clone)]
pub struct Request {
    /// The context; the current one where none is named.
    pub context: Option<String>,
    /// The kubeconfig; those of `KUBECONFIG`, or the one in the home directory, where none is named.
    pub kubeconfig: Option<PathBuf>,
    /// Of which namespaces.
    pub namespaces: Namespaces,
    /// Which Services, by their labels.
    pub selector: Option<String>,
    /// The user to act as.
    pub user: Option<String>,
    /// The groups to act as.
    pub groups: Vec<String>,
    /// The kinds that are read.
    pub kinds: Vec<Kind>,
    /// After which time no more is read.
    pub timeout: Duration,
}

/// Of which namespaces a cluster's objects are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespaces {
    /// The context's, as `kubectl` does, and these, which need not be there yet.
    OfContext(Vec<String>),
    /// These.
    These(Vec<String>),
    /// All.
    All,
}

/// Who is told of what happens while a cluster is read.
pub trait Watch: Sync {
    /// A request was answered, or failed.
    fn exchange(&self, exchange: &Exchange<'_>);
    /// So many objects of a resource have been read so far.
    fn read(&self, resource: &str, objects: usize);
}

/// A request and what came of it.
#[derive(Debug)]
pub struct Exchange<'e> {
    /// What was asked for: `pods`, or `version`.
    pub resource: &'e str,
    /// Path and query.
    pub path: &'e str,
    /// The status; none where no answer came.
    pub status: Option<u16>,
    /// Why it is no success.
    pub failure: Option<String>,
    /// Bytes of the body, unpacked.
    pub bytes: usize,
    /// From the request to the last byte.
    pub took: Duration,
    /// 1 for the first try.
    pub attempt: u32,
}

/// Objects in one page.
const PAGE: usize = 500;

/// Lists that are read side by side.
const SIDE_BY_SIDE: usize = 8;

/// Reads a cluster. Blocks until all is read, or the time is over.
pub fn read(request: &Request, watch: &dyn Watch) -> Result<Snapshot, ClusterError> {
    let started = Timestamp::now();
    let deadline = Instant::now() + request.timeout;
    // Another provider of TLS, if there is one already, serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(ClusterError::Runtime)?;
    let snapshot = runtime.block_on(snapshot(request, watch, started, deadline));
    // A plugin or a connection that hangs must not hold the end up.
    runtime.shutdown_background();
    snapshot
}

async fn snapshot(
    request: &Request,
    watch: &dyn Watch,
    started: Timestamp,
    deadline: Instant,
) -> Result<Snapshot, ClusterError> {
    let target = config::target(request)?;
    let wire = wire::Wire::connect(&target, watch, deadline).await?;
    let version = wire.version().await?;
    let namespaces = match &request.namespaces {
        Namespaces::OfContext(further) => {
            let mut names = vec![target.namespace.clone()];
            names.extend_from_slice(further);
            names.sort();
            names.dedup();
            Some(names)
        }
        Namespaces::These(names) => Some(names.clone()),
        Namespaces::All => None,
    };
    let selection = list::Selection {
        cluster: &target.name,
        namespaces: namespaces.as_deref(),
        selector: request.selector.as_deref(),
        may_lack: match &request.namespaces {
            Namespaces::OfContext(further) => further,
            Namespaces::These(_) | Namespaces::All => &[],
        },
    };
    let lists = list::read_all(&wire, &request.kinds, selection).await;
    let header = header::print(&header::Facts {
        name: &target.name,
        time: started,
        version: version.as_deref(),
        namespace: match &request.namespaces {
            Namespaces::These(names) => names.first().unwrap_or(&target.namespace),
            Namespaces::OfContext(_) | Namespaces::All => &target.namespace,
        },
        namespaces: namespaces.as_deref(),
        selector: request.selector.as_deref(),
        lists: &lists,
    });
    Ok(Snapshot {
        header: Arc::new(Header::read(&header).map_err(ClusterError::Header)?),
        documents: lists.into_iter().flat_map(|list| list.documents).collect(),
    })
}
