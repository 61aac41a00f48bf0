//! What a list of fields alone cannot say: which annotations speak of load balancing, and what of
//! a value is left when nothing secret may stand in it.

use serde_json::{Map, Value, json};

use crate::kind::near_miss::is_near_miss;

/// Under which `kubectl apply` keeps the whole manifest.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What keys of load balancing hold; those of other controllers too, whose Ingresses are told from
/// ours by them.
const WORDS: &[&str] = &[
    "cloud.google.com/",
    "gke.io/",
    "neg",
    "ingress",
    "load-balancer",
    "loadbalancer",
    "nginx.org/",
    "haproxy.org/",
    "konghq.com/",
    "backend-config",
    "backendconfig",
    "app-protocols",
    "endpoint",
    "service.beta.kubernetes.io/",
    "anthos.cft.dev/",
    "argocd.argoproj.io/",
    "istio.io/",
    "linkerd.io/inject",
];

/// Keys that hold one of those words and nothing that is looked at, at length.
const LONG: &[&str] = &["autopilot.gke.io/", "sidecar.istio.io/status"];

/// What annotations of others that may hold a secret are called.
const SECRETIVE: &[&str] = &["snippet", "auth", "secret", "token", "password", "header"];

/// True for an annotation that speaks of load balancing.
pub fn is_balancing(key: &str, value: Option<&str>) -> bool {
    let folded = key.to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let ours = ["google.com/", "gke.io/", "gcp.kubernetes.io/"]
        .iter()
        .any(|ours| folded.contains(ours));
    (holds(WORDS) && !holds(LONG) && (ours || !holds(SECRETIVE))) || is_near_miss(key, value)
}

/// `metadata` with the annotations of load balancing, and of what was applied only which of those
/// it set, as `lastAppliedAnnotations`; and when spec or annotations were last changed by other than
/// the controllers that answer, as `lastChanged`. A manager's time is that of its last change of
/// whatever field, so this is not too early.
pub(super) fn metadata(mut value: Value) -> Value {
    let Some(metadata) = value.as_object_mut() else {
        return value;
    };
    let mut applied: Option<Vec<String>> = None;
    let mut apply = |keys: Vec<String>| applied.get_or_insert_default().extend(keys);
    if let Some(Value::Array(managers)) = metadata.remove("managedFields") {
        for manager in &managers {
            if manager.get("operation") == Some(&json!("Apply")) {
                apply(annotations_set(manager).map(str::to_owned).collect());
            }
        }
        let changed = managers.iter().filter(|manager| is_wish(manager));
        let times = changed.filter_map(|manager| manager.get("time")?.as_str());
        // Times of one form are in order as texts are.
        if let Some(last) = times.max() {
            metadata.insert("lastChanged".to_owned(), json!(last));
        }
    }
    if let Some(Value::Object(mut annotations)) = metadata.remove("annotations") {
        if let Some(text) = annotations.remove(LAST_APPLIED) {
            apply(annotations_of(text.as_str().unwrap_or_default()));
        }
        annotations.retain(|key, value| is_balancing(key, value.as_str()));
        if !annotations.is_empty() {
            metadata.insert("annotations".to_owned(), annotations.into());
        }
    }
    if let Some(mut keys) = applied {
        keys.retain(|key| is_balancing(key, None));
        keys.sort();
        keys.dedup();
        metadata.insert("lastAppliedAnnotations".to_owned(), json!(keys));
    }
    value
}

/// The keys of the annotations that a manager of fields set.
fn annotations_set(manager: &Value) -> impl Iterator<Item = &str> {
    let set = manager.pointer("/fieldsV1/f:metadata/f:annotations");
    let names = set
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys);
    names.filter_map(|name| name.strip_prefix("f:"))
}

/// True for a manager that says what is wanted: the spec, or an annotation that controllers follow.
fn is_wish(manager: &Value) -> bool {
    manager.pointer("/fieldsV1/f:spec").is_some()
        || annotations_set(manager).any(|key| is_balancing(key, None) && !is_answer(key))
}

/// True for annotations in which controllers answer.
fn is_answer(key: &str) -> bool {
    key.contains("neg-status")
        || key.starts_with("ingress.kubernetes.io/")
        || key.starts_with("service.kubernetes.io/")
}

/// The keys of the annotations in a manifest's JSON.
fn annotations_of(manifest: &str) -> Vec<String> {
    #[derive(serde::Deserialize, Default)]
    #[serde(default)]
    struct Manifest {
        metadata: Metadata,
    }
    #[derive(serde::Deserialize, Default)]
    #[serde(default)]
    struct Metadata {
        annotations: Option<Map<String, Value>>,
    }
    let manifest: Manifest = serde_json::from_str(manifest).unwrap_or_default();
    manifest
        .metadata
        .annotations
        .unwrap_or_default()
        .keys()
        .cloned()
        .collect()
}

/// Headers by name, with the value of `Host` alone.
pub(super) fn headers(mut value: Value) -> Value {
    for header in value.as_array_mut().into_iter().flatten() {
        let name = header.get("name").cloned().unwrap_or_default();
        let shown = header.get("value").filter(|_| {
            name.as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case("host"))
        });
        *header = match shown {
            Some(shown) => json!({"name": name, "value": shown}),
            None => json!({"name": name}),
        };
    }
    value
}

/// `Name:value` headers as `Name:`.
pub(super) fn header_names(mut value: Value) -> Value {
    for header in value.as_array_mut().into_iter().flatten() {
        let name = header.as_str().and_then(|header| header.split(':').next());
        *header = json!(format!("{}:", name.unwrap_or_default()));
    }
    value
}

/// A path without what stands in its query.
pub(super) fn path(value: Value) -> Value {
    match value.as_str().and_then(|path| path.split_once('?')) {
        Some((path, _)) => json!(format!("{path}?")),
        None => value,
    }
}

/// The part of a command that waits: `sleep` and its seconds.
#[expect(
    clippy::needless_pass_by_value,
    reason = "reductions take what they reduce"
)]
pub(super) fn pause(value: Value) -> Value {
    let words = value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let mut words = words.flat_map(str::split_whitespace);
    let sleeps = words.find(|word| word.rsplit('/').next() == Some("sleep"));
    let seconds = sleeps
        .and(words.next())
        .map(|seconds| seconds.trim_end_matches([';', '"', '\'', ')']));
    let counts = |seconds: &&str| {
        let digits = seconds.strip_suffix('s').unwrap_or(seconds);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    match seconds.filter(counts) {
        Some(seconds) => json!(["sleep", seconds]),
        None => json!([]),
    }
}

/// An event of a kubelet without its message, in which answers of applications are quoted.
pub(super) fn event(mut value: Value) -> Value {
    let by_kubelet = value.pointer("/source/component") == Some(&json!("kubelet"))
        || value.get("reportingComponent") == Some(&json!("kubelet"))
        || value.get("reportingController") == Some(&json!("kubelet"));
    if let (true, Some(event)) = (by_kubelet, value.as_object_mut()) {
        event.remove("message");
        event.remove("note");
    }
    value
}
