//! What the API takes and what it refuses.

use super::common::post;
use fake_compute::Fake;
use serde_json::{Value, json};

pub(super) fn link(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/p/{path}")
}

/// A project with networks, groups, checks and services of the main products.
pub(super) fn project() -> Fake {
    let fake = Fake::start();
    let region = "regions/us-central1";
    let zone = "zones/us-central1-a";
    let objects = [
        ("global/networks/net", json!({})),
        ("global/networks/bare", json!({})),
        (
            "regions/us-central1/subnetworks/proxies",
            json!({"purpose": "REGIONAL_MANAGED_PROXY", "role": "ACTIVE", "network": link("global/networks/net")}),
        ),
        (
            "zones/us-central1-a/networkEndpointGroups/pods",
            json!({"networkEndpointType": "GCE_VM_IP_PORT"}),
        ),
        (
            "zones/us-east1-b/networkEndpointGroups/far",
            json!({"networkEndpointType": "GCE_VM_IP_PORT"}),
        ),
        (
            "zones/us-central1-a/networkEndpointGroups/nodes",
            json!({"networkEndpointType": "GCE_VM_IP"}),
        ),
        (
            "regions/us-central1/networkEndpointGroups/run",
            json!({"networkEndpointType": "SERVERLESS"}),
        ),
        (
            "regions/us-central1/networkEndpointGroups/psc",
            json!({"networkEndpointType": "PRIVATE_SERVICE_CONNECT"}),
        ),
        ("zones/us-central1-a/instanceGroups/vms", json!({})),
        ("zones/us-central1-a/instances/vm", json!({})),
        (
            "global/healthChecks/check",
            json!({"type": "TCP", "tcpHealthCheck": {}}),
        ),
        (
            "regions/us-central1/healthChecks/check",
            json!({"type": "TCP", "tcpHealthCheck": {}}),
        ),
        (
            "global/backendServices/classic",
            json!({"loadBalancingScheme": "EXTERNAL", "protocol": "TCP"}),
        ),
        (
            "global/backendServices/managed",
            json!({"loadBalancingScheme": "EXTERNAL_MANAGED", "protocol": "TCP"}),
        ),
        (
            "regions/us-central1/backendServices/inside",
            json!({"loadBalancingScheme": "INTERNAL_MANAGED", "protocol": "TCP"}),
        ),
        (
            "global/targetTcpProxies/classic",
            json!({"service": link("global/backendServices/classic")}),
        ),
        (
            "global/targetTcpProxies/managed",
            json!({"service": link("global/backendServices/managed")}),
        ),
        (
            "regions/us-central1/targetTcpProxies/inside",
            json!({"service": link("regions/us-central1/backendServices/inside")}),
        ),
        (
            "regions/us-central1/addresses/local",
            json!({"address": "35.1.1.1", "addressType": "EXTERNAL", "networkTier": "PREMIUM"}),
        ),
        (
            "global/addresses/cheap",
            json!({"address": "35.1.1.2", "addressType": "EXTERNAL", "networkTier": "STANDARD"}),
        ),
    ];
    fake.load(objects.map(|(path, mut object)| {
        assert!(
            path.starts_with("global")
                || path.starts_with(region)
                || path.starts_with(zone)
                || path.contains("us-east1")
        );
        object["selfLink"] = link(path).into();
        object
    }));
    fake
}

fn message(answer: &(u16, Value)) -> &str {
    answer.1["error"]["message"].as_str().unwrap_or_default()
}

#[track_caller]
pub(super) fn refused(answer: &(u16, Value), status: u16, text: &str) {
    assert_eq!(answer.0, status, "{}", answer.1);
    assert!(
        message(answer).contains(text),
        "{} | wanted: {text}",
        message(answer)
    );
    assert_eq!(
        answer.1["error"]["errors"][0]["message"],
        answer.1["error"]["message"]
    );
}

fn service(fake: &Fake, place: &str, body: Value) -> (u16, Value) {
    let mut body = body;
    body["name"] = "new".into();
    post(fake, &format!("projects/p/{place}/backendServices"), &body)
}

