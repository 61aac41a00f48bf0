//! The tool as people run it: by its own name, and as kubectl's plugin.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::cluster::{Cluster, User};
use super::kubeconfig::kubeconfig;
use super::observed::{objects, text_of};

const BINARY: &str = env!("CARGO_BIN_EXE_neg-doctor");

/// What came of a command.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Ran {
    /// Runs a command to its end. It may say whatever it wants, but not panic.
    pub(crate) fn of(command: &mut Command) -> Self {
        let begin = Instant::now();
        let output = command.output().unwrap();
        let took = begin.elapsed();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(!stderr.contains("panicked"), "{command:?}: {stderr}");
        let code = output.status.code().expect("it ends by itself");
        Self {
            code,
            stdout,
            stderr,
            took,
        }
    }

    /// The report of a run with `--format json`.
    pub(crate) fn report(&self) -> Value {
        let report = serde_json::from_str(&self.stdout);
        report.unwrap_or_else(|_| panic!("no report: {self:?}"))
    }
}

/// `neg-doctor` with a kubeconfig, and with nothing of the home of who tests.
pub(crate) fn neg_doctor(config: &Path) -> Command {
    let mut command = Command::new(BINARY);
    let folder = config.parent().unwrap();
    command
        .env("KUBECONFIG", config)
        .env("HOME", folder)
        // Whose credentials this machine has is no matter of a test.
        .env("NEG_DOCTOR_NO_GCP", "true")
        .current_dir(folder);
    command
}

/// `kubectl neg-doctor`, through the real kubectl.
pub(crate) fn plugin(cluster: &Cluster, config: &Path) -> Command {
    let mut command = cluster.kubectl(config);
    command
        .env("PATH", path_with(&folder_of_binaries()))
        .env("NEG_DOCTOR_NO_GCP", "true")
        .current_dir(config.parent().unwrap())
        .arg("neg-doctor");
    command
}

pub(crate) fn folder_of_binaries() -> PathBuf {
    let folder = Path::new(BINARY).parent().unwrap();
    assert!(folder.join("kubectl-neg_doctor").is_file());
    folder.to_owned()
}

/// PATH with a folder before all others.
pub(crate) fn path_with(folder: &Path) -> std::ffi::OsString {
    let rest = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()]
        .into_iter()
        .chain(env::split_paths(&rest));
    env::join_paths(folders).unwrap()
}

/// The kubeconfig of a user of a cluster, with one context `test`.
pub(crate) fn config_of(cluster: &Cluster, user: &User) -> PathBuf {
    kubeconfig(&[cluster.context(user)])
}

/// The rules of the role that `neg-doctor permissions` prints.
pub(crate) fn printed_role() -> Value {
    let mut permissions = Command::new(BINARY);
    let printed = Ran::of(permissions.arg("permissions"));
    let role = objects(&printed.stdout).remove(0);
    assert_eq!(text_of(&role, "/kind"), "ClusterRole");
    role["rules"].clone()
}

/// A rule for every resource and verb of a role: `(group, resource, verb)`.
pub(crate) fn single_rights(rules: &Value) -> Vec<(String, String, String)> {
    let list = |rule: &Value, name: &str| -> Vec<String> {
        let texts = rule[name].as_array().unwrap().iter();
        texts.map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let mut rights = Vec::new();
    for rule in rules.as_array().unwrap() {
        for group in list(rule, "apiGroups") {
            for resource in list(rule, "resources") {
                for verb in list(rule, "verbs") {
                    rights.push((group.clone(), resource.clone(), verb));
                }
            }
        }
    }
    rights
}

/// The rules of a role with these rights.
pub(crate) fn role_of<'r>(rights: impl IntoIterator<Item = &'r (String, String, String)>) -> Value {
    let rule = |(group, resource, verb): &(String, String, String)| json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]});
    rights.into_iter().map(rule).collect()
}

/// A right's resource as a snapshot names it.
pub(crate) fn resource_of((group, resource, _): &(String, String, String)) -> String {
    if group.is_empty() {
        resource.clone()
    } else {
        format!("{resource}.{group}")
    }
}

/// The tool has asked this cluster for nothing but to read, and for no Secret.
pub(crate) fn asked_only_to_read(cluster: &Cluster) {
    let mut asked = 0;
    for event in cluster.audit_log() {
        if !text_of(&event, "/userAgent").starts_with("neg-doctor/") {
            continue;
        }
        asked += 1;
        let verb = text_of(&event, "/verb");
        assert!(["get", "list", "watch"].contains(&verb), "{event}");
        let resource = text_of(&event, "/objectRef/resource");
        assert_ne!(resource, "secrets", "{event}");
        let uri = text_of(&event, "/requestURI");
        assert!(!uri.contains("secrets"), "{event}");
    }
    assert!(asked > 0, "nothing was asked");
}
