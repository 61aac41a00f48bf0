//! The suppressions that were found, and what is wrong with some.

use crate::config::select;
use crate::finding::{Finding, Label, Subject};
use crate::rules::Row;
use crate::text::Place;

use super::{Reach, Suppression};
use crate::rules::UNUSED_SUPPRESSION;

/// What comments and annotations say.
pub(super) struct Collected<'k> {
    known: &'k [&'static Row],
    pub(super) suppressions: Vec<Suppression>,
    /// Findings about what cannot be understood.
    pub(super) troubles: Vec<Finding>,
}

impl<'k> Collected<'k> {
    pub(super) fn new(known: &'k [&'static Row]) -> Self {
        Self {
            known,
            suppressions: Vec::new(),
            troubles: Vec::new(),
        }
    }

    /// Takes a suppression of the rule that is named at a place.
    pub(super) fn name(&mut self, name: &str, place: Place, subject: &Subject, reach: Reach) {
        match select::exactly(name, self.known) {
            Ok(rule) => self.suppressions.push(Suppression {
                rule,
                place,
                subject: subject.clone(),
                reach,
            }),
            Err(unknown) => {
                let help = "a suppression names rules by their id or slug";
                self.trouble(place, subject.clone(), unknown.to_string(), help);
            }
        }
    }

    /// Takes a suppression that cannot be understood.
    pub(super) fn trouble(
        &mut self,
        place: Place,
        subject: Subject,
        message: impl Into<String>,
        help: &str,
    ) {
        let detail = place.text().to_owned();
        let finding = Finding::new(UNUSED_SUPPRESSION, subject, message, Label::new(place, ""));
        self.troubles.push(finding.detail(detail).help(help));
    }
}
