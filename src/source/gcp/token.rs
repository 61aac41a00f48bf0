//! Who asks: access tokens, from a file, from the environment, from application default credentials
//! of every kind, from gcloud, or from the machine. They are renewed in time and never shown.
//!
//! Google's own library, `google-cloud-auth`, knows service accounts, users, workload identity
//! federation, impersonation and the metadata server, and takes the TLS of this program; the smaller
//! `gcp_auth` does not know federation, which is what CI jobs have.

use std::env;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use google_cloud_auth::build_errors::Error as BuildError;
use google_cloud_auth::credentials::service_account::AccessSpecifier;
use google_cloud_auth::credentials::{
    AccessTokenCredentials, external_account, impersonated, mds, service_account, user_account,
};
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue};
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::super::patience::{causes, shortened};
use super::{Access, GcpError};

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// gcloud answers within this, or not at all.
const OF_GCLOUD: Duration = Duration::from_secs(20);

/// Where there is a metadata server it answers at once.
const OF_MACHINE: Duration = Duration::from_secs(3);

const LOGIN: &[&str] = &["auth", "print-access-token"];
const DEFAULT_LOGIN: &[&str] = &["auth", "application-default", "print-access-token"];

/// Where tokens come from.
enum Source {
    /// This file.
    File(PathBuf),
    /// The environment: this one and no other.
    Stated(String),
    /// What gcloud prints.
    Gcloud(&'static [&'static str]),
    /// Google's library, which renews them by itself.
    Library(AccessTokenCredentials),
}

/// Access tokens and who pays for the calls.
pub(super) struct Tokens {
    source: Source,
    /// The headers with the last token of a source that does not renew them by itself.
    held: Mutex<HeaderMap>,
    /// The project whose quota the calls use up.
    payer: Option<HeaderValue>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

impl Tokens {
    /// The first source that there is, if a token comes from it.
    pub(super) async fn find(access: &Access) -> Result<Self, GcpError> {
        let file = access.token_file.clone();
        let file = file.or_else(|| named("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE").map(PathBuf::from));
        if let Some(file) = file {
            return Self::of(Source::File(file), None).await;
        }
        if let Some(token) = named("GOOGLE_OAUTH_ACCESS_TOKEN") {
            return Self::of(Source::Stated(token), None).await;
        }
        if let Some(credentials) = default_credentials()? {
            let payer = credentials.get("quota_project_id").and_then(Value::as_str);
            let payer = payer.map(str::to_owned);
            return Self::of(library(credentials)?, payer).await;
        }
        // Looking for a metadata server takes seconds where there is none, so gcloud goes first:
        // on a machine of Google's without a login it gives what the server does.
        let gcloud = match named("GCE_METADATA_HOST") {
            None => Self::of(Source::Gcloud(LOGIN), None).await,
            Some(_) => Err(GcpError::NoToken("not asked".to_owned())),
        };
        let gcloud = match gcloud {
            Ok(tokens) => return Ok(tokens),
            Err(error) => error,
        };
        let machine = of_machine().await;
        machine.map_err(|machine| {
            GcpError::NoCredentials(format!(
                "no application default credentials; gcloud gives none ({gcloud}), nor does this \
                 machine ({machine})"
            ))
        })
    }

    async fn of(source: Source, payer: Option<String>) -> Result<Self, GcpError> {
        let stated = [
            "GOOGLE_CLOUD_QUOTA_PROJECT",
            "CLOUDSDK_BILLING_QUOTA_PROJECT",
        ];
        let stated = stated.into_iter().find_map(named);
        // gcloud has words for what happens without the header.
        let words = ["LEGACY", "CURRENT_PROJECT", "CURRENT_PROJECT_WITH_FALLBACK"];
        let stated = stated.filter(|it| !words.contains(&it.as_str()));
        let payer = stated.or(payer);
        let tokens = Self {
            payer: payer.and_then(|payer| HeaderValue::from_str(&payer).ok()),
            held: Mutex::default(),
            source,
        };
        *tokens.held.lock().await = tokens.ask().await?;
        Ok(tokens)
    }

    /// The headers that say who asks, and who pays.
    pub(super) async fn headers(&self) -> Result<HeaderMap, GcpError> {
        match self.source {
            Source::Library(_) => self.ask().await,
            _ => Ok(self.held.lock().await.clone()),
        }
    }

    /// Gets other headers than these, which were refused; false where there are none.
    pub(super) async fn renew(&self, refused: &HeaderMap) -> bool {
        let mut held = self.held.lock().await;
        // Of several requests that are refused the first one renews them.
        if *held == *refused
            && let Ok(fresh) = self.ask().await
        {
            *held = fresh;
        }
        !matches!(self.source, Source::Library(_)) && *held != *refused
    }

