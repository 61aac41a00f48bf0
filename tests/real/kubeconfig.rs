//! Kubeconfig files, in each of the ways in which they let a client log in.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::cluster::{Cluster, User};

/// How the user of a context proves who it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Login {
    Token,
    Certificate,
    /// A program that prints the token, as gke-gcloud-auth-plugin does.
    Exec,
}

/// One context of a kubeconfig.
pub(crate) struct Context<'a> {
    pub(crate) name: &'a str,
    pub(crate) cluster: &'a Cluster,
    /// Another URL than the API server's own: a proxy's.
    pub(crate) url: Option<String>,
    pub(crate) user: &'a User,
    pub(crate) login: Login,
    pub(crate) namespace: Option<&'a str>,
}

impl Cluster {
    /// The context `test` of a user who logs in by token: what most tests want.
    pub(crate) fn context<'a>(&'a self, user: &'a User) -> Context<'a> {
        Context {
            name: "test",
            cluster: self,
            url: None,
            user,
            login: Login::Token,
            namespace: None,
        }
    }
}

/// Writes a kubeconfig with these contexts, the first of them current.
pub(crate) fn kubeconfig(contexts: &[Context<'_>]) -> PathBuf {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let first = &contexts[0];
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let path = first.cluster.folder.join(format!("kubeconfig-{number}"));
    let list = |part: &dyn Fn(&Context<'_>) -> Value| contexts.iter().map(part).collect::<Value>();
    let config = json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": first.name,
        "clusters": list(&|context| json!({"name": context.name, "cluster": cluster(context)})),
        "users": list(&|context| json!({"name": context.name, "user": user(context, number)})),
        "contexts": list(&|context| {
            let mut it = json!({"cluster": context.name, "user": context.name});
            if let Some(namespace) = context.namespace {
                it["namespace"] = namespace.into();
            }
            json!({"name": context.name, "context": it})
        }),
    });
    fs::write(&path, config.to_string()).unwrap();
    path
}

fn cluster(context: &Context<'_>) -> Value {
    match &context.url {
        Some(url) => json!({"server": url}),
        None => json!({
            "server": context.cluster.url(),
            "certificate-authority": context.cluster.ca(),
        }),
    }
}

fn user(context: &Context<'_>, number: usize) -> Value {
    let user = context.user;
    match context.login {
        Login::Token => json!({"token": user.token}),
        Login::Certificate => json!({
            "client-certificate": user.certificate.0,
            "client-key": user.certificate.1,
        }),
        Login::Exec => json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "interactiveMode": "Never",
            "command": plugin(&context.cluster.folder, user, number),
        }}),
    }
}

/// A program that prints a user's token, and a line to `plugin-calls-NAME` whenever it is asked.
fn plugin(folder: &Path, user: &User, number: usize) -> PathBuf {
    let path = folder.join(format!("plugin-{}-{number}", user.name));
    let credential = json!({
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": user.token},
    });
    let script = format!(
        "#!/bin/sh\necho asked >>\"$(dirname \"$0\")/plugin-calls-{}\"\necho '{credential}'\n",
        user.name
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}
