//! Under other names a snapshot tells nobody whose it is, and says the same.
#![cfg(test)]

use std::sync::Arc;

use neg_doctor::check::{self, Settings};
use neg_doctor::controller::names::L7Namer;
use neg_doctor::document::{self, Document};
use neg_doctor::rules;
use neg_doctor::snapshot::{self, Header, Snapshot};
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;

fn snapshot(text: &str) -> Snapshot {
    let reading = document::read(&Source::new("all.yaml", text), |_, _| true);
    assert!(reading.broken.is_empty(), "{:?}", reading.broken);
    let (headers, documents): (Vec<_>, Vec<_>) =
        reading.documents.into_iter().partition(snapshot::is_header);
    Snapshot {
        header: Arc::new(Header::read(&headers[0]).unwrap()),
        documents,
    }
}

fn text(snapshot: &Snapshot) -> String {
    let all = std::iter::once(&snapshot.header.document).chain(&snapshot.documents);
    all.map(|document: &Document| document.source().text.to_string())
        .collect::<Vec<_>>()
        .join("---\n")
}

const HEADER: &str = "\
apiVersion: neg-doctor.dev/v1
kind: Snapshot
metadata: {name: gke_acme-prod_europe-west1_main}
namespace: billing
unread:
- resource: events
  part: false
  reason: 'events is forbidden: User \"ann@acme.example\" cannot list resource'
  needs: list on events in namespace billing
---
";

/// A Service with all that belongs to it.
fn objects(neg: &str) -> String {
    format!(
        "\
apiVersion: v1
kind: Service
metadata:
  name: invoices
  namespace: billing
  annotations:
    cloud.google.com/neg-status: '{{\"network_endpoint_groups\":{{\"80\":\"{neg}\"}},\"zones\":[\"europe-west1-b\"]}}'
    cloud.google.com/neg: '{{\"exposed_ports\":{{\"443\":{{\"name\":\"invoices-neg\"}}}}}}'
spec:
  selector: {{app: billing-app}}
  ports:
  - {{name: web, port: 80, targetPort: web}}
---
apiVersion: networking.gke.io/v1beta1
kind: ServiceNetworkEndpointGroup
metadata:
  name: {neg}
  namespace: billing
  labels: {{networking.gke.io/service-name: invoices}}
status:
  networkEndpointGroups:
  - selfLink: https://www.googleapis.com/compute/v1/projects/acme-prod/zones/europe-west1-b/networkEndpointGroups/{neg}
---
apiVersion: v1
kind: Pod
metadata: {{name: invoices-6d5f-x1, namespace: billing, labels: {{app: billing-app}}}}
spec:
  nodeName: gke-main-1
  containers:
  - {{name: server, image: 'eu.gcr.io/acme/invoices:1', ports: [{{containerPort: 8080, name: web}}]}}
---
apiVersion: v1
kind: Node
metadata: {{name: gke-main-1}}
spec: {{providerID: 'gce://acme-prod/europe-west1-b/gke-main-1'}}
---
apiVersion: v1
kind: Event
metadata: {{name: invoices.17a, namespace: billing}}
involvedObject: {{kind: Service, name: invoices, namespace: billing}}
reason: ProcessServiceFailed
message: 'error processing service \"billing/invoices\": NEG invoices-neg is taken.'
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: shop, namespace: billing}}
spec:
  tls: [{{hosts: ['*.acme.example'], secretName: acme-tls}}]
  rules:
  - host: pay.acme.example
    http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: invoices, port: {{name: web}}}}}}}}]}}
"
    )
}

#[test]
fn names_change_alike_everywhere() {
    let namer = L7Namer::new("0a1b2c3d");
    let neg = namer.neg("billing", "invoices", 80).as_str().to_owned();
    let objects = objects(&neg);
    let other = snapshot::redact(&snapshot(&format!("{HEADER}{objects}"))).unwrap();
    let text = text(&other);
    for name in [
        "billing",
        "invoices",
        "acme",
        "gke-main-1",
        "shop",
        "pay.",
        "ann@",
    ] {
        assert!(!text.contains(name), "{name}\n{text}");
    }
    for kept in [
        "europe-west1-b",
        "targetPort: web",
        "ProcessServiceFailed",
        "containerPort: 8080",
        "neg-status",
    ] {
        assert!(text.contains(kept), "{kept}\n{text}");
    }
    let find = |kind: &str| {
        other
            .documents
            .iter()
            .find(|document| document.type_meta().1 == kind)
            .unwrap()
    };
    let string = |kind: &str, path: &[&str]| {
        find(kind)
            .root()
            .at(path)
            .unwrap()
            .text()
            .unwrap()
            .to_owned()
    };
    let (service, namespace) = (
        string("Service", &["metadata", "name"]),
        string("Service", &["metadata", "namespace"]),
    );
    let generated = namer.neg(&namespace, &service, 80);
    assert_eq!(
        string("ServiceNetworkEndpointGroup", &["metadata", "name"]),
        generated.as_str()
    );
    assert!(
        string(
            "Service",
            &["metadata", "annotations", "cloud.google.com/neg-status"]
        )
        .contains(generated.as_str())
    );
    assert_eq!(string("Event", &["involvedObject", "name"]), service);
    assert!(string("Event", &["message"]).contains(&format!("{namespace}/{service}")));
    assert_eq!(
        string("Service", &["spec", "selector", "app"]),
        string("Pod", &["metadata", "labels", "app"])
    );
    assert_eq!(
        string("Pod", &["spec", "nodeName"]),
        string("Node", &["metadata", "name"])
    );
    let host = text
        .split("host: ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let wildcard = text
        .split("'*.")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    assert!(host.ends_with(&format!(".{wildcard}")), "{host} {wildcard}");
}

#[test]
fn the_findings_are_the_same() {
    let demo = [
        include_str!("../fixtures/demo/mail.yaml"),
        include_str!("../fixtures/demo/webmail.yaml"),
    ]
    .join("\n---\n");
    let plain = snapshot(&format!("{HEADER}{demo}"));
    let found = |snapshot: &Snapshot| {
        let texts: Vec<_> = snapshot
            .documents
            .iter()
            .map(|document| document.source().text.to_string())
            .collect();
        let sources: Vec<_> = texts
            .into_iter()
            .enumerate()
            .map(|(index, text)| Source::new(format!("{index}.yaml"), text))
            .collect();
        let settings = Settings::plain(rules::rows(), Cluster::default());
        let report = check::check(&sources, &[], &settings, &[]);
        let mut rules: Vec<_> = report
            .findings
            .iter()
            .map(|finding| finding.rule.id)
            .collect();
        rules.sort_unstable();
        rules
    };
    // The documents of one file share its text: printed one by one they are as a cluster gives them.
    let each = Snapshot {
        header: Arc::clone(&plain.header),
        documents: plain.documents.iter().map(snapshot_of_one).collect(),
    };
    let rules = found(&each);
    assert!(rules.len() > 3, "{rules:?}");
    assert_eq!(found(&snapshot::redact(&plain).unwrap()), rules);
}

fn snapshot_of_one(document: &Document) -> Document {
    let text = document.source().slice(document.root().span()).to_owned() + "\n";
    let reading = document::read(&Source::new("one.yaml", text), |_, _| true);
    reading.documents.into_iter().next().unwrap()
}
