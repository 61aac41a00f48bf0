//! A trace as a tree for a terminal; its first line answers the question.

use std::collections::BTreeSet;
use std::io;

use miette::ThemeStyles;

use super::words::{commands, mends, sign, weight};
use crate::finding::Severity;
use crate::render::{Cleaner, Look};
use crate::trace::{Hop, State, Trace};

pub(super) fn write(trace: &Trace, look: &Look, out: &mut dyn io::Write) -> io::Result<()> {
    let mut tree = Tree {
        trace,
        look,
        clean: Cleaner {
            unicode: look.unicode,
        },
        styles: if look.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        },
        breaks: trace.breaks(),
        drawn: vec![false; trace.hops.len()],
        told: BTreeSet::new(),
        said: "",
        out,
    };
    let answer = tree.clean.line(&trace.answer()).into_owned();
    let bar = if look.unicode { "  │ " } else { "  | " };
    tree.fill("", bar, &answer)?;
    for start in &trace.starts {
        writeln!(tree.out)?;
        tree.hop(*start, "", &Branch::Root, "")?;
    }
    tree.mends()
}

/// How a hop hangs on the one before.
enum Branch {
    Root,
    Side { last: bool },
    Next { last: bool },
}

struct Tree<'t, 'o> {
    trace: &'t Trace,
    look: &'t Look,
    clean: Cleaner,
    styles: ThemeStyles,
    breaks: Vec<usize>,
    drawn: Vec<bool>,
    /// The findings that were written.
    told: BTreeSet<&'t str>,
    /// Why the last end is as it is, which is not said again of the next.
    said: &'t str,
    out: &'o mut dyn io::Write,
}

impl Branch {
    /// Before the hop itself, and before all below it.
    fn draw(&self, unicode: bool) -> (&'static str, &'static str) {
        let (side, next, last, bar) = if unicode {
            ("├┄ ", "├─ ", "└─ ", "│  ")
        } else {
            ("|. ", "|- ", "`- ", "|  ")
        };
        match self {
            Self::Root => ("", ""),
            Self::Side { last: true } if unicode => ("└┄ ", "   "),
            Self::Side { last: true } => ("`. ", "   "),
            Self::Side { last: false } => (side, bar),
            Self::Next { last: true } => (last, "   "),
            Self::Next { last: false } => (next, bar),
        }
    }
}

impl<'t> Tree<'t, '_> {
    fn hop(&mut self, place: usize, lead: &str, branch: &Branch, label: &str) -> io::Result<()> {
        let trace = self.trace;
        let Some((hop, drawn)) = trace.hop(place).zip(self.drawn.get_mut(place)) else {
            return Ok(());
        };
        let again = std::mem::replace(drawn, true);
        let (own, below) = branch.draw(self.look.unicode);
        let (head, below) = (format!("{lead}{own}"), format!("{lead}{below}"));
        let has_more = !again && (!hop.next.is_empty() || !hop.beside.is_empty());
        let bar = match (has_more, self.look.unicode) {
            (true, true) => "│ ",
            // A bar in any case, so that no text can start a line with what CI servers take for a
            // command (`::`).
            (false, true) => "┊ ",
            (_, false) => "| ",
        };
        let inner = format!("{below}{bar}");
        let bare = hop.next.is_empty() && hop.findings.is_empty() && hop.why().is_empty();
        let refers = again && !bare;
        let words = self.words(hop, label, refers);
        self.fill(&head, &format!("{inner}  "), &words)?;
        if again {
            return Ok(());
        }
        self.troubles(place, hop, &inner)?;
        for (index, side) in hop.beside.iter().enumerate() {
            let last = hop.next.is_empty() && index + 1 == hop.beside.len();
            self.hop(*side, &below, &Branch::Side { last }, "")?;
        }
        for (index, edge) in hop.next.iter().enumerate() {
            let last = index + 1 == hop.next.len();
            self.hop(edge.to, &below, &Branch::Next { last }, &edge.label)?;
        }
        Ok(())
    }

    /// `✓ [shop.example.com /api/*] backend service shop  HTTP, global`
    fn words(&self, hop: &Hop, label: &str, again: bool) -> String {
        let (unicode, ascii) = sign(&hop.state);
        let sign = if self.look.unicode { unicode } else { ascii };
        let style = match hop.state {
            State::Fine => self.styles.help,
            State::Warned(_) => self.styles.warning,
            State::Broken(_) => self.styles.error,
            State::Unknown(_) | State::Unread(_) => self.styles.advice,
        };
        let label = match label {
            "" => String::new(),
            label => format!("[{}] ", self.clean.line(label)),
        };
        let facts = if again {
            "(as above)".to_owned()
        } else {
            hop.facts.join(", ")
        };
        let gap = if facts.is_empty() { "" } else { "  " };
        format!(
            "{} {label}{} {}{gap}{}",
            style.style(sign),
            hop.title(),
            style.style(self.clean.line(&hop.name)),
            self.clean.line(&facts)
        )
    }

    /// What is wrong with a hop, and whether traffic ends here.
    fn troubles(&mut self, place: usize, hop: &'t Hop, inner: &str) -> io::Result<()> {
        for fault in &hop.findings {
            let style = match fault.severity {
                Severity::Error => self.styles.error,
                Severity::Warning => self.styles.warning,
                Severity::Note => self.styles.advice,
            };
            let head = style.style(weight(fault)).to_string();
            let message = if self.told.insert(&fault.fingerprint) {
                self.clean.line(&fault.message)
            } else {
                "as above".into()
            };
            let text = format!("{head}: {message}");
            self.fill(inner, &format!("{inner}  "), &text)?;
        }
        let again = hop.is_end() && self.said == hop.why();
        self.said = if hop.is_end() { hop.why() } else { "" };
        let why = if again { "" } else { hop.why() };
        let why = self.clean.line(why).into_owned();
        if self.breaks.contains(&place) {
            let mark = if self.look.unicode {
                "━━ traffic ends here"
            } else {
                "== traffic ends here"
            };
            let gap = if why.is_empty() { "" } else { ": " };
            let text = format!("{}{gap}{why}", self.styles.error.style(mark));
            self.fill(inner, &format!("{inner}  "), &text)?;
        } else if !why.is_empty() {
            self.fill(inner, &format!("{inner}  "), &why)?;
        }
        Ok(())
    }

    /// The commands that mend it, each once.
    fn mends(&mut self) -> io::Result<()> {
        let mends = mends(self.trace);
        if !mends.is_empty() {
            writeln!(self.out, "\nWhat mends it:")?;
        }
        for (run, faults) in mends {
            let ids: BTreeSet<&str> = faults.iter().map(|fault| fault.id).collect();
            let ids: Vec<&str> = ids.into_iter().collect();
            let interrupts = match &run.interrupts {
                Some(what) => format!("; it interrupts {what}"),
                None => String::new(),
            };
            let text = format!("{}: {}{interrupts}", ids.join(", "), run.title);
            let text = self.clean.line(&text).into_owned();
            let bar = if self.look.unicode { "  │ " } else { "  | " };
            self.fill("  ", bar, &text)?;
            // To be copied, so never wrapped.
            for command in commands(run) {
                writeln!(self.out, "    {command}")?;
            }
        }
        Ok(())
    }

    /// A text over as many lines as it needs.
    fn fill(&mut self, head: &str, below: &str, text: &str) -> io::Result<()> {
        let options = textwrap::Options::new(self.look.columns().max(head.chars().count() + 30))
            .initial_indent(head)
            .subsequent_indent(below)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }
}
