//! Which files are read for the way back from what kustomize renders, and which are not.
#![cfg(test)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use neg_doctor::build;
use neg_doctor::source::{MAX_BYTES, Request, read, rendered};

/// Files below a folder, from lines of `name: text`.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The names of the files that are read where only some paths of a folder are named, and how many
/// texts were read at all.
fn behind(folder: &Path, paths: &[&str], max_bytes: u64) -> Vec<String> {
    // As the system names it: on some a temporary folder stands behind a link.
    let folder = fs::canonicalize(folder).unwrap();
    let paths = paths.iter().map(|path| folder.join(path));
    let paths: Vec<String> = paths.map(|it| it.to_str().unwrap().to_owned()).collect();
    let request = Request {
        paths: &paths,
        exclude: &[],
        max_bytes,
    };
    let known = read(&request, &mut std::io::empty()).sources;
    let builds = build::builds(&known);
    let [build] = builds.as_slice() else {
        panic!("{builds:?}");
    };
    let files = rendered::behind(build, &known, max_bytes);
    let name = |origin: &str| {
        let name = origin.strip_prefix(folder.to_str().unwrap()).unwrap();
        name.trim_start_matches('/').to_owned()
    };
    files.iter().map(|it| name(&it.origin)).collect()
}

#[test]
fn what_a_kustomization_builds_on_is_read_wherever_it_stands() {
    let folder = folder(&[
        (
            "prod/kustomization.yaml",
            "resources: [../base, github.com/acme/more]\ncomponents: [../part]\npatches: [{path: patch.yaml}, {path: patch.json6902}]\n",
        ),
        ("prod/patch.yaml", "kind: Service\n"),
        ("prod/patch.json6902", "[]\n"),
        ("prod/other.yaml", "kind: Service\n"),
        (
            "base/kustomization.yml",
            "bases: [../deep]\nresources: [svc.yaml, nowhere.yaml]\n",
        ),
        ("base/svc.yaml", "kind: Service\n"),
        ("base/other.yaml", "kind: Service\n"),
        ("deep/Kustomization", "resources: [ing.yaml, ../prod]\n"),
        ("deep/ing.yaml", "kind: Ingress\n"),
        (
            "part/kustomization.yaml",
            "kind: Component\npatchesStrategicMerge: [p.yaml]\n",
        ),
        ("part/p.yaml", "kind: Service\n"),
    ]);
    assert_eq!(
        behind(folder.path(), &["prod"], MAX_BYTES),
        [
            "base/kustomization.yml",
            "base/svc.yaml",
            "deep/Kustomization",
            "deep/ing.yaml",
            "part/kustomization.yaml",
            "part/p.yaml",
            "prod/kustomization.yaml",
            "prod/patch.json6902",
            "prod/patch.yaml",
        ]
    );
}

#[test]
fn nothing_is_read_that_kustomize_would_not_read() {
    let folder = folder(&[
        (
            "prod/kustomization.yaml",
            "resources: [../secret.yaml, /etc/hostname, ../no-base, link.yaml, ../linked, large.yaml, binary.yaml]\n",
        ),
        ("prod/large.yaml", &"#".repeat(2000)),
        ("prod/binary.yaml", "a\0b"),
        ("secret.yaml", "kind: Service\n"),
        ("no-base/svc.yaml", "kind: Service\n"),
        ("real/kustomization.yaml", "resources: [svc.yaml]\n"),
        ("real/svc.yaml", "kind: Service\n"),
    ]);
    symlink("../secret.yaml", folder.path().join("prod/link.yaml")).unwrap();
    symlink("real", folder.path().join("linked")).unwrap();
    let named = ["prod/kustomization.yaml"];
    assert_eq!(
        behind(folder.path(), &named, 1000),
        [
            "linked/kustomization.yaml",
            "linked/svc.yaml",
            "prod/kustomization.yaml"
        ]
    );
}

#[test]
fn a_name_that_links_lead_elsewhere_is_left_out() {
    let folder = folder(&[
        ("far/prod/kustomization.yaml", "resources: [../base]\n"),
        ("far/base/kustomization.yaml", "resources: [svc.yaml]\n"),
        ("far/base/svc.yaml", "kind: Service\n"),
        ("base/kustomization.yaml", "resources: [svc.yaml]\n"),
        ("base/svc.yaml", "kind: Service\n"),
    ]);
    symlink("far/prod", folder.path().join("prod")).unwrap();
    // Kustomize takes far/base, which the name does not say.
    assert_eq!(
        behind(folder.path(), &["prod"], MAX_BYTES),
        ["prod/kustomization.yaml"]
    );
}
