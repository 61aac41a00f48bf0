//! Who is probed, and where the API knows no health.

use fake_compute::{Fake, Health};
use serde_json::{Value, json};

use super::common::{get, post};

const GROUP: &str = "projects/p/zones/us-central1-a/networkEndpointGroups/group";

fn link(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/{path}")
}

/// One group of a type behind one service of a scheme, with or without a check and a rule.
fn chain(kind: &str, scheme: &str, place: &str, check: bool, rule: bool) -> Fake {
    let fake = Fake::start();
    let checks = link("projects/p/global/healthChecks/check");
    let service = link(&format!("projects/p/{place}/backendServices/service"));
    let proxy = link(&format!("projects/p/{place}/targetTcpProxies/proxy"));
    fake.load([
        json!({"selfLink": link(GROUP), "networkEndpointType": kind}),
        json!({"selfLink": checks, "type": "TCP"}),
        json!({
            "selfLink": service,
            "loadBalancingScheme": scheme,
            "backends": [{"group": link(GROUP)}],
            "healthChecks": if check { json!([checks]) } else { json!([]) },
        }),
        json!({"selfLink": proxy, "service": service}),
    ]);
    if rule {
        let rule = link(&format!("projects/p/{place}/forwardingRules/rule"));
        fake.load([json!({"selfLink": rule, "target": proxy})]);
    }
    fake.endpoints(
        &link(GROUP),
        vec![json!({"ipAddress": "10.0.0.1", "port": 80})],
    );
    fake
}

fn healths(fake: &Fake) -> Value {
    let path = format!("{GROUP}/listNetworkEndpoints");
    post(fake, &path, &json!({"healthStatus": "SHOW"})).1["items"][0]["healths"].clone()
}

#[test]
fn health_needs_a_check_a_rule_and_a_central_prober() {
    let zonal = "GCE_VM_IP_PORT";
    let hybrid = "NON_GCP_PRIVATE_IP_PORT";
    let region = "regions/us-central1";
    for (kind, scheme, place, check, rule, probed) in [
        (zonal, "EXTERNAL_MANAGED", "global", true, true, true),
        (zonal, "EXTERNAL_MANAGED", "global", false, true, false),
        (zonal, "EXTERNAL_MANAGED", "global", true, false, false),
        (zonal, "INTERNAL_MANAGED", region, true, true, true),
        (hybrid, "EXTERNAL_MANAGED", "global", true, true, true),
        (hybrid, "EXTERNAL", "global", true, true, true),
        (hybrid, "EXTERNAL_MANAGED", region, true, true, false),
        (hybrid, "INTERNAL_MANAGED", "global", true, true, false),
    ] {
        let fake = chain(kind, scheme, place, check, rule);
        let found = healths(&fake);
        assert_eq!(
            found.is_array(),
            probed,
            "{kind} {scheme} {place} {check} {rule}: {found}"
        );
        let path = format!("projects/p/{place}/backendServices/service/getHealth");
        let (status, health) = post(&fake, &path, &json!({"group": link(GROUP)}));
        assert_eq!(
            (status, health["healthStatus"].is_array()),
            (200, probed),
            "{health}"
        );
    }
}

#[test]
fn a_test_says_how_members_fare() {
    let fake = chain("GCE_VM_IP_PORT", "EXTERNAL", "global", true, true);
    for (health, text) in [
        (Health::Healthy, json!("HEALTHY")),
        (Health::Unhealthy, json!("UNHEALTHY")),
        (Health::Draining, json!("DRAINING")),
        (Health::Unknown, json!("UNKNOWN")),
        (Health::Unreported, Value::Null),
    ] {
        fake.set_health(&link(GROUP), "", health);
        assert_eq!(healths(&fake)[0]["healthState"], text);
    }
    fake.set_health(&link(GROUP), "10.0.0.1", Health::Healthy);
    assert_eq!(
        healths(&fake)[0]["healthState"],
        "HEALTHY",
        "the address comes before the group"
    );
    let plain = post(&fake, &format!("{GROUP}/listNetworkEndpoints"), &json!({})).1;
    assert!(
        plain["items"][0].get("healths").is_none(),
        "health is for who asks for it"
    );
    assert_eq!(get(&fake, GROUP).1["size"], 1);
}
