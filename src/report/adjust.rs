//! Severities as the user wants them: a rule may weigh more or less, or nothing at all, in the
//! whole input or in some of its files.

use serde::Deserialize;

use super::{Report, fold};
use crate::finding::Severity;
use crate::rules::Row;

/// What a configuration says of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is not reported.
    Off,
    /// It is a note, whatever the case.
    Note,
    /// It is a warning.
    Warning,
    /// It is an error.
    Error,
}

impl Level {
    /// The severity; `None` for [`Level::Off`].
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// Gives every finding the level that `level_of` has for its file and rule; `None` leaves it as it
/// is. What is off is gone as if the rule had not run, so that its consequences stand for
/// themselves.
pub fn adjust(report: &mut Report, level_of: impl Fn(&str, &Row) -> Option<Level>) {
    report.findings.retain_mut(|finding| {
        let origin = &finding.primary.place.source.origin;
        let Some(level) = level_of(origin, finding.rule) else {
            return true;
        };
        finding.severity = level.severity().unwrap_or(finding.severity);
        level != Level::Off
    });
    report.undecided.retain(|undecided| {
        let origin = &undecided.place.source.origin;
        level_of(origin, undecided.rule) != Some(Level::Off)
    });
    report.noise.retain(|noise| {
        let origin = &noise.place.source.origin;
        let level = noise.rule.and_then(|rule| level_of(origin, rule));
        level != Some(Level::Off)
    });
    fold(&mut report.findings);
    report.count();
}
