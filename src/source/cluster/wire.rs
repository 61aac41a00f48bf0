//! One GET and its faults: which of them is worth another try, and when.

use std::time::Duration;

use http::{Request, StatusCode};
use kube::client::Body;
use serde::Deserialize;
use tokio::time::{Instant, sleep, timeout_at};

use super::super::patience::{
    MAX_BODY, NoBody, TRIES, causes, retry_after, shortened, wait_after, whole,
};
use super::config::Target;
use super::connect::Connection;
use super::{ClusterError, Exchange, Watch};

/// The way to one cluster.
pub(super) struct Wire<'w> {
    connection: Connection<'w>,
    server: String,
    watch: &'w dyn Watch,
    deadline: Instant,
}

/// Why a request got nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server answered with another status than 200.
    Status {
        code: StatusCode,
        /// What it said.
        reason: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// No answer, or not a whole one.
    Broken(String),
    /// An answer that is not what it should be.
    Garbled(String),
    /// More than anybody reads.
    TooLarge,
    /// The time is over; the last fault before, if any.
    Late(Option<String>),
    /// New credentials could not be had.
    Credentials(String),
}

impl Failure {
    /// Why, for people.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Status { code, reason, .. } if *code == StatusCode::UNAUTHORIZED => {
                format!("the cluster refused the credentials: {reason}")
            }
            Self::Status { reason, code, .. } if *code == StatusCode::FORBIDDEN => reason.clone(),
            Self::Status { reason, code, .. } => format!("the server answered {code}: {reason}"),
            Self::Broken(reason) => format!("the connection failed: {reason}"),
            Self::Garbled(reason) => format!("the answer is not what it should be: {reason}"),
            Self::TooLarge => format!("the answer is larger than {MAX_BODY} bytes"),
            Self::Late(None) => "not read within --timeout".to_owned(),
            Self::Late(Some(fault)) => format!("not read within --timeout; {fault}"),
            Self::Credentials(reason) => reason.clone(),
        }
    }

    pub(super) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// After which wait the same request may fare better: what the server says, or else `usual`.
    /// `None` where it will not.
    fn passes_after(&self, usual: Duration) -> Option<Duration> {
        match self {
            Self::Status {
                code, retry_after, ..
            } => {
                let passes = code.is_server_error()
                    || [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].contains(code);
                passes.then(|| retry_after.unwrap_or(usual))
            }
            // What does not fit a certificate now will not in a second.
            Self::Broken(reason) if reason.contains("certificate") => None,
            Self::Broken(_) | Self::Garbled(_) => Some(usual),
            Self::TooLarge | Self::Late(_) | Self::Credentials(_) => None,
        }
    }
}

impl<'w> Wire<'w> {
    pub(super) async fn connect(
        target: &'w Target,
        watch: &'w dyn Watch,
        deadline: Instant,
    ) -> Result<Self, ClusterError> {
        Ok(Self {
            connection: Connection::new(target, deadline).await?,
            server: target
                .config
                .cluster_url
                .to_string()
                .trim_end_matches('/')
                .to_owned(),
            watch,
            deadline,
        })
    }

