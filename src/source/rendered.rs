//! Asks `kustomize`, `kubectl` and `helm` what they make of a directory. They read files and, where a
//! kustomization names something remote, the network; none of them speaks to a cluster.

use std::io;
use std::process::{Command, Output};
use std::sync::Arc;

use crate::build::{Build, RENDERED, Tool};
use crate::text::Source;

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