/// Places, services and what is refused of them; nothing is, where the text is empty.
fn services() -> Vec<(&'static str, Value, &'static str)> {
    let pods = link("zones/us-central1-a/networkEndpointGroups/pods");
    let nodes = link("zones/us-central1-a/networkEndpointGroups/nodes");
    let run = link("regions/us-central1/networkEndpointGroups/run");
    let psc = link("regions/us-central1/networkEndpointGroups/psc");
    let vms = link("zones/us-central1-a/instanceGroups/vms");
    let check = json!([link("global/healthChecks/check")]);
    let tcp = |backend: Value| json!({"protocol": "TCP", "loadBalancingScheme": "EXTERNAL_MANAGED", "healthChecks": check, "backends": [backend]});
    let http = |backend: Value| json!({"protocol": "HTTP", "loadBalancingScheme": "EXTERNAL_MANAGED", "backends": [backend]});
    let rate = json!({"group": pods, "balancingMode": "RATE", "maxRatePerEndpoint": 1});
    let connection =
        json!({"group": pods, "balancingMode": "CONNECTION", "maxConnectionsPerEndpoint": 1});
    let inside = |backend: Value| json!({"protocol": "TCP", "loadBalancingScheme": "INTERNAL", "backends": [backend]});
    vec![
        ("global", http(rate.clone()), ""),
        ("global", tcp(connection.clone()), ""),
        ("global", http(json!({"group": run})), ""),
        ("regions/us-central1", inside(json!({"group": nodes})), ""),
        (
            "global",
            http(json!({"group": pods})),
            "Invalid value for field 'resource.backends[0].balancingMode': 'UTILIZATION'. UTILIZATION balancing mode is not supported for network endpoint groups.",
        ),
        (
            "global",
            http(connection.clone()),
            "CONNECTION balancing mode is not supported for protocol HTTP",
        ),
        (
            "global",
            tcp(rate.clone()),
            "RATE balancing mode is not supported for protocol TCP",
        ),
        (
            "global",
            tcp(json!({"group": pods, "balancingMode": "CONNECTION"})),
            "should be set with CONNECTION mode.",
        ),
        (
            "global",
            http(json!({"group": pods, "balancingMode": "RATE"})),
            "Either maxRate or maxRatePerEndpoint should be set with RATE mode",
        ),
        (
            "global",
            http(json!({"group": pods, "balancingMode": "RATE", "maxRate": 0})),
            "None of the backends have a valid capacity",
        ),
        (
            "global",
            http(
                json!({"group": pods, "balancingMode": "RATE", "maxRate": 1, "capacityScaler": 0.05}),
            ),
            "capacityScaler",
        ),
        (
            "global",
            http(json!({"group": psc, "balancingMode": "RATE"})),
            "Balancing mode is not supported for Private Service Connect network endpoint groups.",
        ),
        (
            "global",
            http(json!({"group": nodes, "balancingMode": "RATE", "maxRate": 1})),
            "GCE_VM_IP",
        ),
        (
            "global",
            tcp(json!({"group": run})),
            "A backend service cannot have a healthcheck with Serverless",
        ),
        (
            "regions/us-central1",
            inside(json!({"group": nodes, "balancingMode": "UTILIZATION"})),
            "Balancing mode must be CONNECTION for an INTERNAL backend service.",
        ),
        (
            "regions/us-central1",
            inside(json!({"group": nodes, "capacityScaler": 1})),
            "'1.00'. Capacity scaler must not be set for an INTERNAL backend service.",
        ),
        (
            "regions/us-central1",
            json!({"protocol": "TCP", "loadBalancingScheme": "INTERNAL_MANAGED", "healthChecks": check}),
            "another scope",
        ),
        (
            "regions/us-central1",
            json!({"protocol": "HTTP", "loadBalancingScheme": "INTERNAL_MANAGED", "backends": [{"group": link("zones/us-east1-b/networkEndpointGroups/far"), "balancingMode": "RATE", "maxRate": 1}]}),
            "another scope",
        ),
        (
            "global",
            json!({"protocol": "HTTP", "backends": [rate, {"group": vms}]}),
            "mixed",
        ),
    ]
}

