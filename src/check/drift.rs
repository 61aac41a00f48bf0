//! Where a cluster shows other values than the manifests state, of the fields that were read.

use crate::document::{Node, Value};
use crate::kind::Object;
use crate::report::Drift;
use crate::world::World;

/// No more of one object: it is another object by then.
const MOST: usize = 20;

/// What differs between manifests and what the clusters show of the same objects.
pub(super) fn drift(world: &World<'_>) -> Vec<Drift> {
    let mut found = Vec::new();
    for object in world.objects().filter(|object| !object.observed) {
        let Some(live) = object.live else { continue };
        let mut own = Vec::new();
        let both = |path: &[&str]| object.root().at(path).zip(live.root().at(path));
        if let Some((declared, shown)) = both(&["spec"]) {
            compare(object, "spec", declared, shown, &mut own);
        }
        let stated = object.annotations();
        let path = ["metadata", "annotations"];
        for stated in stated.filter(|stated| speaks_of_load_balancing(stated.name())) {
            let path_of = format!("metadata.annotations[{}]", stated.name());
            let shown = live.root().at(&path).and_then(|it| it.get(stated.name()));
            match shown {
                Some(shown) => compare(object, &path_of, stated.value, shown, &mut own),
                None => own.push(Drift {
                    subject: object.subject(),
                    path: path_of,
                    declared: shortened(stated.value),
                    observed: None,
                    place: stated.key.place(),
                }),
            }
        }
        own.truncate(MOST);
        found.append(&mut own);
    }
    found
}

fn speaks_of_load_balancing(key: &str) -> bool {
    [
        "cloud.google.com/",
        "networking.gke.io/",
        "kubernetes.io/ingress",
    ]
    .iter()
    .any(|prefix| key.contains(prefix))
}

/// Values that are stated and shown. What is only stated may be a field that is not read.
fn compare(
    object: &Object<'_>,
    path: &str,
    declared: Node<'_>,
    shown: Node<'_>,
    to: &mut Vec<Drift>,
) {
    if to.len() > MOST || declared.is_alias() {
        return;
    }
    let mut differs = || {
        to.push(Drift {
            subject: object.subject(),
            path: path.to_owned(),
            declared: shortened(declared),
            observed: Some(shortened(shown)),
            place: declared.place(),
        });
    };
    match (declared.value(), shown.value()) {
        (Value::Null, _) => {}
        (Value::Mapping, Value::Mapping) => {
            for (key, value) in declared.entries() {
                let Some(name) = key.text() else { continue };
                if let Some(shown) = shown.get(name) {
                    compare(object, &format!("{path}.{name}"), value, shown, to);
                }
            }
        }
        (Value::Sequence, Value::Sequence) => {
            if declared.items().count() != shown.items().count() {
                return differs();
            }
            for (index, (one, other)) in declared.items().zip(shown.items()).enumerate() {
                compare(object, &format!("{path}[{index}]"), one, other, to);
            }
        }
        (Value::Mapping | Value::Sequence, _) | (_, Value::Mapping | Value::Sequence) => differs(),
        // The API writes some numbers as strings.
        _ if declared.text() == shown.text() => {}
        _ => differs(),
    }
}

/// A value in a few words.
fn shortened(node: Node<'_>) -> String {
    match node.value() {
        Value::Sequence => format!("{} entries", node.items().count()),
        Value::Mapping => "a mapping".to_owned(),
        _ => {
            let text = node.text().unwrap_or_default();
            let mut short: String = text.chars().take(60).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            short
        }
    }
}
