//! A snapshot: what was seen of a cluster or of a project of Google Cloud at one time, with how much
//! that is. Live clusters and projects, collected directories, fixtures and the examples of cards
//! reach the world in this one form.

mod coverage;
mod facts;
mod page;
mod redact;

use std::sync::Arc;

use jiff::Timestamp;

use crate::document::{Document, Node, Value};
use crate::kind::Kind;
use crate::text::Place;

pub use coverage::{Coverage, Gap, Lack, Read};
pub(crate) use facts::instance;
pub use facts::{FACTS, cluster};
pub use page::{Origin, Page, cloud_object, cut};
pub use redact::redact;

/// `apiVersion` of a snapshot's header.
pub const API_VERSION: &str = "neg-doctor.dev/v1";
/// `kind` of a snapshot's header.
pub const KIND: &str = "Snapshot";

/// Everything that was seen of one cluster, or of one project.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// What, when, and how much of it.
    pub header: Arc<Header>,
    /// The objects.
    pub documents: Vec<Document>,
}

/// What a snapshot says of itself.
#[derive(Debug, Clone)]
pub struct Header {
    /// Its text.
    pub document: Document,
    /// The cluster's name, such as the kubeconfig's context; may be empty.
    pub name: String,
    /// The id of the project of Google Cloud that was read; `None` for a cluster.
    pub project: Option<String>,
    /// When it was read.
    pub time: Option<Timestamp>,
    /// The Kubernetes version, as `(1, 33)`.
    pub version: Option<(u32, u32)>,
    /// The namespace that manifests without one go to.
    pub namespace: Option<String>,
    /// How much was read.
    pub coverage: Coverage,
    /// True where it cannot be read, so that nothing of its snapshot counts.
    pub broken: bool,
}

/// Why a document that calls itself a snapshot's header is none.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{reason}")]
pub struct HeaderError {
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub reason: String,
}

impl HeaderError {
    fn new(node: Node<'_>, reason: impl Into<String>) -> Self {
        Self {
            place: node.place(),
            reason: reason.into(),
        }
    }
}

/// True for the document with which a snapshot begins.
pub fn is_header(document: &Document) -> bool {
    document.type_meta() == (API_VERSION, KIND)
}

impl Header {
    /// Reads the header of a snapshot.
    pub fn read(document: &Document) -> Result<Self, HeaderError> {
        let root = document.root();
        let text = |path: &[&str]| root.at(path).and_then(Node::text);
        let time = match root.get("time").map(|node| (node, node.text())) {
            None => None,
            Some((node, text)) => Some(
                text.and_then(|text| text.parse::<Timestamp>().ok())
                    .ok_or_else(|| {
                        HeaderError::new(node, "the time is not as in 2026-11-25T12:00:00Z")
                    })?,
            ),
        };
        let version = match root.get("version") {
            None => None,
            Some(node) => Some(
                node.text()
                    .and_then(minor_version)
                    .ok_or_else(|| HeaderError::new(node, "the version is not as in v1.33.4"))?,
            ),
        };
        let project = text(&["project"]).map(str::to_owned);
        let name = text(&["metadata", "name"]).or(project.as_deref());
        Ok(Self {
            name: name.unwrap_or_default().to_owned(),
            time,
            version,
            namespace: text(&["namespace"]).map(str::to_owned),
            coverage: Coverage::read(root, project.is_some())?,
            project,
            document: document.clone(),
            broken: false,
        })
    }

    /// What stands for a header that cannot be read.
    pub(crate) fn broken(document: &Document) -> Self {
        Self {
            document: document.clone(),
            name: String::new(),
            project: None,
            time: None,
            version: None,
            namespace: None,
            coverage: Coverage::default(),
            broken: true,
        }
    }

    /// How much of a kind was read of a namespace; of all that was asked for where none is given.
    pub fn read_of(&self, kind: Kind, namespace: Option<&str>) -> Read<'_> {
        self.coverage.of(kind, namespace)
    }
}

/// `v1.33.4-gke.100` as `(1, 33)`.
pub(crate) fn minor_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim_start_matches('v').split('.');
    let major = parts.next()?.parse().ok()?;
    let digits = |part: &str| {
        let end = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        part.get(..end)?.parse().ok()
    };
    Some((major, digits(parts.next()?)?))
}

/// The strings of a list; an error where it is none.
fn strings<'d>(root: Node<'d>, name: &str) -> Result<Option<Vec<&'d str>>, HeaderError> {
    let Some(list) = root.get(name) else {
        return Ok(None);
    };
    if list.value() != Value::Sequence {
        return Err(HeaderError::new(list, format!("`{name}` is not a list")));
    }
    let texts = list.items().map(|item| {
        item.text()
            .ok_or_else(|| HeaderError::new(item, format!("an entry of `{name}` is no string")))
    });
    texts.collect::<Result<_, _>>().map(Some)
}
