//! Snapshots as files: a directory with `snapshot.yaml` and one file for each resource, and the
//! same for each further snapshot in a directory within; or a `.tar.gz` of it. The same objects give
//! the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::document::{self, Document};
use crate::kind::resource::{ALL, Resource};
use crate::snapshot::{Snapshot, is_header};
use crate::text::Source;

use super::archive::is_archive;

/// The file that makes a directory a snapshot.
const HEADER: &str = "snapshot.yaml";

/// Where objects go whose resource is not known.
const OTHERS: &str = "others.yaml";

/// Where a snapshot goes.
#[derive(Debug)]
pub struct Target {
    path: PathBuf,
    archive: bool,
}

/// Why a snapshot could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The directory holds something else.
    #[error("{} is not empty and no snapshot: nothing was written", .0.display())]
    Occupied(PathBuf),
    /// Writing failed.
    #[error("cannot write {}: {error}", path.display())]
    Failed {
        /// What.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl Target {
    /// A place that can be written to, before anything is read.
    pub fn new(path: &Path) -> Result<Self, WriteError> {
        let target = Self {
            path: path.to_owned(),
            archive: is_archive(path),
        };
        let occupied = || WriteError::Occupied(path.to_owned());
        if target.archive {
            return if path.is_dir() {
                Err(occupied())
            } else {
                Ok(target)
            };
        }
        if path.is_file() {
            return Err(occupied());
        }
        let mut entries = fs::read_dir(path).into_iter().flatten();
        if entries.next().is_some() && !is_snapshot(path) {
            return Err(occupied());
        }
        Ok(target)
    }

    /// Writes snapshots: the first one, and the others within it under their names.
    pub fn write(&self, snapshots: &[Snapshot]) -> Result<(), WriteError> {
        let mut files = BTreeMap::new();
        for (place, snapshot) in snapshots.iter().enumerate() {
            let within = match place {
                0 => String::new(),
                _ => format!("{}/", directory_name(&snapshot.header.name)),
            };
            for (name, text) in files_of(snapshot) {
                files.insert(format!("{within}{name}"), text);
            }
        }
        let written = if self.archive {
            self.pack(&files)
        } else {
            self.lay_out(&files)
        };
        written.map_err(|error| WriteError::Failed {
            path: self.path.clone(),
            error,
        })
    }

    /// The headers go last: a directory without one is no snapshot.
    fn lay_out(&self, files: &BTreeMap<String, String>) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        for entry in fs::read_dir(&self.path)? {
            let within = entry?.path();
            if within.is_dir() && is_snapshot(&within) {
                clear(&within)?;
                // What else lies there stays.
                let _ = fs::remove_dir(&within);
            }
        }
        clear(&self.path)?;
        let (headers, objects): (Vec<_>, Vec<_>) =
            files.iter().partition(|(name, _)| name.ends_with(HEADER));
        for (name, text) in objects.into_iter().chain(headers) {
            let path = self.path.join(name);
            fs::create_dir_all(path.parent().unwrap_or(&self.path))?;
            fs::write(path, text)?;
        }
        Ok(())
    }

    fn pack(&self, files: &BTreeMap<String, String>) -> io::Result<()> {
        let directory = self
            .path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(directory.unwrap_or(Path::new(".")))?;
        let mut archive = tar::Builder::new(GzEncoder::new(
            io::BufWriter::new(&mut file),
            Compression::default(),
        ));
        for (name, text) in files {
            // The time, the owner and the like are the same for all: zero.
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            archive.append_data(&mut header, name, text.as_bytes())?;
        }
        archive.into_inner()?.finish()?.flush()?;
        file.persist(&self.path)?;
        Ok(())
    }
}

/// Takes an older snapshot away.
fn clear(directory: &Path) -> io::Result<()> {
    let known = ALL
        .iter()
        .map(|resource| file_name(resource.plural, resource.group));
    for stale in [HEADER.to_owned(), OTHERS.to_owned()]
        .into_iter()
        .chain(known)
    {
        match fs::remove_file(directory.join(stale)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A name that is one on every file system, and leads nowhere else.
fn directory_name(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name = name.chars().map(|c| if fits(c) { c } else { '_' });
    format!("project-{}", name.collect::<String>())
}

/// The texts of a snapshot by the names of their files.
fn files_of(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let mut files = BTreeMap::from([(
        HEADER.to_owned(),
        snapshot.header.document.source().text.to_string(),
    )]);
    for document in &snapshot.documents {
        let text = files.entry(file_of(document)).or_default();
        if !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&document.source().text);
    }
    files
}

fn file_of(document: &Document) -> String {
    let (api_version, kind) = document.type_meta();
    let known = Resource::of(api_version, kind);
    known.map_or(OTHERS.to_owned(), |resource| {
        file_name(resource.plural, resource.group)
    })
}

/// `pods.yaml`, `backendconfigs.cloud.google.com.yaml`: the resource as `kubectl` names it.
fn file_name(plural: &str, group: &str) -> String {
    if group.is_empty() {
        format!("{plural}.yaml")
    } else {
        format!("{plural}.{group}.yaml")
    }
}

fn is_snapshot(directory: &Path) -> bool {
    let Ok(text) = fs::read_to_string(directory.join(HEADER)) else {
        return false;
    };
    let reading = document::read(&Source::new(HEADER, text), |_, _| true);
    reading.documents.first().is_some_and(is_header)
}
