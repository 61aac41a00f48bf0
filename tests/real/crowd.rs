//! A large cluster as one looks: Services with NEGs, what the controllers made for them, their Pods
//! with all the fields that nobody asks for, and the events of an hour.

use serde_json::{Value, json};

pub(crate) const SERVICES: usize = 5_000;
pub(crate) const PODS: usize = 50_000;
pub(crate) const EVENTS: usize = 20_000;
const NAMESPACES: usize = 50;
const NODES: usize = 500;
const ZONES: [&str; 3] = ["europe-west1-b", "europe-west1-c", "europe-west1-d"];
const MADE: &str = "2026-01-01T00:00:00Z";

fn head(api_version: &str, kind: &str, namespace: &str, name: &str) -> Value {
    let metadata = json!({
        "name": name,
        "namespace": namespace,
        "labels": {"app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "service-1.2.3"},
        "managedFields": [{
            "manager": "helm",
            "operation": "Update",
            "apiVersion": api_version,
            "time": MADE,
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {
                    "f:annotations": {".": {}, "f:cloud.google.com/neg": {}},
                    "f:labels": {".": {}, "f:app": {}, "f:helm.sh/chart": {}},
                },
                "f:spec": {
                    "f:containers": {"k:{\"name\":\"web\"}": {
                        ".": {}, "f:env": {}, "f:image": {}, "f:imagePullPolicy": {}, "f:name": {},
                        "f:ports": {}, "f:readinessProbe": {}, "f:resources": {},
                    }},
                    "f:dnsPolicy": {}, "f:enableServiceLinks": {}, "f:restartPolicy": {},
                },
            },
        }],
    });
    json!({"apiVersion": api_version, "kind": kind, "metadata": metadata})
}

fn namespace(service: usize) -> String {
    format!("team-{:02}", service % NAMESPACES)
}

fn neg(service: usize) -> String {
    format!(
        "k8s1-0a1b2c3d-{}-web-{service:04}-80-5e6f7a8b",
        namespace(service)
    )
}

fn node_name(number: usize) -> String {
    format!("gke-prod-pool-{number:03}")
}

/// The address range of a Node, but for its last number.
fn range(node: usize) -> String {
    format!("10.{}.{}", 4 + node / 256, node % 256)
}

fn ip(pod: usize) -> String {
    format!("{}.{}", range(pod % NODES), 2 + pod / NODES)
}

/// Everything, a kind after the other.
pub(crate) fn objects() -> impl Iterator<Item = Value> {
    let services = (0..SERVICES).flat_map(|n| [service(n), slice(n), deployment(n), svc_neg(n)]);
    let others = (0..PODS).map(pod).chain((0..EVENTS).map(event));
    (0..NODES).map(node).chain(services).chain(others)
}

