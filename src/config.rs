//! `neg-doctor.toml`: which rules run and how much they weigh, which files count, and what is known
//! of the clusters that the input goes to. Reading the file is the caller's; here is only its text.

mod error;
mod file;
mod paths;
pub mod select;
mod validate;

use ignore::gitignore::Gitignore;
use serde::Deserialize;

use crate::finding::Severity;
use crate::report::Report;
use crate::report::adjust::{self, Level};
use crate::rules::{self, Row};
use crate::world::{Cluster, ClusterSet, Clusters};

pub use error::ConfigError;
pub use paths::Base;
use paths::Patterns;
pub use select::UnknownRule;

/// So many clusters can be told apart: one place is kept for objects that no entry claims.
const MOST_CLUSTERS: usize = ClusterSet::CAPACITY - 1;

/// The gravity from which on a run fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Only errors fail a run.
    #[default]
    Error,
    /// Warnings do, too.
    Warning,
    /// Any finding does.
    Note,
    /// No finding does.
    Never,
}

impl FailOn {
    /// Whether a run with this gravest finding fails.
    pub fn fails(self, worst: Option<Severity>) -> bool {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
            Self::Never => return false,
        };
        worst >= Some(least)
    }
}

/// What a configuration file says; the default is what an empty one does.
#[derive(Debug, Clone)]
pub struct Config {
    /// When a run fails; `None` where the file leaves it open.
    pub fail_on: Option<FailOn>,
    /// Ids, slugs or prefixes of ids of the rules to run; empty for all.
    pub select: Vec<String>,
    /// Likewise of those not to run.
    pub ignore: Vec<String>,
    /// Files not to look at, as `.gitignore` writes them.
    pub exclude: Vec<String>,
    /// Whether the input holds every object of the namespaces that it touches.
    pub whole: bool,
    /// Whether admission adds the claim, in clusters that no entry describes.
    pub adds_claim: Option<bool>,
    excluded: Gitignore,
    levels: Vec<(&'static Row, Level)>,
    overrides: Vec<Override>,
    clusters: Vec<(Cluster, Option<Patterns>)>,
}

/// An `[[override]]`.
#[derive(Debug, Clone)]
struct Override {
    paths: Patterns,
    levels: Vec<(&'static Row, Level)>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            fail_on: None,
            select: Vec::new(),
            ignore: Vec::new(),
            exclude: Vec::new(),
            whole: false,
            adds_claim: None,
            excluded: Gitignore::empty(),
            levels: Vec::new(),
            overrides: Vec::new(),
            clusters: Vec::new(),
        }
    }
}

impl Config {
    /// Reads the text of a configuration file; `path` is only for messages.
    pub fn parse(text: &str, path: &str) -> Result<Self, ConfigError> {
        Self::parse_for(&rules::rows(), text, path)
    }

