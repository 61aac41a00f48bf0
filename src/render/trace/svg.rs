//! A trace as a picture that stands alone and follows the reader's light or dark.

use std::fmt::Write as _;

use super::layout::{Card, Layout, MARGIN, WIDTH, Way, layout};
use super::words::{clean, escaped, lines, sign};
use crate::trace::{State, Trace};

/// How it looks.
const STYLE: &str = include_str!("svg.css");

/// The height of the columns' names.
const HEADS: usize = 30;
/// The height of a line of the answer.
const LINE: usize = 22;
/// The width of its letters, at most.
const LETTER: usize = 9;

/// A file of its own, with the answer over the picture.
pub(super) fn file(trace: &Trace) -> String {
    let width = layout(trace, 0).width.max(2 * WIDTH);
    let columns = (width - 2 * MARGIN) / LETTER;
    let answer = clean(&trace.answer());
    let answer = textwrap::wrap(&answer, columns);
    let top = MARGIN + answer.len() * LINE;
    let mut body = format!("<style>{STYLE}</style>\n");
    for (index, line) in answer.iter().enumerate() {
        let y = MARGIN + 12 + index * LINE;
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            body,
            "<text class=\"answer\" x=\"{MARGIN}\" y=\"{y}\">{}</text>",
            escaped(line)
        );
    }
    drawing(trace, top, &body, false)
}

/// A part of a page: without the answer and the style, and with links to `#h0`, `#h1`, ….
pub(super) fn part(trace: &Trace) -> String {
    drawing(trace, 8, "", true)
}

/// The style of a part: as wide as the page, but no smaller than can be read.
pub(super) fn part_style(trace: &Trace) -> String {
    let width = layout(trace, 0).width.max(2 * WIDTH);
    let least = width * 3 / 4;
    format!(
        "{STYLE}.picture svg{{max-width:100%;min-width:{least}px;height:auto}}\n\
         @media(max-width:900px){{.picture svg{{min-width:{width}px}}}}\n"
    )
}

fn drawing(trace: &Trace, top: usize, head: &str, linked: bool) -> String {
    let plan = layout(trace, top + HEADS);
    let width = plan.width.max(2 * WIDTH);
    let height = plan.height;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"road\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{}</title>\n{head}",
        escaped(&trace.answer())
    );
    for (x, name) in &plan.columns {
        let _ = writeln!(
            svg,
            "<text class=\"column\" x=\"{x}\" y=\"{}\">{}</text>",
            top + HEADS / 2,
            escaped(&name.to_uppercase())
        );
    }
    let passed = trace.passed();
    for way in &plan.ways {
        svg.push_str(&line(trace, &plan, way, &passed));
    }
    for card in plan.cards.iter().flatten() {
        svg.push_str(&hop(trace, card, linked));
    }
    // Over all lines.
    for way in plan.ways.iter().filter(|way| !way.label.is_empty()) {
        if let Some(Some(to)) = plan.cards.get(way.to) {
            let _ = writeln!(
                svg,
                "<text class=\"label\" x=\"{}\" y=\"{}\">{}</text>",
                to.x - 12,
                way.y - 5,
                escaped(&way.label)
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn line(trace: &Trace, plan: &Layout, way: &Way, passed: &[bool]) -> String {
    let card = |place: usize| plan.cards.get(place).and_then(Option::as_ref);
    let Some((from, to)) = card(way.from).zip(card(way.to)) else {
        return String::new();
    };
    let goes = passed.get(way.from).is_some_and(|it| *it);
    let class = match trace.hop(way.to).map(|hop| trace.state_of(hop)) {
        _ if !goes || way.closed => " dead",
        Some(State::Broken(_)) => " stop",
        Some(State::Unknown(_) | State::Unread(_)) => " maybe",
        _ => "",
    };
    let (x1, y1) = (from.x + WIDTH, from.y + from.height / 2);
    let (x2, y2) = (to.x, way.y);
    // It bends within the aisle, and runs straight under its label.
    let (bend, end) = (x1 + 28, x1 + 56);
    let mut line = format!(
        "<path class=\"way{class}\" d=\"M{x1} {y1}C{bend} {y1} {bend} {y2} {end} {y2}H{x2}\">"
    );
    if !way.told.is_empty() {
        let _ = write!(line, "<title>{}</title>", block(&way.told));
    }
    line.push_str("</path>\n");
    line
}

/// A text of many lines, escaped.
fn block(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(escaped).collect();
    lines.join("\n")
}

fn hop(trace: &Trace, card: &Card, linked: bool) -> String {
    let Some(hop) = trace.hop(card.place) else {
        return String::new();
    };
    let Card {
        place,
        x,
        y,
        height,
        ..
    } = card;
    let mut told = lines(hop);
    for side in hop.beside.iter().filter_map(|side| trace.hop(*side)) {
        told.extend(lines(side));
    }
    let state = trace.state_of(hop);
    let mut text = String::new();
    if linked {
        let _ = write!(text, "<a href=\"#h{place}\">");
    }
    let _ = write!(
        text,
        "<g class=\"hop {}\"><title>{}</title>",
        state.name(),
        block(&told.join("\n"))
    );
    if hop.count > 1 {
        let _ = write!(
            text,
            "<path class=\"stack\" d=\"M{} {}h{}a8 8 0 0 1 8 8v{}\"/>",
            x + 12,
            y - 4,
            WIDTH - 16,
            height - 16
        );
    }
    let _ = write!(
        text,
        "<rect class=\"box\" x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{height}\" rx=\"8\"/>\
         <circle class=\"disc\" cx=\"{}\" cy=\"{}\" r=\"9\"/><text class=\"sign\" x=\"{}\" y=\"{}\">{}</text>",
        x + WIDTH - 18,
        y + 18,
        x + WIDTH - 18,
        y + 22,
        sign(&state).0
    );
    text.push_str(&written(card));
    let end = if linked { "</g></a>\n" } else { "</g>\n" };
    text.push_str(end);
    text
}

/// The lines of a box, in its middle.
fn written(card: &Card) -> String {
    let mut text = String::new();
    let used: usize = card.rows.iter().map(|row| row.height).sum();
    let mut line = card.y + card.height.saturating_sub(used) / 2;
    for row in &card.rows {
        if row.ruled {
            let _ = write!(
                text,
                "<path class=\"rule\" d=\"M{} {}h{}\"/>",
                card.x + 12,
                line + 2,
                WIDTH - 24
            );
        }
        line += row.height;
        let _ = write!(
            text,
            "<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>",
            row.class,
            card.x + 12,
            line - 3,
            escaped(&row.text)
        );
    }
    text
}
