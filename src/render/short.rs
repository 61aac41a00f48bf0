//! One line for each finding, as compilers write them: `file:line:column: error[NEG004]: message`.

use std::collections::HashMap;
use std::io;

use super::positions::Positions;
use super::{Cleaner, Look};
use crate::report::Report;

pub(super) fn write(
    report: &Report,
    positions: &Positions,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let clean = Cleaner {
        unicode: look.unicode,
    };
    let causes: HashMap<_, _> = report
        .findings
        .iter()
        .map(|finding| (finding.fingerprint(), finding.rule.id))
        .collect();
    for finding in &report.findings {
        let place = positions.show(&finding.primary.place);
        let follows = match finding.cause.as_ref().and_then(|cause| causes.get(cause)) {
            Some(id) => format!(" (follows from {id})"),
            None => String::new(),
        };
        let head = format!("{}[{}]", finding.severity, finding.rule.id);
        let line = format!("{place}: {head}: {}{follows}", finding.message);
        writeln!(out, "{}", clean.line(&line))?;
    }
    for unread in &report.unread {
        let place = match &unread.place {
            Some(place) => positions.show(place),
            None => unread.origin.clone(),
        };
        let line = format!("{place}: unread: {}", unread.reason);
        writeln!(out, "{}", clean.line(&line))?;
    }
    if report.show_undecided {
        for undecided in &report.undecided {
            let line = format!(
                "{}: undecided[{}]: {}: {}; needs {}",
                positions.show(&undecided.place),
                undecided.rule.id,
                undecided.subject,
                undecided.reason,
                undecided.needs,
            );
            writeln!(out, "{}", clean.line(&line))?;
        }
    }
    Ok(())
}
