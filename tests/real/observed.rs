//! Objects as a cluster showed them, turned into what an API server accepts from outside, and what
//! got lost on the way.

use neg_doctor::document::{self, Node, Value as Scalar};
use neg_doctor::text::Source;
use serde_json::{Map, Value, json};

use super::etcd::OF_THE_SERVER;

/// The objects of a text of YAML documents, or of JSON; lists item by item, snapshot headers not.
pub(crate) fn objects(text: &str) -> Vec<Value> {
    let reading = document::read(&Source::new("fixture.yaml", text), |_, _| true);
    let broken = reading.broken.first().map(|broken| &broken.message);
    assert_eq!(broken, None, "a fixture does not parse");
    let objects = reading.documents.iter();
    objects
        .map(|document| value(document.root()))
        .filter(|object| !text_of(object, "/apiVersion").starts_with("neg-doctor.dev/"))
        .collect()
}

fn value(node: Node<'_>) -> Value {
    match node.value() {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => value.into(),
        Scalar::Int(_) => node
            .integer()
            .map_or_else(|| node.text().into(), Value::from),
        Scalar::Float(value) => value.into(),
        Scalar::String(text) => text.to_string().into(),
        Scalar::Sequence => node.items().map(value).collect(),
        Scalar::Mapping => {
            let member = |(key, item): (Node<'_>, Node<'_>)| {
                (key.text().unwrap_or_default().to_owned(), value(item))
            };
            Value::Object(node.entries().map(member).collect::<Map<_, _>>())
        }
    }
}

/// The text at a JSON pointer; empty where there is none.
pub(crate) fn text_of<'v>(value: &'v Value, pointer: &str) -> &'v str {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_default()
}

/// `Kind namespace/name`.
pub(crate) fn name_of(object: &Value) -> String {
    let [kind, namespace, name] =
        ["/kind", "/metadata/namespace", "/metadata/name"].map(|pointer| text_of(object, pointer));
    let slash = if namespace.is_empty() { "" } else { "/" };
    format!("{kind} {namespace}{slash}{name}")
}

/// What can be created in an object's stead.
pub(crate) fn acceptable(observed: &Value) -> Value {
    let mut object = observed.clone();
    if text_of(&object, "/apiVersion") == "events.k8s.io/v1" {
        as_core_event(&mut object);
    }
    let metadata = object["metadata"].as_object_mut().unwrap();
    for field in OF_THE_SERVER
        .iter()
        .chain(&["resourceVersion", "selfLink", "lastChanged"])
    {
        metadata.remove(*field);
    }
    let owners = metadata.get_mut("ownerReferences");
    for owner in owners.and_then(Value::as_array_mut).into_iter().flatten() {
        // A snapshot may have cut it, but no object may lack it.
        let uid = owner.as_object_mut().unwrap().entry("uid");
        uid.or_insert_with(|| "00000000-0000-4000-8000-000000000000".into());
    }
    remember_last_apply(metadata);
    for pod in [
        "/spec",
        "/spec/template/spec",
        "/spec/jobTemplate/spec/template/spec",
    ] {
        complete_containers(object.pointer_mut(pod));
    }
    complete_selector(&mut object);
    object
}

/// Old events show deprecated fields in the new API that it does not take from clients.
fn as_core_event(event: &mut Value) {
    let renamed = [
        ("note", "message"),
        ("regarding", "involvedObject"),
        ("deprecatedCount", "count"),
        ("deprecatedSource", "source"),
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
    ];
    let fields = event.as_object_mut().unwrap();
    for (new, core) in renamed {
        if let Some(value) = fields.remove(new) {
            fields.insert(core.to_owned(), value);
        }
    }
    fields.insert("apiVersion".to_owned(), "v1".into());
}

/// Snapshots keep of the last applied text only which annotations it set.
fn remember_last_apply(metadata: &mut Map<String, Value>) {
    let Some(Value::Array(keys)) = metadata.remove("lastAppliedAnnotations") else {
        return;
    };
    let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
    let value = |key: &str| annotations.get(key).cloned().unwrap_or_else(|| "".into());
    let applied: Map<_, _> = keys
        .iter()
        .filter_map(Value::as_str)
        .map(|key| (key.to_owned(), value(key)))
        .collect();
    let text = json!({"metadata": {"annotations": applied}}).to_string();
    annotations["kubectl.kubernetes.io/last-applied-configuration"] = text.into();
}

/// Examples leave out what no rule reads, but the server wants it.
fn complete_containers(pod_spec: Option<&mut Value>) {
    let containers = pod_spec.and_then(|spec| spec.get_mut("containers")?.as_array_mut());
    for (index, container) in containers.into_iter().flatten().enumerate() {
        let container = container.as_object_mut().unwrap();
        container
            .entry("name")
            .or_insert_with(|| format!("c{index}").into());
        container.entry("image").or_insert_with(|| "none".into());
        for probe in ["readinessProbe", "livenessProbe", "startupProbe"] {
            let exec = container
                .get_mut(probe)
                .and_then(|probe| probe.get_mut("exec"));
            if let Some(Value::Object(exec)) = exec {
                exec.entry("command").or_insert_with(|| json!(["true"]));
            }
        }
    }
}

fn complete_selector(object: &mut Value) {
    let labels = object.pointer("/spec/template/metadata/labels").cloned();
    if let (Some(labels), None) = (labels, object.pointer("/spec/selector")) {
        object["spec"]["selector"] = json!({"matchLabels": labels});
    }
}

/// Paths of what was observed and is not in the object that stands for it now.
pub(crate) fn lost(observed: &Value, now: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    compare(observed, Some(now), "", &mut paths);
    paths
}

fn compare(observed: &Value, now: Option<&Value>, path: &str, lost: &mut Vec<String>) {
    match (observed, now) {
        (Value::Object(fields), Some(now)) => {
            for (name, value) in fields {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                compare(value, now.get(name), &path, lost);
            }
        }
        (Value::Array(items), Some(Value::Array(now))) if items.len() == now.len() => {
            for (index, (item, now)) in items.iter().zip(now).enumerate() {
                compare(item, Some(now), &format!("{path}[{index}]"), lost);
            }
        }
        // What is empty is not stored.
        (Value::Null, None) => {}
        (Value::Array(items), None) if items.is_empty() => {}
        (Value::Object(fields), None) if fields.is_empty() => {}
        (observed, now) => {
            if now != Some(observed) {
                lost.push(path.to_owned());
            }
        }
    }
}
