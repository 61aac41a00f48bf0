//! The server, its users and its log.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::json;

use super::cluster::Cluster;
use super::kubeconfig::{Context, Login, kubeconfig};

fn stdout(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn kubectl_logs_in_by_token_certificate_and_plugin() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let admin = cluster.admin();
    for login in [Login::Token, Login::Certificate, Login::Exec] {
        let context = Context {
            login,
            namespace: Some("kube-system"),
            ..cluster.context(&admin)
        };
        let config = kubeconfig(&[context]);
        let whoami = [
            "auth",
            "whoami",
            "-o",
            "jsonpath={.status.userInfo.username}",
        ];
        let output = cluster.kubectl(&config).args(whoami).output().unwrap();
        assert_eq!(stdout(&output), "admin", "{login:?}");
        let namespace = ["config", "view", "--minify", "-o", "jsonpath={..namespace}"];
        let output = cluster.kubectl(&config).args(namespace).output().unwrap();
        assert_eq!(stdout(&output), "kube-system");
    }
    let calls = fs::read_to_string(cluster.folder.join("plugin-calls-admin")).unwrap();
    assert!(!calls.is_empty());
}

#[test]
fn a_kubeconfig_has_several_contexts() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let (admin, plain) = (cluster.admin(), cluster.plain_user());
    let second = Context {
        name: "second",
        ..cluster.context(&plain)
    };
    let config = kubeconfig(&[cluster.context(&admin), second]);
    let who = |context: &str| {
        let mut kubectl = cluster.kubectl(&config);
        kubectl.args([
            "auth",
            "whoami",
            "-o",
            "jsonpath={.status.userInfo.username}",
        ]);
        stdout(&kubectl.args(["--context", context]).output().unwrap())
    };
    assert_eq!(who("test"), "admin");
    assert_eq!(who("second"), plain.name);
}

#[test]
fn the_custom_resources_are_served() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let mut client = cluster.client(&cluster.admin());
    for path in [
        "networking.gke.io/v1beta1/servicenetworkendpointgroups",
        "networking.gke.io/v1beta1/networkendpointgroupbindings",
        "networking.gke.io/v1beta1/frontendconfigs",
        "networking.gke.io/v1/managedcertificates",
        "networking.gke.io/v1/serviceattachments",
        "networking.gke.io/v1/gcpbackendpolicies",
        "networking.gke.io/v1/gcpgatewaypolicies",
        "networking.gke.io/v1/healthcheckpolicies",
        "net.gke.io/v1/serviceexports",
        "net.gke.io/v1/serviceimports",
        "cloud.google.com/v1/backendconfigs",
        "gateway.networking.k8s.io/v1/gateways",
        "gateway.networking.k8s.io/v1beta1/gateways",
        "gateway.networking.k8s.io/v1/gatewayclasses",
        "gateway.networking.k8s.io/v1/httproutes",
        "gateway.networking.k8s.io/v1beta1/referencegrants",
        "argoproj.io/v1alpha1/applications",
        "helm.toolkit.fluxcd.io/v2/helmreleases",
        "security.istio.io/v1/peerauthentications",
    ] {
        let reply = client.get(&format!("/apis/{path}")).unwrap();
        assert_eq!(reply.status(), 200, "{path}: {}", reply.text());
    }
}

#[test]
fn a_plain_user_may_do_what_was_allowed_and_no_more() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let user = cluster.plain_user();
    let mut client = cluster.client(&user);
    let mut status = |path: &str| client.get(path).unwrap().status();
    assert_eq!(status("/api/v1/services"), 403);
    let rules = json!([{"apiGroups": [""], "resources": ["services"], "verbs": ["list"]}]);
    cluster.allow(&user, &rules, Some("default"));
    assert_eq!(status("/api/v1/namespaces/default/services"), 200);
    assert_eq!(status("/api/v1/services"), 403);
    cluster.allow(&user, &rules, None);
    assert_eq!(status("/api/v1/services"), 200);
    assert_eq!(status("/api/v1/pods"), 403);
    assert_eq!(status("/api/v1/secrets"), 403);
}

#[test]
fn the_audit_log_tells_who_asked_what() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let user = cluster.plain_user();
    let mut client = cluster.client(&user);
    client.get("/api/v1/secrets?limit=1").unwrap();
    client.call(
        "POST",
        "/api/v1/namespaces",
        &json!({"metadata": {"name": "never"}}),
    );
    let asked: Vec<_> = cluster
        .audit(&user)
        .iter()
        .map(|event| {
            let [verb, resource] = [&event["verb"], &event["objectRef"]["resource"]];
            format!("{} {} {}", verb, resource, event["responseStatus"]["code"])
        })
        .collect();
    assert_eq!(
        asked,
        [r#""list" "secrets" 403"#, r#""create" "namespaces" 403"#]
    );
}

#[test]
fn a_second_cluster_is_another_one_and_leaves_nothing() {
    let Some(shared) = Cluster::shared() else {
        return;
    };
    let cluster = Cluster::start().unwrap();
    let uid = |cluster: &Cluster| {
        let mut client = cluster.client(&cluster.admin());
        let reply = client.get("/api/v1/namespaces/kube-system").unwrap();
        reply.json()["metadata"]["uid"].clone()
    };
    assert_ne!(uid(&cluster), uid(shared));
    let (folder, address) = (cluster.folder.clone(), cluster.address);
    assert!(running(&folder));
    drop(cluster);
    assert!(!folder.exists());
    assert!(std::net::TcpStream::connect(address).is_err());
    assert!(!running(&folder));
}

/// Whether a process works in this folder, as both servers do.
fn running(folder: &Path) -> bool {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|process| fs::read_link(process.path().join("cwd")).ok())
        .any(|cwd| cwd.starts_with(folder))
}
