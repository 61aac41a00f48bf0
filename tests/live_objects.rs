//! Objects as the API server sends them are cut to what is kept, and nothing else comes through.
#![cfg(test)]

use neg_doctor::document::{Document, Node};
use neg_doctor::kind::resource::Resource;
use neg_doctor::snapshot::{Origin, Page};
use serde_json::{Value, json};

fn origin(resource: &str) -> Origin<'static> {
    let resource = Resource::named(resource).unwrap();
    Origin {
        cluster: "prod",
        resource,
        version: resource.versions[0],
    }
}

fn page(resource: &str, list: &Value) -> Page {
    Page::read(list.to_string().as_bytes(), origin(resource)).unwrap()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "reads better where it is called"
)]
fn cut(resource: &str, object: Value) -> Document {
    let mut page = page(resource, &json!({ "kind": "List", "items": [object] }));
    assert_eq!(page.documents.len(), 1);
    page.documents.remove(0)
}

/// The names of all secrets in these objects begin so, and no name or value that is kept does.
const SECRET: &str = "s3cr3t";

fn keeps_no_secret(document: &Document) {
    let text = &document.source().text;
    assert!(!text.contains(SECRET), "{text}");
}

fn pod_spec() -> Value {
    json!({
        "nodeName": "n1",
        "serviceAccountName": "s3cr3t-account",
        "readinessGates": [{"conditionType": "cloud.google.com/load-balancer-neg-ready"}],
        "volumes": [{"name": "v", "secret": {"secretName": "s3cr3t-volume"}}],
        "imagePullSecrets": [{"name": "s3cr3t-pull"}],
        "containers": [{
            "name": "mail", "image": "mail:1",
            "args": ["--password=s3cr3t-arg"], "command": ["s3cr3t-command"],
            "env": [{"name": "TOKEN", "value": "s3cr3t-env"}],
            "envFrom": [{"secretRef": {"name": "s3cr3t-from"}}],
            "ports": [{"containerPort": 25, "name": "smtp"}],
            "lifecycle": {"preStop": {"exec": {"command": ["sh", "-c", "curl -H s3cr3t-hook x; /bin/sleep 15s; s3cr3t"]}}},
            "livenessProbe": {"exec": {"command": ["s3cr3t-live"]}},
            "readinessProbe": {
                "periodSeconds": 5,
                "exec": {"command": ["s3cr3t-probe"]},
                "httpGet": {"path": "/ready?token=s3cr3t-query", "port": "smtp", "httpHeaders": [
                    {"name": "Authorization", "value": "Bearer s3cr3t-header"}, {"name": "host", "value": "mail.example.com"}]},
            },
        }],
    })
}

#[test]
fn of_a_pod_what_the_rules_read_is_kept_and_no_secret() {
    let document = cut(
        "pods",
        json!({
            "metadata": {"name": "mail-0", "namespace": "mail", "uid": "u", "resourceVersion": "7", "labels": {"app": "mail"},
                "annotations": {"vault.example.com/token": "s3cr3t", "sidecar.istio.io/inject": "true", "nginx.ingress.kubernetes.io/configuration-snippet": "s3cr3t"},
                "managedFields": [{"manager": "s3cr3t-manager", "operation": "Update", "fieldsV1": {"f:metadata": {"f:annotations": {"f:cloud.google.com/s3cr3t": {}}}}}]},
            "spec": pod_spec(),
            "status": {"phase": "Running", "podIP": "10.1.2.3", "conditions": [{"type": "Ready", "status": "True"}],
                "containerStatuses": [{"name": "mail", "ready": true, "state": {"waiting": {"message": "s3cr3t-state"}}}]},
        }),
    );
    keeps_no_secret(&document);
    assert_eq!(document.source().origin, "prod/mail/Pod/mail-0");
    let expected = "\
apiVersion: v1
kind: Pod
metadata:
  annotations:
    sidecar.istio.io/inject: 'true'
  labels:
    app: mail
  name: mail-0
  namespace: mail
  uid: u
spec:
  containers:
  - image: mail:1
    lifecycle:
      preStop:
        exec:
          command:
          - sleep
          - '15s'
    name: mail
    ports:
    - containerPort: 25
      name: smtp
    readinessProbe:
      exec: {}
      httpGet:
        httpHeaders:
        - name: Authorization
        - name: host
          value: mail.example.com
        path: /ready?
        port: smtp
      periodSeconds: 5
  nodeName: n1
  readinessGates:
  - conditionType: cloud.google.com/load-balancer-neg-ready
status:
  conditions:
  - status: 'True'
    type: Ready
  containerStatuses:
  - name: mail
    ready: true
  phase: Running
  podIP: '10.1.2.3'
";
    assert_eq!(&*document.source().text, expected);
}

