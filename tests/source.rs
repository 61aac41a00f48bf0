//! What is read from a directory tree, and what is said of the rest.
#![cfg(test)]

use std::fs;
use std::path::Path;

use neg_doctor::source::{Gap, GapKind, Harvest, MAX_BYTES, Request, read};
use tempfile::TempDir;

/// A directory with these files in it.
fn tree(files: &[(&str, &[u8])]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    root
}

fn read_excluding(root: &Path, paths: &[&str], exclude: &[&str]) -> Harvest {
    let paths: Vec<String> = paths.iter().map(|path| typed(root, path)).collect();
    let exclude: Vec<String> = exclude.iter().map(|glob| (*glob).to_owned()).collect();
    let request = Request {
        paths: &paths,
        exclude: &exclude,
        max_bytes: 1000,
    };
    read(&request, &mut &b"piped"[..])
}

fn read_all(root: &Path, paths: &[&str]) -> Harvest {
    read_excluding(root, paths, &[])
}

fn typed(root: &Path, path: &str) -> String {
    match path {
        "-" => "-".to_owned(),
        path => format!("{}/{path}", root.display()),
    }
}

/// The origins, as below the root.
fn origins(root: &Path, harvest: &Harvest) -> Vec<String> {
    let prefix = format!("{}/", root.display());
    let below = |origin: &str| origin.strip_prefix(&prefix).unwrap_or(origin).to_owned();
    harvest
        .sources
        .iter()
        .map(|source| below(&source.origin))
        .collect()
}

/// The one gap there is.
fn only_gap(harvest: &Harvest) -> &Gap {
    assert_eq!(harvest.gaps.len(), 1, "{:?}", harvest.gaps);
    &harvest.gaps[0]
}

#[test]
fn a_directory_gives_its_manifests_sorted_and_nothing_else() {
    let dir = tree(&[
        ("b/z.yaml", b"1"),
        ("b/a.yml", b"2"),
        ("a.json", b"{}"),
        ("c.yaml", b""),
        ("README.md", b"x"),
        ("neg-doctor.toml", b"x"),
        (".hidden.yaml", b"x"),
        (".git/x.yaml", b"x"),
        (".github/workflows/x.yml", b"x"),
    ]);
    let harvest = read_all(dir.path(), &[""]);
    assert_eq!(
        origins(dir.path(), &harvest),
        ["a.json", "b/a.yml", "b/z.yaml", "c.yaml"]
    );
    assert_eq!(&*harvest.sources[1].text, "2");
    assert_eq!(harvest.gaps, []);
    assert_eq!(harvest.passed_over, 2);
}

#[test]
fn requested_order_is_kept_and_every_file_is_read_once() {
    let dir = tree(&[("b/x.yaml", b"x"), ("a/y.yaml", b"y"), ("a/x.yaml", b"x")]);
    let harvest = read_all(
        dir.path(),
        &["b/../b", "-", "a/y.yaml", "a", "b/x.yaml", "*/x.yaml", "-"],
    );
    assert_eq!(
        origins(dir.path(), &harvest),
        ["b/../b/x.yaml", "<stdin>", "a/y.yaml", "a/x.yaml"]
    );
    assert_eq!(&*harvest.sources[1].text, "piped");
    assert_eq!(harvest.gaps, []);
}

#[test]
fn ignore_files_hold_outside_of_a_repository() {
    let dir = tree(&[
        (".gitignore", b"build/\n*.tmp.yaml\n"),
        ("build/x.yaml", b"x"),
        ("a.tmp.yaml", b"x"),
        ("a.yaml", b"x"),
    ]);
    let harvest = read_all(dir.path(), &[""]);
    assert_eq!(origins(dir.path(), &harvest), ["a.yaml"]);
    // what is named is read all the same
    let harvest = read_all(dir.path(), &["build", "a.tmp.yaml"]);
    assert_eq!(
        origins(dir.path(), &harvest),
        ["build/x.yaml", "a.tmp.yaml"]
    );
}

#[test]
fn excluded_files_are_passed_over_unless_named() {
    let dir = tree(&[
        ("charts/x.yaml", b"x"),
        ("a/charts/x.yaml", b"x"),
        ("a/test-1.yaml", b"x"),
        ("a/b.yaml", b"x"),
    ]);
    let harvest = read_excluding(dir.path(), &[""], &["/charts/", "test-*"]);
    assert_eq!(
        origins(dir.path(), &harvest),
        ["a/b.yaml", "a/charts/x.yaml"]
    );
    let harvest = read_excluding(dir.path(), &["a/*.yaml", "a/test-1.yaml"], &["test-*"]);
    assert_eq!(origins(dir.path(), &harvest), ["a/b.yaml", "a/test-1.yaml"]);
    let harvest = read_excluding(dir.path(), &["a"], &["*.yaml", "a{b"]);
    let kinds: Vec<GapKind> = harvest.gaps.iter().map(|gap| gap.kind).collect();
    assert_eq!(kinds, [GapKind::NoMatch, GapKind::BadGlob]);
}

