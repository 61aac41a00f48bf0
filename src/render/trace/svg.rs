//! A trace as a picture: one column for each kind of hop, from the fronts to the Pods.

use std::fmt::Write as _;

use crate::trace::{State, Trace};

use super::graph::lines;

const WIDTH: usize = 250;
const GAP: usize = 70;
const LINE: usize = 16;
const MARGIN: usize = 20;
/// So many letters fit into a box.
const LETTERS: usize = 38;

const STYLE: &str = "
svg{background:#fff;font:12px ui-sans-serif,system-ui,sans-serif}
text{fill:#1a1a1a}.head{font-weight:600}.small{fill:#555}
rect{stroke-width:1.5;rx:8}
.fine rect{fill:#eef8ee;stroke:#4a9a4a}.warned rect{fill:#fff8e1;stroke:#c79100}
.broken rect{fill:#fdecec;stroke:#c62828;stroke-width:2.5}.unknown rect{fill:#f3f3f3;stroke:#999;stroke-dasharray:4 3}
path{fill:none;stroke:#999;stroke-width:1.3}
@media(prefers-color-scheme:dark){svg{background:#16181d}text{fill:#eee}.small{fill:#aaa}
.fine rect{fill:#16301a;stroke:#5fb760}.warned rect{fill:#3a3010;stroke:#e0b030}
.broken rect{fill:#401818;stroke:#ff6b6b}.unknown rect{fill:#24272e;stroke:#777}path{stroke:#777}}
";

struct Box {
    x: usize,
    y: usize,
    height: usize,
}

pub(super) fn render(trace: &Trace) -> String {
    let boxes = layout(trace);
    let right = boxes.iter().map(|it| it.x + WIDTH).max().unwrap_or(0) + MARGIN;
    let bottom = boxes.iter().map(|it| it.y + it.height).max().unwrap_or(0) + MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {right} {bottom}\" width=\"{right}\" \
         height=\"{bottom}\" role=\"img\"><style>{STYLE}</style>\n"
    );
    for (from, hop) in boxes.iter().zip(&trace.hops) {
        for edge in &hop.next {
            if let Some(to) = boxes.get(edge.to) {
                line(&mut svg, from, to, &edge.label);
            }
        }
    }
    for (place, hop) in boxes.iter().zip(&trace.hops) {
        let class = match hop.state {
            State::Fine => "fine",
            State::Warned => "warned",
            State::Broken => "broken",
            State::Unknown => "unknown",
        };
        let told: Vec<String> = hop
            .findings
            .iter()
            .map(|it| format!("{}: {}", it.id, it.message))
            .collect();
        // Writing to a String cannot fail.
        let _ = write!(
            svg,
            "<g class=\"{class}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{WIDTH}\" height=\"{}\"/>",
            escaped(&[lines(hop), told].concat().join("\n")),
            place.x,
            place.y,
            place.height
        );
        for (index, text) in lines(hop).iter().enumerate() {
            let class = if index == 0 { "head" } else { "small" };
            let _ = write!(
                svg,
                "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
                place.x + 10,
                place.y + 20 + index * LINE,
                escaped(&cut(text))
            );
        }
        svg.push_str("</g>\n");
    }
    svg.push_str("</svg>\n");
    svg
}

/// The column of a hop.
fn column(kind: &str) -> usize {
    let order = [
        "forwarding rule",
        "target proxy",
        "URL map",
        "backend service",
        "NEG",
    ];
    order
        .iter()
        .position(|it| *it == kind)
        .unwrap_or(order.len())
}

/// Columns without the empty ones, and in each the hops one below the other.
fn layout(trace: &Trace) -> Vec<Box> {
    let mut used: Vec<usize> = trace.hops.iter().map(|hop| column(hop.kind)).collect();
    used.sort_unstable();
    used.dedup();
    let mut tops = vec![MARGIN; used.len()];
    let each = trace.hops.iter().map(|hop| {
        let column = used
            .iter()
            .position(|it| *it == column(hop.kind))
            .unwrap_or(0);
        let height = 16 + lines(hop).len() * LINE;
        let top = tops.get_mut(column);
        let y = top.map_or(MARGIN, |top| std::mem::replace(top, *top + height + 14));
        Box {
            x: MARGIN + column * (WIDTH + GAP),
            y,
            height,
        }
    });
    each.collect()
}

fn line(svg: &mut String, from: &Box, to: &Box, label: &str) {
    let (x1, y1) = (from.x + WIDTH, from.y + from.height / 2);
    let (x2, y2) = (to.x, to.y + to.height / 2);
    let bend = x1 + (x2.saturating_sub(x1)) / 2;
    let _ = writeln!(
        svg,
        "<path d=\"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}\"><title>{}</title></path>",
        escaped(label)
    );
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LETTERS {
        return text.to_owned();
    }
    let start: String = text.chars().take(LETTERS - 1).collect();
    format!("{start}…")
}

/// Text that is nothing but text in XML and HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&#39;"),
            // What XML does not know at all.
            c if c.is_control() && c != '\n' => written.push('\u{fffd}'),
            '\u{fffe}' | '\u{ffff}' => written.push('\u{fffd}'),
            c => written.push(c),
        }
    }
    written
}
