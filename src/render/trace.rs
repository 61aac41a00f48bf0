//! Traces, drawn: one file for each way to draw.

mod dot;
mod html;
mod json;
mod layout;
mod mermaid;
mod rows;
mod svg;
mod tree;
mod words;

use std::io;

use clap::ValueEnum;

use super::Look;
use crate::trace::Trace;

/// How a trace is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TraceFormat {
    /// A tree for a terminal
    Tree,
    /// For programs, as in schemas/neg-doctor-trace-1.schema.json
    Json,
    /// A graph for Graphviz
    Dot,
    /// A flowchart for Mermaid, which GitHub, GitLab and many wikis draw
    Mermaid,
    /// A picture
    Svg,
    /// One page that needs no network: the picture, the roads to unfold and search, what mends them
    Html,
}

/// Draws a trace.
pub fn render(
    trace: &Trace,
    format: TraceFormat,
    look: &Look,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        TraceFormat::Tree => tree::write(trace, look, out),
        TraceFormat::Json => json::write(trace, out),
        TraceFormat::Dot => out.write_all(dot::draw(trace).as_bytes()),
        TraceFormat::Mermaid => out.write_all(mermaid::draw(trace).as_bytes()),
        TraceFormat::Svg => out.write_all(svg::file(trace).as_bytes()),
        TraceFormat::Html => out.write_all(html::page(trace).as_bytes()),
    }
}
