//! Documents: Kubernetes objects as text, with the bytes of every node. Reading a text never
//! fails as a whole: what is broken is named with its place, and its neighbours are still there.

mod as_json;
mod cloud;
pub mod edit;
mod inner;
mod json;
mod node;
mod print;
mod remove;
pub mod scalar;
mod template;
mod tree;
mod yaml;

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::text::{Place, Source, Span};

pub use as_json::{is_old_boolean, quote_value};
pub use inner::Inner;
pub use node::{Node, Value};
pub use remove::remove_entry;
pub use template::{Template, TemplateKind, template};
pub use tree::{NodeId, Tree};

/// One object's text.
#[derive(Debug, Clone)]
pub struct Document {
    tree: Arc<Tree>,
    root: NodeId,
    type_meta: TypeMeta,
}

/// Where a document says what it is: found once, as everybody asks.
#[derive(Debug, Clone, Copy)]
enum TypeMeta {
    /// `apiVersion` and `kind`.
    Kubernetes(Option<NodeId>, Option<NodeId>),
    /// The `kind` of an object of Google Cloud.
    Cloud(NodeId),
    /// The kind of one that does not say it.
    Known(&'static str),
}

impl TypeMeta {
    fn of(root: Node<'_>) -> Self {
        let Some(kind) = root.get("kind").filter(|it| it.text().is_some()) else {
            return cloud::unsaid_kind(root).map_or_else(
                || Self::Kubernetes(root.get("apiVersion").map(Node::id), None),
                Self::Known,
            );
        };
        if kind.text().is_some_and(cloud::is_kind) {
            return Self::Cloud(kind.id());
        }
        Self::Kubernetes(root.get("apiVersion").map(Node::id), Some(kind.id()))
    }
}

impl Document {
    fn new(tree: Arc<Tree>, root: NodeId) -> Self {
        Self {
            type_meta: TypeMeta::of(tree.node(root)),
            tree,
            root,
        }
    }

    /// Its root mapping.
    pub fn root(&self) -> Node<'_> {
        self.tree.node(self.root)
    }

    /// The text it stands in.
    pub fn source(&self) -> &Arc<Source> {
        self.tree.source()
    }

    /// True for the file that tells kustomize what to build; it need not say so itself.
    pub fn is_kustomization(&self) -> bool {
        let (api_version, _) = self.type_meta();
        api_version.starts_with("kustomize.config.k8s.io/")
            || (api_version.is_empty() && names_kustomization(self.source()))
    }

    /// True where its kind is of Google Cloud, whether or not it is known here.
    pub fn is_of_cloud(&self) -> bool {
        !matches!(self.type_meta, TypeMeta::Kubernetes(..))
    }

    /// `apiVersion` and `kind`; of objects of Google Cloud, which have no `apiVersion`, a kind as in
    /// `compute#backendService`, which those without one show by their link.
    pub fn type_meta(&self) -> (&str, &str) {
        let text = |id: NodeId| self.tree.node(id).text().unwrap_or_default();
        match self.type_meta {
            TypeMeta::Kubernetes(api_version, kind) => (
                api_version.map(text).unwrap_or_default(),
                kind.map(text).unwrap_or_default(),
            ),
            TypeMeta::Cloud(kind) => ("", text(kind)),
            TypeMeta::Known(kind) => ("", kind),
        }
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
    /// False for a JSON file without an `apiVersion`: no Kubernetes object is lost with it.
    pub may_be_object: bool,
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
            may_be_object: true,
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
        let whole = Span::new(0, source.text.len());
        let parsed = json::parse(source, whole);
        if parsed.is_err()
            && let Some(lines) = json::lines(&source.text)
        {
            return lines
                .into_par_iter()
                .map(|line| Reading::of(source, line, json::parse(source, line), wanted))
                .reduce(Reading::default, Reading::join);
        }
        if parsed.is_ok() || is_json(source) {
            return Reading::of(source, whole, parsed, wanted);
        }
    }
    yaml::split(&source.text)
        .into_par_iter()
        .with_min_len(16)
        .map(|span| Reading::of(source, span, yaml::parse(source, span), wanted))
        .reduce(Reading::default, Reading::join)
}

