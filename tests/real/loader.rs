//! Fills the cluster with objects as they were observed elsewhere, status and deletion included.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::cluster::{Cluster, in_parallel};
use super::etcd::{forget_changes, restore, store};
use super::http::{Client, Message};
use super::observed::{acceptable, lost, name_of, objects, text_of};

/// What was loaded, and what of it could not be.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// The objects as they stand in the cluster now.
    pub(crate) objects: Vec<Value>,
    /// `Kind namespace/name: path` of what differs from what was observed, such as
    /// `Service mail/smtp: spec.clusterIP`.
    pub(crate) lost: Vec<String>,
}

/// An object on its way into the cluster.
struct Load {
    observed: Value,
    /// What is created in its stead.
    given: Value,
    place: Place,
}

/// Where the API has an object.
struct Place {
    collection: String,
    item: String,
    has_status: bool,
}

impl Cluster {
    /// Creates the objects of a text (YAML documents or JSON), with the namespaces they are in.
    /// Panics with the server's words where it refuses one.
    pub(crate) fn load(&self, text: &str) -> Loaded {
        self.load_objects(objects(text))
    }

    /// The same for objects; namespaces first, many at a time.
    pub(crate) fn load_objects(&self, observed: Vec<Value>) -> Loaded {
        let (spaces, others): (Vec<_>, Vec<_>) = observed
            .into_iter()
            .partition(|object| text_of(object, "/kind") == "Namespace");
        let mut client = self.loader();
        make_namespaces(&mut client, &others);
        let [spaces, others] = [spaces, others].map(|all| located(&mut client, all));
        // A namespace that is being deleted takes no more objects: it is marked last of all, and
        // before its status, which must not say so earlier.
        in_parallel(|| self.loader(), &spaces, create);
        in_parallel(
            || self.loader(),
            &others,
            |client, load| {
                let now = create(client, load);
                write_status(client, load, now)
            },
        );
        let others = self.restored(others);
        let spaces = self.restored(spaces);
        let finish = |client: &mut Client, (load, now): &(Load, Value)| {
            write_status(client, load, now.clone())
        };
        let finished = in_parallel(|| self.loader(), &spaces, finish);
        let spaces = spaces.into_iter().map(|(load, _)| load).zip(finished);
        let mut loaded = Loaded::default();
        for (load, now) in others.into_iter().chain(spaces) {
            let name = name_of(&load.observed);
            let paths = lost(&load.observed, &now).into_iter();
            loaded
                .lost
                .extend(paths.map(|path| format!("{name}: {path}")));
            loaded.objects.push(now);
        }
        loaded
    }

    /// The objects as they stand there, with what only the server sets as it was observed.
    fn restored(&self, loads: Vec<Load>) -> Vec<(Load, Value)> {
        in_parallel(
            || self.etcd(),
            &loads,
            |etcd, load| restore(etcd, &load.place.collection, &load.observed),
        );
        let seen = in_parallel(
            || self.loader(),
            &loads,
            |client, load| {
                // Loaded as a core event, and to be seen as it was.
                let item = if load.is_new_event() {
                    load.place
                        .item
                        .replace("/api/v1/", "/apis/events.k8s.io/v1/")
                } else {
                    load.place.item.clone()
                };
                expect_ok(&load.observed, &client.get(&item).unwrap())
            },
        );
        loads.into_iter().zip(seen).collect()
    }

    /// Puts many objects straight into etcd, which is fast and judges nothing: they have to be as
    /// whole as the API server stores them, but for UID and time. Their namespaces are made.
    pub(crate) fn store(&self, objects: Vec<Value>) {
        let mut client = self.loader();
        make_namespaces(&mut client, &objects);
        let loads = located(&mut client, objects);
        in_parallel(
            || self.etcd(),
            &loads,
            |etcd, load| {
                store(etcd, &load.place.collection, &load.given);
            },
        );
    }

    /// Makes what was changed since it was loaded look as if that were long ago.
    pub(crate) fn let_time_pass(&self, loaded: &Loaded) {
        let all = located(&mut self.loader(), loaded.objects.clone());
        in_parallel(
            || self.etcd(),
            &all,
            |etcd, load| {
                let name = text_of(&load.given, "/metadata/name");
                forget_changes(etcd, &load.place.collection, name);
            },
        );
    }

