//! A rule's card: the Markdown file that specifies the rule. Its examples are the rule's tests, its
//! words are what `explain` and SARIF say.

mod explain;
mod front;
mod lines;
mod parse;

use std::ops::Range;

use crate::finding::Severity;
use crate::remedy::Safety;

pub use self::explain::explain;

/// A card, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// What stands between the `---`.
    pub front: Front,
    /// What goes wrong, in one line.
    pub title: String,
    /// Why it matters: Markdown up to the first section.
    pub why: String,
    /// The section *Fix*: what to do, in words.
    pub fix: Option<String>,
    /// The examples, in order.
    pub examples: Vec<Example>,
    /// The whole Markdown without the front matter, markers and all.
    pub body: String,
}

/// The front matter of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct Front {
    /// The rule's weight.
    pub severity: Severity,
    /// The best edit that the rule offers; `None` where it offers none.
    pub fix: Option<Safety>,
    /// Where the claims of the card are documented.
    pub sources: Vec<String>,
}

/// What a rule says of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It makes a finding.
    Fails,
    /// It makes none.
    Passes,
    /// It cannot tell.
    Undecided,
}

/// Manifests, and what the rule says of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What the rule says.
    pub verdict: Verdict,
    /// The example's heading; empty where it has none.
    pub title: String,
    /// The keys of the known failures, or of the configurations that only look like one, that it shows.
    pub shows: Vec<String>,
    /// The words around the blocks.
    pub prose: String,
    /// Names and texts of the manifests, without the markers.
    pub files: Vec<(String, String)>,
    /// The text of `neg-doctor.toml`.
    pub config: Option<String>,
    /// The labels that the finding must have.
    pub markers: Vec<Marker>,
    /// Names and texts of the files after all edits.
    pub fixed: Vec<(String, String)>,
}

/// A label that a card demands.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    /// The file's name.
    pub file: String,
    /// The line in the file without its markers, from 1.
    pub line: usize,
    /// The columns it covers, from 1, in characters, end exclusive.
    pub columns: Range<usize>,
    /// The label's text.
    pub text: String,
}

/// What is wrong with a card.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct CardError {
    /// The line of the card, from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

impl Card {
    /// Reads a card.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        parse::card(text)
    }
}
