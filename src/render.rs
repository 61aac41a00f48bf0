//! The last station: a report becomes bytes, one file for each format. Nothing here decides what is
//! shown, hidden or counted; only how it looks.

mod clean;
mod excerpt;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod positions;
mod sarif;
mod short;
mod summary;
mod table;
pub mod trace;

use std::io;
use std::str::FromStr;

use clap::ValueEnum;

use crate::report::Report;
use crate::rules::{self, Row};

pub use self::table::{rules_json, rules_table};

pub(crate) use self::clean::Cleaner;

/// Where the cards of the rules are published.
const CARDS: &str = "https://github.com/neg-doctor/neg-doctor/blob/main/rules";

/// The project's home.
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people at a terminal: the text with marks under it, and what to do
    Human,
    /// One line for each finding
    Short,
    /// Everything, as in schemas/neg-doctor-1.schema.json
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// GitLab's Code Quality report
    Gitlab,
    /// JUnit's XML, for CI servers
    Junit,
    /// Markdown, for a comment on a merge request
    Markdown,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        <Self as ValueEnum>::from_str(name, true)
    }
}

/// What the place that shows the output can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether it shows colours.
    pub color: bool,
    /// Whether it shows more than ASCII; the input's own letters are shown in any case.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
    /// Whether it follows OSC 8 hyperlinks.
    pub links: bool,
}

impl Look {
    /// The columns to fill: below 40 nothing can be laid out.
    pub(crate) fn columns(&self) -> usize {
        self.width.max(40)
    }
}

/// Writes a report.
pub fn render(
    report: &Report,
    format: Format,
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let positions = positions::Positions::default();
    match format {
        Format::Human => human::write(report, &positions, *look, out),
        Format::Short => short::write(report, &positions, *look, out),
        Format::Json => json::write(report, &positions, out),
        Format::Sarif => sarif::write(report, rules::ALL, &positions, out),
        Format::Github => github::write(report, &positions, out),
        Format::Gitlab => gitlab::write(report, &positions, out),
        Format::Junit => junit::write(report, &positions, out),
        Format::Markdown => markdown::write(report, &positions, out),
    }
}

/// Where the card of a rule can be read.
pub(crate) fn card_url(row: &Row) -> String {
    format!("{CARDS}/{}-{}.md", row.id, row.slug)
}

/// A path as CI servers compare it with those of a repository: without `./`.
fn relative(origin: &str) -> &str {
    origin.trim_start_matches("./")
}

/// An argv as a POSIX shell would take it, to be read and copied.
fn shell(argv: &[String]) -> String {
    let quote = |word: &String| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+,./:@%".contains(c);
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', r"'\''"))
        }
    };
    argv.iter().map(quote).collect::<Vec<_>>().join(" ")
}

/// Writes JSON for a file or a terminal: what could steer a terminal is escaped, so the data stays
/// exact.
fn write_json(value: &impl serde::Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(clean::JsonWriter(out), value)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn argv_survives_a_shell() {
        let argv = ["gcloud", "--filter=name:a b", "it's", "", "$(id)"].map(String::from);
        assert_eq!(
            shell(&argv),
            r"gcloud '--filter=name:a b' 'it'\''s' '' '$(id)'"
        );
    }

    #[test]
    fn formats_are_known_by_name() {
        assert_eq!("sarif".parse(), Ok(Format::Sarif));
        assert!("yaml".parse::<Format>().is_err());
    }
}