    /// Likewise, for certain rules.
    pub fn parse_for(rules: &[&'static Row], text: &str, path: &str) -> Result<Self, ConfigError> {
        let text_after_mark = text.strip_prefix('\u{feff}').unwrap_or(text);
        validate::config(text_after_mark, rules).map_err(|wrong| wrong.at(text_after_mark, path))
    }

    /// The rules to run of `all`, where the command line may select others (then the file's own
    /// `select` and `ignore` do not count) and ignore more.
    pub fn rules(
        &self,
        all: &[&'static Row],
        selected: &[String],
        ignored: &[String],
    ) -> Result<Vec<&'static Row>, UnknownRule> {
        if selected.is_empty() {
            let ignored = [self.ignore.as_slice(), ignored].concat();
            return select::select(all, &self.select, &ignored);
        }
        select::select(all, selected, ignored)
    }

    /// The clusters of a run: the described ones, then one for what no entry claims.
    pub fn clusters(&self) -> Clusters {
        let described = self.clusters.iter().map(|(cluster, _)| cluster.clone());
        let unclaimed = Cluster {
            whole: self.whole,
            adds_claim: self.adds_claim,
            ..Cluster::default()
        };
        Clusters::new(described.collect(), unclaimed)
    }

    /// Names the cluster to which the objects of files and directories go. A cluster of that name that
    /// the file describes keeps its facts.
    ///
    /// # Errors
    /// Where a run cannot tell so many clusters apart.
    pub fn place(&mut self, base: &Base, name: &str, paths: &[&str]) -> Result<(), String> {
        let relative: Vec<String> = paths.iter().map(|path| base.relative(path)).collect();
        let paths = Patterns::literal(&relative).map_err(|error| error.to_string())?;
        if let Some((_, claimed)) = self.clusters.iter_mut().find(|(it, _)| it.name == name) {
            *claimed = Some(paths);
            return Ok(());
        }
        if self.clusters.len() >= MOST_CLUSTERS {
            return Err(format!(
                "a run can tell apart {MOST_CLUSTERS} clusters at most"
            ));
        }
        let cluster = Cluster {
            name: name.to_owned(),
            whole: self.whole,
            adds_claim: self.adds_claim,
            ..Cluster::default()
        };
        self.clusters.push((cluster, Some(paths)));
        Ok(())
    }

    /// Makes a cluster of its own of each file that no entry claims, as far as a run can tell so many
    /// apart: what one build renders is for one environment.
    pub fn part(&mut self, base: &Base, files: &[&str]) {
        for file in files {
            let relative = base.relative(file);
            let claims = |(_, paths): &(Cluster, Option<Patterns>)| {
                paths.as_ref().is_none_or(|paths| paths.matches(&relative))
            };
            if !self.clusters.iter().any(claims) {
                let directory = file
                    .rsplit_once('/')
                    .map_or(*file, |(directory, _)| directory);
                let _more_than_can_be_told_apart = self.place(base, directory, &[file]);
            }
        }
    }

    /// Says of a file by its name which clusters its objects go to.
    pub fn clusters_of<'c>(
        &'c self,
        base: &'c Base,
    ) -> impl Fn(&str) -> ClusterSet + Sync + use<'c> {
        let clusters = self.clusters();
        move |origin| {
            let relative = base.relative(origin);
            let claims = |paths: &Option<Patterns>| {
                paths.as_ref().is_none_or(|paths| paths.matches(&relative))
            };
            let entries = self.clusters.iter().enumerate();
            clusters.set(
                entries
                    .filter(|(_, (_, paths))| claims(paths))
                    .map(|(index, _)| index),
            )
        }
    }

    /// Whether a file or directory is not to be looked at, by itself or with a directory above it.
    pub fn excludes(&self, base: &Base, path: &str, is_directory: bool) -> bool {
        let relative = base.relative(path);
        // A pattern cannot mean what lies outside the configuration's directory.
        !relative.is_empty()
            && relative != ".."
            && !relative.starts_with("../")
            && self
                .excluded
                .matched_path_or_any_parents(&relative, is_directory)
                .is_ignore()
    }

    /// What the file says of a rule's weight in a file; the last override that speaks of it counts.
    pub fn level(&self, base: &Base, origin: &str, rule: &Row) -> Option<Level> {
        let said = |levels: &[(&'static Row, Level)]| {
            let mut of_rule = levels.iter().rev().filter(|(row, _)| *row == rule);
            of_rule.next().map(|(_, level)| *level)
        };
        let relative = base.relative(origin);
        let overrides = self.overrides.iter().rev();
        overrides
            .filter(|entry| entry.paths.matches(&relative))
            .find_map(|entry| said(&entry.levels))
            .or_else(|| said(&self.levels))
    }

    /// Weighs the findings of a report as the file says.
    pub fn adjust(&self, base: &Base, report: &mut Report) {
        adjust::adjust(report, |origin, rule| self.level(base, origin, rule));
    }
}

#[cfg(test)]
pub(crate) mod tests;
