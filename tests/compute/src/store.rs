//! What the fake project holds: objects by key, the members of groups, clusters and operations.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::discovery::Document;
use crate::link;
use crate::schema::{self, Way};

/// The places that every project sees, and more by the keys of what is loaded.
const REGIONS: &[(&str, &str)] = &[
    ("asia-east1", "abc"),
    ("europe-west1", "bcd"),
    ("europe-west4", "abc"),
    ("us-central1", "abcf"),
    ("us-east1", "bcd"),
    ("us-west1", "abc"),
];

/// Fields with links that nobody follows: what something is, and who uses it.
const BACKWARD: &[&str] = &[
    "selfLink",
    "selfLinkWithId",
    "usedBy",
    "users",
    "region",
    "zone",
    "zones",
];

/// One object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) value: Value,
    /// Whether it came in by the API, which then keeps its links back.
    pub(crate) made: bool,
}

/// An operation and how often it was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) value: Value,
    pub(crate) asked: u32,
}

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct Store {
    objects: BTreeMap<String, Object>,
    /// Endpoints of network endpoint groups, and instances of instance groups.
    pub(crate) members: HashMap<String, Vec<Value>>,
    /// The health of a group's members that a test has set, by address; `""` is all of them.
    pub(crate) health: HashMap<(String, String), crate::Health>,
    pub(crate) clusters: Vec<Value>,
    pub(crate) operations: BTreeMap<String, Operation>,
    /// Who probes which group; computed on demand.
    pub(crate) probes: Option<crate::health::Probes>,
    ticks: u64,
}

impl Store {
    pub(crate) fn object(&self, key: &str) -> Option<&Object> {
        self.objects.get(&self.by_id(key))
    }

    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        Some(&self.object(key)?.value)
    }

    /// All objects of a collection in one place, such as `projects/P/global/networks`.
    pub(crate) fn below<'s>(
        &'s self,
        place: &str,
    ) -> impl Iterator<Item = (&'s str, &'s Object)> + use<'s> {
        let prefix = format!("{place}/");
        let length = prefix.len();
        self.objects
            .range(prefix.clone()..)
            .take_while(move |(key, _)| key.starts_with(&prefix))
            .filter(move |(key, _)| !key[length..].contains('/'))
            .map(|(key, object)| (key.as_str(), object))
    }

    /// All objects of the collections of these names.
    pub(crate) fn of<'s>(
        &'s self,
        collections: &'s [&str],
    ) -> impl Iterator<Item = (&'s str, &'s Object)> {
        self.objects
            .iter()
            .filter(|(key, _)| collections.contains(&link::collection(key)))
            .map(|(key, object)| (key.as_str(), object))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &Object)> {
        let objects = self.objects.iter();
        objects.map(|(key, object)| (key.as_str(), object))
    }

    pub(crate) fn put(&mut self, key: String, object: Object) {
        self.probes = None;
        self.objects.insert(key, object);
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.probes = None;
        self.members.remove(key);
        self.objects.remove(key);
    }

    /// The key with the project's id where it says the project's number.
    pub(crate) fn by_id(&self, key: &str) -> String {
        let said = link::project(key);
        if said.is_empty() || !said.bytes().all(|byte| byte.is_ascii_digit()) {
            return key.to_owned();
        }
        let projects = self.objects.range("projects/".to_owned()..);
        let mut ids = projects.filter(|(key, object)| {
            link::collection(key) == "projects" && object.value["id"] == said
        });
        match ids.next() {
            Some((project, _)) => key.replacen(&format!("projects/{said}"), project, 1),
            None => key.to_owned(),
        }
    }

    /// Makes a project, with its regions and zones.
    pub(crate) fn project(&mut self, id: &str) {
        if id.is_empty() || self.object(&format!("projects/{id}")).is_some() {
            return;
        }
        let key = format!("projects/{id}");
        let number = (number_of(&key) % 900_000_000_000 + 100_000_000_000).to_string();
        let project = json!({"id": number, "defaultNetworkTier": "PREMIUM", "name": id});
        self.complete(key, project, false);
        for (region, zones) in REGIONS {
            for zone in zones.chars() {
                self.place(id, &format!("zones/{region}-{zone}"));
            }
        }
    }

    /// Makes a region or zone, unless it is there.
    pub(crate) fn place(&mut self, project: &str, scope: &str) {
        let key = format!("projects/{project}/{scope}");
        if scope == "global" || scope.is_empty() || self.objects.contains_key(&key) {
            return;
        }
        let mut value = json!({"status": "UP"});
        if scope.starts_with("zones/")
            && let Some(region) = link::region(scope)
        {
            let of = format!("projects/{project}/regions/{region}");
            self.place(project, &format!("regions/{region}"));
            value["region"] = link::link(&of).into();
            if let Some(region) = self.objects.get_mut(&of) {
                let mut zones = region.value["zones"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                zones.push(link::link(&key).into());
                region.value["zones"] = zones.into();
            }
        }
        self.complete(key, value, false);
    }

    /// Takes an object in as it is, however broken, under its `selfLink`.
    ///
    /// # Errors
    /// In words, where it has no link to itself or is no object of the API at all.
    pub(crate) fn load(&mut self, object: Value) -> Result<(), String> {
        let said = object["selfLink"].as_str().unwrap_or_default().to_owned();
        if said.contains("/clusters/") {
            let project = said.split("projects/").nth(1).unwrap_or_default();
            self.project(project.split('/').next().unwrap_or_default());
            self.clusters.push(object);
            return Ok(());
        }
        let key =
            link::key(&said, "").ok_or_else(|| format!("no selfLink to load by: {object}"))?;
        self.project(link::project(&key));
        self.place(link::project(&key), link::scope(&key));
        self.complete(key.clone(), object, false);
        let (Some(schema), Some(value)) = (schema_of(&key), self.value(&key)) else {
            return Err(format!("no such collection: {said}"));
        };
        let faults = schema::faults(schema, value, Way::Out);
        if faults.is_empty() {
            return Ok(());
        }
        Err(format!("{said}: {}", faults.join("; ")))
    }

    /// Puts an object with what the API itself says of every object, unless it says so already.
    pub(crate) fn complete(&mut self, key: String, mut value: Value, made: bool) {
        let Some(schema) = schema_of(&key) else {
            return self.put(key, Object { value, made });
        };
        let document = Document::get();
        let seed = if made { self.tick() } else { 0 };
        let id = number_of(&format!("{key} {seed}")) >> 1;
        let mut fields = vec![
            ("kind", document.kind(schema).map(Value::from)),
            ("id", Some(id.to_string().into())),
            ("name", Some(link::name(&key).into())),
            ("selfLink", Some(link::link(&key).into())),
            ("creationTimestamp", Some(time(seed).into())),
        ];
        if let Some((kind @ ("regions" | "zones"), _)) = link::scope(&key).split_once('/') {
            let scope = format!("projects/{}/{}", link::project(&key), link::scope(&key));
            fields.push((kind.trim_end_matches('s'), Some(link::link(&scope).into())));
        }
        let properties = document.properties(schema);
        for (name, said) in fields {
            if properties.is_some_and(|known| known.contains_key(name)) && value.get(name).is_none()
            {
                value[name] = said.unwrap_or_default();
            }
        }
        for name in ["fingerprint", "labelFingerprint"] {
            let known = properties.is_some_and(|known| known.contains_key(name));
            if known && (made || value.get(name).is_none()) {
                value[name] = fingerprint(&value).into();
            }
        }
        self.put(key, Object { value, made });
    }

    /// A number that grows, for times and names.
    pub(crate) fn tick(&mut self) -> u64 {
        self.ticks += 1;
        self.ticks
    }
}

