//! Which names there are, and what each becomes.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use crate::controller::names::L7Namer;

/// Names that say nothing of whose cluster it is, or that rules know.
const KNOWN: &[&str] = &[
    "default",
    "kubernetes",
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "istio-system",
    "asm-system",
    "gatekeeper-system",
    "true",
    "false",
    "name",
    "ports",
    "ingress",
    "exposed_ports",
    "zones",
    "http",
    "https",
    "tcp",
    "udp",
    "grpc",
    "neg",
    "gce",
    "gce-internal",
    "service",
    "services",
    "pod",
    "pods",
    "node",
    "nodes",
    "port",
    "auto",
    "none",
    "healthy",
    "list",
    "on",
    "in",
    "namespace",
    "namespaces",
    "all",
    "cannot",
    "is",
    "the",
    "a",
    "of",
    "not",
    "error",
    "neg-controller",
    "loadbalancer-controller",
    "neg-readiness-reflector",
    "neg-doctor",
    "k8s1",
    "k8s2",
];

/// The members whose strings are names, wherever they stand.
const NAMED: &[&str] = &["secretName", "nodeName", "serviceName", "namespace"];

/// The members below which `name` is the name of another object.
const REFERENCES: &[&str] = &[
    "service",
    "backendRefs",
    "parentRefs",
    "targetRef",
    "scaleTargetRef",
    "involvedObject",
    "regarding",
    "certificateRefs",
    "ownerReferences",
    "containers",
    "initContainers",
    "containerStatuses",
    "oauthclientCredentials",
    "securityPolicy",
    "metadata",
];

/// What each name becomes.
#[derive(Default)]
pub(super) struct Names {
    others: HashMap<String, String>,
    /// Those of the labels of host names.
    labels: HashMap<String, String>,
}

