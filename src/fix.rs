//! Edits chosen from a report and applied to texts. Nothing is written here.

mod diff;
mod plan;
mod rounds;

pub use diff::diff;
pub use plan::{FilePlan, Plan, Skipped, plan};
pub use rounds::{Mended, mend};

use crate::remedy::Change;

/// A text with changes applied, which are sorted and disjoint as [`plan()`] makes them. A change
/// that does not fit the text is left out.
pub fn apply(text: &str, changes: &[Change]) -> String {
    let mut fixed = String::with_capacity(text.len());
    let mut done = 0;
    for change in changes {
        let range = change.place.span.range();
        let (Some(kept), Some(_)) = (text.get(done..range.start), text.get(range.clone())) else {
            continue;
        };
        fixed.push_str(kept);
        fixed.push_str(&change.replacement);
        done = range.end;
    }
    fixed.push_str(text.get(done..).unwrap_or_default());
    fixed
}