    /// Takes out of the cluster what was loaded, but not the namespaces made on the way.
    pub(crate) fn unload(&self, loaded: &Loaded) {
        let mut client = self.loader();
        let all = located(&mut client, loaded.objects.clone());
        in_parallel(
            || self.loader(),
            &all,
            |client, load| {
                let item = load.place.item.as_str();
                let free = json!({"metadata": {"finalizers": null}});
                client.call("PATCH", item, &free);
                client.call("DELETE", item, &json!({"gracePeriodSeconds": 0}));
                if text_of(&load.given, "/kind") == "Namespace" {
                    let mut finalized = client.get(item).unwrap().json();
                    finalized["spec"] = json!({"finalizers": []});
                    client.call("PUT", &format!("{item}/finalize"), &finalized);
                }
            },
        );
    }
}

impl Load {
    fn is_new_event(&self) -> bool {
        text_of(&self.observed, "/apiVersion") == "events.k8s.io/v1"
    }
}

/// Where the API has each object, as it says itself.
fn located(client: &mut Client, observed: Vec<Value>) -> Vec<Load> {
    let mut known = BTreeMap::new();
    let mut locate = |observed: Value| {
        let given = acceptable(&observed);
        let version = text_of(&given, "/apiVersion").to_owned();
        let root = if version.contains('/') { "apis" } else { "api" };
        let resources = known.entry(version.clone()).or_insert_with(|| {
            let reply = client.get(&format!("/{root}/{version}")).unwrap();
            (reply.status() == 200).then(|| reply.json())
        });
        let kind = text_of(&given, "/kind");
        let served = resources.iter().filter_map(|it| it["resources"].as_array());
        let of_kind = served.flatten().filter(|resource| resource["kind"] == kind);
        let of_kind: Vec<_> = of_kind.collect();
        let plain = of_kind
            .iter()
            .find(|it| !text_of(it, "/name").contains('/'));
        let plain = plain.unwrap_or_else(|| panic!("not served: {version} {kind}"));
        let plural = text_of(plain, "/name");
        let status = format!("{plural}/status");
        let within = if plain["namespaced"] == true {
            format!("namespaces/{}/", namespace(&given))
        } else {
            String::new()
        };
        let collection = format!("/{root}/{version}/{within}{plural}");
        let place = Place {
            item: format!("{collection}/{}", text_of(&given, "/metadata/name")),
            collection,
            has_status: of_kind.iter().any(|it| text_of(it, "/name") == status),
        };
        Load {
            observed,
            given,
            place,
        }
    };
    observed.into_iter().map(&mut locate).collect()
}

fn namespace(object: &Value) -> &str {
    let namespace = text_of(object, "/metadata/namespace");
    if namespace.is_empty() {
        "default"
    } else {
        namespace
    }
}

/// Makes the namespaces that objects are in; cluster-wide ones say none.
fn make_namespaces(client: &mut Client, objects: &[Value]) {
    for namespace in objects.iter().map(namespace).collect::<BTreeSet<_>>() {
        let body = json!({"metadata": {"name": namespace}});
        let reply = client.call("POST", "/api/v1/namespaces", &body);
        assert!([201, 409].contains(&reply.status()), "{}", reply.text());
    }
}

/// Creates an object, or replaces the one that is there.
fn create(client: &mut Client, load: &Load) -> Value {
    let mut given = load.given.clone();
    let mut reply = client.call("POST", &load.place.collection, &given);
    if reply.status() == 422 && forget_allocations(&mut given, &reply.text()) {
        reply = client.call("POST", &load.place.collection, &given);
    }
    if reply.status() == 409 {
        let there = client.get(&load.place.item).unwrap().json();
        given["metadata"]["resourceVersion"] = there["metadata"]["resourceVersion"].clone();
        reply = client.call("PUT", &load.place.item, &given);
    }
    expect_ok(&given, &reply)
}

/// Addresses and node ports are the server's to give; true where they were why it refused.
fn forget_allocations(service: &mut Value, refusal: &str) -> bool {
    let refused = ["clusterIP", "nodePort", "NodePort"];
    if !refused.iter().any(|field| refusal.contains(field)) || service["kind"] != "Service" {
        return false;
    }
    let spec = service["spec"].as_object_mut().unwrap();
    for field in ["clusterIP", "clusterIPs", "healthCheckNodePort"] {
        spec.remove(field);
    }
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        port.remove("nodePort");
    }
    true
}

/// Writes the status of an object that is there, where the API has a place for it.
fn write_status(client: &mut Client, load: &Load, mut now: Value) -> Value {
    match load.observed.get("status") {
        Some(status) if load.place.has_status => {
            now["status"] = status.clone();
            let path = format!("{}/status", load.place.item);
            expect_ok(&load.observed, &client.call("PUT", &path, &now))
        }
        _ => now,
    }
}

fn expect_ok(object: &Value, reply: &Message) -> Value {
    let done = [200, 201].contains(&reply.status());
    assert!(done, "{}: {}", name_of(object), reply.text());
    reply.json()
}
