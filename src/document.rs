//! Documents: Kubernetes objects as text, with the bytes of every node. Reading a text never
//! fails as a whole: what is broken is named with its place, and its neighbours are still there.

mod as_json;
mod inner;
mod json;
mod remove;
pub mod scalar;
mod template;
mod tree;
mod yaml;

use std::sync::Arc;

use rayon::prelude::*;

use crate::text::{Place, Source, Span};

pub use as_json::{is_old_boolean, quote_value};
pub use inner::Inner;
pub use remove::remove_entry;
pub use template::{Template, TemplateKind, template};
pub use tree::{Node, NodeId, Tree, Value};

/// One object's text.
#[derive(Debug, Clone)]
pub struct Document {
    tree: Arc<Tree>,
    root: NodeId,
}

impl Document {
    /// Its root mapping.
    pub fn root(&self) -> Node<'_> {
        self.tree.node(self.root)
    }

    /// The text it stands in.
    pub fn source(&self) -> &Arc<Source> {
        self.tree.source()
    }

    /// `apiVersion` and `kind`.
    pub fn type_meta(&self) -> (&str, &str) {
        let field = |name| {
            self.root()
                .get(name)
                .and_then(Node::text)
                .unwrap_or_default()
        };
        (field("apiVersion"), field("kind"))
    }
}

/// What one text holds.
#[derive(Debug, Default)]
pub struct Reading {
    /// The objects that rules may look at.
    pub documents: Vec<Document>,
    /// Documents that do not parse.
    pub broken: Vec<Broken>,
    /// Comments that speak to this tool.
    pub comments: Vec<Place>,
    /// Documents of any content, broken ones included, empty ones not.
    pub seen: usize,
    /// Kubernetes objects among them, items of lists counted one by one.
    pub objects: usize,
}

/// A document that does not parse.
#[derive(Debug, Clone)]
pub struct Broken {
    /// Where the parser gave up.
    pub place: Place,
    /// Why, in the parser's words.
    pub message: String,
}

impl Broken {
    fn at(source: &Arc<Source>, offset: usize, message: String) -> Self {
        let mut start = offset.min(source.text.len());
        while !source.text.is_char_boundary(start) {
            start -= 1;
        }
        let next = source
            .text
            .get(start..)
            .and_then(|rest| rest.chars().next());
        let width = next.filter(|next| *next != '\n').map_or(0, char::len_utf8);
        Self {
            place: Place {
                source: Arc::clone(source),
                span: Span::new(start, start + width),
            },
            message,
        }
    }
}

/// What a parser makes of one stretch of text.
struct Parsed {
    tree: Arc<Tree>,
    roots: Vec<NodeId>,
    comments: Vec<Span>,
}

/// Reads all documents of a text. `wanted` says of an object's kind whether rules look at it;
/// others are only counted, unless their text speaks of load balancing.
pub fn read(source: &Arc<Source>, wanted: fn(api_version: &str, kind: &str) -> bool) -> Reading {
    let start = source.text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[']) {
        let parsed = json::parse(source);
        let is_json = source.origin.ends_with(".json");
        if parsed.is_ok() || is_json {
            let whole = Span::new(0, source.text.len());
            return sort_out(source, vec![(whole, parsed)], wanted);
        }
    }
    let parsed = yaml::split(&source.text)
        .into_par_iter()
        .with_min_len(16)
        .map(|span| {
            let reading = sort_out(source, vec![(span, yaml::parse(source, span))], wanted);
            (span, reading)
        })
        .collect::<Vec<_>>();
    let mut whole = Reading::default();
    for (_, reading) in parsed {
        whole.documents.extend(reading.documents);
        whole.broken.extend(reading.broken);
        whole.comments.extend(reading.comments);
        whole.seen += reading.seen;
        whole.objects += reading.objects;
    }
    whole
}

/// Keeps what rules may look at and counts the rest.
fn sort_out(
    source: &Arc<Source>,
    stretches: Vec<(Span, Result<Parsed, Broken>)>,
    wanted: fn(&str, &str) -> bool,
) -> Reading {
    let mut reading = Reading::default();
    for (span, parsed) in stretches {
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(broken) => {
                reading.seen += 1;
                reading.broken.push(broken);
                continue;
            }
        };
        let place = |span| Place {
            source: Arc::clone(source),
            span,
        };
        reading
            .comments
            .extend(parsed.comments.iter().copied().map(place));
        let speaks =
            memchr::memmem::find(source.slice(span).as_bytes(), b"cloud.google.com/").is_some();
        for root in parsed.roots {
            let node = parsed.tree.node(root);
            if node.value() == Value::Null {
                continue;
            }
            reading.seen += 1;
            let mut pending = vec![node];
            while let Some(node) = pending.pop() {
                let (Some(kind), Some(api_version)) =
                    (field(node, "kind"), field(node, "apiVersion"))
                else {
                    continue;
                };
                if let Some(items) = list_items(node, kind) {
                    pending.extend(items.collect::<Vec<_>>().into_iter().rev());
                    continue;
                }
                reading.objects += 1;
                if speaks || wanted(api_version, kind) {
                    reading.documents.push(Document {
                        tree: Arc::clone(&parsed.tree),
                        root: node.id(),
                    });
                }
            }
        }
    }
    reading
}

fn field<'d>(node: Node<'d>, name: &str) -> Option<&'d str> {
    node.get(name).and_then(Node::string)
}

/// The items where the object is a list of objects, as `kubectl get` prints them.
fn list_items<'d>(node: Node<'d>, kind: &str) -> Option<impl Iterator<Item = Node<'d>> + use<'d>> {
    let items = node
        .get("items")
        .filter(|items| items.value() == Value::Sequence)?;
    kind.ends_with("List").then(|| items.items())
}
