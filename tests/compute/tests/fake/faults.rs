//! Faults on demand, tokens and permissions, and the log of requests.

use std::time::{Duration, Instant};

use super::common::{call, get, load, post, samples, send};
use fake_compute::{Fake, Fault, Matcher, TOKEN};
use serde_json::{Value, json};

const P: &str = "projects/acme-edge-prod";

/// A fake with the second sample.
fn sample() -> Fake {
    let fake = Fake::start();
    load(&fake, &samples()[1].1);
    fake
}

fn services(fake: &Fake) -> (u16, Value) {
    get(
        fake,
        &format!("{P}/aggregated/backendServices?returnPartialSuccess=true"),
    )
}

#[test]
fn each_fault_shows_as_the_api_would_show_it() {
    let fake = sample();
    for (fault, status, reason) in [
        (Fault::Unauthenticated, 401, "authError"),
        (Fault::Forbidden, 403, "forbidden"),
        (Fault::Disabled, 403, "accessNotConfigured"),
        (Fault::NotFound, 404, "notFound"),
        (Fault::Quota, 403, "rateLimitExceeded"),
        (Fault::TooMany(None), 429, "rateLimitExceeded"),
        (Fault::Status(500), 500, "backendError"),
        (Fault::Status(503), 503, "backendError"),
    ] {
        fake.fault("backendServices.aggregatedList", fault.clone());
        let (found, body) = services(&fake);
        assert_eq!(found, status, "{fault:?}");
        assert_eq!(body["error"]["code"], status, "{fault:?}");
        assert_eq!(body["error"]["errors"][0]["reason"], reason, "{fault:?}");
        let other = get(&fake, &format!("{P}/global/networks")).0;
        assert_eq!(other, 200, "a fault meets only the calls it is for");
        fake.heal();
    }
    fake.fault("*", Fault::Answer(200, json!({"kind": "unheard of"})));
    assert_eq!(services(&fake).1["kind"], "unheard of");
}

#[test]
fn a_refusal_names_the_permission_and_tells_when_to_come_again() {
    let fake = sample();
    fake.fault("networks.list", Fault::Forbidden);
    let (_, body) = get(&fake, &format!("{P}/global/networks"));
    let wanted = format!("Required 'compute.networks.list' permission for '{P}'");
    assert_eq!(body["error"]["message"], wanted);
    fake.fault("zones", Fault::TooMany(Some(7)));
    let path = format!("/compute/v1/{P}/zones");
    let (_, head, _) = send(&fake, "GET", &path, None, Some("t")).unwrap();
    assert!(head.contains("retry-after: 7"), "{head}");
}

#[test]
fn connections_end_before_the_answer_and_within_it() {
    let fake = sample();
    let path = format!("/compute/v1/{P}/global/networks");
    fake.fault("networks.list", Fault::Closed);
    let closed = send(&fake, "GET", &path, None, Some("t"));
    assert_eq!(closed.unwrap_err(), "no answer");
    fake.heal();
    fake.fault("networks.list", Fault::Truncated);
    let truncated = send(&fake, "GET", &path, None, Some("t"));
    assert!(
        truncated.unwrap_err().contains("EOF"),
        "half a body is no JSON"
    );
}

#[test]
fn a_fault_may_come_late_and_go_again() {
    let fake = sample();
    fake.fault(
        Matcher::new("networks.list").after(1).times(2),
        Fault::Status(503),
    );
    let found: Vec<u16> = (0..5)
        .map(|_| get(&fake, &format!("{P}/global/networks")).0)
        .collect();
    assert_eq!(found, [200, 503, 503, 200, 200]);
}

#[test]
fn what_could_not_be_reached_is_missing_and_said_to_be() {
    let fake = sample();
    fake.fault(
        "aggregatedList",
        Fault::Unreachable(vec!["global".to_owned()]),
    );
    fake.fault(
        "backendServices.aggregatedList",
        Fault::Unreachable(vec!["global".to_owned()]),
    );
    let (status, body) = services(&fake);
    assert_eq!(status, 200);
    assert_eq!(body["items"]["global"]["warning"]["code"], "UNREACHABLE");
    assert_eq!(body["unreachables"], json!(["global"]));
    assert_eq!(body["warning"]["code"], "PARTIAL_SUCCESS");
    // Who does not ask for partial success gets none.
    let (status, _) = get(&fake, &format!("{P}/aggregated/backendServices"));
    assert_eq!(status, 503);
    assert_eq!(fake.broken(), [""; 0]);
}

#[test]
fn small_pages_split_scopes_and_hold_everything() {
    let fake = sample();
    fake.fault("*", Fault::PageSize(2));
    let path = format!("{P}/aggregated/networkEndpointGroups");
    let (mut names, mut token, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let (_, page) = get(&fake, &format!("{path}?pageToken={token}"));
        pages += 1;
        for scope in page["items"].as_object().unwrap().values() {
            let groups = scope["networkEndpointGroups"].as_array();
            names.extend(
                groups
                    .into_iter()
                    .flatten()
                    .map(|group| group["selfLink"].clone()),
            );
        }
        match page["nextPageToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => break,
        }
    }
    assert_eq!((names.len(), pages), (3, 2));
    let (_, whole) = get(&fake, &format!("{P}/global/firewalls?maxResults=1"));
    assert!(
        whole.get("nextPageToken").is_none(),
        "nothing follows a full last page"
    );
    let (status, _) = get(&fake, &format!("{path}?pageToken=nonsense"));
    assert_eq!(status, 400);
}

#[test]
fn delays_of_many_calls_pass_side_by_side() {
    let fake = sample();
    fake.fault("*", Fault::Delay(Duration::from_millis(100)));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..30 {
            scope.spawn(|| assert_eq!(services(&fake).0, 200));
        }
    });
    let took = start.elapsed();
    assert!(
        took >= Duration::from_millis(100) && took < Duration::from_secs(1),
        "{took:?}"
    );
}

