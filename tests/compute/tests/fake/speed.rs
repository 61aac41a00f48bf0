//! A large project is answered fast enough that tests measure the client, not the fake.

use std::time::{Duration, Instant};

use fake_compute::Fake;
use serde_json::{Value, json};

use super::common::{get, post};

fn link(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/p/{path}")
}

/// 60 services before 300 groups of 40 endpoints, and 200 rules.
fn large() -> Fake {
    let fake = Fake::start();
    let zones = [
        "us-central1-a",
        "us-central1-b",
        "us-central1-c",
        "us-central1-f",
        "us-east1-b",
    ];
    let mut objects: Vec<Value> = vec![json!({
        "selfLink": link("global/healthChecks/check"), "type": "TCP", "tcpHealthCheck": {},
    })];
    for service in 0..60 {
        let groups =
            zones.map(|zone| link(&format!("zones/{zone}/networkEndpointGroups/neg-{service}")));
        let backends = groups
            .each_ref()
            .map(|group| json!({"group": group, "balancingMode": "CONNECTION"}));
        objects.push(json!({
            "selfLink": link(&format!("global/backendServices/service-{service}")),
            "backends": backends,
            "healthChecks": [link("global/healthChecks/check")],
        }));
        objects.push(json!({
            "selfLink": link(&format!("global/targetTcpProxies/proxy-{service}")),
            "service": link(&format!("global/backendServices/service-{service}")),
        }));
        objects.extend(
            groups.map(|group| json!({"selfLink": group, "networkEndpointType": "GCE_VM_IP_PORT"})),
        );
    }
    objects.extend((0..200).map(|rule| {
        json!({
            "selfLink": link(&format!("global/forwardingRules/rule-{rule}")),
            "target": link(&format!("global/targetTcpProxies/proxy-{}", rule % 60)),
        })
    }));
    fake.load(objects);
    for service in 0..60 {
        for (number, zone) in zones.iter().enumerate() {
            let endpoint = |last| {
                json!({
                    "instance": link(&format!("zones/{zone}/instances/node-{last}")),
                    "ipAddress": format!("10.{service}.{number}.{last}"),
                    "port": 8080,
                })
            };
            let group = link(&format!("zones/{zone}/networkEndpointGroups/neg-{service}"));
            fake.endpoints(&group, (0..40).map(endpoint).collect());
        }
    }
    fake
}

#[test]
fn a_large_project_is_read_in_seconds() {
    let fake = large();
    let start = Instant::now();
    let (_, groups) = get(&fake, "projects/p/aggregated/networkEndpointGroups");
    let groups: Vec<Value> = groups["items"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(|scope| scope["networkEndpointGroups"].as_array())
        .flatten()
        .cloned()
        .collect();
    assert_eq!(groups.len(), 300);
    let mut endpoints = 0;
    for group in &groups {
        let path = super::common::path(group["selfLink"].as_str().unwrap());
        let (_, body) = post(
            &fake,
            &format!("{path}/listNetworkEndpoints"),
            &json!({"healthStatus": "SHOW"}),
        );
        let items = body["items"].as_array().unwrap();
        assert_eq!(items[0]["healths"][0]["healthState"], "HEALTHY");
        endpoints += items.len();
    }
    assert_eq!(endpoints, 12_000);
    for kind in ["backendServices", "forwardingRules", "targetTcpProxies"] {
        assert_eq!(get(&fake, &format!("projects/p/aggregated/{kind}")).0, 200);
    }
    let took = start.elapsed();
    println!("{} calls in {took:?}", fake.requests().len());
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert_eq!(fake.broken(), [""; 0]);
}
