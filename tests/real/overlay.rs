//! Manifests on top of a real cluster: what an apply would bring, end or leave.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use super::cluster::Cluster;
use super::tool::{Ran, asked_only_to_read, config_of, neg_doctor};

const LIVE: &str = r#"
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: overlay
  annotations: {cloud.google.com/neg: '{"exposed_ports": {"80": {"name": "web"}}}'}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Service
metadata:
  name: old
  namespace: overlay
  annotations: {cloud.google.com/neg: '{"exposed_ports": {"26": {}}}'}
spec:
  selector: {app: old}
  ports: [{name: smtp, port: 25, targetPort: 2525}]
"#;

/// The manifest of `old`, with its claim for this port.
fn old(port: u16) -> String {
    let (_, live) = LIVE.split_once("---\n").unwrap();
    live.replace("26", &port.to_string())
}

/// Takes the NEG's name that `web` has.
const COPY: &str = r#"
apiVersion: v1
kind: Service
metadata:
  name: copy
  namespace: overlay
  annotations: {cloud.google.com/neg: '{"exposed_ports": {"443": {"name": "web"}}}'}
spec:
  selector: {app: web}
  ports: [{name: https, port: 443, targetPort: 8443}]
"#;

/// Manifests in a folder, checked on top of the cluster.
struct Change {
    config: PathBuf,
    folder: TempDir,
}

impl Change {
    fn check(&self, manifests: &[String], more: &[&str]) -> Ran {
        let k8s = self.folder.path().join("k8s");
        fs::remove_dir_all(&k8s).ok();
        fs::create_dir(&k8s).unwrap();
        for (number, text) in manifests.iter().enumerate() {
            fs::write(k8s.join(format!("{number}.yaml")), text).unwrap();
        }
        let mut command = neg_doctor(&self.config);
        command
            .args(["check", "k8s/", "--context", "test"])
            .args(more)
            .current_dir(self.folder.path());
        Ran::of(&mut command)
    }
}

/// The errors of a list of a report: `NEG004 old before`.
fn errors(ran: &Ran, list: &str) -> Vec<String> {
    let report = ran.report();
    let findings = report[list].as_array().into_iter().flatten();
    let errors = findings.filter(|finding| finding["severity"] == "error");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told = |it: &Value| {
        [&it["id"], &it["subject"]["name"], &it["change"]]
            .map(text)
            .join(" ")
    };
    let mut told: Vec<_> = errors.map(told).collect();
    told.sort();
    told
}

#[test]
fn a_change_is_judged_before_it_is_applied() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.load(LIVE);
    let change = Change {
        config: config_of(cluster, &cluster.admin()),
        folder: tempfile::tempdir().unwrap(),
    };
    let json = ["--format", "json"];
    let introduced = ["--format", "json", "--fail-on-introduced"];

    // Nothing changes: what is wrong was wrong before.
    let same = change.check(&[old(26)], &json);
    assert_eq!(errors(&same, "findings"), ["NEG004 old before"]);
    assert_eq!(same.code, 1);
    assert_eq!(change.check(&[old(26)], &introduced).code, 0);

    // What is new collides with what is there.
    let worse = change.check(&[old(26), COPY.to_owned()], &introduced);
    let found = errors(&worse, "findings");
    let (brought, before): (Vec<_>, Vec<_>) =
        found.iter().partition(|it| it.ends_with(" introduced"));
    assert_eq!(before, ["NEG004 old before"]);
    assert!(
        brought.len() == 1 && brought[0].starts_with("NEG007"),
        "{brought:?}"
    );
    assert_eq!(worse.code, 1);

    // What is mended is told, and no longer a reason to fail.
    let better = change.check(&[old(25)], &json);
    assert!(errors(&better, "findings").is_empty(), "{better:?}");
    assert_eq!(errors(&better, "fixed"), ["NEG004 old -"]);
    assert_eq!(better.code, 0);

    // Where the cluster differs from what is declared.
    let moved = [old(25).replace("2525", "2626")];
    let report = change.check(&moved, &json).report();
    let drift = report["drift"].as_array().unwrap().iter();
    let paths: Vec<_> = drift.map(|it| it["path"].as_str().unwrap()).collect();
    assert!(paths.contains(&"spec.ports[0].targetPort"), "{paths:?}");
    let shown = change.check(&moved, &["--show", "drift"]).stdout;
    assert!(shown.contains("2626") && shown.contains("2525"), "{shown}");
    let counted = change.check(&moved, &[]).stdout;
    assert!(!counted.contains("2626"), "{counted}");
    asked_only_to_read(cluster);
}