#[test]
fn backends_are_held_against_their_product() {
    for (place, body, text) in services() {
        let fake = project();
        let answer = service(&fake, place, body.clone());
        if text.is_empty() {
            assert_eq!(answer.0, 200, "{body}: {}", answer.1);
        } else {
            refused(&answer, 400, text);
        }
        assert_eq!(fake.broken(), [""; 0]);
    }
}

#[test]
fn rules_fit_to_their_services_and_addresses() {
    let managed = json!({"loadBalancingScheme": "EXTERNAL_MANAGED", "portRange": "443", "target": link("global/targetTcpProxies/managed")});
    let with = |more: Value| {
        let mut body = managed.clone();
        for (field, value) in more.as_object().unwrap() {
            body[field] = value.clone();
        }
        body
    };
    let inside = |network: &str| json!({"loadBalancingScheme": "INTERNAL_MANAGED", "portRange": "443", "network": link(network), "target": link("regions/us-central1/targetTcpProxies/inside")});
    for (place, body, text) in [
        ("global", managed.clone(), ""),
        (
            "global",
            json!({"portRange": "443", "target": link("global/targetTcpProxies/managed")}),
            "",
        ),
        ("regions/us-central1", inside("global/networks/net"), ""),
        (
            "regions/us-central1",
            json!({"portRange": "443", "networkTier": "STANDARD", "target": link("global/targetTcpProxies/classic")}),
            "",
        ),
        (
            "global",
            with(json!({"target": link("global/targetTcpProxies/classic")})),
            "Load balancing scheme EXTERNAL_MANAGED does not match the backend service load balancing scheme EXTERNAL.",
        ),
        (
            "regions/us-central1",
            inside("global/networks/bare"),
            "An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule",
        ),
        (
            "global",
            with(json!({"IPAddress": link("regions/us-central1/addresses/local")})),
            "'35.1.1.1'. Invalid IP address specified.",
        ),
        (
            "global",
            with(json!({"IPAddress": link("global/addresses/cheap")})),
            "that of Address must be the same.",
        ),
        (
            "global",
            with(json!({"IPAddress": "35.9.9.9", "ipVersion": "IPV4"})),
            "Both IP Version and IP Address cannot be specified.",
        ),
        (
            "global",
            with(json!({"target": link("global/backendServices/managed")})),
            "The URL is malformed.",
        ),
        ("regions/us-central1", with(json!({})), "another scope"),
    ] {
        let fake = project();
        let mut body = body.clone();
        body["name"] = "new".into();
        let answer = post(&fake, &format!("projects/p/{place}/forwardingRules"), &body);
        if text.is_empty() {
            assert_eq!(answer.0, 200, "{body}: {}", answer.1);
        } else {
            refused(&answer, 400, text);
        }
    }
}

#[test]
fn no_two_rules_take_one_port_of_an_address() {
    let fake = project();
    let rule = |name: &str, ports: &str| {
        let body = json!({"name": name, "loadBalancingScheme": "EXTERNAL_MANAGED", "IPAddress": "35.9.9.9", "portRange": ports, "target": link("global/targetTcpProxies/managed")});
        post(&fake, "projects/p/global/forwardingRules", &body)
    };
    assert_eq!(rule("one", "443").0, 200);
    assert_eq!(rule("two", "444").0, 200);
    refused(
        &rule("three", "443-443"),
        400,
        "Specified IP address is in-use and would result in a conflict.",
    );
    refused(
        &rule("four", "440-443"),
        400,
        "Specified IP address is in-use and would result in a conflict.",
    );
    refused(
        &rule("one", "445"),
        409,
        "The resource 'projects/p/global/forwardingRules/one' already exists",
    );
}
