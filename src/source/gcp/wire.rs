//! One request and its faults: which of them is worth another try, and when.

use std::env;
use std::time::Duration;

use http::{Method, StatusCode};
use reqwest::header::HeaderMap;
use reqwest::{Certificate, Client, Url};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use crate::kind::fields::Fields;
use crate::snapshot::cut;

use super::super::cluster::{Exchange, Watch};
use super::super::patience::{
    MAX_BODY, NoBody, TRIES, causes, retry_after, shortened, wait_after, whole,
};
use super::token::Tokens;
use super::{Access, GcpError};

/// An answer that stays away for so long is asked for again.
const STALLED: Duration = Duration::from_secs(30);

/// The way to Google Cloud.
pub(super) struct Wire<'w> {
    client: Client,
    tokens: Tokens,
    compute: String,
    container: String,
    watch: &'w dyn Watch,
    deadline: Instant,
}

/// Why a request got nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// The API answered with an error.
    Refused {
        code: StatusCode,
        /// What it said.
        message: String,
        /// `forbidden`, `rateLimitExceeded`, `accessNotConfigured`, …
        reason: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// No answer, or not a whole one.
    Broken(String),
    /// More than anybody reads.
    TooLarge,
    /// The time is over; the last fault before, if any.
    Late(Option<String>),
    /// New credentials could not be had.
    Credentials(String),
}

impl Failure {
    /// Why, for people.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Refused { code, message, .. } if *code == StatusCode::FORBIDDEN => {
                message.clone()
            }
            Self::Refused { code, message, .. } => format!("the API answered {code}: {message}"),
            Self::Broken(reason) => format!("the connection failed: {reason}"),
            Self::TooLarge => format!("the answer is larger than {MAX_BODY} bytes"),
            Self::Late(None) => "not read within --timeout".to_owned(),
            Self::Late(Some(fault)) => format!("not read within --timeout; {fault}"),
            Self::Credentials(reason) => reason.clone(),
        }
    }

    pub(super) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// True where the API is not switched on in the project.
    pub(super) fn is_disabled(&self) -> bool {
        matches!(self, Self::Refused { reason, .. }
            if ["accessNotConfigured", "SERVICE_DISABLED"].contains(&reason.as_str()))
    }

    /// After which wait the same request may fare better; `None` where it will not.
    fn passes_after(&self, usual: Duration) -> Option<Duration> {
        match self {
            Self::Refused {
                code,
                reason,
                retry_after,
                ..
            } => {
                let slow = [
                    "rateLimitExceeded",
                    "userRateLimitExceeded",
                    "quotaExceeded",
                ];
                let passes = code.is_server_error()
                    || [StatusCode::TOO_MANY_REQUESTS, StatusCode::REQUEST_TIMEOUT].contains(code)
                    || slow.contains(&reason.as_str());
                passes.then(|| retry_after.unwrap_or(usual))
            }
            // What does not fit a certificate now will not in a second.
            Self::Broken(reason) if reason.contains("certificate") => None,
            Self::Broken(_) => Some(usual),
            Self::TooLarge | Self::Late(_) | Self::Credentials(_) => None,
        }
    }
}

/// What to ask.
#[derive(Debug)]
pub(super) struct Question<'q> {
    /// Of what: `backendServices`.
    pub(super) resource: &'q str,
    /// The whole address.
    pub(super) url: String,
    /// The query.
    query: Vec<(&'static str, String)>,
    /// What is posted; nothing for a GET.
    pub(super) body: Option<Value>,
    /// What is kept of the answer.
    keep: &'q Fields,
}

impl<'q> Question<'q> {
    pub(super) fn new(resource: &'q str, url: String, keep: &'q Fields) -> Self {
        Self {
            resource,
            url,
            query: Vec::new(),
            body: None,
            keep,
        }
    }

    /// Sets a parameter of the query.
    pub(super) fn ask_for(&mut self, name: &'static str, value: impl Into<String>) {
        self.drop(name);
        self.query.push((name, value.into()));
    }

    /// True where a parameter has this value.
    pub(super) fn asks(&self, name: &str, value: &str) -> bool {
        self.query.iter().any(|it| *it == (name, value.to_owned()))
    }

    /// Takes a parameter out; true where it was there.
    pub(super) fn drop(&mut self, name: &str) -> bool {
        let before = self.query.len();
        self.query.retain(|(it, _)| *it != name);
        self.query.len() < before
    }
}

impl<'w> Wire<'w> {
    pub(super) async fn connect(
        access: &Access,
        watch: &'w dyn Watch,
        deadline: Instant,
    ) -> Result<Self, GcpError> {
        let address = |given: &Option<String>, variable: &str, usual: &str| {
            let stated = given.clone().or_else(|| env::var(variable).ok());
            let stated = stated.filter(|it| !it.is_empty());
            let address = stated.unwrap_or_else(|| usual.to_owned());
            match Url::parse(&address) {
                Ok(_) => Ok(address.trim_end_matches('/').to_owned()),
                Err(_) => Err(GcpError::Endpoint(shortened(&address))),
            }
        };
        Ok(Self {
            compute: address(
                &access.compute,
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE",
                "https://compute.googleapis.com/compute/v1/",
            )?,
            container: address(
                &access.container,
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER",
                "https://container.googleapis.com/",
            )?,
            client: client()?,
            tokens: timeout_at(deadline, Tokens::find(access))
                .await
                .map_err(|_| GcpError::NoToken("none within --timeout".to_owned()))??,
            watch,
            deadline,
        })
    }

    /// The address of a path of Compute Engine, below a project.
    pub(super) fn compute(&self, project: &str, path: &str) -> String {
        let slash = if path.is_empty() { "" } else { "/" };
        format!("{}/projects/{project}{slash}{path}", self.compute)
    }

