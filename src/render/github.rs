//! Workflow commands of GitHub Actions, which show findings beside the lines of a pull request:
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use std::io;

use super::positions::Positions;
use super::{Cleaner, relative, summary};
use crate::finding::Severity;
use crate::report::Report;
use crate::text::Place;

pub(super) fn write(
    report: &Report,
    positions: &Positions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for finding in &report.findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = &finding.primary.place;
        let mut properties = location(place, positions);
        let title = format!("{} {}", finding.rule.id, finding.rule.slug);
        properties.push(("title", title));
        // The log shows the text alone, so the text has to say where.
        let mut message = format!("{}: {}", positions.show(place), finding.message);
        if let Some(help) = &finding.help {
            message.push('\n');
            message.push_str(help);
        }
        write_command(command, &properties, &message, out)?;
    }
    for unread in &report.unread {
        let command = if unread.fails { "error" } else { "notice" };
        let mut properties = match &unread.place {
            Some(place) => location(place, positions),
            None => vec![("file", relative(&unread.origin).to_owned())],
        };
        properties.push(("title", "not read".to_owned()));
        let message = format!("{}: {}", unread.origin, unread.reason);
        write_command(command, &properties, &message, out)?;
    }
    if let Some(line) = summary::undecided(report) {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", summary::sentence(report))
}

fn location(place: &Place, positions: &Positions) -> Vec<(&'static str, String)> {
    let (start, end) = (positions.start(place), positions.end(place));
    let mut properties = vec![
        ("file", relative(&place.source.origin).to_owned()),
        ("line", start.line.to_string()),
        ("endLine", end.line.to_string()),
    ];
    // Columns make an annotation over several lines invalid.
    if start.line == end.line {
        properties.push(("col", start.column.to_string()));
        properties.push(("endColumn", end.column.to_string()));
    }
    properties
}

fn write_command(
    command: &str,
    properties: &[(&str, String)],
    message: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let clean = Cleaner { unicode: true };
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| {
            let value = escape(&clean.line(value));
            format!("{name}={}", value.replace(':', "%3A").replace(',', "%2C"))
        })
        .collect();
    let message = escape(&clean.block(message));
    writeln!(out, "::{command} {}::{message}", properties.join(","))
}

/// As the runner's own toolkit escapes: `escapeData` in
/// <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>.
fn escape(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
