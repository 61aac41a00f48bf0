//! Snapshots among the documents, and what their gaps leave open.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::Document;
use crate::finding::{Subject, Undecided, Verdicts};
use crate::kind::cloud::{CloudObject, GROUP_HEALTH};
use crate::kind::resource::Resource;
use crate::report::{SeenCluster, Unread};
use crate::rules::Row;
use crate::snapshot::{self, Header, Snapshot};
use crate::world::Clusters;

use super::Input;

/// The name of the file with a snapshot's header: the files beside it that bear the name of a
/// resource (`pods.yaml`) are its own.
const HEADER_FILE: &str = "snapshot.yaml";

/// Sorts documents into what manifests declare and what snapshots show. A header begins a snapshot
/// that holds the rest of its text, and the files of resources beside it.
///
/// Objects of Google Cloud that stand alone, as `gcloud … --format=json` prints them, are seen too:
/// of a project of which it is not said how much was read.
pub(super) fn gather(mut documents: Vec<Document>, input: &mut Input) {
    let nameless = documents.extract_if(.., |it| is_nameless(it));
    input.unread.extend(nameless.map(|document| Unread {
        origin: document.source().origin.clone(),
        reason: format!(
            "a {} that does not say whose it is: gcloud compute … --format=json prints it with its link",
            document.type_meta().1
        ),
        place: Some(document.root().place()),
        fails: false,
    }));
    if !documents.iter().any(snapshot::is_header) {
        input.dumped = documents.extract_if(.., |it| is_cloud(it)).collect();
        input.documents = documents;
        return;
    }
    let directories = begin(&documents, input);
    let mut current: Option<(Arc<crate::text::Source>, usize)> = None;
    let mut next = 0;
    for document in documents {
        if snapshot::is_header(&document) {
            current = Some((Arc::clone(document.source()), next));
            next += 1;
            continue;
        }
        let of_text = current
            .as_ref()
            .filter(|(source, _)| Arc::ptr_eq(source, document.source()));
        let of_directory = || {
            let origin = document.source().origin.as_str();
            let (directory, file) = origin.split_at(origin.rfind('/').map_or(0, |at| at + 1));
            let resource = Resource::named(file.strip_suffix(".yaml")?)?;
            let (_, kind) = document.type_meta();
            let mut own = directories.iter();
            own.find(|(own, _)| own == directory && resource.kind_name == kind)
        };
        let index = of_text
            .map(|(_, index)| *index)
            .or_else(|| of_directory().map(|(_, index)| *index));
        match index.map(|index| input.snapshots.get_mut(index)) {
            Some(Some(snapshot)) => snapshot.documents.push(document),
            _ if is_cloud(&document) => input.dumped.push(document),
            _ => input.documents.push(document),
        }
    }
    input.snapshots.retain(|snapshot| !snapshot.header.broken);
    input.sort_out_projects();
}

/// Begins a snapshot with each header; gives the directories whose files belong to them.
fn begin(documents: &[Document], input: &mut Input) -> Vec<(String, usize)> {
    let mut directories: Vec<(String, usize)> = Vec::new();
    for document in documents.iter().filter(|it| snapshot::is_header(it)) {
        let header = match Header::read(document) {
            Ok(header) => Some(header),
            Err(error) => {
                input.unread.push(Unread {
                    origin: document.source().origin.clone(),
                    reason: format!("a snapshot that cannot be read: {}", error.reason),
                    place: Some(error.place),
                    fails: true,
                });
                None
            }
        };
        let origin = &document.source().origin;
        if let Some(directory) = origin.strip_suffix(HEADER_FILE) {
            directories.push((directory.to_owned(), input.snapshots.len()));
        }
        // Of what no header can be read nothing is judged, but it is counted as one.
        input.snapshots.push(Snapshot {
            header: Arc::new(header.unwrap_or_else(|| Header::broken(document))),
            documents: Vec::new(),
        });
    }
    directories
}

/// True for an object of Google Cloud.
fn is_cloud(document: &Document) -> bool {
    let is_known = |(api_version, kind)| Resource::of(api_version, kind).is_some();
    document.is_of_cloud() && is_known(document.type_meta())
}

/// True for an answer of Google's API that nothing can be joined to.
fn is_nameless(document: &Document) -> bool {
    let is_health = || document.type_meta().1 == GROUP_HEALTH;
    (document.is_of_cloud() && is_health())
        || (is_cloud(document) && CloudObject::new(document).is_none())
}

/// Leaves undecided what the gaps of the clusters' readings keep from being judged: once for a
/// rule and a cluster.
pub(super) fn unjudged(
    clusters: &Clusters,
    projects: &[Snapshot],
    rules: &[&'static Row],
    verdicts: &mut Verdicts,
) {
    let of_clusters = clusters.seen().filter_map(|(_, it)| it.seen.as_ref());
    for header in of_clusters.chain(projects.iter().map(|it| &it.header)) {
        let kind = match header.project {
            Some(_) => "Project",
            None => "Cluster",
        };
        let subject = Subject {
            cluster: header.name.clone(),
            kind: kind.to_owned(),
            namespace: String::new(),
            name: header.name.clone(),
        };
        for row in rules {
            let missing = header.coverage.missing(row.reads);
            let Some(first) = missing.first() else {
                continue;
            };
            let place = first.place.clone();
            let mut needs: Vec<&str> = missing.iter().map(|it| it.needs.as_str()).collect();
            needs.retain(|needs| !needs.is_empty());
            needs.dedup();
            let reasons: Vec<&str> = missing.iter().map(|it| it.reason.as_str()).collect();
            verdicts.leave(Undecided {
                rule: row,
                subject: subject.clone(),
                place: place.unwrap_or_else(|| header.document.root().place()),
                reason: reasons.join("; "),
                needs: needs.join(", "),
            });
        }
    }
}

/// What was read of clusters, counted.
pub(super) fn seen(snapshots: &[Snapshot]) -> Vec<SeenCluster> {
    let of_snapshot = |snapshot: &Snapshot| {
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for document in &snapshot.documents {
            let (_, kind) = document.type_meta();
            match kinds.get_mut(kind) {
                Some(count) => *count += 1,
                None => {
                    kinds.insert(kind.to_owned(), 1);
                }
            }
        }
        SeenCluster {
            name: snapshot.header.name.clone(),
            is_project: snapshot.header.project.is_some(),
            namespaces: snapshot.header.coverage.namespaces().map(<[_]>::to_vec),
            kinds,
        }
    };
    snapshots.iter().map(of_snapshot).collect()
}
