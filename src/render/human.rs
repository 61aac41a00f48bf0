//! For people at a terminal: each finding with the text it speaks of, what to do, and what only
//! follows from it; then what was not read, what could not be decided, and the counts.

use std::fmt::{self, Display};
use std::io;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters,
    ThemeStyles,
};

use super::excerpt::{Excerpt, Frame};
use super::positions::Positions;
use super::{Cleaner, Look, card_url, shell, summary};
use crate::finding::{Finding, Novelty, Severity};
use crate::remedy::{Remedy, Safety};
use crate::report::Report;

pub(super) fn write(
    report: &Report,
    positions: &Positions,
    look: Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let human = Human {
        report,
        positions,
        look,
        clean: Cleaner {
            unicode: look.unicode,
        },
        styles: if look.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        },
    };
    for finding in report.headlines() {
        writeln!(out, "{}", human.finding(finding)?)?;
    }
    for unread in &report.unread {
        let place = match &unread.place {
            Some(place) => positions.show(place),
            None => unread.origin.clone(),
        };
        let style = human.styles.warning;
        let text = human.clean.block(&unread.reason);
        let head = format!("{}:", style.style("unread"));
        let text = format!("{}: {text}", human.clean.line(&place));
        writeln!(out, "{}\n", human.fill("", &head, &text))?;
    }
    human.fixed(out)?;
    if report.show_drift {
        human.drift(out)?;
    }
    human.noise(out)?;
    if report.show_undecided {
        human.undecided(out)?;
    } else if let Some(line) = summary::undecided(report) {
        writeln!(out, "{}", human.clean.line(&line))?;
    }
    writeln!(out, "{}", summary::sentence(report))
}

struct Human<'r> {
    report: &'r Report,
    positions: &'r Positions,
    look: Look,
    clean: Cleaner,
    styles: ThemeStyles,
}

