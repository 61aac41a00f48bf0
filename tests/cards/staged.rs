//! Scenes: the healthy clusters and projects of `fixtures/scenes/`, of which an example shows only
//! what differs. A file of an example that begins with `scene: mail` stands for the whole scene, with
//! its own objects in place of those of the same identity, and without those that it names.

use std::collections::HashMap;

use neg_doctor::card::{Example, Marker};
use neg_doctor::document::{self, Document, Node};
use neg_doctor::text::Source;

/// The example with its scenes filled in.
pub(crate) fn staged(mut example: Example) -> Example {
    for (name, text) in &mut example.files {
        if !text.starts_with("scene:") {
            continue;
        }
        let (whole, moved) = play(text);
        *text = whole;
        let of_file = example.markers.iter_mut().filter(|it| it.file == *name);
        of_file.for_each(|marker: &mut Marker| marker.line = moved[&marker.line]);
    }
    example
}

/// A part of a text between `---` lines.
struct Part {
    text: String,
    /// The number of its first line in the example, from 1; 0 for a part of the scene.
    line: usize,
    identity: String,
    is_cloud: bool,
}

fn parts(text: &str, of_example: bool) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut line = 1;
    for text in text.split("---\n") {
        let document = parsed(text);
        parts.push(Part {
            line: if of_example { line } else { 0 },
            identity: identity(&document),
            is_cloud: is_cloud(&document),
            text: text.to_owned(),
        });
        line += text.lines().count() + 1;
    }
    parts
}

fn parsed(text: &str) -> Document {
    let mut reading = document::read(&Source::new("scene.yaml", text), |_, _| true);
    assert!(reading.broken.is_empty(), "{:?}\n{text}", reading.broken);
    assert_eq!(reading.documents.len(), 1, "one object in a part:\n{text}");
    reading.documents.remove(0)
}

fn text_at(document: &Document, path: &[&str]) -> String {
    let node = document.root().at(path).and_then(Node::text);
    node.unwrap_or_default().to_owned()
}

/// What a scene's part is replaced by: kind and link, or kind, namespace and name.
fn identity(document: &Document) -> String {
    let (_, kind) = document.type_meta();
    let fields: [&[&str]; 7] = [
        &["project"],
        &["selfLink"],
        &["networkEndpointGroup"],
        &["network"],
        &["region"],
        &["metadata", "namespace"],
        &["metadata", "name"],
    ];
    let fields = match text_at(document, &["selfLink"]).as_str() {
        "" => &fields[..],
        _ => &fields[1..2],
    };
    let texts = fields.iter().map(|path| text_at(document, path));
    texts.fold(kind.to_owned(), |identity, text| {
        format!("{identity} {text}")
    })
}

fn is_cloud(document: &Document) -> bool {
    let (_, kind) = document.type_meta();
    kind.contains('#') || !text_at(document, &["project"]).is_empty()
}

/// The whole text, and where the lines of the example stand in it.
fn play(text: &str) -> (String, HashMap<usize, usize>) {
    let (head, rest) = text.split_once("---\n").unwrap_or((text, ""));
    let scene = document_of(head);
    let name = text_at(&scene, &["scene"]);
    let path = format!("{}/fixtures/scenes/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
    let stage = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut played = parts(&stage, false);
    let without = scene
        .root()
        .get("without")
        .into_iter()
        .flat_map(Node::items);
    for name in without.filter_map(Node::text) {
        let count = played.len();
        played.retain(|part| !is_named(part, name));
        assert!(played.len() < count, "the scene has no {name}");
    }
    let own = if rest.is_empty() {
        Vec::new()
    } else {
        parts(rest, true)
    };
    let shift = head.lines().count() + 1;
    for mut part in own {
        part.line += shift;
        let known = played.iter().position(|it| it.identity == part.identity);
        if let Some(place) = known {
            played[place] = part;
        } else {
            let last = played.iter().rposition(|it| it.is_cloud == part.is_cloud);
            played.insert(last.expect("a scene has both") + 1, part);
        }
    }
    let mut whole = String::new();
    let mut moved = HashMap::new();
    for (index, part) in played.iter().enumerate() {
        if index > 0 {
            whole.push_str("---\n");
        }
        let start = whole.lines().count();
        if part.line > 0 {
            moved.extend((0..part.text.lines().count()).map(|at| (part.line + at, start + at + 1)));
        }
        whole.push_str(&part.text);
    }
    (whole, moved)
}

/// A part's name in `without`: the end of its link from a `/` on, or `Kind/name`.
fn is_named(part: &Part, name: &str) -> bool {
    let (kind, rest) = part.identity.split_once(' ').unwrap_or_default();
    let link = rest.trim();
    if kind.contains('#') {
        let named = link.ends_with(&format!("/{name}"));
        let endpoints = kind.ends_with("ListNetworkEndpoints");
        let of_endpoints = name.replace("networkEndpoints/", "networkEndpointGroups/");
        let firewalls = kind == "compute#effectiveFirewalls";
        return if name.contains("networkEndpoints/") {
            endpoints && link.ends_with(&format!("/{of_endpoints}"))
        } else if firewalls {
            let network = name.strip_prefix("effectiveFirewalls/");
            network.is_some_and(|network| link.ends_with(network))
        } else {
            named && !endpoints
        };
    }
    name.split_once('/')
        .is_some_and(|(of, name)| of == kind && rest.split_whitespace().next_back() == Some(name))
}

fn document_of(head: &str) -> Document {
    // What is no Kubernetes object is read as one.
    let text = format!("apiVersion: v1\nkind: Scene\n{head}");
    parsed(&text)
}