#[test]
fn each_method_needs_its_permission() {
    let fake = sample();
    let path = format!("/compute/v1/{P}/global/networks");
    let (status, _, body) = send(&fake, "GET", &path, None, None).unwrap();
    assert_eq!(
        (status, &body["error"]["status"]),
        (401, &json!("UNAUTHENTICATED"))
    );

    let group = "zones/us-central1-a/networkEndpointGroups/edge-gw-443";
    let service = "global/backendServices/edge-tcp-bs";
    let health = json!({"group": format!("https://www.googleapis.com/compute/v1/{P}/{group}")});
    let empty = json!({});
    for (method, path, body, permission) in [
        ("GET", "global/networks", None, "compute.networks.list"),
        ("GET", service, None, "compute.backendServices.get"),
        (
            "GET",
            "aggregated/backendServices",
            None,
            "compute.backendServices.list",
        ),
        (
            "POST",
            &format!("{service}/getHealth"),
            Some(&health),
            "compute.backendServices.get",
        ),
        (
            "POST",
            &format!("{group}/listNetworkEndpoints"),
            Some(&empty),
            "compute.networkEndpointGroups.get",
        ),
        (
            "GET",
            "global/forwardingRules",
            None,
            "compute.globalForwardingRules.list",
        ),
        (
            "GET",
            "regions/us-central1/backendServices",
            None,
            "compute.regionBackendServices.list",
        ),
        (
            "GET",
            "global/networks/prod-vpc/getEffectiveFirewalls",
            None,
            "compute.networks.getEffectiveFirewalls",
        ),
        (
            "GET",
            "regions/us-central1/firewallPolicies/getEffectiveFirewalls?network=global/networks/prod-vpc",
            None,
            "compute.networks.getRegionEffectiveFirewalls",
        ),
        (
            "DELETE",
            "global/addresses/edge-ip",
            None,
            "compute.globalAddresses.delete",
        ),
    ] {
        let path = format!("/compute/v1/{P}/{path}");
        fake.token("some", []);
        let (status, _, refused) = send(&fake, method, &path, body, Some("some")).unwrap();
        let message = refused["error"]["message"].as_str().unwrap();
        assert_eq!(status, 403, "{path}");
        assert!(
            message.contains(&format!("'{permission}'")),
            "{path}: {message}"
        );
        assert_eq!(fake.requests().last().unwrap().permission, permission);
        fake.token("some", [permission]);
        let (status, _, body) = send(&fake, method, &path, body, Some("some")).unwrap();
        assert_eq!(status, 200, "{path}: {body}");
    }
    let (status, _, _) = send(&fake, "GET", &path, None, Some("other")).unwrap();
    assert_eq!(status, 401);
    assert_eq!(fake.broken(), [""; 0]);
}

#[test]
fn the_log_tells_reads_from_writes() {
    let fake = sample();
    services(&fake);
    post(
        &fake,
        &format!("{P}/zones/us-central1-a/networkEndpointGroups/edge-gw-443/listNetworkEndpoints"),
        &json!({}),
    );
    assert!(fake.writes().is_empty());
    call(
        &fake,
        "POST",
        &format!("{P}/global/networks"),
        Some(&json!({"name": "new"})),
    );
    call(&fake, "DELETE", &format!("{P}/global/networks/new"), None);
    let requests = fake.requests();
    let told: Vec<_> = requests
        .iter()
        .map(|request| (request.id.as_str(), request.status))
        .collect();
    assert_eq!(
        told,
        [
            ("compute.backendServices.aggregatedList", 200),
            ("compute.networkEndpointGroups.listNetworkEndpoints", 200),
            ("compute.networks.insert", 200),
            ("compute.networks.delete", 200),
        ]
    );
    assert_eq!(requests[0].query, "returnPartialSuccess=true");
    assert_eq!(fake.writes().len(), 2);
    assert_eq!(fake.writes()[0].body, Some(json!({"name": "new"})));
}

#[test]
fn tokens_are_to_be_had() {
    let fake = Fake::start();
    let (_, _, body) = send(&fake, "POST", "/token", Some(&json!({})), None).unwrap();
    assert_eq!(body["access_token"], TOKEN);
    let path = "/computeMetadata/v1/instance/service-accounts/default/token";
    let (status, _, _) = send(&fake, "GET", path, None, None).unwrap();
    assert_eq!(status, 403, "without Metadata-Flavor");
    fake.fault(
        "/token",
        Fault::Answer(400, json!({"error": "invalid_grant"})),
    );
    let (status, _, body) = send(&fake, "POST", "/token", None, None).unwrap();
    assert_eq!((status, body), (400, json!({"error": "invalid_grant"})));
}

#[test]
fn what_the_fake_does_not_know_is_told() {
    let fake = sample();
    let (status, _) = get(&fake, &format!("{P}/global/machineImages"));
    assert_eq!(status, 404);
    assert_eq!(fake.broken().len(), 1);
}

#[test]
fn clusters_are_listed() {
    let fake = Fake::start();
    let link = "https://container.googleapis.com/v1/projects/p/locations/us-central1/clusters/c";
    fake.load([json!({"name": "c", "location": "us-central1", "selfLink": link})]);
    let list = |location: &str| {
        let path = format!("/v1/projects/p/locations/{location}/clusters");
        send(&fake, "GET", &path, None, Some("t")).unwrap().2
    };
    assert_eq!(list("-")["clusters"][0]["name"], "c");
    assert_eq!(list("us-central1")["clusters"][0]["name"], "c");
    assert_eq!(list("us-east1"), json!({}));
}
