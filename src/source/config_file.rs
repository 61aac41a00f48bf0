//! Finds the configuration file that belongs to a directory.

use std::path::{Path, PathBuf};

/// The name of the configuration file.
pub const NAME: &str = "neg-doctor.toml";

/// The configuration file in a directory or the nearest one above it. The search ends at the root
/// of a Git work tree, so that a file in a shared directory above never speaks for a repository.
pub fn find(start: &Path) -> Option<PathBuf> {
    let start = std::path::absolute(start).ok()?;
    for directory in start.ancestors() {
        let file = directory.join(NAME);
        if file.is_file() {
            return Some(file);
        }
        if directory.join(".git").exists() {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_nearest_file_above_counts() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b/c");
        fs::create_dir_all(&deep).unwrap();
        fs::write(root.path().join(NAME), "").unwrap();
        assert_eq!(find(&deep), Some(root.path().join(NAME)));
        fs::write(root.path().join("a/b").join(NAME), "").unwrap();
        assert_eq!(find(&deep), Some(root.path().join("a/b").join(NAME)));
    }

    #[test]
    fn the_search_ends_at_the_root_of_a_work_tree() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("repo/k8s");
        fs::create_dir_all(&deep).unwrap();
        fs::create_dir(root.path().join("repo/.git")).unwrap();
        fs::write(root.path().join(NAME), "").unwrap();
        assert_eq!(find(&deep), None);
        fs::write(root.path().join("repo").join(NAME), "").unwrap();
        assert_eq!(find(&deep), Some(root.path().join("repo").join(NAME)));
    }
}
