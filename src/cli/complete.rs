//! Completion: scripts for shells, and the answers that kubectl asks its plugins for.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{Command, ValueEnum};
use clap_complete::{Shell, engine};

pub(super) const AFTER_HELP: &str = "\
Examples:
  neg-doctor completions bash > /etc/bash_completion.d/neg-doctor
  neg-doctor completions kubectl > ~/bin/kubectl_complete-neg_doctor   (executable, on the PATH)";

/// What kubectl runs to complete `kubectl neg-doctor …`, where it stands on the PATH.
const FOR_KUBECTL: &str = "#!/bin/sh\nexec kubectl-neg_doctor __complete -- \"$@\"\n";

/// What the answers tell kubectl about files: offer them too where there are no candidates.
const FILES_TOO: &str = ":0";

/// Who completes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum For {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
    Kubectl,
}

/// Writes the script that makes a shell complete.
pub(super) fn script(shell: For, command: &mut Command, out: &mut impl Write) -> io::Result<()> {
    let shell = match shell {
        For::Bash => Shell::Bash,
        For::Elvish => Shell::Elvish,
        For::Fish => Shell::Fish,
        For::Powershell => Shell::PowerShell,
        For::Zsh => Shell::Zsh,
        For::Kubectl => return out.write_all(FOR_KUBECTL.as_bytes()),
    };
    clap_complete::generate(shell, command, "neg-doctor", out);
    Ok(())
}

/// Writes what may stand in the place of the last word: a line for each candidate, with a tab before
/// its description, and a last line for kubectl.
pub(super) fn candidates(
    words: &[String],
    mut command: Command,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut line: Vec<OsString> = vec!["neg-doctor".into()];
    line.extend(words.iter().map(OsString::from));
    if words.is_empty() {
        line.push(OsString::new());
    }
    let last = line.len() - 1;
    let found = engine::complete(&mut command, line, last, None).unwrap_or_default();
    for candidate in found.iter().filter(|candidate| !candidate.is_hide_set()) {
        write!(out, "{}", candidate.get_value().to_string_lossy())?;
        if let Some(help) = candidate.get_help() {
            write!(out, "\t{}", help.to_string().lines().next().unwrap_or(""))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{FILES_TOO}")
}
