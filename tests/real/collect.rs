//! What `collect` writes: the same for the same cluster, and nothing that is nobody's business.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use flate2::read::GzDecoder;

use super::cluster::Cluster;
use super::examples::said;
use super::tool::{Ran, asked_only_to_read, config_of, neg_doctor};
use super::tools;

/// `S3CR3T` stands wherever nothing may be taken from; `mail` makes findings.
const MARKED: &str = r#"
apiVersion: v1
kind: Secret
metadata: {name: tls, namespace: marked, annotations: {cloud.google.com/neg: S3CR3T-0}}
stringData: {password: S3CR3T-1}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: marked}
data: {password: S3CR3T-2}
---
apiVersion: v1
kind: Service
metadata:
  name: mail
  namespace: marked
  annotations:
    cloud.google.com/neg: '{"exposed_ports": {"2525": {"name": "mail"}}}'
    example.org/token: S3CR3T-3
    kubectl.kubernetes.io/last-applied-configuration: '{"metadata": {"annotations": {"cloud.google.com/neg": "S3CR3T-4", "token": "S3CR3T-5"}}, "spec": "S3CR3T-6"}'
spec:
  selector: {app: mail}
  ports: [{port: 25, targetPort: 2525}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: mail
  namespace: marked
  annotations:
    nginx.ingress.kubernetes.io/configuration-snippet: S3CR3T-7
    nginx.ingress.kubernetes.io/auth-secret: S3CR3T-8
spec:
  ingressClassName: nginx
  defaultBackend: {service: {name: mail, port: {number: 25}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mail, namespace: marked}
spec:
  template:
    metadata:
      labels: {app: mail}
      annotations: {vault.example.org/role: S3CR3T-9}
    spec:
      volumes: [{name: v, configMap: {name: S3CR3T-conf}}]
      containers:
      - name: postfix
        image: registry.example.org/mail:1
        command: [run, S3CR3T-10]
        args: [--password=S3CR3T-11]
        env: [{name: TOKEN, value: S3CR3T-12}]
        readinessProbe:
          httpGet:
            path: /ready?token=S3CR3T-13
            port: 2525
            httpHeaders: [{name: Authorization, value: S3CR3T-14}]
        lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 60; curl S3CR3T-15"]}}}
---
apiVersion: v1
kind: Pod
metadata:
  name: mail-1
  namespace: marked
  labels: {app: mail}
  annotations: {kubectl.kubernetes.io/restartedBy: S3CR3T-16}
spec:
  containers:
  - name: postfix
    image: registry.example.org/mail:1
    args: [S3CR3T-17]
    env: [{name: S3CR3T_18, value: S3CR3T-18}]
status:
  phase: Running
  podIP: 10.4.0.9
  conditions: [{type: Ready, status: "True"}]
---
apiVersion: cloud.google.com/v1
kind: BackendConfig
metadata: {name: mail, namespace: marked}
spec:
  iap: {enabled: true, oauthclientCredentials: {secretName: oauth, clientID: S3CR3T-19, clientSecret: S3CR3T-20}}
  customRequestHeaders: {headers: ["X-Token:S3CR3T-21"]}
"#;

const SECRET: &str = "S3CR3T";

/// The files of a snapshot by name, but for the time of the header.
fn files(path: &Path) -> Files {
    let mut files = BTreeMap::new();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.insert(name, fs::read_to_string(path).unwrap());
        }
    } else {
        let mut archive = tar::Archive::new(GzDecoder::new(fs::File::open(path).unwrap()));
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().to_string_lossy().into_owned();
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            files.insert(name, text);
        }
    }
    let header = files.get_mut("snapshot.yaml").expect("a header");
    assert!(header.contains("\ntime: "));
    *header = header
        .lines()
        .filter(|line| !line.starts_with("time: "))
        .collect();
    files
}

type Files = BTreeMap<String, String>;

fn has(files: &Files, word: &str) -> bool {
    files.values().any(|text| text.contains(word))
}

#[test]
fn what_is_collected_is_the_same_and_holds_no_secret() {
    if !tools::wanted() {
        return;
    }
    let cluster = Cluster::start().unwrap();
    let loaded = serde_json::Value::from(cluster.load(MARKED).objects).to_string();
    for number in (0..=21).filter(|number| *number != 1) {
        let mark = format!("{SECRET}-{number}");
        assert!(loaded.contains(&mark), "the cluster holds {mark}");
    }
    let user = cluster.admin();
    let config = config_of(&cluster, &user);
    let collect = |name: &str, more: &[&str]| {
        let path = cluster.folder.join(name);
        let mut command = neg_doctor(&config);
        command.args(["collect", "-A", "-o"]).arg(&path).args(more);
        let ran = Ran::of(&mut command);
        assert_eq!(ran.code, 0, "{ran:?}");
        files(&path)
    };
    let folder = collect("folder", &[]);
    assert_eq!(folder, collect("other", &[]));
    assert_eq!(folder, collect("folder", &[]), "over an older one");
    assert_eq!(folder, collect("file.tar.gz", &[]));
    let redacted = collect("redacted", &["--redact-names"]);
    let again = collect("redacted.tar.gz", &["--redact-names"]);
    assert_eq!(redacted, again);

    holds_nothing_secret(&folder, &user.token);
    holds_nothing_secret(&redacted, &user.token);
    // What it is about is there all the same.
    for word in ["lastAppliedAnnotations", "exposed_ports", "10.4.0.9"] {
        assert!(has(&folder, word), "{word}");
    }
    for name in ["marked", "mail", "postfix", "registry.example.org"] {
        assert!(has(&folder, name), "{name}");
        assert!(!has(&redacted, name), "{name} in {redacted:#?}");
    }
    says_the_same(&config);
    asked_only_to_read(&cluster);
}

fn holds_nothing_secret(files: &Files, token: &str) {
    for word in [
        SECRET,
        token,
        "last-applied",
        "managedFields",
        "kind: Secret",
    ] {
        assert!(!has(files, word), "{word} in {files:#?}");
    }
    assert!(
        !files.keys().any(|name| name.contains("secret")),
        "{files:#?}"
    );
}

/// The findings of the live cluster are those of what was collected there.
fn says_the_same(config: &Path) {
    let check = |what: &str| {
        let mut command = neg_doctor(config);
        let ran = Ran::of(command.args(["check", "--format", "json", what]));
        assert_eq!(ran.code, 1, "{ran:?}");
        ran.report()
    };
    let live = check("-A");
    assert!(!live.to_string().contains(SECRET), "{live:#}");
    for path in ["folder", "file.tar.gz"] {
        assert_eq!(said(&check(path)), said(&live), "{path}");
    }
    // By other names as many of each rule.
    let ids = |report: &serde_json::Value| {
        let findings = report["findings"].as_array().unwrap().iter();
        let mut ids: Vec<_> = findings.map(|it| it["id"].to_string()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&check("redacted")), ids(&live));
}
