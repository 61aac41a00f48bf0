//! Kustomizations and Helm charts among the texts: what is to be rendered of them, and from which files.
//! Renders nothing itself.

mod back;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::{self, Node};
use crate::text::{Source, beside};

pub(crate) use back::RENDERED;
pub use back::{Rendered, trace_back};

/// Something that renders to manifests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Build {
    /// Its directory, as the user named it.
    pub directory: String,
    /// Who renders it.
    pub tool: Tool,
    /// The files that it is made of, as far as they were read.
    pub files: BTreeSet<String>,
    /// What it builds on that was not read, as it names it.
    pub missing: Vec<String>,
}

/// Who renders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// `kustomize build`, or `kubectl kustomize`.
    Kustomize,
    /// `helm template`.
    Helm,
}

impl Build {
    /// The file that makes its directory one.
    pub fn file(&self) -> &str {
        let own = |name: &&String| {
            let (directory, file) = parts(name);
            directory == self.directory && (is_kustomization(file) || file == CHART)
        };
        self.files.iter().find(own).map_or("", String::as_str)
    }
}

const CHART: &str = "Chart.yaml";

/// The names that a kustomization may have in its directory, of which one is there.
pub(crate) const KUSTOMIZATIONS: [&str; 3] =
    ["kustomization.yaml", "kustomization.yml", "Kustomization"];

pub(crate) fn is_kustomization(file: &str) -> bool {
    KUSTOMIZATIONS.contains(&file)
}

/// The directory and the name of a file.
pub(crate) fn parts(origin: &str) -> (&str, &str) {
    match origin.rsplit_once('/') {
        Some((directory, file)) => (directory, file),
        None => (".", origin),
    }
}

/// What is to be rendered: each kustomization that no other one builds on, and each chart that is no
/// part of another one.
pub fn builds(sources: &[Arc<Source>]) -> Vec<Build> {
    let mut builds = kustomizations(sources);
    builds.extend(charts(sources));
    builds
}

/// What a kustomization names, in its own words: relative to its directory, or somewhere remote.
#[derive(Debug, Default)]
pub(crate) struct Named {
    is_component: bool,
    /// Files, and directories of other kustomizations.
    pub(crate) resources: Vec<String>,
    /// Patches and the like.
    pub(crate) files: Vec<String>,
}

/// What a kustomization names of files and other kustomizations.
pub(crate) fn named(source: &Arc<Source>) -> Option<Named> {
    let reading = document::read(source, |_, _| true);
    let document = reading.documents.first()?;
    let root = document.root();
    let list = |name: &str| root.get(name).into_iter().flat_map(Node::items);
    let resources = ["resources", "bases", "components"].into_iter();
    let patches = list("patches")
        .chain(list("patchesJson6902"))
        .chain(list("replacements"));
    let texts = list("patchesStrategicMerge").chain(list("configurations"));
    let files = patches.filter_map(|it| it.get("path")).chain(texts);
    let owned = |node: Node<'_>| node.text().map(str::to_owned);
    Some(Named {
        is_component: document.type_meta().1 == "Component",
        resources: resources.flat_map(list).filter_map(owned).collect(),
        files: files.filter_map(owned).collect(),
    })
}

/// What a kustomization names, sorted by what is among the texts.
#[derive(Debug, Default)]
struct Kustomization {
    file: String,
    is_component: bool,
    /// Other kustomizations, by their directories.
    on: Vec<String>,
    /// Files among the texts.
    files: Vec<String>,
    /// What is not among the texts.
    missing: Vec<String>,
}

fn kustomizations(sources: &[Arc<Source>]) -> Vec<Build> {
    let origins: BTreeSet<&str> = sources.iter().map(|it| it.origin.as_str()).collect();
    let own = sources
        .iter()
        .filter(|it| is_kustomization(parts(&it.origin).1));
    let own: Vec<&Arc<Source>> = own.collect();
    let directories: BTreeSet<&str> = own.iter().map(|it| parts(&it.origin).0).collect();
    let mut all = BTreeMap::new();
    for source in own {
        if let Some(named) = named(source) {
            let read = kustomization(&source.origin, &named, &directories, &origins);
            all.insert(parts(&source.origin).0, read);
        }
    }
    let used: BTreeSet<&str> = all
        .values()
        .flat_map(|it| &it.on)
        .map(String::as_str)
        .collect();
    let roots = all
        .iter()
        .filter(|(directory, it)| !it.is_component && !used.contains(*directory));
    roots
        .map(|(directory, _)| closure(directory, &all))
        .collect()
}

fn kustomization(
    file: &str,
    named: &Named,
    directories: &BTreeSet<&str>,
    origins: &BTreeSet<&str>,
) -> Kustomization {
    let mut read = Kustomization {
        is_component: named.is_component,
        file: file.to_owned(),
        ..Kustomization::default()
    };
    for said in &named.resources {
        let path = beside(file, said);
        if directories.contains(path.as_str()) {
            read.on.push(path);
        } else if origins.contains(path.as_str()) {
            read.files.push(path);
        } else {
            read.missing.push(said.clone());
        }
    }
    let files = named.files.iter().map(|said| beside(file, said));
    read.files.extend(files);
    read
}

/// A kustomization with all that it builds on.
fn closure(directory: &str, all: &BTreeMap<&str, Kustomization>) -> Build {
    let mut build = Build {
        directory: directory.to_owned(),
        tool: Tool::Kustomize,
        files: BTreeSet::new(),
        missing: Vec::new(),
    };
    let mut pending = vec![directory];
    while let Some(directory) = pending.pop() {
        let Some(it) = all.get(directory) else {
            continue;
        };
        if build.files.insert(it.file.clone()) {
            build.files.extend(it.files.iter().cloned());
            build.missing.extend(it.missing.iter().cloned());
            pending.extend(it.on.iter().map(String::as_str));
        }
    }
    build
}

fn charts(sources: &[Arc<Source>]) -> Vec<Build> {
    let own = sources.iter().filter(|it| parts(&it.origin).1 == CHART);
    let directories: BTreeSet<&str> = own.clone().map(|it| parts(&it.origin).0).collect();
    let is_within = |directory: &str, outer: &str| {
        let rest = directory.strip_prefix(outer);
        rest.is_some_and(|rest| rest.starts_with('/')) || (outer == "." && directory != ".")
    };
    let is_library = |source: &Source| {
        source
            .text
            .lines()
            .any(|it| it.trim_end() == "type: library")
    };
    let mut charts = Vec::new();
    for source in own {
        let directory = parts(&source.origin).0;
        if is_library(source) || directories.iter().any(|outer| is_within(directory, outer)) {
            continue;
        }
        let all = sources.iter().map(|it| &it.origin);
        let files = all.filter(|it| parts(it).0 == directory || is_within(it, directory));
        charts.push(Build {
            directory: directory.to_owned(),
            tool: Tool::Helm,
            files: files.cloned().collect(),
            missing: Vec::new(),
        });
    }
    charts
}

#[cfg(test)]
mod tests;
