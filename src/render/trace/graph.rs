//! A trace as the text of a graph, for Graphviz and for Mermaid.

use std::io::{self, Write};

use crate::render::Cleaner;
use crate::trace::{Hop, State, Trace};

const CLEAN: Cleaner = Cleaner { unicode: true };

/// The lines in a hop's box.
pub(super) fn lines(hop: &Hop) -> Vec<String> {
    let head = format!("{} {}", hop.kind, hop.name);
    let faults = hop
        .findings
        .iter()
        .map(|fault| format!("{} {}", fault.id, fault.severity));
    let lines = std::iter::once(head)
        .chain(hop.facts.iter().cloned())
        .chain(faults);
    lines.map(|line| CLEAN.line(&line).into_owned()).collect()
}

pub(super) fn dot(trace: &Trace, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "digraph trace {{\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];"
    )?;
    // Within quotes Graphviz obeys nothing but the backslash and the quote.
    let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    for (place, hop) in trace.hops.iter().enumerate() {
        let label: Vec<String> = lines(hop).iter().map(|line| quoted(line)).collect();
        let color = match hop.state {
            State::Fine => "#d9f2d9",
            State::Warned => "#fff2cc",
            State::Broken => "#f8d0d0",
            State::Unknown => "#e8e8e8",
        };
        writeln!(
            out,
            "  h{place} [label=\"{}\", fillcolor=\"{color}\"];",
            label.join("\\n")
        )?;
    }
    for (place, hop) in trace.hops.iter().enumerate() {
        for edge in &hop.next {
            let label = quoted(&CLEAN.line(&edge.label));
            writeln!(out, "  h{place} -> h{} [label=\"{label}\"];", edge.to)?;
        }
    }
    writeln!(out, "}}")
}

pub(super) fn mermaid(trace: &Trace, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (place, hop) in trace.hops.iter().enumerate() {
        let label: Vec<String> = lines(hop).iter().map(|line| entities(line)).collect();
        let class = match hop.state {
            State::Fine => "fine",
            State::Warned => "warned",
            State::Broken => "broken",
            State::Unknown => "unknown",
        };
        writeln!(out, "  h{place}[\"{}\"]:::{class}", label.join("<br/>"))?;
    }
    for (place, hop) in trace.hops.iter().enumerate() {
        for edge in &hop.next {
            let label = entities(&CLEAN.line(&edge.label));
            let label = if label.is_empty() {
                label
            } else {
                format!("|\"{label}\"|")
            };
            writeln!(out, "  h{place} -->{label} h{}", edge.to)?;
        }
    }
    for (class, color) in [
        ("fine", "#d9f2d9"),
        ("warned", "#fff2cc"),
        ("broken", "#f8d0d0"),
        ("unknown", "#e8e8e8"),
    ] {
        writeln!(
            out,
            "  classDef {class} fill:{color},stroke:#555,color:#111"
        )?;
    }
    Ok(())
}

/// Letters, digits and a few signs as they are, everything else as Mermaid's numbered entities.
fn entities(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || " .,/:_-".contains(c);
    let write = |c: char| {
        if plain(c) {
            c.to_string()
        } else {
            format!("#{};", u32::from(c))
        }
    };
    text.chars().map(write).collect()
}