#[test]
fn of_a_workload_the_template_is_cut_too() {
    let template = json!({ "metadata": {"labels": {"app": "mail"}, "annotations": {"x": "s3cr3t"}}, "spec": pod_spec() });
    let document = cut(
        "deployments.apps",
        json!({
            "metadata": {"name": "mail"},
            "spec": {"replicas": 2, "template": template},
            "status": {"readyReplicas": 1, "conditions": []},
        }),
    );
    keeps_no_secret(&document);
    let replicas = document
        .root()
        .at(&["spec", "replicas"])
        .and_then(Node::integer);
    assert_eq!(replicas, Some(2));
    assert!(
        document
            .root()
            .at(&["spec", "template", "spec", "containers"])
            .is_some()
    );
}

#[test]
fn of_what_was_applied_the_keys_of_load_balancing_are_kept() {
    let applied = json!({
        "metadata": {"annotations": {"cloud.google.com/neg": "s3cr3t-value", "other": "s3cr3t"}},
        "spec": {"env": "s3cr3t"},
    });
    let document = cut(
        "services",
        json!({"metadata": {"name": "a",
        "annotations": {
            "kubectl.kubernetes.io/last-applied-configuration": applied.to_string(),
            "cloud.google.com/neg": "{}", "controller.autoneg.dev/neg": "{}", "cloud.google.con/neg": "{}"},
        "managedFields": [
            {"manager": "flux", "operation": "Apply", "fieldsV1": {"f:metadata": {"f:annotations": {"f:cloud.google.com/backend-config": {}, "f:s3cr3t": {}}}}},
            {"manager": "neg", "operation": "Update", "fieldsV1": {"f:metadata": {"f:annotations": {"f:cloud.google.com/neg-status": {}}}}}]}}),
    );
    keeps_no_secret(&document);
    let metadata = document.root().get("metadata").unwrap();
    let keys: Vec<_> = metadata
        .get("lastAppliedAnnotations")
        .unwrap()
        .items()
        .filter_map(Node::text)
        .collect();
    assert_eq!(
        keys,
        ["cloud.google.com/backend-config", "cloud.google.com/neg"]
    );
    let kept: Vec<_> = metadata
        .get("annotations")
        .unwrap()
        .entries()
        .filter_map(|(key, _)| key.text())
        .collect();
    assert_eq!(
        kept,
        [
            "cloud.google.com/neg",
            "cloud.google.con/neg",
            "controller.autoneg.dev/neg"
        ]
    );
    let never = cut(
        "services",
        json!({"metadata": {"name": "a", "annotations": {"a": "b"}}}),
    );
    assert!(
        never
            .root()
            .at(&["metadata", "lastAppliedAnnotations"])
            .is_none()
    );
    assert!(never.root().at(&["metadata", "annotations"]).is_none());
}

