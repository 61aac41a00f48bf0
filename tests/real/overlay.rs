//! Manifests on top of a real cluster: what an apply would bring, end or leave.

use std::fs;

use serde_json::Value;

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

/// Takes the NEG's name that `web` has, in another namespace than the context's.
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

#[test]
fn a_change_is_judged_before_it_is_applied() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    cluster.load(LIVE);
    let config = config_of(cluster, &cluster.admin());
    let folder = tempfile::tempdir().unwrap();
    let k8s = folder.path().join("k8s");
    fs::create_dir(&k8s).unwrap();
    let check = |manifests: &[(&str, String)], more: &[&str]| {
        for entry in fs::read_dir(&k8s).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (name, text) in manifests {
            fs::write(k8s.join(name), text).unwrap();
        }
        let mut command = neg_doctor(&config);
        command
            .args(["check", "k8s/", "--context", "test", "-n", "overlay"])
            .args(more)
            .current_dir(folder.path());
        Ran::of(&mut command)
    };
    let errors = |ran: &Ran, list: &str| -> Vec<String> {
        let report = ran.report();
        let findings = report[list].as_array().into_iter().flatten();
        let errors = findings.filter(|finding| finding["severity"] == "error");
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        let told = |finding: &Value| {
            let words = [
                &finding["id"],
                &finding["subject"]["name"],
                &finding["change"],
            ];
            words.map(text).join(" ")
        };
        let mut told: Vec<_> = errors.map(told).collect();
        told.sort();
        told
    };
    let json = ["--format", "json"];
    let introduced = [json.as_slice(), &["--fail-on-introduced"]].concat();

    // Nothing changes: what is wrong was wrong before.
    let same = check(&[("old.yaml", old(26))], &json);
    assert_eq!(
        (same.code, errors(&same, "findings")),
        (1, vec!["NEG004 old before".to_owned()])
    );
    assert_eq!(check(&[("old.yaml", old(26))], &introduced).code, 0);

    // What is new collides with what is there.
    let worse = [("old.yaml", old(26)), ("copy.yaml", COPY.to_owned())];
    let ran = check(&worse, &introduced);
    let found = errors(&ran, "findings");
    assert_eq!(ran.code, 1);
    assert!(found.contains(&"NEG004 old before".to_owned()), "{found:?}");
    let brought: Vec<_> = found
        .iter()
        .filter(|it| it.ends_with("introduced"))
        .collect();
    assert!(
        brought.len() == 1 && brought[0].starts_with("NEG007"),
        "{found:?}"
    );

    // What is mended is told, and no longer a reason to fail.
    let better = [("old.yaml", old(25))];
    let ran = check(&better, &json);
    assert_eq!((ran.code, errors(&ran, "findings")), (0, Vec::new()));
    assert_eq!(errors(&ran, "fixed"), ["NEG004 old -"]);

    // Where the cluster differs from what is declared.
    let moved = [("old.yaml", old(25).replace("2525", "2626"))];
    let report = check(&moved, &json).report();
    let drift = report["drift"].as_array().unwrap();
    let paths: Vec<_> = drift
        .iter()
        .map(|it| it["path"].as_str().unwrap())
        .collect();
    assert!(paths.contains(&"spec.ports[0].targetPort"), "{drift:#?}");
    let shown = check(&moved, &["--show", "drift"]).stdout;
    assert!(shown.contains("2626") && shown.contains("2525"), "{shown}");
    let quiet = check(&moved, &[]).stdout;
    assert!(!quiet.contains("2626"), "{quiet}");
    asked_only_to_read(cluster);
}
