//! What stands in the box of a hop, line by line.

use super::words::{clean, cut, sign, weight};
use crate::trace::{Hop, Trace};

/// So many letters fit into a line of a box.
const COLUMNS: usize = 34;
/// Bold ones.
const BOLD: usize = 30;

/// A line of a box.
pub(super) struct Row {
    /// Its text, cleaned and short enough.
    pub(super) text: String,
    /// Its style.
    pub(super) class: &'static str,
    /// How high it is.
    pub(super) height: usize,
    /// Whether a rule is drawn above it.
    pub(super) ruled: bool,
}

impl Row {
    fn new(class: &'static str, height: usize, text: String) -> Self {
        Self {
            text,
            class,
            height,
            ruled: false,
        }
    }
}

/// The lines of a hop and of what stands beside it.
pub(super) fn rows(trace: &Trace, hop: &Hop) -> Vec<Row> {
    let mut rows = vec![Row::new("kind", 15, cut(&clean(&hop.title()), COLUMNS))];
    let name = wrap(&clean(&hop.name), BOLD, 2);
    rows.extend(name.into_iter().map(|line| Row::new("name", 17, line)));
    let facts = wrap(&clean(&hop.facts.join(" · ")), COLUMNS, 4);
    rows.extend(facts.into_iter().map(|line| Row::new("fact", 15, line)));
    told(hop, &mut rows);
    for side in hop.beside.iter().filter_map(|side| trace.hop(*side)) {
        let head = format!("{} {} {}", sign(&side.state).0, side.title(), side.name);
        let class = side.state.name();
        let mut head = Row::new(class, 17, cut(&clean(&head), COLUMNS));
        head.ruled = true;
        rows.push(head);
        told(side, &mut rows);
    }
    rows
}

/// What is wrong with a hop, or why it is as it is.
fn told(hop: &Hop, rows: &mut Vec<Row>) {
    let mut add = |class, text: &str, lines| {
        let lines = wrap(&clean(text), COLUMNS, lines);
        rows.extend(lines.into_iter().map(|line| Row::new(class, 15, line)));
    };
    if !hop.why().is_empty() {
        add(hop.state.name(), hop.why(), 2);
    }
    for fault in hop.findings.iter().take(2) {
        let text = format!("{} {}", weight(fault), fault.message);
        add(fault.severity.name(), &text, 3);
    }
    if hop.findings.len() > 2 {
        let more = format!("and {} more findings", hop.findings.len() - 2);
        add("fact", &more, 1);
    }
}

/// A text as at most so many lines.
fn wrap(text: &str, columns: usize, lines: usize) -> Vec<String> {
    let options = textwrap::Options::new(columns)
        .word_splitter(textwrap::WordSplitter::HyphenSplitter)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit);
    let wrapped = textwrap::wrap(text, options);
    let rest = wrapped.len() > lines;
    let all = wrapped.iter().take(lines).enumerate();
    let line = |(index, line): (usize, &std::borrow::Cow<'_, str>)| {
        if rest && index + 1 == lines {
            format!("{}…", cut(line, columns - 1).trim_end_matches('…'))
        } else {
            line.clone().into_owned()
        }
    };
    all.map(line).filter(|line| !line.is_empty()).collect()
}
