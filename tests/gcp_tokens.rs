//! Who asks Google Cloud: every kind of credentials gives the token that the calls carry, it is
//! renewed when it is refused, and never shown.
#![cfg(test)]

#[path = "cards/cloud.rs"]
mod cloud;

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use fake_compute::{Fake, Fault, Matcher, TOKEN};
use serde_json::{Value, json};

use cloud::Stage;

/// The fake API, and the home of a user who has nothing but what a test puts there.
struct Home {
    fake: Fake,
    folder: tempfile::TempDir,
}

/// What a run of the program left.
struct Ran {
    code: Option<i32>,
    said: String,
    /// The tokens of the calls, each once.
    tokens: Vec<String>,
    payers: Vec<String>,
    calls: usize,
}

impl Home {
    fn new() -> Self {
        let scene = std::fs::read_to_string("fixtures/scenes/mail.yaml").unwrap();
        let fake = Fake::start();
        Stage::of(&scene).load(&fake);
        Self {
            fake,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Puts application default credentials where gcloud leaves them.
    fn credentials(&self, credentials: &Value) {
        let name = ".config/gcloud/application_default_credentials.json";
        self.file(name, &credentials.to_string());
    }

    /// A gcloud that prints one token after the other.
    #[cfg(unix)]
    fn gcloud(&self, tokens: &[&str]) {
        use std::os::unix::fs::PermissionsExt as _;
        let count = self.path("count").display().to_string();
        let said: String = tokens
            .iter()
            .enumerate()
            .map(|(n, token)| format!("  {n}) echo {token};;\n"))
            .collect();
        let script = format!(
            "#!/bin/sh\n/bin/echo \"$@\" >> {log}\nn=$(/bin/cat {count} 2>/dev/null || echo 0)\n\
             echo $((n + 1)) > {count}\n/bin/sleep 0.3\ncase $n in\n{said}  *) echo gone >&2; exit 1;;\nesac\n",
            log = self.path("log").display()
        );
        let path = self.file("bin/gcloud", &script);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, environment: &[(&str, &str)]) -> Ran {
        self.run_with(&[], environment)
    }

    fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        self.fake.forget();
        let out = self.path("out");
        let base = self.fake.base_url();
        let output = Command::new(env!("CARGO_BIN_EXE_neg-doctor"))
            .env_clear()
            .env("HOME", self.folder.path())
            .env("APPDATA", self.path(".config"))
            .env("PATH", self.path("bin"))
            .env(
                "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE",
                format!("{base}/compute/v1/"),
            )
            .env("CLOUDSDK_API_ENDPOINT_OVERRIDES_CONTAINER", &base)
            .envs(environment.iter().copied())
            .args(["collect", "--project", "acme-mail", "--trace-http", "-o"])
            .arg(&out)
            .args(arguments)
            .output()
            .unwrap();
        let asked = self.fake.requests();
        let asked: Vec<_> = asked.iter().filter(|it| !it.id.is_empty()).collect();
        let each = |texts: Vec<String>| {
            let mut texts = texts;
            texts.sort();
            texts.dedup();
            texts
        };
        Ran {
            code: output.status.code(),
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
            tokens: each(asked.iter().filter_map(|it| it.token.clone()).collect()),
            payers: each(asked.iter().filter_map(|it| it.payer.clone()).collect()),
            calls: asked.len(),
        }
    }

    fn user(&self) -> Value {
        json!({
            "type": "authorized_user",
            "client_id": "id", "client_secret": "of-client", "refresh_token": "of-refresh",
            "token_uri": format!("{}/token", self.fake.base_url()),
            "quota_project_id": "acme-pays",
        })
    }
}

impl Ran {
    /// Fails unless all was read, with these tokens, and none of them was shown.
    #[track_caller]
    fn expect(&self, tokens: &[&str]) {
        assert_eq!(self.code, Some(0), "{}", self.said);
        assert_eq!(self.tokens, tokens, "{}", self.said);
        assert!(self.calls > 15, "{}", self.calls);
        for secret in tokens.iter().chain(&["of-client", "of-refresh", "Bearer"]) {
            assert!(!self.said.contains(secret), "{secret} in {}", self.said);
        }
    }
}

#[test]
fn a_token_may_be_given() {
    let home = Home::new();
    let file = home.file("token", "from-file\n");
    home.run(&[("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", &file)])
        .expect(&["from-file"]);
    home.run_with(&["--access-token-file", &file], &[])
        .expect(&["from-file"]);
    home.run(&[("GOOGLE_OAUTH_ACCESS_TOKEN", "from-environment")])
        .expect(&["from-environment"]);
}

#[test]
fn a_user_is_who_logged_in() {
    let home = Home::new();
    home.credentials(&home.user());
    let ran = home.run(&[]);
    ran.expect(&[TOKEN]);
    assert_eq!(ran.payers, ["acme-pays"]);
    let ran = home.run(&[("CLOUDSDK_BILLING_QUOTA_PROJECT", "acme-other")]);
    assert_eq!(ran.payers, ["acme-other"]);
    // A word of gcloud's, and no project.
    let ran = home.run(&[("CLOUDSDK_BILLING_QUOTA_PROJECT", "CURRENT_PROJECT")]);
    assert_eq!(ran.payers, ["acme-pays"]);
    // The credentials do not say who pays for another's token.
    let ran = home.run(&[("GOOGLE_OAUTH_ACCESS_TOKEN", "other")]);
    ran.expect(&["other"]);
    assert_eq!(ran.payers, [""; 0]);
}

#[test]
fn credentials_are_looked_for_where_gcloud_keeps_them() {
    let home = Home::new();
    let name = "elsewhere/application_default_credentials.json";
    let file = home.file(name, &home.user().to_string());
    let folder = Path::new(&file).parent().unwrap().display().to_string();
    home.run(&[("CLOUDSDK_CONFIG", &folder)]).expect(&[TOKEN]);
    home.run(&[("GOOGLE_APPLICATION_CREDENTIALS", &file)])
        .expect(&[TOKEN]);
    let ran = home.run(&[("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere.json")]);
    assert_eq!((ran.code, ran.calls), (Some(2), 0), "{}", ran.said);
    assert!(ran.said.contains("/nowhere.json"), "{}", ran.said);
}

#[test]
fn a_service_account_signs_for_itself() {
    let made = Command::new("openssl")
        .args([
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
        ])
        .output();
    let Ok(made) = made else {
        println!("skipped: no openssl makes a key");
        return;
    };
    let home = Home::new();
    home.credentials(&json!({
        "type": "service_account", "project_id": "acme-mail", "private_key_id": "k1",
        "client_email": "doctor@acme-mail.iam.gserviceaccount.com", "client_id": "1",
        "private_key": String::from_utf8(made.stdout).unwrap(),
        "token_uri": format!("{}/token", home.fake.base_url()),
    }));
    let ran = home.run(&[]);
    let [token] = ran.tokens.as_slice() else {
        panic!("{:?}: {}", ran.tokens, ran.said)
    };
    ran.expect(&[token]);
    let claims = token.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims);
    let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
    assert_eq!(claims["iss"], "doctor@acme-mail.iam.gserviceaccount.com");
    assert_eq!(
        claims["scope"],
        "https://www.googleapis.com/auth/cloud-platform"
    );
}

