//! Why Google Cloud could not be read at all, with what to do.

use std::io;

use crate::snapshot::HeaderError;

use super::super::patience::shortened;

/// Why Google Cloud could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum GcpError {
    /// Nothing says who asks.
    #[error(
        "no credentials for Google Cloud: {0}\n  log in with gcloud auth application-default login, \
         or name a token with --access-token-file; --no-gcp leaves Google Cloud out"
    )]
    NoCredentials(String),
    /// Whoever asks gets no token.
    #[error("no access token for Google Cloud: {0}")]
    NoToken(String),
    /// Whoever asks is refused.
    #[error(
        "Google Cloud refused the credentials: {0}\n  log in anew: gcloud auth \
         application-default login"
    )]
    Refused(String),
    /// The project is not there, or not to be seen.
    #[error("project {project} cannot be read: {reason}")]
    NoProject {
        /// Its id.
        project: String,
        /// What the API says.
        reason: String,
    },
    /// An address that is none.
    #[error("{0} is no address")]
    Endpoint(String),
    /// The client cannot be set up.
    #[error("the client cannot be set up: {0}")]
    Client(String),
    /// The runtime cannot be set up.
    #[error("cannot start the runtime: {0}")]
    Runtime(io::Error),
    /// A defect of this program.
    #[error("the header of the snapshot: {0}")]
    Header(HeaderError),
}

impl GcpError {
    /// For a project that cannot be read.
    pub(super) fn no_project(project: &str, reason: &str) -> Self {
        Self::NoProject {
            project: shortened(project),
            reason: reason.to_owned(),
        }
    }
}
