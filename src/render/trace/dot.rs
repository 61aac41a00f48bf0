//! A trace as a graph for Graphviz.

use std::fmt::Write as _;

use super::words::{clean, cut, lines};
use crate::trace::{State, Trace};

/// Longer lines make boxes too wide to look at.
const COLUMNS: usize = 60;

pub(super) fn draw(trace: &Trace) -> String {
    let mut text = format!(
        "digraph trace {{\n  graph [rankdir=LR, ranksep=0.8, nodesep=0.2, fontname=\"sans-serif\", \
         labelloc=t, label=\"{}\"];\n  node [shape=box, style=\"rounded,filled\", \
         fontname=\"sans-serif\", fontsize=11, fontcolor=\"#1f2328\"];\n  edge \
         [fontname=\"sans-serif\", fontsize=10, color=\"#6e7781\"];\n",
        quoted(&clean(&trace.answer()))
    );
    for (place, hop) in trace.hops.iter().enumerate() {
        let all = lines(hop);
        let label: Vec<String> = all.iter().map(|it| quoted(&cut(it, COLUMNS))).collect();
        let tooltip: Vec<String> = all.iter().map(|it| quoted(it)).collect();
        let (fill, line) = colors(&hop.state);
        let wide = if hop.state.is_broken() { 2 } else { 1 };
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "  h{place} [label=\"{}\\l\", tooltip=\"{}\", fillcolor=\"{fill}\", color=\"{line}\", penwidth={wide}];",
            label.join("\\l"),
            tooltip.join("\\n")
        );
    }
    for (place, hop) in trace.hops.iter().enumerate() {
        for edge in &hop.next {
            let label = quoted(&cut(&clean(&edge.label), COLUMNS));
            let style = if edge.closed { ", style=dashed" } else { "" };
            let to = edge.to;
            let _ = writeln!(text, "  h{place} -> h{to} [label=\"{label}\"{style}];");
        }
        for side in &hop.beside {
            let _ = writeln!(text, "  h{place} -> h{side} [style=dashed, dir=none];");
        }
    }
    text.push_str("}\n");
    text
}

/// Between quotes Graphviz obeys the backslash, the quote and HTML's entities.
fn quoted(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
}

fn colors(state: &State) -> (&'static str, &'static str) {
    match state {
        State::Fine => ("#eaf7ee", "#2da44e"),
        State::Warned(_) => ("#fff7df", "#bf8700"),
        State::Broken(_) => ("#ffebe9", "#cf222e"),
        State::Unknown(_) | State::Unread(_) => ("#f3f4f6", "#8c959f"),
    }
}
