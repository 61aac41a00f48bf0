//! What mends a finding: bytes to replace, or a command to run. The tool runs no command itself.

use crate::text::Place;

/// One way to mend a finding.
#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// Bytes to replace in files.
    Edit(Edit),
    /// A command for the user to run.
    Run(Run),
}

/// A change of text.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// What it does, in the imperative: `replace "2525" with "25"`.
    pub title: String,
    /// Whether it may be applied without a look.
    pub safety: Safety,
    /// The replacements; they do not overlap.
    pub changes: Vec<Change>,
}

/// How far an edit may be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// Keeps the meaning, or repairs what has no effect at all today, and guesses nothing.
    Safe,
    /// May change what runs, or guesses what was meant.
    Unsafe,
}

/// One replacement of an [`Edit`].
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The bytes to replace; an empty span inserts.
    pub place: Place,
    /// The new text, already in the quoting of its surroundings.
    pub replacement: String,
}

impl Edit {
    /// A safe edit of one place.
    pub fn safe(title: impl Into<String>, change: Change) -> Self {
        Self {
            title: title.into(),
            safety: Safety::Safe,
            changes: vec![change],
        }
    }

    /// An unsafe edit of one place.
    pub fn risky(title: impl Into<String>, change: Change) -> Self {
        Self {
            title: title.into(),
            safety: Safety::Unsafe,
            changes: vec![change],
        }
    }
}

/// A command line for the user, never a shell string.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What it does, in the imperative.
    pub title: String,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Whether it interrupts traffic.
    pub disruptive: bool,
}

impl Run {
    /// A command of `kubectl` in a namespace of a cluster, whose name is that of its context.
    pub fn kubectl(
        title: impl Into<String>,
        cluster: &str,
        namespace: Option<&str>,
        arguments: Vec<String>,
    ) -> Self {
        let mut argv = vec!["kubectl".to_owned()];
        for (option, value) in [
            ("--context", cluster),
            ("--namespace", namespace.unwrap_or("")),
        ] {
            if !value.is_empty() {
                argv.extend([option.to_owned(), value.to_owned()]);
            }
        }
        argv.extend(arguments);
        Self {
            title: title.into(),
            argv,
            disruptive: false,
        }
    }
}
