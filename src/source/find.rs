//! From what the user typed to the files meant by it.

use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobMatcher};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};

use super::file::unreadable;
use super::{Gap, GapKind, STDIN};

/// The configuration of neg-doctor itself is never a manifest, whatever a glob says.
const CONFIGURATION: &str = "neg-doctor.toml";

/// One file to read.
#[derive(Debug)]
pub(super) struct Found {
    /// Where it is; nothing for standard input.
    pub(super) path: Option<PathBuf>,
    /// The path as the user would type it.
    pub(super) origin: String,
    /// Whether the user typed this very path.
    pub(super) by_name: bool,
}

/// The search for what one requested path means.
pub(super) struct Search {
    pub(super) found: Vec<Found>,
    pub(super) gaps: Vec<Gap>,
    pub(super) passed_over: usize,
    exclude: Arc<Gitignore>,
}

/// Compiles the `--exclude` globs; each that cannot be understood is a gap.
pub(super) fn excluded(globs: &[String], gaps: &mut Vec<Gap>) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for glob in globs {
        if let Err(error) = builder.add_line(None, glob) {
            gaps.push(bad_glob(glob, &error));
        }
    }
    builder.build().unwrap_or_else(|error| {
        gaps.push(bad_glob(&globs.join(" "), &error));
        Gitignore::empty()
    })
}

/// Whether a directory's file is taken for a manifest, by its ending.
pub(super) fn is_manifest(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| {
            ["yaml", "yml", "json"]
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known))
        })
}

impl Search {
    pub(super) fn new(exclude: Arc<Gitignore>) -> Self {
        Self {
            found: Vec::new(),
            gaps: Vec::new(),
            passed_over: 0,
            exclude,
        }
    }

    /// Finds the files under one requested path, sorted by origin.
    pub(super) fn find(&mut self, typed: &str) {
        if typed == "-" {
            self.found.push(Found {
                path: None,
                origin: STDIN.to_owned(),
                by_name: true,
            });
            return;
        }
        let path = Path::new(typed);
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => self.walk(path, None, typed),
            Ok(_) => self.take(path, true),
            Err(error) if is_absent(error.kind()) => self.glob(typed),
            Err(error) => self.gaps.push(unreadable(&origin(path), &error)),
        }
        self.found.sort_by(|a, b| a.origin.cmp(&b.origin));
    }

    fn take(&mut self, path: &Path, by_name: bool) {
        self.found.push(Found {
            path: Some(path.to_owned()),
            origin: origin(path),
            by_name,
        });
    }

    fn glob(&mut self, typed: &str) {
        let no_match = |reason| Gap::new(typed, GapKind::NoMatch, reason);
        let Some((root, pattern)) = split_glob(typed) else {
            self.gaps.push(no_match(match fs::symlink_metadata(typed) {
                Ok(_) => "is a link to a file that does not exist",
                Err(_) => "does not exist",
            }));
            return;
        };
        match Pattern::new(pattern) {
            Err(error) => self.gaps.push(bad_glob(typed, &error)),
            Ok(pattern) if root.is_dir() => self.walk(root, Some(pattern), typed),
            Ok(_) => self.gaps.push(no_match("matches no file")),
        }
    }

    fn walk(&mut self, root: &Path, pattern: Option<Pattern>, typed: &str) {
        let scope = Arc::new(Scope {
            root: root.to_owned(),
            pattern,
            exclude: Arc::clone(&self.exclude),
        });
        let enters = Arc::clone(&scope);
        let walk = WalkBuilder::new(root)
            .require_git(false)
            // A user's own ignore file would make a run differ from machine to machine.
            .git_global(false)
            .filter_entry(move |entry| {
                !entry.file_type().is_some_and(|kind| kind.is_dir()) || enters.enters(entry)
            })
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => self.meet(&entry, &scope),
                Err(error) => self.gaps.push(walk_gap(root, &error)),
            }
        }
        if self.found.is_empty() && self.gaps.is_empty() {
            let what = match scope.pattern {
                Some(_) => "matches no file",
                None => "has no *.yaml, *.yml or *.json file",
            };
            let passed_over = self.passed_over;
            let reason = format!(
                "{what} ({passed_over} passed over; hidden and ignored files are not looked at)"
            );
            self.gaps.push(Gap::new(typed, GapKind::NoMatch, reason));
        }
    }

    /// Decides about one entry of a walk.
    fn meet(&mut self, entry: &DirEntry, scope: &Scope) {
        let path = entry.path();
        let Some(kind) = entry.file_type().filter(|kind| !kind.is_dir()) else {
            return;
        };
        if kind.is_symlink() && path.is_dir() {
            if scope.enters(entry) && !scope.holds_target_of(path) {
                let reason = "is a link to a directory elsewhere, which is not followed";
                self.gaps
                    .push(Gap::new(origin(path), GapKind::NotFollowed, reason));
            }
        } else if !scope.takes(entry) {
            self.passed_over += 1;
        } else if kind.is_symlink() {
            self.meet_link(path);
        } else {
            self.take_regular(path, kind);
        }
    }

    fn meet_link(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(target) => self.take_regular(path, target.file_type()),
            Err(error) => self.gaps.push(unreadable(&origin(path), &error)),
        }
    }

    /// Takes a regular file; opening a pipe or a device that nobody named could wait for ever.
    fn take_regular(&mut self, path: &Path, kind: FileType) {
        if kind.is_file() {
            self.take(path, false);
        } else {
            self.passed_over += 1;
        }
    }
}