impl Names {
    /// Gathers the names of a snapshot, whose objects are gone through twice.
    pub(super) fn of(
        header: &Value,
        objects: &mut dyn Iterator<Item = Value>,
        again: &mut dyn Iterator<Item = Value>,
    ) -> Self {
        let mut names = Self::default();
        if let Some(cluster) = header.pointer("/metadata/name").and_then(Value::as_str) {
            names
                .others
                .insert(cluster.to_owned(), "cluster".to_owned());
        }
        for member in ["namespace", "namespaces"] {
            names.strings(header.get(member));
        }
        for entry in header
            .get("unread")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let reason = entry
                .get("reason")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let user = reason
                .split_once("User \"")
                .and_then(|(_, rest)| rest.split('"').next());
            if let Some(user) = user {
                names.others.insert(user.to_owned(), "user".to_owned());
            }
        }
        let mut uids = BTreeSet::new();
        for object in objects {
            names.gather("", &object);
            uids.extend(uid_of(&object));
        }
        for service in again.filter(|object| object.get("kind") == Some(&"Service".into())) {
            names.generated(&service, &uids);
        }
        names
    }

    /// A text with other names in it.
    pub(super) fn in_text(&self, text: &str) -> String {
        if let Some(other) = self.others.get(text) {
            return other.clone();
        }
        let is_inner = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
        let mut written = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_inner) {
            let (before, token) = rest.split_at(start);
            let end = token.find(|c| !is_inner(c)).unwrap_or(token.len());
            let (token, after) = token.split_at(end);
            // A full stop ends a sentence; one at the start belongs to a wildcard.
            let inner = token.trim_matches('.');
            written.push_str(before);
            written.push_str(&token.replacen(
                inner,
                self.others.get(inner).map_or(inner, String::as_str),
                1,
            ));
            rest = after;
        }
        written + rest
    }

    fn gather(&mut self, parent: &str, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.gather(parent, item)),
            Value::Object(members) => {
                for (key, member) in members {
                    self.member(parent, key, member);
                }
            }
            _ => {}
        }
    }

    fn member(&mut self, parent: &str, key: &str, member: &Value) {
        match (key, member) {
            ("labels" | "matchLabels" | "selector", Value::Object(labels)) => self.labels(labels),
            ("annotations", Value::Object(annotations)) => self.annotations(annotations),
            ("name", Value::String(name)) if REFERENCES.contains(&parent) => self.add(name),
            ("host" | "hosts" | "hostnames" | "hostname", member) => self.hosts(member),
            ("providerID" | "selfLink" | "subnetURL", Value::String(link)) => self.link(link),
            (key, Value::String(name)) if NAMED.contains(&key) => self.add(name),
            (key, member) => self.gather(key, member),
        }
        if key == "matchLabels" || key == "selector" {
            self.gather(key, member);
        }
    }

    fn labels(&mut self, labels: &Map<String, Value>) {
        for (key, value) in labels {
            let of_system = ["kubernetes.io/", "gke.io/", "google.com/", "istio.io/"];
            let system = of_system.iter().any(|domain| key.contains(domain));
            if !system || key.starts_with("app.kubernetes.io/") {
                self.strings(Some(value));
            }
        }
    }

    /// The names in JSON, such as those of NEGs and BackendConfigs.
    fn annotations(&mut self, annotations: &Map<String, Value>) {
        for text in annotations.values().filter_map(Value::as_str) {
            if let Ok(value @ Value::Object(_)) = serde_json::from_str::<Value>(text) {
                self.all_strings(&value);
            }
        }
    }

    fn all_strings(&mut self, value: &Value) {
        match value {
            Value::Object(members) => members.values().for_each(|value| self.all_strings(value)),
            value => self.strings(Some(value)),
        }
    }

    fn strings(&mut self, value: Option<&Value>) {
        match value {
            Some(Value::String(name)) => self.add(name),
            Some(Value::Array(items)) => items.iter().for_each(|item| self.strings(Some(item))),
            _ => {}
        }
    }

    /// Host names, label by label, so that wildcards still fit.
    fn hosts(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.hosts(item)),
            Value::String(host) => {
                let host = host.trim_start_matches("*.");
                if host.parse::<std::net::IpAddr>().is_ok() || !host.contains('.') {
                    return;
                }
                let mut other = Vec::new();
                for label in host.split('.') {
                    let next = format!("h{}", self.labels.len());
                    other.push(self.labels.entry(label.to_owned()).or_insert(next).clone());
                }
                self.others.insert(host.to_owned(), other.join("."));
            }
            _ => {}
        }
    }

    /// Project, network and instance of a link.
    fn link(&mut self, link: &str) {
        let mut parts = link.split('/').peekable();
        while let Some(part) = parts.next() {
            let named = [
                "projects",
                "networks",
                "subnetworks",
                "networkEndpointGroups",
            ]
            .contains(&part);
            if let Some(name) = parts.peek().filter(|_| named) {
                self.add(name);
            }
        }
        if let Some(instance) = link.strip_prefix("gce://") {
            let mut parts = instance.split('/');
            [parts.next(), parts.nth(1)]
                .into_iter()
                .flatten()
                .for_each(|name| self.add(name));
        }
    }

    /// Gives a name another one of the same length, where that is long enough.
    fn add(&mut self, name: &str) {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
        let says_nothing = KNOWN.contains(&name)
            || !name.contains(|c: char| c.is_ascii_lowercase())
            || !name.chars().all(is_name)
            || is_place(name)
            || ["gke-managed-", "gmp-", "k8s1-", "k8s2-"]
                .iter()
                .any(|known| name.starts_with(known));
        if says_nothing || self.others.contains_key(name) {
            return;
        }
        let other = format!("r{}", self.others.len());
        let padding = name.len().saturating_sub(other.len());
        self.others
            .insert(name.to_owned(), other + &"x".repeat(padding));
    }

    /// The names that the controller makes of a Service's.
    fn generated(&mut self, object: &Value, uids: &BTreeSet<String>) {
        let text = |path: &str| object.pointer(path).and_then(Value::as_str);
        let whose = (text("/metadata/namespace"), text("/metadata/name"));
        let (Some(namespace), Some(service)) = whose else {
            return;
        };
        let ports = object.pointer("/spec/ports").and_then(Value::as_array);
        let ports = ports.into_iter().flatten();
        let ports = ports.filter_map(|port| i32::try_from(port.get("port")?.as_i64()?).ok());
        for (port, uid) in ports.flat_map(|port| uids.iter().map(move |uid| (port, uid))) {
            let namer = L7Namer::new(uid);
            let other = namer.neg(&self.in_text(namespace), &self.in_text(service), port);
            let old = namer.neg(namespace, service, port);
            self.others
                .insert(old.as_str().to_owned(), other.as_str().to_owned());
        }
    }
}

/// The cluster's UID in the name of what the controller made.
fn uid_of(object: &Value) -> Option<String> {
    let name = object.pointer("/metadata/name")?.as_str()?;
    let uid = name.strip_prefix("k8s1-")?.split('-').next()?;
    (uid.len() == 8).then(|| uid.to_owned())
}

/// True for zones and regions: `europe-west1-b`.
fn is_place(name: &str) -> bool {
    let mut parts = name.split('-');
    let area = parts.next().unwrap_or_default();
    let numbered = parts.next().unwrap_or_default();
    let zone = parts.next().unwrap_or("a");
    let areas = [
        "africa",
        "asia",
        "australia",
        "europe",
        "me",
        "northamerica",
        "southamerica",
        "us",
    ];
    areas.contains(&area)
        && numbered.ends_with(|c: char| c.is_ascii_digit())
        && zone.len() == 1
        && parts.next().is_none()
}
