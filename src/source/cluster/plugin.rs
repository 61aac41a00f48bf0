//! Credentials from the command that a kubeconfig names, as `client.authentication.k8s.io` has it.
//! It is run once, and once more where the server no longer takes what it gave.

use std::io::{self, IsTerminal};
use std::process::{Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube::config::{AuthInfo, ExecConfig, ExecInteractiveMode};
use serde::Deserialize;
use serde_json::json;
use tokio::process::Command;

use super::ClusterError;

#[derive(Deserialize)]
struct Credential {
    status: Option<Status>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Runs the plugin and puts what it gives into the user's credentials.
pub(super) async fn ask(plugin: &ExecConfig, user: &mut AuthInfo) -> Result<(), ClusterError> {
    let command = plugin.command.clone().unwrap_or_default();
    let failed = |reason: String| ClusterError::PluginFailed {
        command: command.clone(),
        reason,
    };
    let output = run(plugin, &command)
        .await
        .map_err(|error| ClusterError::PluginMissing {
            hint: hint(plugin, &command),
            command: command.clone(),
            error,
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim();
        return Err(failed(if said.is_empty() {
            output.status.to_string()
        } else {
            format!("{}\n  {}", output.status, said.replace('\n', "\n  "))
        }));
    }
    let credential: Credential = serde_json::from_slice(&output.stdout)
        .map_err(|error| failed(format!("its output is no ExecCredential: {error}")))?;
    let status = credential.status.unwrap_or_default();
    if let (Some(certificate), Some(key)) =
        (&status.client_certificate_data, &status.client_key_data)
    {
        user.client_certificate_data = Some(STANDARD.encode(certificate));
        user.client_key_data = Some(STANDARD.encode(key).into());
    } else if status.token.is_none() {
        return Err(failed("its output holds no token".to_owned()));
    }
    user.token = status.token.map(Into::into);
    Ok(())
}

async fn run(plugin: &ExecConfig, name: &str) -> io::Result<Output> {
    let mode = plugin
        .interactive_mode
        .clone()
        .unwrap_or(ExecInteractiveMode::IfAvailable);
    let interactive = mode != ExecInteractiveMode::Never && io::stdin().is_terminal();
    let mut spec = json!({ "interactive": interactive });
    if let (Some(cluster), Some(spec)) = (&plugin.cluster, spec.as_object_mut()) {
        spec.insert("cluster".to_owned(), serde_json::to_value(cluster)?);
    }
    let info = json!({ "apiVersion": plugin.api_version, "kind": "ExecCredential", "spec": spec });
    let variables = plugin
        .env
        .iter()
        .flatten()
        .filter_map(|entry| Some((entry.get("name")?, entry.get("value")?)));
    let mut command = Command::new(name);
    command
        .args(plugin.args.iter().flatten())
        .envs(variables)
        .env("KUBERNETES_EXEC_INFO", info.to_string())
        .stdin(if interactive {
            Stdio::inherit()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(if interactive {
            Stdio::inherit()
        } else {
            Stdio::piped()
        })
        .kill_on_drop(true);
    command.spawn()?.wait_with_output().await
}

/// How to get a plugin.
fn hint(plugin: &ExecConfig, command: &str) -> String {
    let stated = plugin.install_hint.as_deref().unwrap_or_default().trim();
    if command.ends_with("gke-gcloud-auth-plugin") {
        return "\n  install it: gcloud components install gke-gcloud-auth-plugin (or the package \
                google-cloud-cli-gke-gcloud-auth-plugin)"
            .to_owned();
    }
    if stated.is_empty() {
        String::new()
    } else {
        format!("\n  {}", stated.replace('\n', "\n  "))
    }
}
