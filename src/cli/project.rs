//! What a run is about, from the arguments and the configuration file.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::build::Rendered;
use crate::check::{self, Settings, Watch};
use crate::config::{Base, Config, FailOn};
use crate::report::{Report, Unread};
use crate::rules::{self, Row};
use crate::snapshot::Snapshot;
use crate::source::config_file;
use crate::text::Source;

use super::Failure;
use super::check::Arguments;

/// The settings of a run.
pub(super) struct Project {
    config: Config,
    base: Base,
    rows: Vec<&'static Row>,
    pub(super) fail_on: FailOn,
}

/// What a run is about beside texts.
pub(super) struct Input<'i> {
    /// Live clusters.
    pub(super) seen: &'i [Snapshot],
    /// What was named and could not be read.
    pub(super) unread: &'i [Unread],
    /// Who looks on while rules judge.
    pub(super) watch: Option<&'i Watch<'i>>,
    /// Whether to tell what is kept silent on purpose.
    pub(super) noise: bool,
}

impl Project {
    /// Reads the configuration file and lets the arguments have the last word.
    pub(super) fn new(arguments: &Arguments) -> Result<Self, Failure> {
        let working = std::env::current_dir().map_err(|error| {
            Failure::Usage(format!("cannot tell the working directory: {error}"))
        })?;
        let file = match (&arguments.config, arguments.no_config) {
            (_, true) => None,
            (Some(file), _) => Some(file.clone()),
            (None, _) => config_file::find(&working),
        };
        let mut config = match &file {
            Some(file) => load(file, &working)?,
            None => Config::default(),
        };
        config.whole |= arguments.whole;
        let directory = file
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(Path::new(""));
        let all = rules::rows();
        let rows = config
            .rules(&all, &arguments.select, &arguments.ignore)
            .map_err(|unknown| Failure::Usage(unknown.to_string()))?;
        let base = Base::new(&working, directory);
        place(&mut config, &base, &arguments.placed).map_err(Failure::Usage)?;
        Ok(Self {
            fail_on: arguments.fail_on.or(config.fail_on).unwrap_or_default(),
            base,
            config,
            rows,
        })
    }

    /// Takes what was rendered apart, a build each.
    pub(super) fn part(&mut self, rendered: &[Rendered]) {
        let files: Vec<&str> = rendered
            .iter()
            .map(|it| it.source.origin.as_str())
            .collect();
        self.config.part(&self.base, &files);
    }

    /// Whether the configuration leaves a file out.
    pub(super) fn excludes(&self, origin: &str) -> bool {
        self.config.excludes(&self.base, origin, false)
    }

    /// The rules that run.
    pub(super) fn rows(&self) -> &[&'static Row] {
        &self.rows
    }

    /// Checks texts beside what else was read, and weighs the findings as the configuration says.
    pub(super) fn report(&self, sources: &[Arc<Source>], input: &Input<'_>) -> Report {
        let settings = Settings {
            rules: self.rows.clone(),
            clusters: self.config.clusters(),
            clusters_of: Box::new(self.config.clusters_of(&self.base)),
            watch: input.watch,
            noise: input.noise,
        };
        let mut report = check::check(sources, input.seen, &settings, input.unread);
        self.config.adjust(&self.base, &mut report);
        report
    }
}

/// Tells the configuration which paths go to which cluster.
fn place(config: &mut Config, base: &Base, placed: &[(String, String)]) -> Result<(), String> {
    let names: BTreeSet<&str> = placed.iter().map(|(name, _)| name.as_str()).collect();
    for name in names {
        let own = placed.iter().filter(|(it, _)| it == name);
        let paths: Vec<&str> = own.map(|(_, path)| path.as_str()).collect();
        config.place(base, name, &paths)?;
    }
    Ok(())
}

/// Reads a configuration file. It is named as the user would, relative to the working directory.
fn load(file: &Path, working: &Path) -> Result<Config, Failure> {
    let shown = file
        .strip_prefix(working)
        .unwrap_or(file)
        .display()
        .to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::Usage(format!("cannot read {shown}: {error}")))?;
    Config::parse(&text, &shown).map_err(|error| Failure::Usage(error.to_string()))
}
