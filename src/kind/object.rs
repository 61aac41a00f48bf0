//! What all Kubernetes objects have: type, name, namespace, labels, annotations.

use jiff::Timestamp;

use crate::document::{Document, Inner, Node, Value};
use crate::finding::Subject;
use crate::text::Place;
use crate::world::ClusterSet;

use super::Kind;
use super::condition::time;

/// Under `metadata`, the keys of the annotations that the last apply set. Stands for the API's own
/// records, which hold whole manifests.
pub const LAST_APPLIED: &str = "lastAppliedAnnotations";

/// The head of a Kubernetes object.
#[derive(Debug, Clone)]
pub struct Object<'d> {
    /// Its text.
    pub document: &'d Document,
    /// Which of the kinds that rules know.
    pub kind: Kind,
    /// `kind` as written.
    pub kind_name: &'d str,
    /// `apiVersion` as written.
    pub api_version: &'d str,
    /// `metadata.name`; empty where it has none (`generateName`, a broken manifest).
    pub name: &'d str,
    /// `metadata.namespace`; `None` where whoever applies the manifest decides.
    pub namespace: Option<&'d str>,
    /// The clusters it goes to.
    pub clusters: ClusterSet,
    /// The name of the cluster where there is one.
    pub cluster_name: &'d str,
    /// True for a patch, an overlay or another part of an object: what it lacks proves nothing.
    pub partial: bool,
    /// `metadata`: asked for so often that it is looked up once.
    pub metadata: Option<Node<'d>>,
    /// `metadata.annotations`, likewise.
    pub stated_annotations: Option<Node<'d>>,
    /// `spec`, likewise.
    pub spec: Option<Node<'d>>,
    /// What the cluster shows of it: its own text where that was observed, another one where this
    /// is a manifest that wins over it.
    pub live: Option<&'d Document>,
    /// True where its text is what the cluster shows.
    pub observed: bool,
}

impl<'d> Object<'d> {
    /// The head of a document's object.
    pub fn new(document: &'d Document) -> Self {
        Self {
            partial: is_patch(document.root()),
            ..Self::bare(document)
        }
    }

    fn bare(document: &'d Document) -> Self {
        let (api_version, kind_name) = document.type_meta();
        let metadata = document.root().get("metadata");
        let meta = |name| metadata?.get(name).and_then(Node::text);
        Self {
            document,
            metadata,
            stated_annotations: metadata.and_then(|it| it.get("annotations")),
            spec: document.root().get("spec"),
            kind: Kind::of(api_version, kind_name),
            kind_name,
            api_version,
            name: meta("name").unwrap_or_default(),
            namespace: meta("namespace").filter(|namespace| !namespace.is_empty()),
            clusters: ClusterSet::default(),
            cluster_name: "",
            partial: false,
            live: None,
            observed: false,
        }
    }

    /// The head of an object as a cluster shows it.
    pub fn observed(document: &'d Document) -> Self {
        Self {
            live: Some(document),
            observed: true,
            ..Self::bare(document)
        }
    }

    /// The head of what a cluster shows of it; `None` where none does.
    pub fn shown(&self) -> Option<Object<'d>> {
        self.live.map(Object::observed)
    }

    /// The root of its text.
    pub fn root(&self) -> Node<'d> {
        self.document.root()
    }

    /// `spec`.
    pub fn spec(&self) -> Option<Node<'d>> {
        self.spec
    }

    /// The annotation with this key: the manifest's own, or the one that the cluster shows and
    /// that applying the manifest leaves alone.
    pub fn annotation(&self, key: &str) -> Option<Annotation<'d>> {
        let own = self.stated_annotation(key);
        own.or_else(|| {
            let live = self
                .live
                .filter(|_| !self.observed && !self.last_applied(key))?;
            annotation(live.root().at(&["metadata", "annotations"])?, key)
        })
    }

    /// The annotation with this key, of its own text.
    pub fn stated_annotation(&self, key: &str) -> Option<Annotation<'d>> {
        annotation(self.stated_annotations?, key)
    }

    /// The annotation with this key, as the cluster shows it.
    pub fn shown_annotation(&self, key: &str) -> Option<Annotation<'d>> {
        if self.observed {
            return self.stated_annotation(key);
        }
        annotation(self.live?.root().at(&["metadata", "annotations"])?, key)
    }

    /// Whether the last apply set the annotation with this key, by the cluster's record of it: then
    /// the next apply of a manifest without it takes it away.
    pub fn last_applied(&self, key: &str) -> bool {
        let keys = self
            .live
            .and_then(|live| live.root().at(&["metadata", LAST_APPLIED]));
        let mut keys = keys.into_iter().flat_map(Node::items);
        keys.any(|node| node.text() == Some(key))
    }

    /// The text of the annotation with this key, where its value is a scalar.
    pub fn annotation_text(&self, key: &str) -> Option<&'d str> {
        self.annotation(key)?.value.text()
    }

    /// All annotations as written.
    pub fn annotations(&self) -> impl Iterator<Item = Annotation<'d>> + use<'d> {
        entries(self.stated_annotations)
    }

    /// True where a cluster printed it (`kubectl get -o yaml`): it shows what is, and what
    /// controllers wrote is rightly there.
    pub fn is_printed(&self) -> bool {
        let marks = ["uid", "resourceVersion", "managedFields", "selfLink"];
        let mut marks = marks.iter();
        self.observed || marks.any(|field| self.metadata.and_then(|it| it.get(field)).is_some())
    }

    /// Where to point when the object as a whole is meant: its name, or else its kind.
    pub fn head(&self) -> Place {
        self.root()
            .at(&["metadata", "name"])
            .or_else(|| self.root().get("kind"))
            .map_or_else(|| self.root().place(), Node::place)
    }

    /// Its identity in findings.
    pub fn subject(&self) -> Subject {
        Subject {
            cluster: self.cluster_name.to_owned(),
            kind: self.kind_name.to_owned(),
            namespace: match self.kind {
                Kind::Node | Kind::Namespace => String::new(),
                _ => self.namespace.unwrap_or("default").to_owned(),
            },
            name: self.name.to_owned(),
        }
    }

    /// True in a namespace whose objects GKE, a mesh or an add-on keeps.
    pub fn in_system_namespace(&self) -> bool {
        let namespace = self.namespace.unwrap_or_default();
        matches!(
            namespace,
            "kube-system" | "istio-system" | "asm-system" | "gatekeeper-system"
        ) || namespace.starts_with("gke-managed-")
            || namespace.starts_with("gmp-")
    }

    /// True where both certainly live in one namespace of one cluster: the namespaces are the
    /// same, or both are left to whoever applies them.
    pub fn shares_namespace(&self, other: &Object<'_>) -> bool {
        self.clusters.meets(other.clusters) && self.namespace == other.namespace
    }

    /// True where both may live in one namespace: one of them leaves its own open.
    pub fn may_share_namespace(&self, other: &Object<'_>) -> bool {
        self.clusters.meets(other.clusters)
            && (self.namespace == other.namespace
                || self.namespace.is_none()
                || other.namespace.is_none())
    }
}