fn service(n: usize) -> Value {
    let mut object = head("v1", "Service", &namespace(n), &format!("web-{n:04}"));
    object["metadata"]["labels"]["app"] = format!("web-{n:04}").into();
    object["metadata"]["annotations"] = json!({
        "cloud.google.com/neg": "{\"exposed_ports\": {\"80\": {}}}",
        "cloud.google.com/neg-status": json!({
            "network_endpoint_groups": {"80": neg(n)}, "zones": ZONES,
        }).to_string(),
        "meta.helm.sh/release-name": "web",
    });
    object["spec"] = json!({
        "type": "ClusterIP",
        "clusterIP": "None",
        "clusterIPs": ["None"],
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "internalTrafficPolicy": "Cluster",
        "sessionAffinity": "None",
        "selector": {"app": format!("web-{n:04}")},
        "ports": [{"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}],
    });
    object["status"] = json!({"loadBalancer": {}});
    object
}

fn pods_of(service: usize) -> impl Iterator<Item = usize> {
    (service..PODS).step_by(SERVICES)
}

fn slice(n: usize) -> Value {
    let name = format!("web-{n:04}");
    let mut object = head(
        "discovery.k8s.io/v1",
        "EndpointSlice",
        &namespace(n),
        &format!("{name}-x1"),
    );
    object["metadata"]["labels"] = json!({"kubernetes.io/service-name": name, "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"});
    object["addressType"] = "IPv4".into();
    object["ports"] = json!([{"name": "http", "port": 8080, "protocol": "TCP"}]);
    let endpoint = |pod: usize| {
        json!({
            "addresses": [ip(pod)],
            "conditions": {"ready": true, "serving": true, "terminating": false},
            "nodeName": node_name(pod % NODES),
            "zone": ZONES[pod % NODES % ZONES.len()],
            "targetRef": {"kind": "Pod", "namespace": namespace(n), "name": pod_name(pod)},
        })
    };
    object["endpoints"] = pods_of(n).map(endpoint).collect();
    object
}

fn deployment(n: usize) -> Value {
    let name = format!("web-{n:04}");
    let mut object = head("apps/v1", "Deployment", &namespace(n), &name);
    let labels = json!({"app": name});
    object["spec"] = json!({
        "replicas": PODS / SERVICES,
        "minReadySeconds": 60,
        "selector": {"matchLabels": labels},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 0}},
        "template": {"metadata": {"labels": labels}, "spec": pod_spec()},
    });
    object["status"] = json!({"replicas": 10, "readyReplicas": 10, "availableReplicas": 10});
    object
}

fn svc_neg(n: usize) -> Value {
    let mut object = head(
        "networking.gke.io/v1beta1",
        "ServiceNetworkEndpointGroup",
        &namespace(n),
        &neg(n),
    );
    object["metadata"]["labels"] = json!({
        "networking.gke.io/managed-by": "neg-controller",
        "networking.gke.io/service-name": format!("web-{n:04}"),
        "networking.gke.io/service-port": "80",
    });
    object["metadata"]["finalizers"] = json!(["networking.gke.io/neg-finalizer"]);
    object["spec"] = json!({});
    let condition = |kind: &str| json!({"type": kind, "status": "True", "reason": kind, "message": "", "lastTransitionTime": MADE});
    let group = |zone: &&str| {
        json!({
            "id": "1234567890123456789",
            "networkEndpointType": "GCE_VM_IP_PORT",
            "selfLink": format!("https://www.googleapis.com/compute/v1/projects/prod-project/zones/{zone}/networkEndpointGroups/{}", neg(n)),
            "state": "ACTIVE",
        })
    };
    object["status"] = json!({
        "conditions": [condition("Initialized"), condition("Synced")],
        "lastSyncTime": jiff::Timestamp::now().to_string(),
        "networkEndpointGroups": ZONES.iter().map(group).collect::<Vec<_>>(),
    });
    object
}

fn pod_name(n: usize) -> String {
    format!("web-{:04}-5d8f9c7b6d-{n:05}", n % SERVICES)
}

