//! Objects come, change and go: references, schemas, fingerprints, operations, endpoints.

use fake_compute::{Fake, Fault};
use serde_json::{Value, json};

use super::common::{call, get, path, post};
use super::refusals::{link, project, refused};

#[test]
fn what_is_used_stays_and_what_is_missing_is_named() {
    let fake = project();
    let delete = |path: &str| call(&fake, "DELETE", &format!("projects/p/{path}"), None);
    refused(
        &delete("global/backendServices/managed"),
        400,
        "The backendService resource 'projects/p/global/backendServices/managed' is already being used by 'projects/p/global/targetTcpProxies/managed'",
    );
    assert_eq!(delete("global/targetTcpProxies/managed").0, 200);
    assert_eq!(delete("global/backendServices/managed").0, 200);
    refused(
        &delete("global/backendServices/managed"),
        404,
        "The resource 'projects/p/global/backendServices/managed' was not found",
    );
    let body = json!({"name": "new", "service": link("global/backendServices/managed")});
    refused(
        &post(&fake, "projects/p/global/targetTcpProxies", &body),
        404,
        "The resource 'projects/p/global/backendServices/managed' was not found",
    );
    refused(
        &get(&fake, "projects/other/zones"),
        404,
        "The resource 'projects/other' was not found",
    );
    refused(
        &get(&fake, "projects/p/zones/mars-a/instances"),
        404,
        "mars-a",
    );
}

#[test]
fn requests_are_held_against_the_schemas() {
    let fake = project();
    for (body, text) in [
        (
            json!({"name": "new", "colour": "red"}),
            "Unknown name \"colour\" at 'resource': Cannot find field.",
        ),
        (
            json!({"name": "new", "protocol": "SMTP"}),
            "Invalid value for field 'resource.protocol': 'SMTP'.",
        ),
        (
            json!({"name": "new", "timeoutSec": "soon"}),
            "Invalid value for field 'resource.timeoutSec': 'soon'.",
        ),
        (json!({"name": "new", "backends": {}}), "resource.backends"),
        (
            json!({"name": "New"}),
            "Invalid value for field 'resource.name': 'New'.",
        ),
    ] {
        refused(
            &post(&fake, "projects/p/global/backendServices", &body),
            400,
            text,
        );
    }
    refused(&get(&fake, "projects/p/zones?colour=red"), 400, "colour");
    refused(
        &get(&fake, "projects/p/zones?maxResults=many"),
        400,
        "maxResults",
    );
    refused(
        &get(&fake, "projects/p/zones?filter=nonsense"),
        400,
        "filter",
    );
    let checks = "projects/p/global/healthChecks";
    refused(
        &post(&fake, checks, &json!({"name": "new", "type": "HTTP"})),
        400,
        "HTTP healthCheck missing.",
    );
}

#[test]
fn changes_need_the_fingerprint_they_began_with() {
    let fake = project();
    let service = "projects/p/global/backendServices/managed";
    let before = get(&fake, service).1["fingerprint"].clone();
    let patch = |body: &Value| call(&fake, "PATCH", service, Some(body));
    assert_eq!(
        patch(&json!({"timeoutSec": 60, "fingerprint": before})).0,
        200
    );
    refused(
        &patch(&json!({"timeoutSec": 61, "fingerprint": before})),
        412,
        "Invalid fingerprint.",
    );
    let after = get(&fake, service).1;
    assert_eq!(after["timeoutSec"], 60);
    assert_eq!(after["protocol"], "TCP", "a patch leaves the rest");
    assert_ne!(after["fingerprint"], before);
}

#[test]
fn operations_are_done_in_the_end() {
    let fake = project();
    let (_, operation) = post(&fake, "projects/p/global/networks", &json!({"name": "new"}));
    assert_eq!(
        (&operation["status"], &operation["operationType"]),
        (&json!("PENDING"), &json!("insert"))
    );
    let own = path(operation["selfLink"].as_str().unwrap());
    assert_eq!(get(&fake, own).1["status"], "RUNNING");
    assert_eq!(get(&fake, own).1["status"], "DONE");
    let (_, other) = post(
        &fake,
        "projects/p/zones/us-central1-a/instanceGroups",
        &json!({"name": "new"}),
    );
    let own = path(other["selfLink"].as_str().unwrap());
    assert!(
        own.starts_with("projects/p/zones/us-central1-a/operations/"),
        "{own}"
    );
    assert_eq!(
        call(&fake, "POST", &format!("{own}/wait"), None).1["status"],
        "DONE"
    );
    assert_eq!(fake.broken(), [""; 0]);
}

#[test]
fn endpoints_come_and_go() {
    let fake = project();
    let group = "projects/p/zones/us-central1-a/networkEndpointGroups/pods";
    let change = |verb: &str, endpoint: Value| {
        post(
            &fake,
            &format!("{group}/{verb}NetworkEndpoints"),
            &json!({"networkEndpoints": [endpoint]}),
        )
    };
    let vm = link("zones/us-central1-a/instances/vm");
    let endpoint = json!({"instance": vm, "ipAddress": "10.0.0.1", "port": 80});
    assert_eq!(change("attach", endpoint.clone()).0, 200);
    assert_eq!(get(&fake, group).1["size"], 1);
    refused(
        &change("attach", json!({"instance": vm, "ipAddress": "10.0.0.1"})),
        400,
        "port",
    );
    let ghost = json!({"instance": link("zones/us-central1-a/instances/ghost"), "ipAddress": "10.0.0.1", "port": 80});
    refused(
        &change("attach", ghost),
        404,
        "instances/ghost' was not found",
    );
    assert_eq!(change("detach", endpoint.clone()).0, 200);
    refused(&change("detach", endpoint), 400, "not attached");
    assert_eq!(get(&fake, group).1["size"], 0);
}

#[test]
fn an_answer_against_its_schema_is_a_fault_of_the_fake() {
    let fake = project();
    fake.fault("networks.list", Fault::Warning("NO_SUCH_CODE".to_owned()));
    let (status, body) = get(&fake, "projects/p/global/networks");
    assert_eq!(status, 500, "{body}");
    assert!(
        fake.broken()[0].contains("'NO_SUCH_CODE'"),
        "{:?}",
        fake.broken()
    );
}

#[test]
#[should_panic(expected = "Invalid value for field 'resource.size': 'many'.")]
fn what_is_loaded_is_of_its_schema() {
    let group = link("zones/us-central1-a/networkEndpointGroups/new");
    Fake::start().load([json!({"selfLink": group, "size": "many"})]);
}
