//! Traces, drawn.

mod graph;
mod html;
mod json;
mod svg;
mod tree;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::trace::Trace;

use super::Look;

/// How a trace is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TraceFormat {
    /// A tree for a terminal.
    Tree,
    /// For programs.
    Json,
    /// For Graphviz.
    Dot,
    /// For Mermaid, which many wikis draw.
    Mermaid,
    /// A picture.
    Svg,
    /// One page that needs nothing else.
    Html,
}

/// Draws a trace.
pub fn render(
    trace: &Trace,
    format: TraceFormat,
    look: &Look,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        TraceFormat::Tree => tree::render(trace, look, out),
        TraceFormat::Json => json::render(trace, out),
        TraceFormat::Dot => graph::dot(trace, out),
        TraceFormat::Mermaid => graph::mermaid(trace, out),
        TraceFormat::Svg => out.write_all(svg::render(trace).as_bytes()),
        TraceFormat::Html => html::render(trace, out),
    }
}
