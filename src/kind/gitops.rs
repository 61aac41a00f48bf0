//! What brings manifests into clusters, as far as it may undo what GKE writes: Application of Argo CD
//! and HelmRelease of Flux. Flux's Kustomization applies on the server's side and leaves alone what
//! others wrote.

use std::path::Path;

use crate::document::Node;

use super::object::Object;

/// The annotation with sync options for one object.
pub const SYNC_OPTIONS: &str = "argocd.argoproj.io/sync-options";
/// The annotation by which Argo CD knows its objects: `APPLICATION:GROUP/KIND:NAMESPACE/NAME`.
const TRACKING: &str = "argocd.argoproj.io/tracking-id";
/// Where a claim stands, as a JSON pointer.
const CLAIM_POINTER: &str = "/metadata/annotations/cloud.google.com~1neg";

/// An Application or a HelmRelease.
#[derive(Debug, Clone, Copy)]
pub struct GitOps<'o, 'd> {
    /// Its head.
    pub object: &'o Object<'d>,
}

impl<'o, 'd> GitOps<'o, 'd> {
    /// The view of an object; `None` for one of another kind.
    pub fn new(object: &'o Object<'d>) -> Option<Self> {
        matches!(object.kind_name, "Application" | "HelmRelease").then_some(Self { object })
    }

    fn at(self, path: &[&str]) -> Option<Node<'d>> {
        self.object.spec()?.at(path)
    }

    /// The sync option that reads so.
    pub fn option(self, text: &str) -> Option<Node<'d>> {
        let mut options = self.at(&["syncPolicy", "syncOptions"])?.items();
        options.find(|option| option.text().map(str::trim) == Some(text))
    }

    /// Where it says that it replaces objects as a whole in place of changing them.
    pub fn replaces(self) -> Option<Node<'d>> {
        let force = self.at(&["upgrade", "force"]);
        let force = force.filter(|force| force.boolean() == Some(true));
        force.or_else(|| self.option("Replace=true"))
    }

    /// Where it leaves the claim of a Service out when it compares.
    pub fn ignores_claim_of(self, service: &Object<'_>) -> Option<Node<'d>> {
        let entries = self.at(&["ignoreDifferences"])?.items();
        let is_for = |entry: &Node<'_>| {
            let says = |field: &str, value: Option<&str>| {
                let stated = entry.get(field).and_then(Node::text);
                stated.is_none_or(|it| it.is_empty() || it == "*" || Some(it) == value)
            };
            says("group", Some(""))
                && says("kind", Some("Service"))
                && says("name", Some(service.name))
                && says("namespace", service.namespace)
        };
        let mut covering = entries.filter(is_for).flat_map(|entry| {
            let listed = |name: &str| entry.get(name).into_iter().flat_map(Node::items);
            let pointers = listed("jsonPointers").filter(|it| it.text().is_some_and(is_claim));
            let queries = listed("jqPathExpressions");
            let queries = queries.filter(|it| it.text().is_some_and(is_claim_query));
            pointers.chain(queries).collect::<Vec<_>>()
        });
        covering.next()
    }

    /// Whether it brings this object, as the object's marks or the place of its manifest tell.
    pub fn brings(self, object: &Object<'_>) -> bool {
        let (name, namespace) = (self.object.name, self.object.namespace.unwrap_or_default());
        if self.object.kind_name == "HelmRelease" {
            return object.label("helm.toolkit.fluxcd.io/name") == Some(name)
                && object.label("helm.toolkit.fluxcd.io/namespace") == Some(namespace);
        }
        let target = self.at(&["destination", "namespace"]).and_then(Node::text);
        let is_there = target.is_none_or(|target| object.namespace.is_none_or(|it| it == target));
        let shown = object.shown();
        let shown = shown.as_ref().unwrap_or(object);
        let elsewhere = format!("{namespace}_{name}");
        let is_own = |known: &str| known == name || known == elsewhere;
        let tracked = shown
            .annotation_text(TRACKING)
            .and_then(|id| id.split(':').next());
        let labelled = shown.label("app.kubernetes.io/instance");
        match tracked.or_else(|| labelled.filter(|_| object.live.is_some())) {
            Some(known) => is_own(known) && is_there,
            None => object.live.is_none() && is_there && self.holds(object),
        }
    }

    /// Whether the manifest of an object stands in a directory that it reads.
    fn holds(self, object: &Object<'_>) -> bool {
        let several = self.at(&["sources"]).into_iter().flat_map(Node::items);
        let sources = self.at(&["source"]).into_iter().chain(several);
        let mut paths = sources.filter_map(|source| source.get("path")?.text());
        let file = Path::new(&object.document.source().origin);
        paths.any(|path| {
            let path = Path::new(path.trim_matches('/'));
            let is_named = path.components().next().is_some() && path != Path::new(".");
            is_named
                && file
                    .parent()
                    .is_some_and(|directory| directory.ends_with(path))
        })
    }
}

/// Whether a JSON pointer leads to a claim, or to what holds one.
fn is_claim(pointer: &str) -> bool {
    let pointer = pointer.trim_end_matches('/');
    let rest = CLAIM_POINTER.strip_prefix(pointer);
    !pointer.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a query of jq does.
fn is_claim_query(query: &str) -> bool {
    let rest = query.trim().strip_prefix(".metadata.annotations");
    rest.is_some_and(|rest| rest.is_empty() || rest.contains("\"cloud.google.com/neg\""))
}
