//! A snapshot that is written is the one that is read, byte for byte the same each time, and
//! nothing else is ever overwritten.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use neg_doctor::document::{self, Document};
use neg_doctor::kind::resource::Resource;
use neg_doctor::snapshot::{API_VERSION, Header, KIND, Origin, Page, Snapshot};
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

#[test]
fn a_cluster_and_its_projects_lie_together() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = snapshot(&["pods"]);
    let project = |id: &str| {
        let header = json!({"apiVersion": API_VERSION, "kind": KIND, "project": id,
            "time": "2026-11-25T12:00:00Z", "read": ["networks.compute.googleapis.com"], "unread": []});
        let header = Document::print(format!("{id}/snapshot.yaml"), &header);
        let link =
            format!("https://www.googleapis.com/compute/v1/projects/{id}/global/networks/vpc");
        let network = json!({"kind": "compute#network", "name": "vpc", "selfLink": link});
        Snapshot {
            header: Arc::new(Header::read(&header).unwrap()),
            documents: vec![Document::print(format!("{id}/networks/vpc"), &network)],
        }
    };
    let projects = [project("acme-mail"), project("../../example.com:acme")];
    let all = [&[cluster][..], &projects].concat();
    for name in ["all", "all.tar.gz"] {
        let path = folder.path().join(name);
        Target::new(&path).unwrap().write(&all).unwrap();
        let (files, objects) = read(&path);
        assert_eq!(
            files.iter().filter(|it| *it == "snapshot.yaml").count(),
            3,
            "{files:?}"
        );
        let networks = files
            .iter()
            .filter(|it| *it == "networks.compute.googleapis.com.yaml");
        assert_eq!(networks.count(), 2, "{files:?}");
        assert_eq!(objects.len(), 3 + 2 + all[0].documents.len());
    }
    let within = || {
        let entries = fs::read_dir(folder.path().join("all")).unwrap();
        let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let directories = ["project-______example_com_acme", "project-acme-mail"];
    assert!(
        directories
            .iter()
            .all(|it| within().iter().any(|name| name == it)),
        "{:?}",
        within()
    );
    // What is collected later holds nothing of what was there.
    let path = folder.path().join("all");
    Target::new(&path).unwrap().write(&all[..1]).unwrap();
    let names = within();
    assert!(
        !directories
            .iter()
            .any(|it| names.iter().any(|name| name == it)),
        "{names:?}"
    );
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 2);
}