    async fn ask(&self) -> Result<HeaderMap, GcpError> {
        let token = match &self.source {
            Source::File(file) => {
                let text = std::fs::read_to_string(file);
                text.map_err(|error| unreadable(file, &error))?
            }
            Source::Stated(token) => token.clone(),
            Source::Gcloud(arguments) => of_gcloud(arguments).await.map_err(GcpError::NoToken)?,
            Source::Library(library) => {
                use google_cloud_auth::errors::CredentialsError;
                let failed = |error: CredentialsError| {
                    let words = shortened(&causes(&error));
                    if error.is_transient() {
                        GcpError::NoToken(words)
                    } else {
                        GcpError::Refused(words)
                    }
                };
                library.access_token().await.map_err(failed)?.token
            }
        };
        let value = HeaderValue::from_str(&format!("Bearer {}", token.trim()));
        let value = value.ok().filter(|_| !token.trim().is_empty());
        let mut value =
            value.ok_or_else(|| GcpError::NoToken("what stands there is none".into()))?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        if let Some(payer) = &self.payer {
            headers.insert("x-goog-user-project", payer.clone());
        }
        Ok(headers)
    }
}

fn named(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

fn unreadable(file: &Path, error: &io::Error) -> GcpError {
    GcpError::NoCredentials(format!("cannot read {}: {error}", file.display()))
}

/// Application default credentials, from where gcloud and Google's libraries look for them.
fn default_credentials() -> Result<Option<Value>, GcpError> {
    let stated = named("GOOGLE_APPLICATION_CREDENTIALS").map(PathBuf::from);
    let Some(file) = stated.clone().or_else(well_known) else {
        return Ok(None);
    };
    match std::fs::read_to_string(&file) {
        Ok(text) => match serde_json::from_str(&text) {
            Ok(credentials) => Ok(Some(credentials)),
            Err(error) => Err(unreadable(&file, &error.into())),
        },
        // What was not named need not be there.
        Err(error) if error.kind() == io::ErrorKind::NotFound && stated.is_none() => Ok(None),
        Err(error) => Err(unreadable(&file, &error)),
    }
}

fn well_known() -> Option<PathBuf> {
    let of_system = || {
        if cfg!(windows) {
            Some(Path::new(&named("APPDATA")?).join("gcloud"))
        } else {
            Some(Path::new(&named("HOME")?).join(".config/gcloud"))
        }
    };
    let folder = named("CLOUDSDK_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(of_system)?;
    Some(folder.join("application_default_credentials.json"))
}

/// How these credentials give tokens.
fn library(credentials: Value) -> Result<Source, GcpError> {
    let kind = credentials.get("type").and_then(Value::as_str);
    let built = match kind.unwrap_or_default() {
        // What the user agreed to at the login holds: to ask for another scope may be refused.
        "authorized_user" => {
            user_account::Builder::new(credentials).build_access_token_credentials()
        }
        "service_account" => service_account::Builder::new(credentials)
            .with_access_specifier(AccessSpecifier::from_scopes([SCOPE]))
            .build_access_token_credentials(),
        "impersonated_service_account" => impersonated::Builder::new(credentials)
            .with_scopes([SCOPE])
            .build_access_token_credentials(),
        "external_account" => external_account::Builder::new(credentials)
            .with_scopes([SCOPE])
            .build_access_token_credentials(),
        // Of what the library does not know, such as users of workforce identity federation.
        _ => return Ok(Source::Gcloud(DEFAULT_LOGIN)),
    };
    let failed = |error: BuildError| GcpError::NoCredentials(shortened(&causes(&error)));
    built.map(Source::Library).map_err(failed)
}

async fn of_machine() -> Result<Tokens, String> {
    let built = mds::Builder::default()
        .with_scopes([SCOPE])
        .build_access_token_credentials();
    let library = built.map_err(|error| shortened(&causes(&error)))?;
    let tokens = Tokens::of(Source::Library(library), None);
    match timeout(OF_MACHINE, tokens).await {
        Ok(tokens) => tokens.map_err(|error| error.to_string()),
        Err(_) => Err("no metadata server answers".to_owned()),
    }
}

async fn of_gcloud(arguments: &[&str]) -> Result<String, String> {
    let mut gcloud = Command::new("gcloud");
    gcloud
        .args(arguments)
        .arg("--quiet")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let ran = timeout(OF_GCLOUD, gcloud.output()).await;
    let ran = ran.map_err(|_| "gcloud does not answer".to_owned())?;
    let ran = ran.map_err(|error| format!("gcloud: {error}"))?;
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr);
        let said = said.lines().find(|line| !line.trim().is_empty());
        return Err(shortened(said.unwrap_or("gcloud failed")));
    }
    Ok(String::from_utf8_lossy(&ran.stdout).trim().to_owned())
}
