//! Which files of the input are patches of a kustomization: parts of objects.

use crate::document::{Document, Node};
use crate::text::beside;

/// The files that a kustomization of the input uses as patches.
pub(super) struct Patches(Vec<String>);

impl Patches {
    pub(super) fn new(documents: &[Document]) -> Self {
        let mut files = Vec::new();
        for document in documents {
            if !document.is_kustomization() {
                continue;
            }
            let origin = document.source().origin.as_str();
            let list = |name: &str| document.root().get(name).into_iter().flat_map(Node::items);
            let paths = list("patches").filter_map(|patch| patch.get("path"));
            for path in paths
                .chain(list("patchesStrategicMerge"))
                .filter_map(Node::text)
            {
                files.push(beside(origin, path));
            }
        }
        Self(files)
    }

    pub(super) fn contains(&self, document: &Document) -> bool {
        self.0.contains(&document.source().origin)
    }
}