    /// Who is told of the progress.
    pub(super) fn watch(&self) -> &'w dyn Watch {
        self.watch
    }

    /// The version of the server, `v1.33.4`; `None` where it does not say. Whoever cannot get this
    /// answer gets none.
    pub(super) async fn version(&self) -> Result<Option<String>, ClusterError> {
        #[derive(Deserialize)]
        struct Version {
            #[serde(rename = "gitVersion")]
            git_version: String,
        }
        let read = |body: Vec<u8>| serde_json::from_slice::<Version>(&body);
        let (server, hint) = (self.server.clone(), String::new());
        match self.get("version", "/version", read).await {
            Ok(version) => Ok(Some(version.git_version)),
            Err(
                Failure::Credentials(reason)
                | Failure::Status {
                    code: StatusCode::UNAUTHORIZED,
                    reason,
                    ..
                },
            ) => Err(ClusterError::Refused { server, reason }),
            Err(Failure::Broken(reason)) => {
                let hint = hint_of(&reason);
                Err(ClusterError::Unreachable {
                    server,
                    reason,
                    hint,
                })
            }
            Err(late @ Failure::Late(_)) => {
                let reason = late.reason();
                Err(ClusterError::Unreachable {
                    server,
                    reason,
                    hint,
                })
            }
            Err(_) => Ok(None),
        }
    }

    /// Gets a path and reads its body, with the tries that its faults deserve. The body is read on
    /// a thread of its own.
    pub(super) async fn get<T: Send + 'static>(
        &self,
        resource: &str,
        path: &str,
        read: impl FnOnce(Vec<u8>) -> Result<T, serde_json::Error> + Clone + Send + 'static,
    ) -> Result<T, Failure> {
        let (mut attempt, mut renewed, mut fault) = (0, false, None);
        loop {
            attempt += 1;
            let begun = Instant::now();
            let (client, age) = self.connection.client();
            let mut seen = Seen::default();
            let once = once(&client, path, read.clone(), &mut seen);
            let outcome = timeout_at(self.deadline, once)
                .await
                .unwrap_or(Err(Failure::Late(fault)));
            self.watch.exchange(&Exchange {
                resource,
                path,
                status: seen.status,
                failure: outcome.as_ref().err().map(Failure::reason),
                bytes: seen.bytes,
                took: begun.elapsed(),
                attempt,
            });
            let failure = match outcome {
                Ok(read) => return Ok(read),
                Err(failure) => failure,
            };
            if failure.status() == Some(StatusCode::UNAUTHORIZED) && !renewed {
                renewed = true;
                let asked = timeout_at(self.deadline, self.connection.renew(age)).await;
                match asked {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => return Err(Failure::Credentials(error.to_string())),
                    Err(_) => return Err(Failure::Late(Some(failure.reason()))),
                }
                fault = Some(failure.reason());
                continue;
            }
            let usual = wait_after(attempt);
            let Some(wait) = failure.passes_after(usual).filter(|_| attempt < TRIES) else {
                return Err(failure);
            };
            if Instant::now() + wait >= self.deadline {
                return Err(Failure::Late(Some(failure.reason())));
            }
            sleep(wait).await;
            fault = Some(failure.reason());
        }
    }
}

/// What was seen of an answer, whatever became of it.
#[derive(Default)]
struct Seen {
    status: Option<u16>,
    bytes: usize,
}

async fn once<T: Send + 'static>(
    client: &kube::Client,
    path: &str,
    read: impl FnOnce(Vec<u8>) -> Result<T, serde_json::Error> + Send + 'static,
    seen: &mut Seen,
) -> Result<T, Failure> {
    let request = Request::get(path)
        .body(Body::empty())
        .map_err(|error| Failure::Credentials(error.to_string()))?;
    let broken = |error: &dyn std::error::Error| Failure::Broken(shortened(&causes(error)));
    let sent = client.send(request).await;
    let response = sent.map_err(|error| match error {
        kube::Error::Service(error) => broken(&*error),
        error => broken(&error),
    })?;
    let code = response.status();
    seen.status = Some(code.as_u16());
    let retry_after = retry_after(response.headers());
    let body = match whole(response.into_body()).await {
        Ok(body) => body,
        // A refusal counts, even one whose words are lost.
        Err(_) if code != StatusCode::OK => Vec::new(),
        Err(NoBody::TooLarge) => return Err(Failure::TooLarge),
        Err(NoBody::Broken(reason)) => return Err(Failure::Broken(reason)),
    };
    seen.bytes = body.len();
    if code != StatusCode::OK {
        let reason = said(&body, code);
        return Err(Failure::Status {
            code,
            reason,
            retry_after,
        });
    }
    let parsed = tokio::task::spawn_blocking(move || read(body)).await;
    parsed
        .map_err(|error| Failure::Garbled(error.to_string()))?
        .map_err(|error| Failure::Garbled(error.to_string()))
}

/// What the server says of a refusal: the message of its Status, or the first line of its text.
fn said(body: &[u8], code: StatusCode) -> String {
    #[derive(Deserialize)]
    struct Status {
        message: String,
    }
    let said = serde_json::from_slice::<Status>(body).map_or_else(
        |_| {
            String::from_utf8_lossy(body.get(..4096).unwrap_or(body))
                .trim()
                .to_owned()
        },
        |status| status.message,
    );
    if said.is_empty() {
        return code
            .canonical_reason()
            .unwrap_or("no reason given")
            .to_owned();
    }
    shortened(&said)
}

/// What to do where a server cannot be reached.
fn hint_of(reason: &str) -> String {
    let folded = reason.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let hint = if has(&["certificate"]) {
        "the kubeconfig may be of another cluster, or of before its credentials were rotated: get \
         it anew"
    } else if has(&["dns", "lookup", "resolve"]) {
        "its name is not known here: a VPN, or a bastion with proxy-url in the kubeconfig, may be \
         needed"
    } else if has(&["refused"]) {
        "nothing listens there: the cluster may be gone or stopped, or the kubeconfig is of another"
    } else if has(&["timed out", "elapsed", "deadline"]) {
        "is it private? A VPN, a bastion, or an entry in its authorized networks may be needed"
    } else {
        return String::new();
    };
    format!("\n  {hint}")
}
