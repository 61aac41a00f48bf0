//! A trace as a tree for a terminal; its first line answers the question.

use std::io::{self, Write};

use miette::ThemeStyles;

use crate::render::{Cleaner, Look, shell};
use crate::trace::{Hop, State, Trace};

pub(super) fn render(trace: &Trace, look: &Look, out: &mut impl Write) -> io::Result<()> {
    let tree = Tree {
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
    };
    writeln!(out, "{}\n", tree.answer())?;
    let mut drawn = vec![false; trace.hops.len()];
    for start in &trace.starts {
        tree.hop(*start, "", "", "", &mut drawn, out)?;
        writeln!(out)?;
    }
    tree.mends(out)
}

/// What a trace comes to, in one line.
pub(super) fn answer(trace: &Trace) -> String {
    let (arrived, total) = trace.arrivals();
    let breaks = trace.breaks();
    let fronts = trace
        .starts
        .iter()
        .filter_map(|start| trace.hops.get(*start));
    let looked = fronts.clone().any(|hop| hop.kind == "forwarding rule");
    let of = format!(
        "{arrived} of {total} endpoint{}",
        if total == 1 { "" } else { "s" }
    );
    match breaks.as_slice() {
        [] if trace.hops.is_empty() => "there is no road here".to_owned(),
        [] if !looked => format!("no front was seen; {of} behind it"),
        [] => format!("traffic can arrive at {of}"),
        [first, ..] => {
            let why = first
                .findings
                .first()
                .map_or("is unhealthy", |fault| fault.message.as_str());
            format!(
                "traffic arrives at {of}; it breaks at {} {}: {why}",
                first.kind, first.name
            )
        }
    }
}

struct Tree<'t> {
    trace: &'t Trace,
    look: &'t Look,
    clean: Cleaner,
    styles: ThemeStyles,
}

impl Tree<'_> {
    fn answer(&self) -> String {
        self.clean.line(&answer(self.trace)).into_owned()
    }

    fn sign(&self, hop: &Hop) -> String {
        let (sign, plain, style) = match hop.state {
            State::Fine => ("✓", "+", self.styles.help),
            State::Warned => ("!", "!", self.styles.warning),
            State::Broken => ("✗", "x", self.styles.error),
            State::Unknown => ("?", "?", self.styles.advice),
        };
        let sign = if self.look.unicode { sign } else { plain };
        style.style(sign).to_string()
    }

    fn hop(
        &self,
        place: usize,
        lead: &str,
        branch: &str,
        label: &str,
        drawn: &mut [bool],
        out: &mut impl Write,
    ) -> io::Result<()> {
        let Some((hop, seen)) = self.trace.hops.get(place).zip(drawn.get_mut(place)) else {
            return Ok(());
        };
        let again = std::mem::replace(seen, true);
        let as_above = if again && !hop.next.is_empty() {
            "  (as above)"
        } else {
            ""
        };
        writeln!(out, "{lead}{branch}{}{as_above}", self.line(hop, label))?;
        let below = match branch {
            "" => String::new(),
            "└─ " | "`- " => format!("{lead}   "),
            _ => format!("{lead}{}  ", if self.look.unicode { "│" } else { "|" }),
        };
        if again {
            return Ok(());
        }
        self.faults(hop, &below, out)?;
        let (middle, last) = if self.look.unicode {
            ("├─ ", "└─ ")
        } else {
            ("|- ", "`- ")
        };
        for (index, edge) in hop.next.iter().enumerate() {
            let branch = if index + 1 == hop.next.len() {
                last
            } else {
                middle
            };
            self.hop(edge.to, &below, branch, &edge.label, drawn, out)?;
        }
        Ok(())
    }

    /// A hop in one line.
    fn line(&self, hop: &Hop, label: &str) -> String {
        let label = match label {
            "" => String::new(),
            label => format!("[{label}] "),
        };
        let mut words = format!("{label}{} {}", hop.kind, hop.name);
        if !hop.facts.is_empty() {
            words = format!("{words}  {}", hop.facts.join(", "));
        }
        format!("{} {}", self.sign(hop), self.clean.line(&words))
    }

    /// What is wrong with a hop, one line each.
    fn faults(&self, hop: &Hop, below: &str, out: &mut impl Write) -> io::Result<()> {
        for fault in &hop.findings {
            let text = format!("{}[{}]: {}", fault.severity, fault.id, fault.message);
            let text = self.clean.line(&text).into_owned();
            let bar = match (hop.next.is_empty(), self.look.unicode) {
                (true, _) => "   ",
                (false, true) => "│  ",
                (false, false) => "|  ",
            };
            writeln!(out, "{below}{bar}{text}")?;
        }
        Ok(())
    }

    /// The commands that mend what is broken, each once.
    fn mends(&self, out: &mut impl Write) -> io::Result<()> {
        let faults = self.trace.hops.iter().flat_map(|hop| &hop.findings);
        let mut told: Vec<&Vec<Vec<String>>> = Vec::new();
        for fault in faults.filter(|fault| !fault.commands.is_empty()) {
            if told.contains(&&fault.commands) {
                continue;
            }
            if told.is_empty() {
                writeln!(out, "what mends it:")?;
            }
            told.push(&fault.commands);
            for command in &fault.commands {
                writeln!(
                    out,
                    "  {}  # {}",
                    self.clean.line(&shell(command)),
                    fault.id
                )?;
            }
        }
        Ok(())
    }
}