#[test]
fn a_workload_brings_a_token_of_its_own() {
    let home = Home::new();
    let subject = home.file("subject", "of-the-job");
    home.fake.fault(
        "/sts",
        Fault::Answer(
            200,
            json!({"access_token": "federated", "token_type": "Bearer", "expires_in": 3600,
                "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}),
        ),
    );
    home.credentials(&json!({
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": format!("{}/sts", home.fake.base_url()),
        "credential_source": {"file": subject},
    }));
    home.run(&[]).expect(&["federated"]);
}

#[test]
fn somebody_may_act_for_a_service_account() {
    let home = Home::new();
    home.fake.fault(
        ":generateAccessToken",
        Fault::Answer(
            200,
            json!({"accessToken": "borrowed", "expireTime": "2099-01-01T00:00:00Z"}),
        ),
    );
    let url = "v1/projects/-/serviceAccounts/doctor@acme-mail.iam.gserviceaccount.com";
    home.credentials(&json!({
        "type": "impersonated_service_account",
        "service_account_impersonation_url":
            format!("{}/{url}:generateAccessToken", home.fake.base_url()),
        "source_credentials": home.user(),
    }));
    home.run(&[]).expect(&["borrowed"]);
}

#[test]
fn a_machine_is_asked_for_its_own() {
    let home = Home::new();
    let host = home.fake.base_url().replace("http://", "");
    home.run(&[("GCE_METADATA_HOST", &host)]).expect(&[TOKEN]);
}

#[test]
#[cfg(unix)]
fn gcloud_gives_a_token_and_another_when_that_is_refused() {
    let home = Home::new();
    home.gcloud(&["first", "second"]);
    home.run(&[]).expect(&["first"]);
    let home = Home::new();
    home.gcloud(&["first", "second"]);
    home.fake
        .fault(Matcher::new("*").times(5), Fault::Unauthenticated);
    home.run(&[]).expect(&["first", "second"]);
    let log = std::fs::read_to_string(home.path("log")).unwrap();
    // Asked again once, whatever number of calls was refused: they all were before it answered.
    assert_eq!(log, "auth print-access-token --quiet\n".repeat(2));
    // What the library does not know gcloud may.
    let home = Home::new();
    home.credentials(&json!({"type": "external_account_authorized_user"}));
    home.gcloud(&["of-workforce"]);
    home.run(&[]).expect(&["of-workforce"]);
    let log = std::fs::read_to_string(home.path("log")).unwrap();
    assert_eq!(log, "auth application-default print-access-token --quiet\n");
}

#[test]
fn refused_credentials_are_one_error() {
    let home = Home::new();
    let file = home.file("token", "stale");
    home.fake.fault("*", Fault::Unauthenticated);
    let ran = home.run(&[("CLOUDSDK_AUTH_ACCESS_TOKEN_FILE", &file)]);
    assert_eq!(ran.code, Some(2), "{}", ran.said);
    let told = ran.said.matches("Google Cloud refused the credentials");
    assert_eq!(told.count(), 1, "{}", ran.said);
    assert!(!ran.said.contains("stale"), "{}", ran.said);
    // A login that ended: nothing is asked of the API.
    let home = Home::new();
    home.credentials(&home.user());
    let ended = json!({"error": "invalid_grant", "error_description": "reauth related error"});
    home.fake.fault("/token", Fault::Answer(400, ended));
    let ran = home.run(&[]);
    assert_eq!((ran.code, ran.calls), (Some(2), 0), "{}", ran.said);
    assert!(ran.said.contains("log in anew"), "{}", ran.said);
    assert!(!ran.said.contains("of-refresh"), "{}", ran.said);
}

#[test]
fn without_credentials_nothing_is_asked() {
    let home = Home::new();
    // Where there is no metadata server.
    let ran = home.run(&[("GCE_METADATA_HOST", "127.0.0.1:9")]);
    assert_eq!((ran.code, ran.calls), (Some(2), 0), "{}", ran.said);
    assert!(
        ran.said.contains("no credentials for Google Cloud"),
        "{}",
        ran.said
    );
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    let home = Home::new();
    let token = ("GOOGLE_OAUTH_ACCESS_TOKEN", "through-proxy");
    // The name is known to nobody: the fake answers in its place.
    let unknown = ["--compute-endpoint", "http://compute.invalid/compute/v1/"];
    let arguments = [
        &unknown[..],
        &["--container-endpoint", "http://gke.invalid/"],
    ]
    .concat();
    let proxy = home.fake.base_url();
    home.run_with(&arguments, &[token, ("HTTP_PROXY", &proxy)])
        .expect(&["through-proxy"]);
    let direct = [
        token,
        ("HTTP_PROXY", "http://127.0.0.1:9"),
        ("NO_PROXY", "127.0.0.1"),
    ];
    home.run(&direct).expect(&["through-proxy"]);
}
