//! One line for each finding, as compilers write them: `file:line:column: error[NEG004]: message`.

use std::collections::HashMap;
use std::io;

use super::positions::Positions;
use super::{Cleaner, Look, summary};
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
        let change = match finding.change {
            Some(change) => format!(" ({})", change.name()),
            None => String::new(),
        };
        let head = format!("{}[{}]", finding.severity, finding.rule.id);
        let line = format!("{place}: {head}: {}{follows}{change}", finding.message);
        writeln!(out, "{}", clean.line(&line))?;
    }
    changes(report, positions, clean, out)?;
    for unread in &report.unread {
        let place = match &unread.place {
            Some(place) => positions.show(place),
            None => unread.origin.clone(),
        };
        let line = format!("{place}: unread: {}", unread.reason);
        writeln!(out, "{}", clean.line(&line))?;
    }
    noise(report, positions, clean, out)?;
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

/// What manifests end in a cluster, and where it differs from them.
fn changes(
    report: &Report,
    positions: &Positions,
    clean: Cleaner,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in &report.fixed {
        let place = positions.show(&finding.primary.place);
        let line = format!("{place}: fixed[{}]: {}", finding.rule.id, finding.message);
        writeln!(out, "{}", clean.line(&line))?;
    }
    for drift in report.drift.iter().filter(|_| report.show_drift) {
        let place = positions.show(&drift.place);
        let line = format!(
            "{place}: drift: {}: {}",
            drift.subject,
            summary::drift(drift)
        );
        writeln!(out, "{}", clean.line(&line))?;
    }
    Ok(())
}

/// What is kept silent on purpose, where somebody asked for it.
fn noise(
    report: &Report,
    positions: &Positions,
    clean: Cleaner,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for noise in &report.noise {
        let place = positions.show(&noise.place);
        let head = summary::noise_head(noise);
        let line = format!(
            "{place}: {head} {}: {}",
            noise.subject,
            summary::noise(noise)
        );
        writeln!(out, "{}", clean.line(&line))?;
    }
    Ok(())
}
