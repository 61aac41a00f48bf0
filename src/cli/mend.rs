//! `--diff` and `--fix`: what the edits make of the files.

use std::io::{self, Write};
use std::sync::Arc;

use crate::apply;
use crate::fix::{self, Mended};
use crate::render::Cleaner;
use crate::report::Report;
use crate::text::Source;

use super::Failure;

/// Prints what the edits would change.
pub(super) fn diff(
    sources: &[Arc<Source>],
    mended: &Mended,
    out: &mut impl Write,
) -> Result<(), Failure> {
    for (old, new) in changed(sources, mended) {
        out.write_all(fix::diff(&old.origin, &old.text, &new.text).as_bytes())?;
    }
    Ok(())
}

/// Writes what the edits have changed, says so on standard error, and gives the report on what is
/// left.
pub(super) fn write(sources: &[Arc<Source>], mended: Mended) -> Result<Report, Failure> {
    for (old, new) in changed(sources, &mended) {
        apply::write(old, &new.text).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    let mut err = io::stderr().lock();
    let cleaner = Cleaner { unicode: true };
    for (origin, title) in &mended.applied {
        writeln!(
            err,
            "fixed {}: {}",
            cleaner.line(origin),
            cleaner.line(title)
        )?;
    }
    for skipped in &mended.skipped {
        let place = skipped.place.to_string();
        let title = cleaner.line(&skipped.title);
        writeln!(
            err,
            "not fixed {}: {title}: another edit is in the way",
            cleaner.line(&place)
        )?;
    }
    Ok(mended.report)
}

/// The texts that are not as they were, before and after.
fn changed<'m>(
    sources: &'m [Arc<Source>],
    mended: &'m Mended,
) -> impl Iterator<Item = (&'m Arc<Source>, &'m Arc<Source>)> {
    sources
        .iter()
        .zip(&mended.sources)
        .filter(|(old, new)| old.text != new.text)
}
