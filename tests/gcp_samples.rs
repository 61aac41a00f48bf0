//! Whole projects of Google Cloud as its API answers: the healthy ones say nothing, of the broken
//! ones the causes are named. `fixtures/gcp-samples/` holds the answers and what is wrong.
#![cfg(test)]

use std::collections::BTreeSet;
use std::sync::Arc;

use neg_doctor::check::{self, Settings};
use neg_doctor::document::Document;
use neg_doctor::report::Report;
use neg_doctor::rules;
use neg_doctor::snapshot::{Header, Snapshot};
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;
use serde_json::{Value, json};

const TIME: &str = "2026-11-25T12:00:00Z";

/// One sample: the project read whole, and each of its clusters, of which only the UID is known.
fn check(name: &str) -> Report {
    let path = format!("fixtures/gcp-samples/{name}.json");
    let text = std::fs::read_to_string(path).unwrap();
    let sample: Value = serde_json::from_str(&text).unwrap();
    let project = sample["_meta"]["project"].as_str().unwrap();
    let mut documents = Vec::new();
    let mut push = |object: &Value| {
        let origin = format!("{project}/{}", documents.len());
        documents.push(Document::print(origin, object));
    };
    for (_, objects) in sample["collections"].as_object().unwrap() {
        objects.as_array().unwrap().iter().for_each(&mut push);
    }
    for (neg, endpoints) in sample["listNetworkEndpoints"].as_object().unwrap() {
        push(&json!({
            "kind": "compute#networkEndpointGroupsListNetworkEndpoints",
            "networkEndpointGroup": neg,
            "items": endpoints,
        }));
    }
    let mut snapshots = Vec::new();
    for cluster in sample["gke_clusters"].as_array().unwrap() {
        let (name, location) = (cluster["name"].as_str().unwrap(), &cluster["location"]);
        let mut object = cluster.clone();
        object["kind"] = json!("container#cluster");
        object["selfLink"] = json!(format!(
            "https://container.googleapis.com/v1/projects/{project}/locations/{}/clusters/{name}",
            location.as_str().unwrap()
        ));
        push(&object);
        snapshots.extend(cluster["kube_system_uid"].as_str().map(|uid| {
            let context = format!("gke_{project}_{}_{name}", location.as_str().unwrap());
            let namespace = json!({"apiVersion": "v1", "kind": "Namespace",
                "metadata": {"name": "kube-system", "uid": uid}});
            Snapshot {
                header: header(&json!({"metadata": {"name": context}, "read": ["namespaces"]})),
                documents: vec![Document::print("namespace", &namespace)],
            }
        }));
    }
    snapshots.push(Snapshot {
        header: header(&json!({ "project": project })),
        documents,
    });
    let settings = Settings::plain(rules::rows(), Cluster::default());
    check::check(&[], &snapshots, &settings, &[])
}

fn header(facts: &Value) -> Arc<Header> {
    let mut header = json!({"apiVersion": "neg-doctor.dev/v1", "kind": "Snapshot", "time": TIME});
    let own = facts.as_object().unwrap().clone();
    header.as_object_mut().unwrap().extend(own);
    Arc::new(Header::read(&Document::print("snapshot.yaml", &header)).unwrap())
}

/// The rules that speak, causes only.
fn causes(report: &Report) -> BTreeSet<&'static str> {
    let causes = report.findings.iter().filter(|it| it.cause.is_none());
    causes.map(|it| it.rule.id).collect()
}

fn words(report: &Report) -> Vec<String> {
    let findings = report.findings.iter();
    findings
        .map(|it| {
            format!(
                "{} {} {}: {}",
                it.rule.id, it.severity, it.subject, it.message
            )
        })
        .collect()
}

#[test]
fn healthy_projects_are_silent() {
    for name in [
        "01-gke-ingress-classic-alb-healthy",
        "02-standalone-neg-global-proxy-nlb-healthy",
        "07-regional-internal-alb-healthy",
        "08-false-positive-traps",
    ] {
        let report = check(name);
        assert!(report.findings.is_empty(), "{name}: {:#?}", words(&report));
        assert!(report.summary.objects > 5, "{name}: {:?}", report.summary);
    }
}

/// What `expected_findings` means, by the catalogue's ids: symptoms fold under their causes.
#[test]
fn broken_projects_name_their_causes() {
    for (name, expected) in [
        (
            "03-standalone-neg-one-zone-no-firewall",
            &["NEG202", "NEG307", "NEG401"][..],
        ),
        ("04-cluster-migration-midway", &["NEG202", "NEG207"]),
        ("05-regional-internal-alb-no-proxy-subnet", &["NEG508"]),
        ("06-orphans-no-forwarding-rule", &["NEG207", "NEG901"]),
    ] {
        let report = check(name);
        let causes: Vec<&str> = causes(&report).into_iter().collect();
        assert_eq!(causes, expected, "{name}: {:#?}", words(&report));
    }
}

#[test]
fn dumps_are_read_whatever_printed_them() {
    let object = |kind: &str, place: &str, name: &str| {
        json!({"kind": kind, "name": name, "selfLink": format!(
            "https://www.googleapis.com/compute/v1/projects/acme/{place}/{name}")})
    };
    let rule = object("compute#forwardingRule", "global/forwardingRules", "web");
    let neg = object(
        "compute#networkEndpointGroup",
        "zones/z-a/networkEndpointGroups",
        "web",
    );
    let mut bare = neg.clone();
    bare.as_object_mut().unwrap().remove("kind");
    let asset = |object: &Value| {
        json!({"name": "//x", "assetType": "compute.googleapis.com/X",
        "resource": {"version": "v1", "data": object}})
    };
    let list = json!({"kind": "compute#forwardingRuleAggregatedList", "items": {
        "global": {"forwardingRules": [rule]},
        "regions/r": {"warning": {"code": "NO_RESULTS_ON_PAGE"}},
    }});
    let health = json!([{"backend": neg["selfLink"], "status": {
        "kind": "compute#backendServiceGroupHealth",
        "healthStatus": [{"ipAddress": "10.0.0.1", "port": 80, "healthState": "HEALTHY"}]}}]);
    let firewalls = json!({"firewalls": [{"kind": "compute#firewall", "name": "x",
        "network": "https://www.googleapis.com/compute/v1/projects/acme/global/networks/n"}]});
    let cases = [
        ("a list of gcloud", json!([rule, neg]).to_string(), 2),
        ("a list of the API", list.to_string(), 1),
        ("health", health.to_string(), 1),
        ("firewalls", firewalls.to_string(), 1),
        (
            "an export",
            format!("{}\n{}\n", asset(&rule), asset(&bare)),
            2,
        ),
        (
            "clusters",
            json!({"clusters": [{"name": "c", "selfLink":
            "https://container.googleapis.com/v1/projects/p/zones/z/clusters/c"}]})
            .to_string(),
            1,
        ),
        (
            "what is not ours",
            json!({"firewalls": [{"name": "x"}]}).to_string(),
            0,
        ),
    ];
    for (what, text, count) in cases {
        for name in ["dump.json", "dump"] {
            let input = check::read(&[Source::new(name, text.as_str())]);
            assert!(input.unread.is_empty(), "{what}: {:?}", input.unread);
            assert_eq!(input.dumped.len(), count, "{what}: {text}");
        }
    }
    let yaml = "name: web\nkind: compute#networkEndpointGroup\nselfLink: https://x/projects/p/zones/z/networkEndpointGroups/web\n";
    let input = check::read(&[Source::new("neg.yaml", format!("{yaml}---\n{yaml}"))]);
    assert_eq!(input.dumped.len(), 2);
}
