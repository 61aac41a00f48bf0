//! Snapshots as files: a directory with `snapshot.yaml` and one file for each resource, or a
//! `.tar.gz` of it. The same objects give the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::document::{self, Document};
use crate::kind::resource::ALL;
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

    /// Writes a snapshot.
    pub fn write(&self, snapshot: &Snapshot) -> Result<(), WriteError> {
        let files = files(snapshot);
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

    /// The header goes last: a directory without one is no snapshot.
    fn lay_out(&self, files: &BTreeMap<String, String>) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        let known = ALL
            .iter()
            .map(|resource| file_name(resource.plural, resource.group));
        for stale in [HEADER.to_owned(), OTHERS.to_owned()]
            .into_iter()
            .chain(known)
        {
            match fs::remove_file(self.path.join(stale)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let (header, objects): (Vec<_>, Vec<_>) =
            files.iter().partition(|(name, _)| *name == HEADER);
        for (name, text) in objects.into_iter().chain(header) {
            fs::write(self.path.join(name), text)?;
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

/// The texts of a snapshot by the names of their files.
fn files(snapshot: &Snapshot) -> BTreeMap<String, String> {
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
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let known = ALL
        .iter()
        .find(|resource| resource.group == group && resource.kind_name == kind);
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