impl From<&Object<'_>> for Subject {
    fn from(object: &Object<'_>) -> Self {
        object.subject()
    }
}

fn annotation<'d>(annotations: Node<'d>, key: &str) -> Option<Annotation<'d>> {
    let (key, value) = annotations.entry(key)?;
    Some(Annotation { key, value })
}

/// What only a cluster writes.
impl<'d> Object<'d> {
    /// The kind and name of its controller, of `metadata.ownerReferences`.
    pub fn controller(&self) -> Option<(&'d str, &'d str)> {
        let owners = self
            .metadata
            .and_then(|it| it.get("ownerReferences"))?
            .items();
        let mut controllers =
            owners.filter(|owner| owner.get("controller").and_then(Node::boolean) == Some(true));
        let owner = controllers.next()?;
        Some((owner.get("kind")?.text()?, owner.get("name")?.text()?))
    }

    /// `metadata.creationTimestamp`.
    pub fn created(&self) -> Option<Timestamp> {
        time(self.metadata.and_then(|it| it.get("creationTimestamp")))
    }

    /// When its spec or its annotations were last changed, as far as the cluster's own records
    /// tell; else when it was created. Not earlier than the truth.
    pub fn changed(&self) -> Option<Timestamp> {
        let live = self.live?.root();
        let meta = |name: &str| time(live.at(&["metadata", name]));
        meta("lastChanged").or_else(|| meta("creationTimestamp"))
    }

    /// `metadata.deletionTimestamp`: set while finalizers or a grace period keep it.
    pub fn deleted(&self) -> Option<Timestamp> {
        time(self.deletion())
    }

    /// The node of `metadata.deletionTimestamp`.
    pub fn deletion(&self) -> Option<Node<'d>> {
        self.metadata.and_then(|it| it.get("deletionTimestamp"))
    }

    /// `metadata.finalizers`.
    pub fn finalizers(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let list = self.metadata.and_then(|it| it.get("finalizers"));
        list.into_iter().flat_map(Node::items)
    }

    /// The label with this key.
    pub fn label(&self, key: &str) -> Option<&'d str> {
        self.metadata
            .and_then(|it| it.get("labels"))?
            .get(key)?
            .text()
    }

    /// All labels that are texts.
    pub fn labels(&self) -> impl Iterator<Item = (&'d str, &'d str)> + use<'d> {
        let labels = self.metadata.and_then(|it| it.get("labels"));
        let labels = labels.into_iter().flat_map(Node::entries);
        labels.filter_map(|(key, value)| key.text().zip(value.text()))
    }

    /// `metadata.uid`.
    pub fn uid(&self) -> Option<&'d str> {
        self.metadata.and_then(|it| it.get("uid"))?.text()
    }
}

/// The annotations under a `metadata` node, also a Pod template's.
pub fn annotations<'d>(
    metadata: Option<Node<'d>>,
) -> impl Iterator<Item = Annotation<'d>> + use<'d> {
    entries(metadata.and_then(|metadata| metadata.get("annotations")))
}

fn entries<'d>(annotations: Option<Node<'d>>) -> impl Iterator<Item = Annotation<'d>> + use<'d> {
    let entries = annotations.into_iter().flat_map(Node::entries);
    entries.map(|(key, value)| Annotation { key, value })
}

/// A key and its value under `metadata.annotations`.
#[derive(Debug, Clone, Copy)]
pub struct Annotation<'d> {
    /// The key as written.
    pub key: Node<'d>,
    /// The value as written, whatever it is.
    pub value: Node<'d>,
}

impl<'d> Annotation<'d> {
    /// The key's text.
    pub fn name(&self) -> &'d str {
        self.key.text().unwrap_or_default()
    }

    /// The text of the value, where the API server takes it: a string.
    pub fn string(&self) -> Option<&'d str> {
        self.value.string()
    }

    /// The value's text, to point into it.
    pub fn inner(&self) -> Option<Inner<'d>> {
        Inner::new(self.value)
    }
}

/// Strategic merge patches say so.
fn is_patch(root: Node<'_>) -> bool {
    let directive = |node: Node<'_>| node.get("$patch").is_some();
    directive(root)
        || root.get("metadata").is_some_and(directive)
        || root.get("spec").is_some_and(directive)
        || root.at(&["metadata", "annotations"]).is_some_and(directive)
        || matches!(
            root.get("metadata").map(Node::value),
            None | Some(Value::Null)
        )
}
