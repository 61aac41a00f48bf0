//! The rules that a suppression names, and what can be wrong with them.

use crate::config::select;
use crate::finding::{Finding, Label, Subject};
use crate::rules::Row;
use crate::text::Place;

use super::ROW;

/// A suppression that cannot be understood.
#[derive(Debug)]
pub(super) struct Trouble {
    pub(super) place: Place,
    pub(super) subject: Subject,
    pub(super) message: String,
    pub(super) help: String,
}

impl Trouble {
    pub(super) fn into_finding(self) -> Finding {
        let detail = self.place.text().to_owned();
        Finding::new(&ROW, self.subject, self.message, Label::new(self.place, ""))
            .detail(detail)
            .help(self.help)
    }
}

/// The rule of this name.
pub(super) fn rule(
    name: &str,
    place: &Place,
    subject: &Subject,
    known: &[&'static Row],
) -> Result<&'static Row, Trouble> {
    select::exactly(name, known).map_err(|unknown| Trouble {
        place: place.clone(),
        subject: subject.clone(),
        message: unknown.to_string(),
        help: "a suppression names rules by their id or slug".to_owned(),
    })
}
