//! What is loaded stands in the cluster as it was observed, or is told to be lost.

use serde_json::{Value, json};

use super::cluster::Cluster;

const OBSERVED: &str = r#"
apiVersion: neg-doctor.dev/v1
kind: Snapshot
metadata: {name: prod}
---
apiVersion: v1
kind: Service
metadata:
  name: mail
  namespace: load-a
  uid: 1f0c6a2e-0000-4000-8000-000000000001
  creationTimestamp: "2026-11-25T11:00:00Z"
  annotations: {cloud.google.com/neg: '{"exposed_ports": {"25": {}}}'}
  lastAppliedAnnotations: [cloud.google.com/neg]
spec:
  type: LoadBalancer
  clusterIP: 34.118.224.17
  selector: {app: mail}
  ports: [{name: smtp, port: 25, targetPort: 2525, protocol: TCP}]
status:
  loadBalancer: {ingress: [{ip: 203.0.113.7, ipMode: VIP}]}
---
apiVersion: v1
kind: Pod
metadata: {name: mail-1, namespace: load-a, labels: {app: mail}}
spec:
  nodeName: load-node
  readinessGates: [{conditionType: cloud.google.com/load-balancer-neg-ready}]
  containers: [{name: postfix, ports: [{containerPort: 2525, protocol: TCP}]}]
status:
  phase: Running
  podIP: 10.4.0.9
  conditions:
  - {type: Ready, status: "False", lastTransitionTime: "2026-11-25T11:30:00Z", reason: ReadinessGatesNotReady}
