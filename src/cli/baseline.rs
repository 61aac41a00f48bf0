//! `--baseline` and `--write-baseline`.

use std::io::{self, Write};
use std::path::Path;

use crate::report::Report;
use crate::report::baseline::Baseline;
use crate::rules::Row;

use super::Failure;

/// Reads a baseline file.
pub(super) fn read(path: &Path) -> Result<Baseline, Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| failed(&error))?;
    Baseline::parse(&text).map_err(|error| failed(&error))
}

/// Writes all findings of a report to a baseline file.
pub(super) fn write(path: &Path, report: &Report) -> Result<(), Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
    let text = Baseline::of(report)
        .to_json()
        .map_err(|error| failed(&error))?;
    std::fs::write(path, text).map_err(|error| failed(&error))
}

/// Says on standard error how many entries of the baseline are of no use any more.
pub(super) fn tell_gone(
    baseline: &Baseline,
    mut report: Report,
    ran: &[&'static Row],
) -> Result<(), Failure> {
    let gone = baseline.hide(&mut report, ran).len();
    if gone > 0 {
        let entries = if gone == 1 { "entry" } else { "entries" };
        writeln!(
            io::stderr(),
            "{gone} {entries} of the baseline no longer occur; --write-baseline writes it anew"
        )?;
    }
    Ok(())
}
