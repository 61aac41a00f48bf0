//! Paths in a configuration: patterns relative to its directory, held against the names that files
//! have in a run, which are relative to the working directory. Only names are compared; nothing is
//! looked up, so symbolic links count as what they are called.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Where names of files begin, and where patterns do.
#[derive(Debug, Clone)]
pub struct Base {
    working: PathBuf,
    config: PathBuf,
}

impl Base {
    /// The working directory, absolute, and the directory of the configuration file, absolute or
    /// relative to the working directory.
    pub fn new(working: &Path, config: &Path) -> Self {
        Self {
            working: plain(working),
            config: plain(&working.join(config)),
        }
    }

    /// The name of a file as seen from the configuration's directory, with `/` between its parts.
    /// A name that is no path (`<stdin>`) stays what it is.
    pub fn relative(&self, origin: &str) -> String {
        if origin.starts_with('<') {
            return origin.to_owned();
        }
        let path = plain(&self.working.join(origin));
        let mut here = self.config.components().peekable();
        let mut there = path.components().peekable();
        while let (Some(a), Some(b)) = (here.peek(), there.peek())
            && a == b
        {
            here.next();
            there.next();
        }
        let up = here.map(|_| "..".to_owned());
        let down = there.map(|part| part.as_os_str().to_string_lossy().into_owned());
        up.chain(down).collect::<Vec<_>>().join("/")
    }
}

/// A path without `.` and, as far as its own parts tell, without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            Component::ParentDir if plain.has_root() => {}
            _ => plain.push(part),
        }
    }
    plain
}

/// Patterns of which one must match. One without a wildcard names a file, or a directory and all
/// that it holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Patterns(GlobSet);

impl Patterns {
    pub(super) fn new<'p>(
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let path = pattern.strip_prefix("./").unwrap_or(pattern);
            let path = path.strip_suffix('/').unwrap_or(path);
            let (itself, below) = match path {
                "" | "." => ("**".to_owned(), "**".to_owned()),
                path => (path.to_owned(), format!("{path}/**")),
            };
            for glob in [itself, below] {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build()?;
                set.add(glob);
            }
        }
        set.build().map(Self)
    }

    /// Files and directories of these names, whatever characters they have.
    pub(super) fn literal(paths: &[String]) -> Result<Self, globset::Error> {
        let escaped: Vec<String> = paths.iter().map(|path| globset::escape(path)).collect();
        Self::new(escaped.iter().map(String::as_str))
    }

    /// Whether one matches a path that is relative to the configuration's directory.
    pub(super) fn matches(&self, relative: &str) -> bool {
        self.0.is_match(relative)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_seen_from_the_configuration() {
        let cases = [
            ("/repo", "", "k8s/a.yaml", "k8s/a.yaml"),
            ("/repo", ".", "./k8s//a.yaml", "k8s/a.yaml"),
            ("/repo/k8s/prod", "../..", "a.yaml", "k8s/prod/a.yaml"),
            ("/repo/k8s/prod", "/repo", "../dev/a.yaml", "k8s/dev/a.yaml"),
            ("/repo", "config", "k8s/a.yaml", "../k8s/a.yaml"),
            ("/repo", "", "/repo/k8s/a.yaml", "k8s/a.yaml"),
            ("/repo", "", "/other/a.yaml", "../other/a.yaml"),
            ("/repo", "", "../../../a.yaml", "../a.yaml"),
            ("/repo/k8s", "..", "<stdin>", "<stdin>"),
        ];
        for (working, config, origin, expected) in cases {
            let base = Base::new(Path::new(working), Path::new(config));
            assert_eq!(
                base.relative(origin),
                expected,
                "{working} {config} {origin}"
            );
        }
    }

    #[test]
    fn a_directory_means_everything_under_it() {
        for pattern in [
            "k8s/prod",
            "k8s/prod/",
            "./k8s/prod",
            "k8s/prod/**",
            "k8s/*",
        ] {
            let patterns = Patterns::new([pattern]).unwrap();
            assert!(patterns.matches("k8s/prod/a/b.yaml"), "{pattern}");
            assert!(!patterns.matches("k8s-old/prod/a.yaml"), "{pattern}");
        }
        assert!(
            !Patterns::new(["k8s/prod"])
                .unwrap()
                .matches("k8s/production.yaml")
        );
        assert!(Patterns::new(["."]).unwrap().matches("a/b.yaml"));
    }

    #[test]
    fn a_star_stays_within_one_directory() {
        let patterns = Patterns::new(["k8s/*.yaml", "**/legacy.yaml"]).unwrap();
        assert!(patterns.matches("k8s/a.yaml"));
        assert!(!patterns.matches("k8s/prod/a.yaml"));
        assert!(patterns.matches("x/y/legacy.yaml"));
    }

    #[test]
    fn no_pattern_matches_nothing() {
        assert!(!Patterns::new([]).unwrap().matches("a.yaml"));
        assert!(Patterns::new(["a[", "b"]).is_err());
    }
}