/// When somebody last said what is wanted; controllers that answer do not count.
#[test]
fn the_last_change_is_that_of_a_wish() {
    let manager = |time: &str, fields: Value| json!({"manager": "m", "operation": "Update", "time": time, "fieldsV1": fields});
    let annotation =
        |key: &str| json!({"f:metadata": {"f:annotations": {".": {}, format!("f:{key}"): {}}}});
    let changed = |managers: Vec<Value>| {
        let object = json!({"metadata": {"name": "a", "managedFields": managers}});
        let document = cut("services", object);
        let changed = document.root().at(&["metadata", "lastChanged"]);
        changed.and_then(Node::text).map(str::to_owned)
    };
    let answer = manager(
        "2026-11-25T12:00:00Z",
        annotation("cloud.google.com/neg-status"),
    );
    let claim = manager("2026-11-24T12:00:00Z", annotation("cloud.google.com/neg"));
    let spec = manager("2026-11-25T11:00:00Z", json!({"f:spec": {"f:ports": {}}}));
    let status = manager("2026-11-25T13:00:00Z", json!({"f:status": {}}));
    assert_eq!(changed(vec![answer.clone(), status.clone()]), None);
    let claimed = changed(vec![answer.clone(), claim.clone(), status.clone()]);
    assert_eq!(claimed.as_deref(), Some("2026-11-24T12:00:00Z"));
    let both = changed(vec![spec, claim, answer, status]);
    assert_eq!(both.as_deref(), Some("2026-11-25T11:00:00Z"));
}

#[test]
fn other_kinds_keep_no_secret() {
    for (resource, object) in [
        (
            "backendconfigs.cloud.google.com",
            json!({"spec": {
            "iap": {"enabled": true, "oauthclientCredentials": {"secretName": "iap", "clientID": "s3cr3t", "clientSecret": "s3cr3t"}},
            "customRequestHeaders": {"headers": ["X-Token:s3cr3t"]},
            "cdn": {"signedUrlKeys": [{"keyName": "k", "keyValue": "s3cr3t", "secretName": "name"}]}}}),
        ),
        (
            "httproutes.gateway.networking.k8s.io",
            json!({"spec": {"rules": [{
            "matches": [{"headers": [{"name": "x", "value": "s3cr3t"}]}],
            "filters": [{"type": "RequestHeaderModifier", "requestHeaderModifier": {"set": [{"name": "a", "value": "s3cr3t"}]}}]}]}}),
        ),
        (
            "events",
            json!({"reason": "Unhealthy", "source": {"component": "kubelet"}, "message": "probe answered s3cr3t"}),
        ),
        (
            "nodes",
            json!({"status": {"images": [{"names": ["s3cr3t"]}]}, "spec": {"configSource": "s3cr3t"}}),
        ),
        // A value where members are expected is left out.
        (
            "pods",
            json!({"spec": "s3cr3t", "status": ["s3cr3t"], "data": "s3cr3t"}),
        ),
        (
            "pods",
            json!({"metadata": {"name": "p", "annotations": "s3cr3t", "managedFields": "s3cr3t"}}),
        ),
    ] {
        keeps_no_secret(&cut(resource, object));
    }
}

#[test]
fn pages_are_read_whatever_they_look_like() {
    let read = |text: &str| Page::read(text.as_bytes(), origin("pods"));
    let last = read(r#"{"items": null, "metadata": {"continue": ""}}"#).unwrap();
    assert!(last.documents.is_empty() && last.next.is_none());
    let next = read(r#"{"metadata": {"continue": "abc"}, "items": []}"#).unwrap();
    assert_eq!(next.next.as_deref(), Some("abc"));
    let odd =
        read(r#"{"items": [null, 1, "x", [], {"metadata": null}, {"metadata": {"name": 5}}]}"#)
            .unwrap();
    assert_eq!(odd.documents.len(), 6);
    for bad in [
        "",
        "{}",
        "[]",
        "null",
        "{\"items\": [",
        "{\"items\": {}}",
        "<html>",
        "{\"items\": []} x",
        &"[".repeat(100_000),
    ] {
        assert!(read(bad).is_err(), "{bad:.40}");
    }
    let deep = format!(
        "{{\"items\": [{{\"status\": {}1{}}}]}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    assert!(Page::read(deep.as_bytes(), origin("services")).is_err());
}