    /// The address of a path of GKE, below a project.
    pub(super) fn container(&self, project: &str, path: &str) -> String {
        format!("{}/v1/projects/{project}/{path}", self.container)
    }

    /// Who is told of the progress.
    pub(super) fn watch(&self) -> &'w dyn Watch {
        self.watch
    }

    /// Asks, with the tries that the faults deserve. A refusal of the credentials is met with new
    /// ones, once.
    pub(super) async fn ask(&self, question: &Question<'_>) -> Result<Value, Failure> {
        let (mut attempt, mut renewed, mut fault) = (0, false, None);
        loop {
            attempt += 1;
            let headers = timeout_at(self.deadline, self.tokens.headers()).await;
            let headers = headers.map_err(|_| Failure::Late(fault.clone()))?;
            let headers = headers.map_err(|error| Failure::Credentials(error.to_string()))?;
            let failure = match self.attempt(question, &headers, attempt, fault).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if failure.status() == Some(StatusCode::UNAUTHORIZED) && !renewed {
                renewed = true;
                let asked = timeout_at(self.deadline, self.tokens.renew(&headers)).await;
                if matches!(asked, Ok(true)) {
                    fault = Some(failure.words());
                    continue;
                }
            }
            let wait = failure.passes_after(wait_after(attempt));
            let Some(wait) = wait.filter(|_| attempt < TRIES) else {
                return Err(failure);
            };
            if Instant::now() + wait >= self.deadline {
                return Err(Failure::Late(Some(failure.words())));
            }
            sleep(wait).await;
            fault = Some(failure.words());
        }
    }

    /// Asks once, and tells who watches.
    async fn attempt(
        &self,
        question: &Question<'_>,
        headers: &HeaderMap,
        attempt: u32,
        fault: Option<String>,
    ) -> Result<Value, Failure> {
        let begun = Instant::now();
        let mut seen = (None, 0);
        let once = self.once(question, headers, &mut seen);
        let outcome = timeout_at(self.deadline, once).await;
        let outcome = outcome.unwrap_or(Err(Failure::Late(fault)));
        let path = question.url.split_once("/projects/");
        self.watch.exchange(&Exchange {
            resource: question.resource,
            path: path.map_or(question.url.as_str(), |(_, path)| path),
            status: seen.0,
            failure: outcome.as_ref().err().map(Failure::words),
            bytes: seen.1,
            took: begun.elapsed(),
            attempt,
        });
        outcome
    }

    async fn once(
        &self,
        question: &Question<'_>,
        headers: &HeaderMap,
        seen: &mut (Option<u16>, usize),
    ) -> Result<Value, Failure> {
        let broken = |error: &dyn std::error::Error| Failure::Broken(shortened(&causes(error)));
        let method = match question.body {
            Some(_) => Method::POST,
            None => Method::GET,
        };
        let url = Url::parse_with_params(&question.url, &question.query);
        let url = url.map_err(|error| broken(&error))?;
        let mut request = self.client.request(method, url).headers(headers.clone());
        if let Some(body) = &question.body {
            request = request.json(body);
        }
        // What was asked for is known; its address is long.
        let sent = request.send().await.map_err(reqwest::Error::without_url);
        let response = sent.map_err(|error| broken(&error))?;
        let code = response.status();
        seen.0 = Some(code.as_u16());
        let retry_after = retry_after(response.headers());
        let body = match whole(reqwest::Body::from(response)).await {
            Ok(body) => body,
            // A refusal counts, even one whose words are lost.
            Err(_) if code != StatusCode::OK => Vec::new(),
            Err(NoBody::TooLarge) => return Err(Failure::TooLarge),
            Err(NoBody::Broken(reason)) => return Err(Failure::Broken(reason)),
        };
        seen.1 = body.len();
        if code != StatusCode::OK {
            return Err(refusal(code, &body, retry_after));
        }
        match cut(&body, question.keep) {
            Ok(answer) if answer.is_object() => Ok(answer),
            Ok(_) => Err(Failure::Broken("the answer is no object".to_owned())),
            Err(error) => Err(broken(&error)),
        }
    }
}

fn client() -> Result<Client, GcpError> {
    let failed = |error: &dyn std::error::Error| GcpError::Client(shortened(&causes(error)));
    let mut builder = Client::builder()
        .user_agent(concat!("neg-doctor/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(15))
        .read_timeout(STALLED)
        .redirect(reqwest::redirect::Policy::none());
    let file = env::var_os("CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE").filter(|it| !it.is_empty());
    if let Some(file) = file {
        let text = std::fs::read(&file).map_err(|error| failed(&error))?;
        let bundle = Certificate::from_pem_bundle(&text).map_err(|error| failed(&error))?;
        builder = bundle
            .into_iter()
            .fold(builder, reqwest::ClientBuilder::add_root_certificate);
    }
    builder.build().map_err(|error| failed(&error))
}

/// What the API says of a refusal.
fn refusal(code: StatusCode, body: &[u8], retry_after: Option<Duration>) -> Failure {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Body {
        error: Said,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Said {
        message: String,
        errors: Vec<Reason>,
        details: Vec<Reason>,
    }
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Reason {
        reason: String,
    }
    let said = serde_json::from_slice::<Body>(body)
        .unwrap_or_default()
        .error;
    let mut reasons = said.details.into_iter().chain(said.errors);
    let message = match said.message.as_str() {
        "" => code.canonical_reason().unwrap_or("no reason given"),
        message => message,
    };
    Failure::Refused {
        code,
        message: shortened(message),
        reason: reasons
            .find(|it| !it.reason.is_empty())
            .unwrap_or_default()
            .reason,
        retry_after,
    }
}
