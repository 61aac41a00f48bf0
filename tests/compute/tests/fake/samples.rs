//! The fake holds the samples of real shape, and says of their health what they say.

use super::common::{get, load, path, post, samples};
use fake_compute::{Fake, Health};
use serde_json::{Value, json};

#[test]
fn every_object_is_given_back_as_it_was_loaded() {
    for (name, sample) in samples() {
        let fake = Fake::start();
        load(&fake, &sample);
        let collections = sample["collections"].as_object().unwrap();
        for object in collections.values().flat_map(|all| all.as_array().unwrap()) {
            let link = object["selfLink"].as_str().unwrap();
            let (status, body) = get(&fake, path(link));
            assert_eq!(status, 200, "{name}: {link}: {body}");
            for (field, value) in object.as_object().unwrap() {
                if field != "size" {
                    assert_eq!(&body[field], value, "{name}: {link}: {field}");
                }
            }
        }
        assert_eq!(fake.broken(), [""; 0], "{name}");
    }
}

/// What a sample says of an endpoint's health, set as a test would set it.
fn set_health(fake: &Fake, sample: &Value) {
    for (group, endpoints) in sample["listNetworkEndpoints"].as_object().unwrap() {
        for endpoint in endpoints.as_array().unwrap() {
            let health = match endpoint["healths"][0]["healthState"].as_str() {
                Some("UNHEALTHY") => Health::Unhealthy,
                Some("DRAINING") => Health::Draining,
                Some("UNKNOWN") => Health::Unknown,
                _ => continue,
            };
            let address = endpoint["networkEndpoint"]["ipAddress"].as_str().unwrap();
            fake.set_health(group, address, health);
        }
    }
}

#[test]
fn who_is_probed_follows_from_the_objects() {
    for (name, sample) in samples() {
        let fake = Fake::start();
        load(&fake, &sample);
        set_health(&fake, &sample);
        for (group, wanted) in sample["listNetworkEndpoints"].as_object().unwrap() {
            let endpoints = format!("{}/listNetworkEndpoints", path(group));
            let (status, body) = post(&fake, &endpoints, &json!({"healthStatus": "SHOW"}));
            assert_eq!(status, 200, "{name}: {body}");
            let found = body.get("items").cloned().unwrap_or(json!([]));
            assert_eq!(&found, wanted, "{name}: {group}");
        }
        for (service, groups) in sample["getHealth"].as_object().unwrap() {
            for (group, wanted) in groups.as_object().unwrap() {
                let health = format!("{}/getHealth", path(service));
                let (status, body) = post(&fake, &health, &json!({"group": group}));
                assert_eq!(status, 200, "{name}: {body}");
                assert_eq!(&body, wanted, "{name}: {service} {group}");
            }
        }
        assert_eq!(fake.broken(), [""; 0], "{name}");
        assert!(fake.writes().is_empty(), "{name}");
    }
}

#[test]
fn lists_and_aggregated_lists_hold_what_was_loaded() {
    let (_, sample) = samples().swap_remove(6);
    let fake = Fake::start();
    load(&fake, &sample);
    let project = sample["_meta"]["project"].as_str().unwrap();
    let (status, body) = get(
        &fake,
        &format!("projects/{project}/aggregated/networkEndpointGroups"),
    );
    assert_eq!(status, 200, "{body}");
    let items = body["items"].as_object().unwrap();
    let groups = items
        .values()
        .filter_map(|scope| scope["networkEndpointGroups"].as_array())
        .flatten()
        .count();
    assert_eq!(
        groups,
        sample["collections"]["networkEndpointGroups"]
            .as_array()
            .unwrap()
            .len()
    );
    assert_eq!(items["global"]["warning"]["code"], "NO_RESULTS_ON_PAGE");
    assert!(items.contains_key("regions/us-central1") && items.contains_key("zones/us-east1-b"));

    let paged = format!("projects/{project}/aggregated/networkEndpointGroups?maxResults=1");
    let (_, first) = get(&fake, &paged);
    let token = first["nextPageToken"].as_str().unwrap();
    let (_, second) = get(&fake, &format!("{paged}&pageToken={token}"));
    assert_ne!(first["items"], second["items"]);

    let (_, networks) = get(&fake, &format!("projects/{project}/global/networks"));
    assert_eq!(networks["items"].as_array().unwrap().len(), 1);
    let (_, masked) = get(
        &fake,
        &format!("projects/{project}/global/networks?fields=items(name),kind"),
    );
    assert_eq!(
        masked,
        json!({"kind": "compute#networkList", "items": [{"name": "int-vpc"}]})
    );
    let (_, zones) = get(&fake, &format!("projects/{project}/zones"));
    assert!(zones["items"].as_array().unwrap().len() > 12);
    let (_, firewalls) = get(
        &fake,
        &format!("projects/{project}/global/networks/int-vpc/getEffectiveFirewalls"),
    );
    assert!(
        !firewalls["firewalls"].as_array().unwrap().is_empty(),
        "{firewalls}"
    );
    assert_eq!(fake.broken(), [""; 0]);
}