#[test]
fn globs_match_within_a_directory_or_with_stars_below_it() {
    let dir = tree(&[
        ("k8s/a.yaml", b"x"),
        ("k8s/b.txt", b"x"),
        ("k8s/deep/c.yaml", b"x"),
        ("k8s/deep/d.txt", b"x"),
        ("other/e.yaml", b"x"),
        ("k8s/neg-doctor.toml", b"x"),
        ("k8s/picture", b"\x89PNG\0"),
    ]);
    for (glob, expected) in [
        ("k8s/*.yaml", &["k8s/a.yaml"][..]),
        (
            "**/*.yaml",
            &["k8s/a.yaml", "k8s/deep/c.yaml", "other/e.yaml"],
        ),
        ("k8s/{a,z}.*", &["k8s/a.yaml"]),
        ("*/e.yaml", &["other/e.yaml"]),
        // as a shell would: `deep` is a directory, and a directory gives its manifests
        ("k8s/*", &["k8s/a.yaml", "k8s/b.txt", "k8s/deep/c.yaml"]),
        ("k8s/d*/", &["k8s/deep/c.yaml"]),
    ] {
        let harvest = read_all(dir.path(), &[glob]);
        assert_eq!(origins(dir.path(), &harvest), expected, "{glob}");
        assert_eq!(harvest.gaps, [], "{glob}");
    }
}

#[test]
fn a_file_whose_name_looks_like_a_glob_is_that_file() {
    let dir = tree(&[("[a].yaml", b"x"), ("a.yaml", b"x")]);
    let harvest = read_all(dir.path(), &["[a].yaml"]);
    assert_eq!(origins(dir.path(), &harvest), ["[a].yaml"]);
}

#[test]
fn what_matches_nothing_is_a_gap() {
    let dir = tree(&[("empty/README.md", b"x")]);
    for path in [
        "none.yaml",
        "empty",
        "none/*.yaml",
        "empty/*.yaml",
        "empty/README.md/x",
    ] {
        let harvest = read_all(dir.path(), &[path]);
        let gap = only_gap(&harvest);
        assert_eq!(gap.kind, GapKind::NoMatch, "{path}");
        assert_eq!(gap.origin, typed(dir.path(), path));
    }
    let harvest = read_all(dir.path(), &["a[.yaml"]);
    assert_eq!(only_gap(&harvest).kind, GapKind::BadGlob);
    let request = Request {
        paths: &[String::new(), "a\0b".to_owned()],
        exclude: &[],
        max_bytes: MAX_BYTES,
    };
    assert_eq!(read(&request, &mut &b""[..]).gaps.len(), 2);
}

#[test]
fn origins_are_as_a_user_would_type_them() {
    let request = Request {
        paths: &["./Cargo.*".to_owned(), "./src//lib.rs".to_owned()],
        exclude: &["*.lock".to_owned()],
        max_bytes: MAX_BYTES,
    };
    let harvest = read(&request, &mut &b""[..]);
    let origins: Vec<&str> = harvest.sources.iter().map(|s| &*s.origin).collect();
    assert_eq!(origins, ["Cargo.toml", "src/lib.rs"]);
}

#[test]
fn bytes_that_are_no_utf8_are_a_gap_that_says_where() {
    let dir = tree(&[
        ("latin1.yaml", "a: ok\nbé: caf".as_bytes()),
        ("utf16le.yaml", b"\xFF\xFEa\0"),
        ("utf16be.yaml", b"\xFE\xFF\0a"),
        ("binary.yaml", b"a: \0"),
        ("bom.yaml", b"\xEF\xBB\xBFa: b"),
    ]);
    let latin1 = dir.path().join("latin1.yaml");
    let mut bytes = fs::read(&latin1).unwrap();
    bytes.extend(b"\xE9 x\n");
    fs::write(latin1, bytes).unwrap();
    let harvest = read_all(dir.path(), &[""]);
    assert_eq!(origins(dir.path(), &harvest), ["bom.yaml"]);
    assert_eq!(&*harvest.sources[0].text, "\u{FEFF}a: b");
    let gaps: Vec<_> = harvest
        .gaps
        .iter()
        .map(|gap| (gap.kind, &*gap.reason))
        .collect();
    assert_eq!(
        gaps,
        [
            (GapKind::Binary, "is binary: byte 3 is NUL"),
            (
                GapKind::NotUtf8,
                "is not UTF-8: byte 0xE9 at line 2, column 8"
            ),
            (GapKind::NotUtf8, "is UTF-16, not UTF-8"),
            (GapKind::NotUtf8, "is UTF-16, not UTF-8"),
        ]
    );
}

#[test]
fn a_binary_file_is_a_gap_only_when_it_is_named() {
    let dir = tree(&[("logo.png", b"\x89PNG\0"), ("a.yaml", b"x")]);
    let harvest = read_all(dir.path(), &["*"]);
    assert_eq!((harvest.gaps.len(), harvest.passed_over), (0, 1));
    let harvest = read_all(dir.path(), &["logo.png"]);
    assert_eq!(only_gap(&harvest).kind, GapKind::Binary);
}