impl Human<'_> {
    fn finding(&self, finding: &Finding) -> io::Result<String> {
        let mut text = self.drawing(finding).map_err(io::Error::other)?;
        let mut add = |line: String| {
            text.push_str(&line);
            text.push('\n');
        };
        if let Some(change) = finding.change {
            let words = match change {
                Novelty::Introduced => "introduced by these manifests",
                Novelty::Before => "there before these manifests",
            };
            add(self.note("change:", words));
        }
        if let Some(help) = &finding.help {
            add(self.note("help:", &self.clean.block(help)));
        }
        for remedy in &finding.remedies {
            add(self.remedy(remedy));
        }
        for (finding, depth) in self.consequences(finding) {
            let place = self.positions.show(&finding.primary.place);
            let line = format!("{} {} ({place})", finding.rule.id, finding.message);
            let head = match depth {
                0 => "also, because of this:",
                _ => "and because of that:",
            };
            add(self.note(head, &self.clean.line(&line)));
        }
        Ok(text)
    }

    /// The message and the marked text.
    fn drawing(&self, finding: &Finding) -> Result<String, fmt::Error> {
        let labels: Vec<_> = std::iter::once(&finding.primary)
            .chain(&finding.labels)
            .collect();
        let places: Vec<_> = labels.iter().map(|label| &label.place).collect();
        let frame = Frame {
            clean: self.clean,
            room: self.look.columns().saturating_sub(8).min(400),
        };
        let excerpt = Excerpt::new(&places, self.positions, frame);
        let mut spans: Vec<LabeledSpan> = Vec::new();
        for (number, (label, mark)) in labels.iter().zip(excerpt.marks()).enumerate() {
            // Behind the text before the mark, half the mark, and the line's number.
            let taken = excerpt.indent(mark) + mark.range.len() / 2 + 14;
            let width = self.look.columns().saturating_sub(taken).max(24);
            let text = self.clean.line(&label.text);
            let text = (!text.is_empty()).then(|| textwrap::fill(&text, width));
            let range = (mark.range.start, mark.range.len());
            let span = match number {
                0 => LabeledSpan::new_primary_with_span(text, range),
                _ => LabeledSpan::new_with_span(text, range),
            };
            if !spans.contains(&span) {
                spans.push(span);
            }
        }
        spans.sort_by_key(LabeledSpan::offset);
        let mut drawn = String::new();
        let drawing = Drawing {
            message: self.clean.block(&finding.message).into_owned(),
            excerpt,
            spans,
        };
        self.handler(finding, &drawing.spans)
            .render_report(&mut drawn, &drawing)?;
        let lines = drawn.lines().map(|line| format!("{}\n", line.trim_end()));
        let drawn: String = lines.collect();
        // The first line stands out to the left of all others.
        Ok(drawn.trim_start_matches(' ').to_owned())
    }

    fn handler(&self, finding: &Finding, spans: &[LabeledSpan]) -> GraphicalReportHandler {
        let mut styles = self.styles.clone();
        let style = match finding.severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Note => styles.advice,
        };
        let of = |span: &LabeledSpan| if span.primary() { style } else { styles.help };
        styles.highlights = spans.iter().map(of).collect();
        let mut characters = if self.look.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        };
        let head = style.style(format!("{}[{}]", finding.severity, finding.rule.id));
        // The drawing takes the severity's sign as it is; ours is the whole head of the finding.
        characters.error = if self.look.links {
            let url = card_url(finding.rule);
            format!("\x1b]8;;{url}\x1b\\{head}\x1b]8;;\x1b\\:")
        } else {
            format!("{head}:")
        };
        styles.error = ThemeStyles::none().error;
        GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
            .with_width(self.look.columns())
            .with_break_words(false)
            .with_context_lines(1)
            .with_urls(false)
            .without_cause_chain()
            .without_syntax_highlighting()
    }

    fn remedy(&self, remedy: &Remedy) -> String {
        match remedy {
            Remedy::Edit(edit) => {
                let head = match edit.safety {
                    Safety::Safe => "fix (safe):",
                    Safety::Unsafe => "fix (unsafe):",
                };
                self.note(head, &self.clean.line(&edit.title))
            }
            Remedy::Run(run) => {
                let interrupts = run.interrupts.iter();
                let warning: String = interrupts
                    .map(|what| format!("; interrupts {what}"))
                    .collect();
                let head = format!(
                    "run ({}):",
                    self.clean.line(&format!("{}{warning}", run.title))
                );
                let head = self.styles.help.style(head);
                // A command stays on one line: it is there to be copied.
                let commands = run
                    .commands()
                    .map(|argv| self.clean.line(&shell(argv)).into_owned());
                let commands: Vec<String> = commands.collect();
                match commands.as_slice() {
                    [only] => format!("  {head} {only}"),
                    each => format!("  {head}\n    {}", each.join("\n    ")),
                }
            }
        }
    }

    /// What follows from a finding, nearest first, each with the number of steps between.
    fn consequences(&self, cause: &Finding) -> Vec<(&Finding, usize)> {
        let mut found: Vec<(&Finding, usize)> = Vec::new();
        let mut causes = vec![(cause, 0)];
        while let Some((cause, depth)) = causes.pop() {
            for finding in self.report.consequences(cause) {
                // Two findings may share an identity; none is told twice.
                if !found.iter().any(|(known, _)| std::ptr::eq(*known, finding)) {
                    found.push((finding, depth));
                    causes.push((finding, depth + 1));
                }
            }
        }
        found
    }

    /// What the manifests end.
    fn fixed(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for finding in &self.report.fixed {
            let head = format!("fixed by these manifests[{}]:", finding.rule.id);
            let place = self.positions.show(&finding.primary.place);
            let text = format!("{} ({place})", finding.message);
            let head = self.styles.help.style(head).to_string();
            writeln!(out, "{}\n", self.fill("", &head, &self.clean.line(&text)))?;
        }
        Ok(())
    }

    fn drift(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for drift in &self.report.drift {
            let head = self.styles.advice.style("drift:").to_string();
            let place = self.positions.show(&drift.place);
            let text = format!("{} ({place}): {}", drift.subject, summary::drift(drift));
            writeln!(out, "{}\n", self.fill("", &head, &self.clean.line(&text)))?;
        }
        Ok(())
    }

    fn noise(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for noise in &self.report.noise {
            let head = summary::noise_head(noise);
            let place = self.positions.show(&noise.place);
            let text = format!("{} ({place}): {}", noise.subject, summary::noise(noise));
            let head = self.styles.advice.style(head).to_string();
            writeln!(out, "{}\n", self.fill("", &head, &self.clean.line(&text)))?;
        }
        Ok(())
    }

    fn undecided(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for undecided in &self.report.undecided {
            let head = format!("undecided[{}]:", undecided.rule.id);
            let place = self.positions.show(&undecided.place);
            let text = format!(
                "{} ({place}): {}; needs {}",
                undecided.subject, undecided.reason, undecided.needs
            );
            let head = self.styles.advice.style(head).to_string();
            writeln!(out, "{}\n", self.fill("", &head, &self.clean.line(&text)))?;
        }
        Ok(())
    }

    fn note(&self, head: &str, text: &str) -> String {
        let head = self.styles.help.style(head).to_string();
        self.fill("  ", &head, text)
    }

    fn fill(&self, indent: &str, head: &str, text: &str) -> String {
        let first = format!("{indent}{head} ");
        // A bar, so that no text can start a line with what CI servers take for a command (`::`).
        let bar = if self.look.unicode { '│' } else { '|' };
        let rest = format!("{indent}  {bar} ");
        let options = textwrap::Options::new(self.look.columns())
            .initial_indent(&first)
            .subsequent_indent(&rest)
            .break_words(false);
        textwrap::fill(text, options)
    }
}

/// What `miette` draws.
#[derive(Debug)]
struct Drawing {
    message: String,
    excerpt: Excerpt,
    spans: Vec<LabeledSpan>,
}

impl Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.spans.iter().cloned()))
    }
}
