//! What all ways to draw a trace say alike.

use crate::remedy::Run;
use crate::render::{Cleaner, shell};
use crate::trace::{Fault, Hop, State, Trace};

/// For what is no terminal but shows text to people.
const CLEAN: Cleaner = Cleaner { unicode: true };

/// A text of one line without what could reorder or hide letters.
pub(super) fn clean(text: &str) -> String {
    CLEAN.line(text).into_owned()
}

/// The sign of a state, and the one for ASCII.
pub(super) fn sign(state: &State) -> (&'static str, &'static str) {
    match state {
        State::Fine => ("✓", "+"),
        State::Warned(_) => ("!", "!"),
        State::Broken(_) => ("✗", "x"),
        State::Unknown(_) => ("?", "?"),
        State::Unread(_) => ("·", "."),
    }
}

/// `error[NEG203]`
pub(super) fn weight(fault: &Fault) -> String {
    format!("{}[{}]", fault.severity, fault.id)
}

/// The lines in a box: what it is, its facts, why, the heads of its findings.
pub(super) fn lines(hop: &Hop) -> Vec<String> {
    let head = format!("{} {} {}", sign(&hop.state).0, hop.title(), hop.name);
    let why = Some(hop.why()).filter(|why| !why.is_empty());
    let faults = hop.findings.iter();
    let faults = faults.map(|fault| format!("{}: {}", weight(fault), fault.message));
    let lines = std::iter::once(head)
        .chain(hop.facts.iter().cloned())
        .chain(why.map(str::to_owned))
        .chain(faults);
    lines.map(|line| clean(&line)).collect()
}

/// A text, cut where it is longer than so many columns.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if textwrap::core::display_width(text) <= columns {
        return text.to_owned();
    }
    let mut start = String::new();
    for c in text.chars() {
        if textwrap::core::display_width(&start) + 2 > columns {
            break;
        }
        start.push(c);
    }
    format!("{}…", start.trim_end())
}

/// What mends a trace: each way once, with the findings that it mends.
pub(super) fn mends(trace: &Trace) -> Vec<(&Run, Vec<&Fault>)> {
    let mut mends: Vec<(&Run, Vec<&Fault>)> = Vec::new();
    let faults = trace.hops.iter().flat_map(|hop| &hop.findings);
    for fault in faults {
        let Some(run) = &fault.mend else {
            continue;
        };
        let same = |it: &&mut (&Run, Vec<&Fault>)| it.0.commands().eq(run.commands());
        match mends.iter_mut().find(same) {
            Some((_, faults)) if faults.iter().any(|it| it.fingerprint == fault.fingerprint) => {}
            Some((_, faults)) => faults.push(fault),
            None => mends.push((run, vec![fault])),
        }
    }
    mends
}

/// The command lines of a remedy, as a shell takes them.
pub(super) fn commands(run: &Run) -> Vec<String> {
    run.commands()
        .map(|command| clean(&shell(command)))
        .collect()
}

/// Text that is nothing but text in XML and HTML, also between quotes.
pub(super) fn escaped(text: &str) -> String {
    let text = clean(text);
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&#39;"),
            c => written.push(c),
        }
    }
    written
}
