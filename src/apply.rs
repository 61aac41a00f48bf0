//! Writes fixed texts to their files: whole or not at all, and only over the text that was checked.

use std::fs::{self, Metadata, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::text::Source;

/// A file that was not written. It is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It came from standard input, or is a directory or a device.
    #[error("{origin} is not a file that can be written")]
    NoFile {
        /// Its name.
        origin: String,
    },
    /// Somebody else wrote it meanwhile.
    #[error("{origin} has changed since it was read")]
    Changed {
        /// Its name.
        origin: String,
    },
    /// The system refused.
    #[error("cannot write {origin}")]
    Refused {
        /// Its name.
        origin: String,
        /// Why.
        source: io::Error,
    },
}

/// Replaces the file that a source was read from, if it still holds the source's text. Its name is
/// taken relative to the working directory; a symbolic link stays one, and what it leads to is
/// written. Permission bits stay, and the owner where the system lets that be.
pub fn write(source: &Source, text: &str) -> Result<(), WriteError> {
    let origin = || source.origin.clone();
    if source.origin.starts_with('<') {
        return Err(WriteError::NoFile { origin: origin() });
    }
    let refused = |source| WriteError::Refused {
        origin: origin(),
        source,
    };
    let target = fs::canonicalize(&source.origin).map_err(refused)?;
    let metadata = fs::metadata(&target).map_err(refused)?;
    if !metadata.is_file() {
        return Err(WriteError::NoFile { origin: origin() });
    }
    let fresh = prepare(&target, &metadata, text).map_err(refused)?;
    // As late as can be, so that little time is left for somebody else to write.
    if fs::read(&target).map_err(refused)? != source.text.as_bytes() {
        return Err(WriteError::Changed { origin: origin() });
    }
    fresh
        .persist(&target)
        .map_err(|error| refused(error.error))?;
    Ok(())
}

/// A file beside the target that holds the text and looks like the target.
fn prepare(target: &Path, metadata: &Metadata, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let directory = target.parent().map_or_else(PathBuf::new, Path::to_path_buf);
    let mut fresh = tempfile::Builder::new()
        .prefix(".neg-doctor-")
        .tempfile_in(directory)?;
    fresh.write_all(text.as_bytes())?;
    keep_owner(&fresh, metadata);
    let permissions: Permissions = metadata.permissions();
    fresh.as_file().set_permissions(permissions)?;
    fresh.as_file().sync_all()?;
    Ok(fresh)
}

/// Only the superuser may give a file away; anybody else's file becomes their own.
#[cfg(unix)]
fn keep_owner(fresh: &tempfile::NamedTempFile, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};

    let file = fresh.as_file();
    if fchown(file, Some(metadata.uid()), Some(metadata.gid())).is_err() {
        _ = fchown(file, None, Some(metadata.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &tempfile::NamedTempFile, _: &Metadata) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(directory: &tempfile::TempDir, text: &str) -> (PathBuf, Source) {
        let path = directory.path().join("a.yaml");
        fs::write(&path, text).unwrap();
        let source = Source {
            origin: path.to_str().unwrap().to_owned(),
            text: text.into(),
        };
        (path, source)
    }

    #[test]
    fn the_text_is_replaced_and_nothing_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let (path, source) = file(&directory, "\u{feff}a: 1\r\n");
        write(&source, "\u{feff}a: 2\r\n").unwrap();
        assert_eq!(fs::read(&path).unwrap(), "\u{feff}a: 2\r\n".as_bytes());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_changed_meanwhile_stays() {
        let directory = tempfile::tempdir().unwrap();
        let (path, source) = file(&directory, "a: 1\n");
        fs::write(&path, "a: 3\n").unwrap();
        let error = write(&source, "a: 2\n").unwrap_err();
        assert!(matches!(error, WriteError::Changed { .. }), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "a: 3\n");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_files_are_written() {
        let directory = tempfile::tempdir().unwrap();
        let write_to = |origin: &str| write(&Source::new(origin, ""), "a: 2\n").unwrap_err();
        let error = write_to("<stdin>");
        assert!(matches!(error, WriteError::NoFile { .. }), "{error}");
        let error = write_to(directory.path().to_str().unwrap());
        assert!(matches!(error, WriteError::NoFile { .. }), "{error}");
        let error = write_to(directory.path().join("none.yaml").to_str().unwrap());
        assert!(matches!(error, WriteError::Refused { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let directory = tempfile::tempdir().unwrap();
        let (path, source) = file(&directory, "a: 1\n");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        let link = directory.path().join("link.yaml");
        symlink("a.yaml", &link).unwrap();
        let linked = Source {
            origin: link.to_str().unwrap().to_owned(),
            ..source
        };
        write(&linked, "a: 2\n").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "a: 2\n");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o640);
    }
}
