//! A snapshot that is written is the one that is read, byte for byte the same each time, and
//! nothing else is ever overwritten.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use neg_doctor::document::{self, Document};
use neg_doctor::kind::resource::Resource;
use neg_doctor::snapshot::{Header, Origin, Page, Snapshot};
use neg_doctor::source::snapshot::{Target, WriteError};
use neg_doctor::source::{self, Request};
use serde_json::json;

fn snapshot(resources: &[&str]) -> Snapshot {
    let header = json!({"apiVersion": "neg-doctor.dev/v1", "kind": "Snapshot", "metadata": {"name": "prod"}, "read": resources});
    let mut documents = Vec::new();
    for name in resources {
        let resource = Resource::named(name).unwrap();
        let origin = Origin {
            cluster: "prod",
            resource,
            version: resource.versions[0],
        };
        let list = json!({"items": [{"metadata": {"name": "a", "namespace": "mail"}}, {"metadata": {"name": "b"}}]});
        documents.extend(
            Page::read(list.to_string().as_bytes(), origin)
                .unwrap()
                .documents,
        );
    }
    let header = Document::print("prod/snapshot.yaml", &header);
    Snapshot {
        header: Arc::new(Header::read(&header).unwrap()),
        documents,
    }
}

fn write(path: &Path, snapshot: &Snapshot) {
    Target::new(path)
        .unwrap()
        .write(std::slice::from_ref(snapshot))
        .unwrap();
}

/// The origins, behind the path that was named, and the objects of what a path holds.
fn read(path: &Path) -> (Vec<String>, Vec<String>) {
    let paths = [path.display().to_string()];
    let request = Request {
        paths: &paths,
        exclude: &[],
        max_bytes: 1 << 20,
    };
    let harvest = source::read(&request, &mut std::io::empty());
    assert!(harvest.gaps.is_empty(), "{:?}", harvest.gaps);
    let mut objects = Vec::new();
    for source in &harvest.sources {
        let reading = document::read(source, |_, _| true);
        assert!(reading.broken.is_empty());
        objects.extend(
            reading
                .documents
                .iter()
                .map(|document| source.slice(document.root().span()).to_owned()),
        );
    }
    let origins = harvest
        .sources
        .iter()
        .map(|source| source.origin.rsplit('/').next().unwrap().to_owned());
    (origins.collect(), objects)
}

#[test]
fn what_is_written_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(&["pods", "backendconfigs.cloud.google.com"]);
    let mut expected: Vec<_> = std::iter::once(&snapshot.header.document)
        .chain(&snapshot.documents)
        .map(|document| document.source().text.trim_end().to_owned())
        .collect();
    expected.sort();
    for name in ["directory", "archive.tar.gz"] {
        let path = folder.path().join(name);
        write(&path, &snapshot);
        let (files, mut objects) = read(&path);
        objects.sort();
        assert_eq!(
            files,
            [
                "backendconfigs.cloud.google.com.yaml",
                "pods.yaml",
                "snapshot.yaml"
            ]
        );
        assert_eq!(objects, expected);
    }
}

#[test]
fn the_same_objects_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let [one, two] = ["one.tar.gz", "two.tgz"].map(|name| {
        let path = folder.path().join(name);
        write(&path, &snapshot(&["pods", "services"]));
        fs::read(path).unwrap()
    });
    assert_eq!(one, two);
}

#[test]
fn an_older_snapshot_is_replaced_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s");
    write(&path, &snapshot(&["pods", "services"]));
    fs::write(path.join("notes.txt"), "mine").unwrap();
    write(&path, &snapshot(&["services"]));
    assert!(!path.join("pods.yaml").exists());
    assert_eq!(fs::read_to_string(path.join("notes.txt")).unwrap(), "mine");

    let other = folder.path().join("k8s");
    fs::create_dir(&other).unwrap();
    assert!(Target::new(&other).is_ok());
    fs::write(other.join("pods.yaml"), "mine").unwrap();
    assert!(matches!(Target::new(&other), Err(WriteError::Occupied(_))));
    fs::write(other.join("snapshot.yaml"), "kind: Mine\napiVersion: v1\n").unwrap();
    assert!(matches!(Target::new(&other), Err(WriteError::Occupied(_))));
    assert!(matches!(
        Target::new(&other.join("pods.yaml")),
        Err(WriteError::Occupied(_))
    ));
}