/// The links of a value to other objects, each with the field that says it, such as
/// `backends[0].group`, and as a key.
pub(crate) fn links(value: &Value, project: &str) -> Vec<(String, String)> {
    fn walk(value: &Value, project: &str, at: &str, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(fields) => {
                for (name, inner) in fields {
                    if !BACKWARD.contains(&name.as_str()) {
                        let dot = if at.is_empty() { "" } else { "." };
                        walk(inner, project, &format!("{at}{dot}{name}"), found);
                    }
                }
            }
            Value::Array(items) => {
                for (index, inner) in items.iter().enumerate() {
                    walk(inner, project, &format!("{at}[{index}]"), found);
                }
            }
            Value::String(text) if text.contains('/') && !text.contains(' ') => {
                found.extend(link::key(text, project).map(|key| (at.to_owned(), key)));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, project, "", &mut found);
    found
}

/// Writes whole links as the API does, whichever server a client has sent them to.
pub(crate) fn canonical(value: &mut Value) {
    match value {
        Value::Object(fields) => fields.values_mut().for_each(canonical),
        Value::Array(items) => items.iter_mut().for_each(canonical),
        Value::String(text) if text.starts_with("http") => {
            if let Some(key) = link::key(text, "") {
                *text = link::link(&key);
            }
        }
        _ => {}
    }
}

/// The schema of the object that a key names.
pub(crate) fn schema_of(key: &str) -> Option<&'static str> {
    Document::get().schema_of(link::collection(key))
}

/// A number that is always the same for the same text (FNV-1a).
pub(crate) fn number_of(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Changes whenever the object does.
fn fingerprint(value: &Value) -> String {
    let mut value = value.clone();
    for name in ["fingerprint", "labelFingerprint"] {
        value[name] = Value::Null;
    }
    BASE64_STANDARD.encode(number_of(&value.to_string()).to_be_bytes())
}

/// The time of a tick, in the form that the API writes.
pub(crate) fn time(tick: u64) -> String {
    let (hour, minute, second) = (tick / 3600 % 24, tick / 60 % 60, tick % 60);
    format!("2026-03-02T{hour:02}:{minute:02}:{second:02}.415-07:00")
}