fn pod_spec() -> Value {
    let variable = |n: usize| json!({"name": format!("SETTING_{n}"), "value": format!("the value of the setting with number {n}")});
    json!({
        "containers": [{
            "name": "web",
            "image": "europe-docker.pkg.dev/prod-project/images/web:1.2.3",
            "imagePullPolicy": "IfNotPresent",
            "args": ["--listen=:8080", "--log=json", "--level=info"],
            "env": (0..12).map(variable).collect::<Vec<_>>(),
            "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
            "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"}, "periodSeconds": 10, "timeoutSeconds": 1, "successThreshold": 1, "failureThreshold": 3},
            "lifecycle": {"preStop": {"sleep": {"seconds": 60}}},
            "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "256Mi"}},
            "volumeMounts": [{"name": "token", "readOnly": true, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}],
        }],
        "volumes": [{"name": "token", "projected": {"defaultMode": 420, "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        ]}}],
        "terminationGracePeriodSeconds": 90,
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": "Always",
        "schedulerName": "default-scheduler",
        "securityContext": {},
    })
}

fn pod(n: usize) -> Value {
    let owner = n % SERVICES;
    let mut object = head("v1", "Pod", &namespace(owner), &pod_name(n));
    object["metadata"]["labels"] =
        json!({"app": format!("web-{owner:04}"), "pod-template-hash": "5d8f9c7b6d"});
    object["metadata"]["ownerReferences"] = json!([{
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "controller": true, "blockOwnerDeletion": true,
        "name": format!("web-{owner:04}-5d8f9c7b6d"), "uid": "00000000-0000-4000-8000-000000000001",
    }]);
    let gate = "cloud.google.com/load-balancer-neg-ready";
    object["spec"] = pod_spec();
    object["spec"]["nodeName"] = node_name(n % NODES).into();
    object["spec"]["readinessGates"] = json!([{"conditionType": gate}]);
    object["spec"]["tolerations"] = json!([
        {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
        {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
    ]);
    let condition =
        |kind: &str| json!({"type": kind, "status": "True", "lastTransitionTime": MADE});
    let kinds = [
        "PodReadyToStartContainers",
        "Initialized",
        "Ready",
        "ContainersReady",
        "PodScheduled",
    ];
    let mut conditions: Vec<_> = kinds.into_iter().map(condition).collect();
    conditions.push(json!({
        "type": gate, "status": "True", "reason": "LoadBalancerNegReady", "lastTransitionTime": MADE,
        "message": format!("Pod has become Healthy in NEG \"Key{{\\\"{}\\\", zone: \\\"europe-west1-b\\\"}}\" attached to BackendService \"Key{{\\\"web\\\"}}\". Marking condition \"{gate}\" to True.", neg(owner)),
    }));
    object["status"] = json!({
        "phase": "Running",
        "conditions": conditions,
        "podIP": ip(n),
        "podIPs": [{"ip": ip(n)}],
        "startTime": MADE,
        "qosClass": "Burstable",
        "containerStatuses": [{
            "name": "web", "ready": true, "started": true, "restartCount": 0,
            "state": {"running": {"startedAt": MADE}}, "lastState": {},
            "image": "europe-docker.pkg.dev/prod-project/images/web:1.2.3",
            "imageID": "europe-docker.pkg.dev/prod-project/images/web@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "containerID": "containerd://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        }],
    });
    object
}

fn event(n: usize) -> Value {
    let owner = n % SERVICES;
    let name = format!("web-{owner:04}");
    let mut object = head("v1", "Event", &namespace(owner), &format!("{name}.{n:x}"));
    object["involvedObject"] =
        json!({"apiVersion": "v1", "kind": "Service", "namespace": namespace(owner), "name": name});
    object["reason"] = "Attach".into();
    object["message"] = format!(
        "Attach 2 network endpoint(s) (NEG \"{}\" in zone \"europe-west1-b\")",
        neg(owner)
    )
    .into();
    object["type"] = "Normal".into();
    object["count"] = 1.into();
    object["source"] = json!({"component": "neg-controller"});
    object["firstTimestamp"] = MADE.into();
    object["lastTimestamp"] = MADE.into();
    object
}

fn node(n: usize) -> Value {
    let mut object = head("v1", "Node", "", &node_name(n));
    let zone = ZONES[n % ZONES.len()];
    object["metadata"]
        .as_object_mut()
        .unwrap()
        .remove("namespace");
    object["metadata"]["labels"] = json!({"topology.kubernetes.io/zone": zone});
    object["spec"] = json!({
        "podCIDR": format!("{}.0/24", range(n)),
        "podCIDRs": [format!("{}.0/24", range(n))],
        "providerID": format!("gce://prod-project/{zone}/{}", node_name(n)),
    });
    object["status"] = json!({"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady", "lastTransitionTime": MADE}]});
    object
}
