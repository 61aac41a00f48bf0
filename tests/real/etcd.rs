//! Straight into etcd, past the API server: for what it sets itself and takes from no client. It
//! stores JSON here, and hears at once of what is changed below it.

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};

use super::http::Client;

/// Metadata that only a server sets, and that tests may want as it was observed.
pub(crate) const OF_THE_SERVER: &[&str] = &[
    "uid",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "generation",
    "managedFields",
];

/// Gives a stored object the server's fields of an observed one. `collection` is its API path.
pub(crate) fn restore(etcd: &mut Client, collection: &str, observed: &Value) {
    let key = BASE64_STANDARD.encode(key(collection, observed["metadata"]["name"].as_str()));
    let stored = stored(etcd, &key);
    let mut object = stored.unwrap_or_else(|| panic!("not in etcd: {collection}"));
    // Who set which field in this cluster, and that it was just now, is not what was observed.
    object["metadata"]["managedFields"] = managers(&object, &observed["metadata"]["lastChanged"]);
    let metadata = object["metadata"].as_object_mut().unwrap();
    for field in OF_THE_SERVER {
        if let Some(value) = observed["metadata"].get(field) {
            metadata.insert((*field).to_owned(), value.clone());
        }
    }
    if metadata.contains_key("deletionTimestamp") {
        // The server sets both or none; all but Pods go without grace.
        let grace = metadata.entry("deletionGracePeriodSeconds");
        grace.or_insert_with(|| if collection.ends_with("/pods") { 30 } else { 0 }.into());
    }
    put(etcd, &key, &object);
}

fn stored(etcd: &mut Client, key: &str) -> Option<Value> {
    let found = etcd.call("POST", "/v3/kv/range", &json!({"key": key}));
    let value = found.json()["kvs"][0]["value"].clone();
    let json = BASE64_STANDARD.decode(value.as_str()?).unwrap();
    Some(serde_json::from_slice(&json).unwrap())
}

/// Takes from an object, if it is there, that it was ever changed.
pub(crate) fn forget_changes(etcd: &mut Client, collection: &str, name: &str) {
    let key = BASE64_STANDARD.encode(key(collection, Some(name)));
    if let Some(mut object) = stored(etcd, &key) {
        object["metadata"]["managedFields"] = managers(&object, &Value::Null);
        put(etcd, &key, &object);
    }
}

/// Snapshots keep of the managers of fields only when the last of them changed what is wanted. An
/// object without any manager would never get one.
fn managers(object: &Value, last_changed: &Value) -> Value {
    let (time, fields) = match last_changed {
        Value::Null => (&json!("2020-01-01T00:00:00Z"), json!({"f:metadata": {}})),
        time => (time, json!({"f:spec": {}})),
    };
    json!([{
        "manager": "someone",
        "operation": "Update",
        "apiVersion": object["apiVersion"],
        "time": time,
        "fieldsType": "FieldsV1",
        "fieldsV1": fields,
    }])
}

/// Stores an object as if the API server had, with a UID and a time where it has none.
pub(crate) fn store(etcd: &mut Client, collection: &str, object: &Value) {
    static STORED: AtomicUsize = AtomicUsize::new(0);
    let mut object = object.clone();
    let metadata = object["metadata"].as_object_mut().unwrap();
    let number = STORED.fetch_add(1, Ordering::Relaxed);
    let uid = || format!("00000000-0000-4000-9000-{number:012}").into();
    metadata.entry("uid").or_insert_with(uid);
    let time = metadata.entry("creationTimestamp");
    time.or_insert_with(|| "2026-01-01T00:00:00Z".into());
    let key = key(collection, metadata["name"].as_str());
    put(etcd, &BASE64_STANDARD.encode(key), &object);
}

fn put(etcd: &mut Client, key: &str, object: &Value) {
    let value = BASE64_STANDARD.encode(object.to_string());
    let put = etcd.call("POST", "/v3/kv/put", &json!({"key": key, "value": value}));
    assert_eq!(put.status(), 200, "{}", put.text());
}

/// The key of an object, by the path of its collection.
fn key(collection: &str, name: Option<&str>) -> String {
    let parts: Vec<&str> = collection.trim_matches('/').split('/').collect();
    let (group, rest) = match parts.as_slice() {
        ["api", _, rest @ ..] => ("", rest),
        ["apis", group, _, rest @ ..] => (*group, rest),
        _ => panic!("{collection} is no collection"),
    };
    let (namespace, plural) = match rest {
        ["namespaces", namespace, plural] => (format!("{namespace}/"), *plural),
        [plural] => (String::new(), *plural),
        _ => panic!("{collection} is no collection"),
    };
    // Built-in resources go by their name alone, a few by an older one; custom ones by their group.
    let built_in = !group.contains('.') || group.ends_with(".k8s.io");
    let folder = match plural {
        _ if !built_in || group.starts_with("gateway.") => format!("{group}/{plural}"),
        "services" => "services/specs".to_owned(),
        "endpoints" => "services/endpoints".to_owned(),
        "nodes" => "minions".to_owned(),
        "ingresses" => "ingress".to_owned(),
        plural => plural.to_owned(),
    };
    format!("/registry/{folder}/{namespace}{}", name.unwrap_or_default())
}
