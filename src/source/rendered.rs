//! Asks `kustomize`, `kubectl` and `helm` what they make of a directory. They read files and, where a
//! kustomization names something remote, the network; none of them speaks to a cluster.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use super::file::{self, Outcome};
use super::find::Found;
use crate::build::{self, Build, KUSTOMIZATIONS, RENDERED, Tool};
use crate::text::{Source, beside};

/// Renders a build.
///
/// # Errors
/// Why there is nothing: no such program, or what it said.
pub fn render(build: &Build, values: &[String]) -> Result<Arc<Source>, String> {
    let directory = path(&build.directory);
    let text = match build.tool {
        Tool::Kustomize => first_of(&[
            &["kustomize", "build", &directory],
            &["kubectl", "kustomize", &directory],
        ]),
        Tool::Helm => {
            let values = values.iter().map(|file| format!("--values={file}"));
            let values: Vec<String> = values.collect();
            let mut argv = vec!["helm", "template", "release", &directory];
            argv.extend(values.iter().map(String::as_str));
            first_of(&[&argv])
        }
    }?;
    Ok(Source::new(format!("{}{RENDERED}", build.directory), text))
}

/// So many files are read for the way back from one build.
const MOST: usize = 1000;

/// The local files that a build is made of, those outside the paths that were named included: what its
/// kustomizations name, and what those do. Of `known` none is read anew. What cannot be read is left
/// out: from there is no way back.
pub fn behind(build: &Build, known: &[Arc<Source>], max_bytes: u64) -> Vec<Arc<Source>> {
    let of_name = |name: &str| known.iter().find(|it| it.origin == name).cloned();
    let mut found: BTreeMap<String, Arc<Source>> = BTreeMap::new();
    let own = build.files.iter().filter_map(|name| of_name(name));
    found.extend(own.map(|source| (source.origin.clone(), source)));
    let is_kustomization = |name: &str| build::is_kustomization(build::parts(name).1);
    let mut pending: Vec<Arc<Source>> = found.values().cloned().collect();
    pending.retain(|source| build.tool == Tool::Kustomize && is_kustomization(&source.origin));
    while let Some(kustomization) = pending.pop() {
        let Some(named) = build::named(&kustomization) else {
            continue;
        };
        for said in named.resources.iter().chain(&named.files) {
            let Some(name) = local(&kustomization.origin, said) else {
                continue;
            };
            if found.len() >= MOST || found.contains_key(&name) {
                continue;
            }
            if let Some(source) = of_name(&name).or_else(|| read(&name, max_bytes)) {
                found.insert(name.clone(), Arc::clone(&source));
                pending.extend(is_kustomization(&name).then_some(source));
            }
        }
    }
    found.into_values().collect()
}

/// The file that a kustomization names: one below its own directory, as kustomize demands it, or the
/// kustomization of a directory anywhere. `None` for what is remote, missing, or reached through links
/// to somewhere else than its name says.
fn local(kustomization: &str, said: &str) -> Option<String> {
    let (directory, _) = build::parts(kustomization);
    let name = beside(kustomization, said);
    let real = fs::canonicalize(Path::new(directory).join(said)).ok()?;
    if real != fs::canonicalize(&name).ok()? {
        return None;
    }
    if real.is_dir() {
        let mut own = KUSTOMIZATIONS
            .iter()
            .map(|it| beside(&format!("{name}/"), it));
        return own.find(|it| Path::new(it).is_file());
    }
    let within = real.starts_with(fs::canonicalize(directory).ok()?);
    (within && real.is_file()).then_some(name)
}

fn read(name: &str, max_bytes: u64) -> Option<Arc<Source>> {
    let found = Found {
        path: None,
        origin: name.to_owned(),
        by_name: false,
    };
    match file::read(Path::new(name), &found, max_bytes.min(u64::from(u32::MAX))) {
        Outcome::Text(source) => Some(source),
        Outcome::Gap(_) | Outcome::PassedOver => None,
    }
}

/// A name that no program takes for an option.
fn path(directory: &str) -> String {
    if directory.starts_with(['/', '.']) {
        directory.to_owned()
    } else {
        format!("./{directory}")
    }
}

/// What the first program prints that is there.
fn first_of(commands: &[&[&str]]) -> Result<String, String> {
    let mut missing = Vec::new();
    for argv in commands {
        let [program, arguments @ ..] = argv else {
            continue;
        };
        match Command::new(program).args(arguments).output() {
            Ok(output) => return printed(&argv.join(" "), output),
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(*program),
            Err(error) => return Err(format!("{program} cannot be run: {error}")),
        }
    }
    Err(format!("{} is not installed", missing.join(" or ")))
}

fn printed(command: &str, output: Output) -> Result<String, String> {
    if output.status.success() {
        let text = String::from_utf8(output.stdout);
        return text.map_err(|_| format!("`{command}` printed bytes that are not UTF-8"));
    }
    // What is deprecated is told before what went wrong, and behind it helm advises its own flags.
    let said = String::from_utf8_lossy(&output.stderr);
    let is_aside = |line: &str| line.starts_with('#') || line.starts_with("Use --debug flag");
    let said: Vec<&str> = said.lines().filter(|line| !is_aside(line)).collect();
    Err(format!("`{command}` failed: {}", said.join(" ").trim()))
}