impl Reading {
    /// Keeps of one stretch what rules may look at, and counts the rest.
    fn of(
        source: &Arc<Source>,
        span: Span,
        parsed: Result<Parsed, Broken>,
        wanted: fn(&str, &str) -> bool,
    ) -> Self {
        let text = source.slice(span).as_bytes();
        let mut reading = Self::default();
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(mut broken) => {
                // JSON is written for many programs; without an `apiVersion` it was none of ours.
                broken.may_be_object =
                    !is_json(source) || memchr::memmem::find(text, b"apiVersion").is_some();
                reading.seen = 1;
                reading.broken.push(broken);
                return reading;
            }
        };
        let place = |span| Place {
            source: Arc::clone(source),
            span,
        };
        reading
            .comments
            .extend(parsed.comments.iter().copied().map(place));
        let speaks = memchr::memmem::find(text, b"cloud.google.com/").is_some();
        for root in parsed.roots {
            let node = parsed.tree.node(root);
            if node.value() == Value::Null {
                continue;
            }
            reading.seen += 1;
            // Kustomize fills in both.
            let is_bare = || {
                ["apiVersion", "kind"]
                    .iter()
                    .any(|it| node.get(it).is_none())
            };
            if names_kustomization(source) && is_bare() {
                reading
                    .documents
                    .push(Document::new(Arc::clone(&parsed.tree), node.id()));
            }
            for (node, api_version, kind) in objects(node) {
                reading.objects += 1;
                if speaks || wanted(api_version, kind) {
                    reading
                        .documents
                        .push(Document::new(Arc::clone(&parsed.tree), node.id()));
                }
            }
        }
        reading
    }

    fn join(mut self, other: Self) -> Self {
        self.documents.extend(other.documents);
        self.broken.extend(other.broken);
        self.comments.extend(other.comments);
        self.seen += other.seen;
        self.objects += other.objects;
        self
    }
}

fn is_json(source: &Source) -> bool {
    let extension = Path::new(&source.origin).extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

/// The names under which kustomize looks for its file.
fn names_kustomization(source: &Source) -> bool {
    let name = source.origin.rsplit('/').next().unwrap_or_default();
    matches!(
        name,
        "kustomization.yaml" | "kustomization.yml" | "Kustomization"
    )
}

/// The objects of a document: itself, or the items of a list such as `kubectl get` prints, with
/// `apiVersion` and `kind`. Items that are only aliases stand for no objects of their own; followed,
/// they could lead in circles.
///
/// Of Google Cloud the lists that `gcloud … list --format=json` prints, those of the API itself, and
/// the entries of `gcloud asset export` are opened likewise.
fn objects(root: Node<'_>) -> Vec<(Node<'_>, &str, &str)> {
    let mut found = Vec::new();
    let mut pending = vec![root];
    while let Some(node) = pending.pop() {
        let field = |name| node.get(name).and_then(Node::string);
        let type_meta = field("apiVersion").zip(field("kind"));
        let Some((api_version, kind)) = type_meta.filter(|(_, kind)| !cloud::is_kind(kind)) else {
            let parts = cloud::parts(node);
            if !parts.is_empty() {
                pending.extend(parts.into_iter().rev());
            } else if let Some(kind) = cloud::kind(node) {
                found.push((node, "", kind));
            }
            continue;
        };
        let items = node
            .get("items")
            .filter(|items| items.value() == Value::Sequence && !items.is_alias());
        match items.filter(|_| kind.ends_with("List")) {
            Some(items) => {
                let own: Vec<_> = items.items().filter(|item| !item.is_alias()).collect();
                pending.extend(own.into_iter().rev());
            }
            None => found.push((node, api_version, kind)),
        }
    }
    found
}
