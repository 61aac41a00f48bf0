//! Who asks: access tokens, from a file, from the environment, from application default credentials
//! of every kind, from gcloud, or from the machine. They are renewed in time and never shown.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use google_cloud_auth::credentials::{AccessTokenCredentials, Builder};
use http::HeaderMap;
use http::header::{AUTHORIZATION, HeaderValue};
use tokio::process::Command;
use tokio::time::timeout;

use super::super::patience::shortened;
use super::{Access, GcpError};

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";

/// gcloud and the machine's metadata answer within this, or are not there.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where tokens come from.
#[derive(Debug)]
pub(super) enum Tokens {
    /// This one.
    Fixed(String),
    /// Google's own library, which renews them.
    Library(AccessTokenCredentials),
}

impl Tokens {
    /// The first source that there is.
    pub(super) async fn find(access: &Access) -> Result<Self, GcpError> {
        let file = access.token_file.clone();
        let file = file.or_else(|| named("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE").map(PathBuf::from));
        if let Some(file) = file {
            let text = std::fs::read_to_string(&file);
            let text = text.map_err(|error| {
                GcpError::NoCredentials(format!("cannot read {}: {error}", file.display()))
            })?;
            return Ok(Self::Fixed(text.trim().to_owned()));
        }
        if let Some(token) = named("GOOGLE_OAUTH_ACCESS_TOKEN") {
            return Ok(Self::Fixed(token));
        }
        if default_credentials().is_some_and(|file| file.exists()) {
            return library();
        }
        match of_gcloud().await {
            Ok(token) => Ok(Self::Fixed(token)),
            Err(reason) => of_machine().await.map_err(|machine| {
                GcpError::NoCredentials(format!(
                    "no application default credentials; gcloud gives none ({reason}), nor does \
                     this machine ({machine})"
                ))
            }),
        }
    }

    /// The header that says who asks.
    pub(super) async fn headers(&self) -> Result<HeaderMap, GcpError> {
        let token = match self {
            Self::Fixed(token) => token.clone(),
            Self::Library(library) => {
                let token = library.access_token().await;
                let token = token.map_err(|error| GcpError::Refused(words(&error)))?;
                token.token
            }
        };
        let value = HeaderValue::from_str(&format!("Bearer {token}"));
        let mut value = value.map_err(|_| GcpError::NoCredentials("the token is none".into()))?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        let quota = named("CLOUDSDK_BILLING_QUOTA_PROJECT").or_else(quota_project);
        if let Some(Ok(project)) = quota.map(|it| HeaderValue::from_str(&it)) {
            headers.insert("x-goog-user-project", project);
        }
        Ok(headers)
    }
}

fn named(variable: &str) -> Option<String> {
    env::var(variable).ok().filter(|value| !value.is_empty())
}

/// The file of application default credentials, there or not.
fn default_credentials() -> Option<PathBuf> {
    if let Some(file) = named("GOOGLE_APPLICATION_CREDENTIALS") {
        return Some(PathBuf::from(file));
    }
    let folder = named("CLOUDSDK_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| Some(Path::new(&named("HOME")?).join(".config/gcloud")));
    Some(folder?.join("application_default_credentials.json"))
}

/// The project that pays for the calls, as the credentials say.
fn quota_project() -> Option<String> {
    let text = std::fs::read_to_string(default_credentials()?).ok()?;
    let credentials: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(credentials.get("quota_project_id")?.as_str()?.to_owned())
}

fn library() -> Result<Tokens, GcpError> {
    let built = Builder::default()
        .with_scopes([SCOPE])
        .build_access_token_credentials();
    let built = built.map_err(|error| GcpError::NoCredentials(words(&error)))?;
    Ok(Tokens::Library(built))
}

async fn of_machine() -> Result<Tokens, String> {
    let tokens = library().map_err(|error| error.to_string())?;
    match timeout(Duration::from_secs(3), tokens.headers()).await {
        Ok(Ok(_)) => Ok(tokens),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no metadata server answers".to_owned()),
    }
}

async fn of_gcloud() -> Result<String, String> {
    let mut gcloud = Command::new("gcloud");
    gcloud
        .args(["auth", "print-access-token", "--quiet"])
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let ran = timeout(PATIENCE, gcloud.output()).await;
    let ran = ran.map_err(|_| "it does not answer".to_owned())?;
    let ran = ran.map_err(|error| error.to_string())?;
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr);
        return Err(shortened(said.lines().next().unwrap_or("it failed")));
    }
    Ok(String::from_utf8_lossy(&ran.stdout).trim().to_owned())
}

/// An error with its causes, which may be told: the library keeps secrets out of them.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    shortened(&words)
}