/// What one walk enters and takes.
struct Scope {
    root: PathBuf,
    pattern: Option<Pattern>,
    exclude: Arc<Gitignore>,
}

impl Scope {
    /// Whether the walk goes down into this directory.
    fn enters(&self, entry: &DirEntry) -> bool {
        let Some(path) = self.relative(entry) else {
            return true;
        };
        !self.exclude.matched(path, true).is_ignore()
            && self
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.enters(path, entry.depth()))
    }

    /// Whether this file is one that was asked for.
    fn takes(&self, entry: &DirEntry) -> bool {
        self.relative(entry).is_some_and(|path| {
            !self.exclude.matched(path, false).is_ignore()
                && match &self.pattern {
                    None => is_manifest(path),
                    Some(pattern) => pattern.takes(path),
                }
        })
    }

    /// Whether the walk meets the directory behind a link anyway.
    fn holds_target_of(&self, link: &Path) -> bool {
        fs::canonicalize(link)
            .and_then(|target| Ok(target.starts_with(fs::canonicalize(&self.root)?)))
            .unwrap_or(false)
    }

    /// The path below the root; nothing for the root itself.
    fn relative<'e>(&self, entry: &'e DirEntry) -> Option<&'e Path> {
        let below = entry.path().strip_prefix(&self.root).ok()?;
        (entry.depth() > 0).then_some(below)
    }
}

/// The part of a glob from its first wildcard on.
struct Pattern {
    matcher: GlobMatcher,
    /// How many directories deep it can match; nothing where it holds `**`.
    depth: Option<usize>,
}

impl Pattern {
    fn new(pattern: &str) -> Result<Self, globset::Error> {
        let glob = GlobBuilder::new(pattern).literal_separator(true).build()?;
        let depth = pattern.matches('/').count() + 1;
        Ok(Self {
            matcher: glob.compile_matcher(),
            depth: (!pattern.contains("**")).then_some(depth),
        })
    }

    fn enters(&self, directory: &Path, depth: usize) -> bool {
        self.depth.is_none_or(|limit| depth < limit) || self.matches_any_of(directory)
    }

    fn takes(&self, file: &Path) -> bool {
        !file.ends_with(CONFIGURATION)
            && (self.matcher.is_match(file) || is_manifest(file) && self.matches_any_of(file))
    }

    /// Whether it matches the path or a directory above it.
    fn matches_any_of(&self, path: &Path) -> bool {
        path.ancestors().any(|path| self.matcher.is_match(path))
    }
}

/// Splits a glob into the directory where its walk begins and the rest; nothing without a wildcard.
fn split_glob(typed: &str) -> Option<(&Path, &str)> {
    let wildcard = typed.find(['*', '?', '[', '{'])?;
    let (fixed, _) = typed.split_at(wildcard);
    let border = fixed.rfind('/').map_or(0, |slash| slash + 1);
    let (root, pattern) = typed.split_at(border);
    let root = if root.is_empty() { "." } else { root };
    // A glob that ends in `/` means the directories it matches.
    Some((Path::new(root), pattern.trim_end_matches('/')))
}

/// The path as the user would type it: without `./`, with forward slashes.
fn origin(path: &Path) -> String {
    let plain: PathBuf = path
        .components()
        .filter(|part| *part != Component::CurDir)
        .collect();
    let shown = plain.to_string_lossy();
    match shown.as_ref() {
        "" => ".".to_owned(),
        shown => shown.replace(std::path::MAIN_SEPARATOR, "/"),
    }
}

fn is_absent(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput
    )
}

fn bad_glob(glob: &str, error: &dyn std::error::Error) -> Gap {
    Gap::new(glob, GapKind::BadGlob, format!("is no glob: {error}"))
}

/// The gap for an entry that the walk could not look at.
fn walk_gap(root: &Path, error: &ignore::Error) -> Gap {
    let mut path = root;
    let mut cause = error;
    loop {
        match cause {
            ignore::Error::WithPath { path: at, err } => (path, cause) = (at, err),
            ignore::Error::WithDepth { err, .. } => cause = err,
            _ => break,
        }
    }
    let reason = format!("cannot be read: {cause}");
    Gap::new(origin(path), GapKind::Unreadable, reason)
}
