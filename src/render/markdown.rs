//! Markdown for a comment on a pull or merge request: a table of all findings, then each one folded.

use std::io;

use super::positions::Positions;
use super::{Cleaner, card_url, shell, summary};
use crate::finding::Finding;
use crate::remedy::{Remedy, Safety};
use crate::report::Report;
use crate::text::Place;

pub(super) fn write(
    report: &Report,
    positions: &Positions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    writeln!(out, "### neg-doctor: {}\n", summary::sentence(report))?;
    if !report.findings.is_empty() || !report.unread.is_empty() {
        table(report, positions, out)?;
    }
    for finding in report.headlines() {
        details(report, finding, positions, out)?;
    }
    for finding in &report.fixed {
        let place = code(&positions.show(&finding.primary.place));
        let words = format!("fixed by this change: {}", finding.message);
        writeln!(out, "- {place}: {} {}", finding.rule.id, text(&words))?;
    }
    for drift in report.drift.iter().filter(|_| report.show_drift) {
        let place = code(&positions.show(&drift.place));
        let words = format!("drift: {}: {}", drift.subject, summary::drift(drift));
        writeln!(out, "- {place}: {}", text(&words))?;
    }
    for noise in &report.noise {
        let place = code(&positions.show(&noise.place));
        let head = summary::noise_head(noise);
        let words = format!("{head} {}: {}", noise.subject, summary::noise(noise));
        writeln!(out, "- {place}: {}", text(&words))?;
    }
    if report.show_undecided {
        for undecided in &report.undecided {
            let words = format!(
                "could not be decided for {}: {}; needs {}",
                undecided.subject, undecided.reason, undecided.needs
            );
            let place = code(&positions.show(&undecided.place));
            writeln!(out, "- {place}: {} {}", undecided.rule.id, text(&words))?;
        }
    } else if let Some(line) = summary::undecided(report) {
        writeln!(out, "{}", text(&line))?;
    }
    Ok(())
}

fn table(report: &Report, positions: &Positions, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "| | Rule | Where | What |\n|---|---|---|---|")?;
    for finding in &report.findings {
        let rule = finding.rule;
        let place = code(&positions.show(&finding.primary.place));
        let link = format!("[{}]({})", rule.id, card_url(rule));
        let message = text(&finding.message);
        writeln!(
            out,
            "| {}{} | {link} | {place} | {message} |",
            finding.severity,
            match finding.change {
                Some(change) => format!(", {}", change.name()),
                None => String::new(),
            }
        )?;
    }
    for unread in &report.unread {
        let place = match &unread.place {
            Some(place) => positions.show(place),
            None => unread.origin.clone(),
        };
        let (place, reason) = (code(&place), text(&unread.reason));
        writeln!(out, "| not read | | {place} | {reason} |")?;
    }
    writeln!(out)
}

fn details(
    report: &Report,
    finding: &Finding,
    positions: &Positions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let head = format!("{}: {}", finding.rule.id, finding.message);
    writeln!(out, "<details><summary>{}</summary>\n", text(&head))?;
    let item = |place: &Place, words: &str| match words {
        "" => format!("- {}", code(&positions.show(place))),
        words => format!("- {}: {}", code(&positions.show(place)), text(words)),
    };
    for label in std::iter::once(&finding.primary).chain(&finding.labels) {
        writeln!(out, "{}", item(&label.place, &label.text))?;
    }
    for consequence in report.consequences(finding) {
        let words = format!(
            "also, because of this: {} {}",
            consequence.rule.id, consequence.message
        );
        writeln!(out, "{}", item(&consequence.primary.place, &words))?;
    }
    if let Some(help) = &finding.help {
        writeln!(out, "\n{}", text(help))?;
    }
    for remedy in &finding.remedies {
        match remedy {
            Remedy::Edit(edit) => {
                let safety = match edit.safety {
                    Safety::Safe => "safe",
                    Safety::Unsafe => "unsafe",
                };
                writeln!(out, "\nFix ({safety}): {}", text(&edit.title))?;
            }
            Remedy::Run(run) => {
                let interrupts = run.interrupts.iter();
                let warning: String = interrupts
                    .map(|what| format!(" (interrupts {what})"))
                    .collect();
                writeln!(out, "\nRun to {}{}:\n", text(&run.title), text(&warning))?;
                writeln!(out, "{}", block(run.commands()))?;
            }
        }
    }
    writeln!(out, "\n</details>\n")
}

/// Words as they are: nothing in them becomes Markdown, HTML, a mention or a reference. Character
/// references do that alike in Markdown, in tables and in HTML.
fn text(words: &str) -> String {
    let clean = Cleaner { unicode: true }.line(words);
    let entity = |c: char| format!("&#{};", u32::from(c));
    let escape = |c: char| match c {
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' => entity(c),
        // GitHub and GitLab look for references after Markdown: only a character of no width
        // between sign and name keeps `@all` from calling everybody.
        '@' | '#' | '!' | '~' | '%' | '$' | '&' => entity(c) + "&#8203;",
        c => c.to_string(),
    };
    clean.chars().map(escape).collect()
}

fn code(words: &str) -> String {
    format!("<code>{}</code>", text(words))
}

/// A block of code with a fence that its text cannot close.
fn block<'c>(commands: impl Iterator<Item = &'c [String]>) -> String {
    let clean = Cleaner { unicode: true };
    let lines: String = commands
        .map(|argv| format!("{}\n", clean.line(&shell(argv))))
        .collect();
    let longest = lines.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat((longest.unwrap_or(0) + 1).max(3));
    format!("{fence}sh\n{lines}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        assert_eq!(
            text("a|b `c` <b> @all #1"),
            "a&#124;b &#96;c&#96; &#60;b&#62; &#64;&#8203;all &#35;&#8203;1"
        );
    }

    #[test]
    fn no_command_closes_its_block() {
        let command = ["echo", "````"].map(str::to_owned);
        let shown = block([&command[..], &command[..1]].into_iter());
        assert_eq!(shown, "`````sh\necho '````'\necho\n`````");
    }
}
