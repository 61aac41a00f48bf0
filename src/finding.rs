//! Findings: what is wrong, with which object, why that is sure, and what mends it.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::remedy::{Edit, Remedy, Run};
use crate::rules::Row;
use crate::text::Place;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Works now, breaks on a foreseeable event.
    Warning,
    /// Traffic is lost, or nothing is created.
    Error,
}

impl Severity {
    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The object that a finding is about. Rule and subject are a finding's identity, so moving a line
/// or rewording a message makes no new finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    /// The cluster's name where clusters were described, else empty.
    pub cluster: String,
    /// The Kubernetes kind.
    pub kind: String,
    /// The namespace; `default` where the manifest leaves it open, empty where there is none.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kind,
            namespace,
            name,
            ..
        } = self;
        if namespace.is_empty() {
            return write!(f, "{kind} {name}");
        }
        write!(f, "{kind} {namespace}/{name}")
    }
}

/// A marked place with a few words.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is to be seen there; may be empty.
    pub text: String,
}

impl Label {
    /// A label at a place.
    pub fn new(place: impl Into<Place>, text: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            text: text.into(),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Row,
    /// Its weight: the rule's own, unless the case or the configuration says otherwise.
    pub severity: Severity,
    /// The object it is about.
    pub subject: Subject,
    /// Other objects that the same trouble concerns; a consequence is folded under a cause by them.
    pub concerns: Vec<Subject>,
    /// The rules whose finding on the same objects is the cause of this one: all that its own rule
    /// names, unless the case says otherwise.
    pub follows: &'static [&'static str],
    /// Tells findings of one rule on one subject apart; empty where there can be only one.
    pub detail: String,
    /// What is wrong and what the controller will do about it.
    pub message: String,
    /// Where it is wrong.
    pub primary: Label,
    /// Other places that show why.
    pub labels: Vec<Label>,
    /// What to do, in words.
    pub help: Option<String>,
    /// What to do, ready to apply.
    pub remedies: Vec<Remedy>,
    /// The fingerprint of the finding that this one only follows from.
    pub cause: Option<String>,
    /// Whether applying the manifests brings it; `None` where manifests are not compared with a
    /// cluster.
    pub change: Option<Novelty>,
}

impl Novelty {
    /// Its name in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Before => "before",
        }
    }
}

/// What applying manifests has to do with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Novelty {
    /// It brings it.
    Introduced,
    /// It is there already.
    Before,
}

impl Finding {
    /// A finding with the rule's own severity.
    pub fn new(
        rule: &'static Row,
        subject: impl Into<Subject>,
        message: impl Into<String>,
        primary: Label,
    ) -> Self {
        Self {
            rule,
            severity: rule.severity,
            subject: subject.into(),
            concerns: Vec::new(),
            follows: rule.follows,
            detail: String::new(),
            message: message.into(),
            primary,
            labels: Vec::new(),
            help: None,
            remedies: Vec::new(),
            cause: None,
            change: None,
        }
    }

    /// Weighs it other than its rule does.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Names which of the rules that its own rule follows can be the cause in this case.
    #[must_use]
    pub fn following(mut self, rules: &'static [&'static str]) -> Self {
        self.follows = rules;
        self
    }

    /// Names what of the subject it is about (a port, a key), so that two findings of one rule on
    /// one subject stay two.
    #[must_use]
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = detail.to_string();
        self
    }

    /// Names another object that the same trouble concerns.
    #[must_use]
    pub fn concerning(mut self, subject: impl Into<Subject>) -> Self {
        self.concerns.push(subject.into());
        self
    }

    /// Adds a place that shows why.
    #[must_use]
    pub fn because(mut self, place: impl Into<Place>, text: impl Into<String>) -> Self {
        self.labels.push(Label::new(place, text));
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds an edit; `None` adds nothing.
    #[must_use]
    pub fn edit(mut self, edit: impl Into<Option<Edit>>) -> Self {
        self.remedies.extend(edit.into().map(Remedy::Edit));
        self
    }

    /// Adds a command; `None` adds nothing.
    #[must_use]
    pub fn run(mut self, run: impl Into<Option<Run>>) -> Self {
        self.remedies.extend(run.into().map(Remedy::Run));
        self
    }

    /// A stable identity for baselines, code scanning and merge requests: rule, subject, detail.
    pub fn fingerprint(&self) -> String {
        let Subject {
            cluster,
            kind,
            namespace,
            name,
        } = &self.subject;
        let detail = self.detail.as_str();
        identity(&[self.rule.id, cluster, kind, namespace, name, detail])
    }
}

/// What stands for these texts for ever: 16 hexadecimal digits.
pub(crate) fn identity(texts: &[&str]) -> String {
    let digest = Sha256::digest(texts.join("\0").as_bytes());
    let start = digest.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}

/// A rule could not be judged for a subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Undecided {
    /// The rule.
    pub rule: &'static Row,
    /// The object that could not be judged.
    pub subject: Subject,
    /// Where it stands.
    pub place: Place,
    /// Why it could not be judged.
    pub reason: String,
    /// What would let it be judged: an option, a setting, a permission.
    pub needs: String,
}

/// Something that was seen and is kept silent on purpose, as it means nothing nearly everywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// The rule that kept silent; `None` for what none reads as trouble.
    pub rule: Option<&'static Row>,
    /// The object it is about.
    pub subject: Subject,
    /// Where it is to be seen.
    pub place: Place,
    /// What was seen.
    pub seen: String,
    /// Why nothing is made of it.
    pub why: String,
}

impl Noise {
    /// What a rule kept silent.
    pub fn new(
        rule: &'static Row,
        subject: impl Into<Subject>,
        place: impl Into<Place>,
        seen: impl Into<String>,
        why: impl Into<String>,
    ) -> Self {
        Self {
            rule: Some(rule),
            subject: subject.into(),
            place: place.into(),
            seen: seen.into(),
            why: why.into(),
        }
    }
}

/// What the rules said: findings, what they could not judge, and what they kept silent.
#[derive(Debug, Default)]
pub struct Verdicts {
    /// In the order in which the rules spoke.
    pub findings: Vec<Finding>,
    /// Likewise.
    pub undecided: Vec<Undecided>,
    /// Likewise.
    pub noise: Vec<Noise>,
}

impl Verdicts {
    /// Takes a finding.
    pub fn find(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Takes what could not be judged.
    pub fn leave(&mut self, undecided: Undecided) {
        self.undecided.push(undecided);
    }

    /// Takes what is no finding on purpose.
    pub fn hush(&mut self, noise: Noise) {
        self.noise.push(noise);
    }
}
