//! Files, archives and standard input: bytes in, texts and gaps out; live clusters and
//! projects as snapshots.
//! Judges nothing.
//!
//! What was asked for and could not be read is a [`Gap`], never silence and never a reason to
//! stop. Nothing else in the crate opens a file of the user's.

mod archive;
pub mod cluster;
pub mod config_file;
mod file;
mod find;
pub mod gcp;
mod patience;
pub mod rendered;
pub mod snapshot;

use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use crate::text::Source;
use file::Outcome;
use find::{Found, Search};

/// The name under which standard input is shown.
pub const STDIN: &str = "<stdin>";

/// How large a text may be when nothing else is said, in bytes: 100 MiB.
pub const MAX_BYTES: u64 = 100 * 1024 * 1024;

/// What to read.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Files, directories, globs (where no file of that very name exists), and `-` for standard
    /// input. A file named here is read whatever its ending; a directory gives its `*.yaml`,
    /// `*.yml` and `*.json`; a glob gives every file that it matches, and the manifests in every
    /// directory that it matches.
    pub paths: &'a [String],
    /// Globs in the language of `.gitignore`, for files that a directory or a glob would give.
    /// They are relative to that directory, or to the part of the glob before its first wildcard.
    pub exclude: &'a [String],
    /// A larger text is a gap, in bytes. Never more than 4 GiB is read, which is what a
    /// [`crate::text::Span`] can address.
    pub max_bytes: u64,
}

/// What was read, and what could not be.
#[derive(Debug, Default)]
pub struct Harvest {
    /// The texts, in the order of the requested paths, then by origin.
    pub sources: Vec<Arc<Source>>,
    /// What was asked for and could not be read, by origin.
    pub gaps: Vec<Gap>,
    /// Files that were looked at and not taken: another ending, excluded, not a regular file.
    pub passed_over: usize,
}

/// What was asked for and could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The file as the user would type it, or what the user typed.
    pub origin: String,
    /// Why, as the end of a sentence that starts with the origin.
    pub reason: String,
    /// The same for programs.
    pub kind: GapKind,
}

impl Gap {
    fn new(origin: impl Into<String>, kind: GapKind, reason: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            reason: reason.into(),
            kind,
        }
    }
}

/// Why something could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// Opening or reading it failed.
    Unreadable,
    /// It is larger than [`Request::max_bytes`].
    TooLarge,
    /// Its bytes are not UTF-8.
    NotUtf8,
    /// It holds NUL bytes, so it is no text.
    Binary,
    /// No file was found under this path, directory or glob.
    NoMatch,
    /// The glob cannot be understood.
    BadGlob,
    /// A link met on the way to a directory elsewhere. Links to directories are not followed (they
    /// can loop, or lead to the whole disk); one whose target lies within the walk is no gap. The
    /// only kind that says nothing went wrong: the user may name the link to have it read.
    NotFollowed,
}

/// Reads what was requested.
///
/// A file that is reached twice, by two paths or through a link, is read once, where it comes
/// first. A named pipe or device is read when it is named, which waits for whoever writes to it as
/// `cat` does, and skipped otherwise.
pub fn read(request: &Request, stdin: &mut dyn Read) -> Harvest {
    let mut harvest = Harvest::default();
    let exclude = Arc::new(find::excluded(request.exclude, &mut harvest.gaps));
    let mut found = Vec::new();
    for path in request.paths {
        let mut search = Search::new(Arc::clone(&exclude));
        search.find(path);
        found.extend(search.found);
        harvest.gaps.extend(search.gaps);
        harvest.passed_over += search.passed_over;
    }

    // No span reaches further into a text.
    let max_bytes = request.max_bytes.min(u64::from(u32::MAX));
    let found = once_each(found);
    // Standard input is read here, and put where it was asked for among the files.
    let piped = found
        .iter()
        .any(|file| file.path.is_none())
        .then(|| file::read_from(STDIN, stdin, 0, max_bytes));
    let outcomes: Vec<Outcome> = found
        .par_iter()
        .flat_map_iter(|found| match (&found.path, &piped) {
            (Some(path), _) if archive::is_archive(path) => archive::read(path, found, max_bytes),
            (Some(path), _) => vec![file::read(path, found, max_bytes)],
            (None, Some(piped)) => vec![piped.clone()],
            (None, None) => vec![Outcome::PassedOver],
        })
        .collect();
    for outcome in outcomes {
        match outcome {
            Outcome::Text(source) => harvest.sources.push(source),
            Outcome::Gap(gap) => harvest.gaps.push(gap),
            Outcome::PassedOver => harvest.passed_over += 1,
        }
    }
    harvest.gaps.sort();
    harvest.gaps.dedup();
    harvest
}

/// Drops every file that came before under the same or another name.
fn once_each(found: Vec<Found>) -> Vec<Found> {
    // A pipe has no canonical path (`/proc/…/fd/pipe:[…]`) and stands for itself.
    let identities: Vec<Option<PathBuf>> = found
        .par_iter()
        .map(|found| {
            let path = found.path.as_ref()?;
            Some(fs::canonicalize(path).unwrap_or_else(|_| path.clone()))
        })
        .collect();
    let mut seen = HashSet::new();
    found
        .into_iter()
        .zip(identities)
        .filter_map(|(found, identity)| seen.insert(identity).then_some(found))
        .collect()
}