#[test]
fn the_bound_on_size_holds_to_the_byte() {
    let dir = tree(&[("fits.yaml", &[b'x'; 1000]), ("large.yaml", &[b'x'; 1001])]);
    let harvest = read_all(dir.path(), &[""]);
    assert_eq!(origins(dir.path(), &harvest), ["fits.yaml"]);
    let gap = only_gap(&harvest);
    assert_eq!(gap.kind, GapKind::TooLarge);
    assert_eq!(gap.reason, "is larger than 1000 bytes");
    let request = Request {
        paths: &["-".to_owned()],
        exclude: &[],
        max_bytes: 10,
    };
    let harvest = read(&request, &mut std::io::repeat(b'x'));
    assert_eq!(only_gap(&harvest).kind, GapKind::TooLarge);
}

#[test]
fn many_files_come_in_the_same_order_every_time() {
    let names: Vec<String> = (0..500).map(|n| format!("{}/{n}.yaml", n % 7)).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), n.as_bytes())).collect();
    let dir = tree(&files);
    let first = read_all(dir.path(), &[""]);
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(origins(dir.path(), &first), sorted);
    for (source, name) in first.sources.iter().zip(sorted) {
        assert_eq!(*source.text, *name);
    }
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    #[test]
    fn linked_files_are_read_once_and_linked_directories_not_followed() {
        let dir = tree(&[
            ("in/a.yaml", b"x"),
            ("in/sub/b.yaml", b"x"),
            ("out/c.yaml", b"x"),
        ]);
        let root = dir.path();
        symlink("a.yaml", root.join("in/same.yaml")).unwrap();
        symlink("..", root.join("in/sub/loop")).unwrap();
        symlink("../out/c.yaml", root.join("in/linked.yaml")).unwrap();
        symlink("nowhere", root.join("in/broken.yaml")).unwrap();
        symlink("turn.yaml", root.join("in/turn.yaml")).unwrap();
        symlink("../out", root.join("in/elsewhere")).unwrap();
        let harvest = read_all(root, &["in"]);
        assert_eq!(
            origins(root, &harvest),
            ["in/a.yaml", "in/linked.yaml", "in/sub/b.yaml"]
        );
        let gaps: Vec<_> = harvest
            .gaps
            .iter()
            .map(|gap| (gap.origin.rsplit('/').next().unwrap(), gap.kind))
            .collect();
        assert_eq!(
            gaps,
            [
                ("broken.yaml", GapKind::Unreadable),
                ("elsewhere", GapKind::NotFollowed),
                ("turn.yaml", GapKind::Unreadable),
            ]
        );
        // a link that is named is followed
        let harvest = read_all(root, &["in/elsewhere", "in/broken.yaml"]);
        assert_eq!(origins(root, &harvest), ["in/elsewhere/c.yaml"]);
        assert_eq!(
            only_gap(&harvest).reason,
            "is a link to a file that does not exist"
        );
    }

    #[test]
    fn a_pipe_is_read_when_named_and_skipped_in_a_walk() {
        let dir = tree(&[("a.yaml", b"x")]);
        let pipe = dir.path().join("pipe.yaml");
        let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let harvest = read_all(dir.path(), &[""]);
        assert_eq!(origins(dir.path(), &harvest), ["a.yaml"]);
        assert_eq!(harvest.passed_over, 1);

        let writer = std::thread::spawn(move || fs::write(pipe, "through the pipe"));
        let harvest = read_all(dir.path(), &["pipe.yaml"]);
        assert_eq!(&*harvest.sources[0].text, "through the pipe");
        writer.join().unwrap().unwrap();
    }

    #[test]
    fn a_device_without_end_is_too_large() {
        let harvest = read_all(Path::new("/dev"), &["zero"]);
        assert_eq!(only_gap(&harvest).kind, GapKind::TooLarge);
    }

    #[test]
    fn what_may_not_be_read_is_a_gap() {
        let dir = tree(&[("a.yaml", b"x"), ("shut/b.yaml", b"x"), ("c.yaml", b"x")]);
        for path in ["a.yaml", "shut"] {
            let none = fs::Permissions::from_mode(0o000);
            fs::set_permissions(dir.path().join(path), none).unwrap();
        }
        if fs::read(dir.path().join("a.yaml")).is_ok() {
            eprintln!("skipped: this user may read everything");
            return;
        }
        let harvest = read_all(dir.path(), &[""]);
        assert_eq!(origins(dir.path(), &harvest), ["c.yaml"]);
        let kinds: Vec<GapKind> = harvest.gaps.iter().map(|gap| gap.kind).collect();
        assert_eq!(kinds, [GapKind::Unreadable; 2]);
        let all = fs::Permissions::from_mode(0o700);
        fs::set_permissions(dir.path().join("shut"), all).unwrap();
    }
}
