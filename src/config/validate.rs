//! From the file as it is written to a configuration that can be used: names are looked up,
//! patterns compiled, and entries held against each other.

use std::collections::{BTreeMap, BTreeSet};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::Spanned;

use super::error::Wrong;
use super::paths::Patterns;
use super::{Config, MOST_CLUSTERS, Override, file, select};
use crate::report::adjust::Level;
use crate::rules::Row;
use crate::world::Cluster;

pub(super) fn config(text: &str, rules: &[&'static Row]) -> Result<Config, Wrong> {
    let file: file::File = toml::from_str(text)?;
    let overrides = file
        .overrides
        .iter()
        .map(|entry| override_(entry, rules))
        .collect::<Result<_, _>>()?;
    Ok(Config {
        fail_on: file.fail_on,
        select: names(&file.select, rules)?,
        ignore: names(&file.ignore, rules)?,
        excluded: excluded(&file.exclude)?,
        exclude: file
            .exclude
            .iter()
            .map(|line| line.get_ref().clone())
            .collect(),
        whole: file.whole,
        adds_claim: file.adds_claim,
        levels: levels(&file.rules, rules)?,
        overrides,
        clusters: clusters(&file)?,
    })
}

/// Names for `select` and `ignore`, each of which must mean a rule.
fn names(names: &[Spanned<String>], rules: &[&'static Row]) -> Result<Vec<String>, Wrong> {
    let known = |name: &Spanned<String>| {
        let name_only = std::slice::from_ref(name.get_ref());
        select::select(rules, name_only, &[])
            .map(|_| name.get_ref().clone())
            .map_err(|unknown| Wrong::new(name.span(), unknown.to_string()))
    };
    names.iter().map(known).collect()
}

fn excluded(lines: &[Spanned<String>]) -> Result<Gitignore, Wrong> {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        builder
            .add_line(None, line.get_ref())
            .map_err(|error| Wrong::new(line.span(), error.to_string()))?;
    }
    builder
        .build()
        .map_err(|error| Wrong::new(0..0, format!("exclude: {error}")))
}

fn levels(
    written: &BTreeMap<Spanned<String>, Level>,
    rules: &[&'static Row],
) -> Result<Vec<(&'static Row, Level)>, Wrong> {
    let mut levels: Vec<(&'static Row, Level)> = Vec::new();
    for (name, level) in written {
        let row = select::exactly(name.get_ref(), rules)
            .map_err(|unknown| Wrong::new(name.span(), unknown.to_string()))?;
        if levels.iter().any(|(known, _)| *known == row) {
            let message = format!("{} and `{}` are one rule: name it once", row.id, row.slug);
            return Err(Wrong::new(name.span(), message));
        }
        levels.push((row, *level));
    }
    Ok(levels)
}

fn override_(entry: &file::Override, rules: &[&'static Row]) -> Result<Override, Wrong> {
    let ignored = names(&entry.ignore, rules)?;
    let off = rules
        .iter()
        .filter(|row| ignored.iter().any(|name| select::names(name, row)))
        .map(|row| (*row, Level::Off));
    Ok(Override {
        paths: patterns(&entry.paths)?,
        // A rule that is named one by one counts after the prefixes.
        levels: off.chain(levels(&entry.rules, rules)?).collect(),
    })
}

fn patterns(paths: &Spanned<Vec<Spanned<String>>>) -> Result<Patterns, Wrong> {
    if paths.get_ref().is_empty() {
        let message = "no file matches an empty list of paths";
        return Err(Wrong::new(paths.span(), message));
    }
    for path in paths.get_ref() {
        if path.get_ref().is_empty() || path.get_ref().starts_with('/') {
            let message = "paths are relative to the directory of this file";
            return Err(Wrong::new(path.span(), message));
        }
        Patterns::new([path.get_ref().as_str()])
            .map_err(|error| Wrong::new(path.span(), error.to_string()))?;
    }
    Patterns::new(paths.get_ref().iter().map(|path| path.get_ref().as_str()))
        .map_err(|error| Wrong::new(paths.span(), error.to_string()))
}

fn clusters(file: &file::File) -> Result<Vec<(Cluster, Option<Patterns>)>, Wrong> {
    if let Some(entry) = file.clusters.get(MOST_CLUSTERS) {
        let message = format!("a run can tell apart {MOST_CLUSTERS} clusters at most");
        return Err(Wrong::new(entry.name.span(), message));
    }
    let mut seen = BTreeSet::new();
    let mut clusters = Vec::new();
    for entry in &file.clusters {
        let name = entry.name.get_ref();
        if name.is_empty() {
            return Err(Wrong::new(entry.name.span(), "a cluster needs a name"));
        }
        if !seen.insert(name) {
            let message = format!("there are two clusters `{name}`");
            return Err(Wrong::new(entry.name.span(), message));
        }
        let paths = entry.paths.as_ref().map(patterns).transpose()?;
        clusters.push((cluster(entry, file.whole)?, paths));
    }
    Ok(clusters)
}

fn cluster(entry: &file::Cluster, whole: bool) -> Result<Cluster, Wrong> {
    let cluster = Cluster {
        name: entry.name.get_ref().clone(),
        project: entry.project.clone(),
        location: entry.location.clone(),
        zones: entry
            .zones
            .iter()
            .map(|zone| zone.get_ref().clone())
            .collect(),
        version: entry.version.as_ref().map(version).transpose()?,
        cluster_uid: entry.cluster_uid.clone(),
        kube_system_uid: entry.kube_system_uid.clone(),
        adds_claim: entry.adds_claim,
        additional_subnets: entry.additional_subnets,
        whole: entry.whole.unwrap_or(whole),
        namespace: entry.namespace.clone(),
        seen: None,
    };
    if let Some(region) = cluster.region() {
        let lies_within = |zone: &str| {
            zone.strip_prefix(region)
                .is_some_and(|rest| rest.starts_with('-'))
        };
        for zone in &entry.zones {
            if !lies_within(zone.get_ref()) {
                let message = format!("`{}` is no zone of {region}", zone.get_ref());
                return Err(Wrong::new(zone.span(), message));
            }
        }
    }
    Ok(cluster)
}

/// `1.33`, also out of `1.33.4-gke.100`.
fn version(written: &Spanned<String>) -> Result<(u32, u32), Wrong> {
    let mut parts = written.get_ref().splitn(3, '.').map(str::parse);
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
        _ => Err(Wrong::new(
            written.span(),
            "a version is written as \"1.33\"",
        )),
    }
}
