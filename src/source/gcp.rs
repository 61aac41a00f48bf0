//! Projects of Google Cloud: what the rules read of Compute Engine and GKE, as snapshots. Nothing
//! is ever sent but GET and the POST of `listNetworkEndpoints`, which only reads too; what could not
//! be read is a gap with the reason and what would let it be read.

mod error;
mod lists;
mod methods;
mod project;
mod token;
mod wire;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::kind::Kind;
use crate::snapshot::Snapshot;

use super::cluster::Watch;

pub use error::GcpError;

/// What to read of Google Cloud.
#[derive(Debug, Clone)]
pub struct Request {
    /// The projects, by id.
    pub projects: Vec<String>,
    /// The kinds that are read; others than Google Cloud's are passed over.
    pub kinds: Vec<Kind>,
    /// How it is reached.
    pub access: Access,
    /// After which time no more is read.
    pub timeout: Duration,
}

/// How Google Cloud is reached.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// A file with an access token; else `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE`,
    /// `GOOGLE_OAUTH_ACCESS_TOKEN`, application default credentials, gcloud's own, and those of the
    /// machine.
    pub token_file: Option<PathBuf>,
    /// The address of Compute Engine up to its version, such as
    /// `https://compute.googleapis.com/compute/v1/`; else
    /// `CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE`.
    pub compute: Option<String>,
    /// The address of GKE; else `CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER`.
    pub container: Option<String>,
}

/// Reads projects, and the host projects that their networks belong to. Blocks until all is read,
/// or the time is over.
pub fn read(request: &Request, watch: &dyn Watch) -> Result<Vec<Snapshot>, GcpError> {
    let started = Timestamp::now();
    let deadline = Instant::now() + request.timeout;
    // Another provider of TLS, if there is one already, serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(GcpError::Runtime)?;
    let snapshots = runtime.block_on(snapshots(request, watch, started, deadline));
    runtime.shutdown_background();
    snapshots
}

async fn snapshots(
    request: &Request,
    watch: &dyn Watch,
    started: Timestamp,
    deadline: Instant,
) -> Result<Vec<Snapshot>, GcpError> {
    let wire = wire::Wire::connect(&request.access, watch, deadline).await?;
    let mut snapshots = Vec::new();
    let mut hosts = BTreeSet::new();
    for id in &request.projects {
        let read = project::read(&wire, id, &request.kinds).await?;
        hosts.extend(read.hosts());
        snapshots.push(read.snapshot(started)?);
    }
    hosts.retain(|(project, _)| !request.projects.contains(project));
    let projects: BTreeSet<String> = hosts.iter().map(|(project, _)| project.clone()).collect();
    for id in projects {
        let networks = hosts.iter().filter(|(project, _)| *project == id);
        let networks = networks.map(|(_, network)| network.clone()).collect();
        let read = project::read_host(&wire, &id, networks, &request.kinds).await;
        snapshots.push(read.snapshot(started)?);
    }
    Ok(snapshots)
}