---
apiVersion: v1
kind: Pod
metadata:
  name: mail-2
  namespace: load-a
  deletionTimestamp: "2026-11-25T11:59:00Z"
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: mail, controller: true}]
spec: {containers: [{name: postfix}], nodeName: load-node}
status: {phase: Running}
---
apiVersion: v1
kind: Node
metadata: {name: load-node, labels: {topology.kubernetes.io/zone: europe-west1-b}}
spec: {podCIDR: 10.4.0.0/24, providerID: gce://p/europe-west1-b/load-node}
status:
  conditions: [{type: Ready, status: "True", reason: KubeletReady}]
---
apiVersion: v1
kind: Event
metadata: {name: mail.1, namespace: load-a}
involvedObject: {apiVersion: v1, kind: Service, name: mail, namespace: load-a}
reason: SyncNetworkEndpointGroupFailed
message: Failed to sync NEG
type: Warning
count: 7
firstTimestamp: "2026-11-25T11:00:01Z"
lastTimestamp: "2026-11-25T11:50:01Z"
source: {component: neg-controller}
---
apiVersion: events.k8s.io/v1
kind: Event
metadata: {name: mail.2, namespace: load-a}
regarding: {apiVersion: v1, kind: Service, name: mail, namespace: load-a}
reason: Attach
note: Attach 1 network endpoint(s)
type: Normal
deprecatedCount: 2
deprecatedFirstTimestamp: "2026-11-25T11:00:01Z"
deprecatedLastTimestamp: "2026-11-25T11:50:01Z"
deprecatedSource: {component: neg-controller}
---
apiVersion: networking.gke.io/v1beta1
kind: ServiceNetworkEndpointGroup
metadata: {name: k8s1-mail, namespace: load-a, finalizers: [networking.gke.io/neg-finalizer]}
spec: {}
status:
  lastSyncTime: "2026-11-25T11:50:01Z"
  conditions:
  - {type: Synced, status: "False", reason: NegSyncFailed, message: no, lastTransitionTime: "2026-11-25T11:50:01Z"}
---
apiVersion: networking.gke.io/v1
kind: ManagedCertificate
metadata: {name: mail, namespace: load-a}
spec: {domains: [mail.example.org]}
status: {certificateStatus: Provisioning, domainStatus: [{domain: mail.example.org, status: FailedNotVisible}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: load-b, deletionTimestamp: "2026-11-25T11:40:00Z"}
spec: {finalizers: [kubernetes]}
status:
  phase: Terminating
  conditions:
  - {type: NamespaceContentRemaining, status: "True", reason: SomeResourcesRemain, lastTransitionTime: "2026-11-25T11:41:00Z"}
---
apiVersion: v1
kind: Service
metadata: {name: six, namespace: load-a}
spec: {ipFamilyPolicy: SingleStack, ipFamilies: [IPv6], ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: left-over, namespace: load-b}
"#;

#[test]
fn what_was_observed_is_there_but_for_what_is_told() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let loaded = cluster.load(OBSERVED);
    let mut lost = loaded.lost.clone();
    lost.sort();
    assert_eq!(
        lost,
        [
            "Service load-a/mail: metadata.lastAppliedAnnotations",
            "Service load-a/mail: spec.clusterIP",
        ]
    );
    let mut client = cluster.client(&cluster.admin());
    let mut at = |path: &str, pointer: &str| -> Value {
        let reply = client.get(path).unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        reply.json().pointer(pointer).cloned().unwrap_or_default()
    };
    let core = "/api/v1/namespaces/load-a";
    let gke = "/apis/networking.gke.io";
    for (path, pointer, expected) in [
        (
            format!("{core}/services/mail"),
            "/status/loadBalancer/ingress/0/ip",
            "203.0.113.7",
        ),
        (
            format!("{core}/pods/mail-1"),
            "/status/conditions/0/reason",
            "ReadinessGatesNotReady",
        ),
        (format!("{core}/pods/mail-1"), "/status/podIP", "10.4.0.9"),
        (
            "/api/v1/nodes/load-node".to_owned(),
            "/status/conditions/0/status",
            "True",
        ),
        (
            format!("{core}/events/mail.1"),
            "/lastTimestamp",
            "2026-11-25T11:50:01Z",
        ),
        (
            format!("{core}/events/mail.2"),
            "/message",
            "Attach 1 network endpoint(s)",
        ),
        (
            format!("{gke}/v1beta1/namespaces/load-a/servicenetworkendpointgroups/k8s1-mail"),
            "/status/conditions/0/reason",
            "NegSyncFailed",
        ),
        (
            format!("{gke}/v1/namespaces/load-a/managedcertificates/mail"),
            "/status/certificateStatus",
            "Provisioning",
        ),
        (
            "/api/v1/namespaces/load-b".to_owned(),
            "/status/phase",
            "Terminating",
        ),
    ] {
        assert_eq!(at(&path, pointer), expected, "{path}{pointer}");
    }
    assert!(
        at(
            &format!("{core}/pods/mail-2"),
            "/metadata/deletionTimestamp"
        )
        .is_string()
    );
    assert!(at("/api/v1/nodes/load-node", "/spec/taints").is_null());
    let applied = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";
    let applied = at(&format!("{core}/services/mail"), applied);
    assert!(applied.as_str().unwrap().contains("cloud.google.com/neg"));

    // Lists come from the server's cache, which has to have heard of what changed in etcd.
    let created = at(
        &format!("{core}/services"),
        "/items/0/metadata/creationTimestamp",
    );
    assert_eq!(created, "2026-11-25T11:00:00Z");
    let deleted = at(
        &format!("{core}/pods"),
        "/items/1/metadata/deletionTimestamp",
    );
    assert_eq!(deleted, "2026-11-25T11:59:00Z");

    // Unloaded it is gone, so that it can be loaded again.
    cluster.unload(&loaded);
    let again = cluster.load(OBSERVED);
    assert_eq!(again.lost.len(), lost.len());
    cluster.unload(&again);
    let mut client = cluster.client(&cluster.admin());
    for path in [
        "/api/v1/namespaces/load-a/pods/mail-2",
        "/apis/networking.gke.io/v1beta1/namespaces/load-a/servicenetworkendpointgroups/k8s1-mail",
        "/api/v1/nodes/load-node",
        "/api/v1/namespaces/load-b",
    ] {
        assert_eq!(client.get(path).unwrap().status(), 404, "{path}");
    }
}

#[test]
fn what_is_stored_straight_is_listed_by_pages() {
    let Some(cluster) = Cluster::shared() else {
        return;
    };
    let pod = |number: usize| {
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": format!("p{number:04}"), "namespace": "stored"},
            "spec": {"nodeName": "n", "containers": [{"name": "c", "image": "i"}]},
            "status": {"phase": "Running", "podIP": "10.4.0.1"},
        })
    };
    cluster.store((0..1200).map(pod).collect());
    let mut client = cluster.client(&cluster.admin());
    let (mut found, mut token, mut pages) = (0, String::new(), 0);
    loop {
        let path = format!("/api/v1/namespaces/stored/pods?limit=500&continue={token}");
        let page = client.get(&path).unwrap().json();
        let items = page["items"].as_array().unwrap();
        assert!(items.iter().all(|pod| pod["status"]["podIP"] == "10.4.0.1"));
        found += items.len();
        pages += 1;
        match page["metadata"]["continue"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    assert_eq!((found, pages), (1200, 3));
}

#[test]
#[should_panic(expected = "not served: example.org/v1 Mailbox")]
fn a_kind_that_is_not_served_fails_the_test() {
    let Some(cluster) = Cluster::shared() else {
        panic!("not served: example.org/v1 Mailbox: skipped");
    };
    cluster.load("{apiVersion: example.org/v1, kind: Mailbox, metadata: {name: a}}");
}

#[test]
#[should_panic(expected = "spec.ports")]
fn a_refused_object_fails_the_test_in_the_servers_words() {
    let Some(cluster) = Cluster::shared() else {
        panic!("spec.ports: skipped");
    };
    cluster.load("{apiVersion: v1, kind: Service, metadata: {name: none, namespace: load-c}}");
}
