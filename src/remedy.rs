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

/// Command lines for the user, never shell strings.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What it does, in the imperative.
    pub title: String,
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// What is to be run after it, in this order, where one command is not enough.
    pub then: Vec<Vec<String>>,
    /// What it interrupts: `connections to 203.0.113.25`; `None` for a command that interrupts
    /// nothing.
    pub interrupts: Option<String>,
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
            then: Vec::new(),
            interrupts: None,
        }
    }

    /// A command of `gcloud compute` in a project.
    pub fn gcloud<A: Into<String>>(
        title: impl Into<String>,
        project: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            title: title.into(),
            argv: gcloud(project, arguments),
            then: Vec::new(),
            interrupts: None,
        }
    }

    /// With another command of `gcloud compute` after it.
    #[must_use]
    pub fn then<A: Into<String>>(
        mut self,
        project: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        self.then.push(gcloud(project, arguments));
        self
    }

    /// Says what it interrupts.
    #[must_use]
    pub fn interrupting(mut self, what: impl Into<String>) -> Self {
        self.interrupts = Some(what.into());
        self
    }

    /// Every command, in the order in which they are to be run.
    pub fn commands(&self) -> impl Iterator<Item = &[String]> {
        std::iter::once(&self.argv)
            .chain(&self.then)
            .map(Vec::as_slice)
    }
}

/// `gcloud compute … --project=acme`
fn gcloud<A: Into<String>>(project: &str, arguments: impl IntoIterator<Item = A>) -> Vec<String> {
    let program = ["gcloud", "compute"].map(str::to_owned).into_iter();
    let arguments = arguments.into_iter().map(Into::into);
    let project = std::iter::once(format!("--project={project}"));
    program.chain(arguments).chain(project).collect()
}
