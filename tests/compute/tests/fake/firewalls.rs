//! Which rules and policies hold for a network.

use fake_compute::Fake;
use serde_json::{Value, json};

use super::common::get;

const ROOT: &str = "https://www.googleapis.com/compute/v1";

fn policy(path: &str, of: &str) -> Value {
    json!({
        "selfLink": format!("{ROOT}/{path}"),
        "associations": [{"name": "a", "attachmentTarget": of}],
        "rules": [{"priority": 2_147_483_647, "action": "goto_next", "direction": "INGRESS"}],
    })
}

/// The type and name of every policy of an answer.
fn told(answer: &Value) -> Vec<(&str, &str)> {
    let policies = answer["firewallPolicys"].as_array().unwrap().iter();
    let told = policies.map(|policy| {
        (
            policy["type"].as_str().unwrap(),
            policy["name"].as_str().unwrap(),
        )
    });
    told.collect()
}

#[test]
fn policies_hold_from_the_organization_down_to_the_region() {
    let fake = Fake::start();
    let net = format!("{ROOT}/projects/p/global/networks/net");
    let region = "projects/p/regions/us-central1/firewallPolicies";
    fake.load([
        json!({"selfLink": net}),
        json!({"selfLink": format!("{ROOT}/projects/p/global/networks/other")}),
        json!({"selfLink": format!("{ROOT}/projects/p/global/firewalls/mine"), "network": net}),
        json!({"selfLink": format!("{ROOT}/projects/p/global/firewalls/theirs"), "network": format!("{ROOT}/projects/p/global/networks/other")}),
        policy("locations/global/firewallPolicies/1", "folders/2"),
        policy("locations/global/firewallPolicies/9", "organizations/1"),
        policy("projects/p/global/firewallPolicies/vpc", &net),
        policy("projects/p/global/firewallPolicies/unused", &format!("{ROOT}/projects/p/global/networks/other")),
        policy(&format!("{region}/local"), &net),
    ]);
    let (_, whole) = get(
        &fake,
        "projects/p/global/networks/net/getEffectiveFirewalls",
    );
    let above = [("HIERARCHY", "9"), ("HIERARCHY", "1"), ("NETWORK", "vpc")];
    assert_eq!(told(&whole), above);
    let rules = whole["firewalls"].as_array().unwrap().iter();
    assert_eq!(
        rules.map(|rule| &rule["name"]).collect::<Vec<_>>(),
        ["mine"]
    );

    let (_, local) = get(
        &fake,
        &format!("{region}/getEffectiveFirewalls?network={net}"),
    );
    let told = told(&local);
    assert_eq!(told[..3], above);
    assert_eq!(told[3..], [("NETWORK_REGIONAL", "local")]);
    let (status, _) = get(
        &fake,
        &format!("{region}/getEffectiveFirewalls?network=nonsense"),
    );
    assert_eq!(status, 400);
    assert_eq!(fake.broken(), [""; 0]);
}
