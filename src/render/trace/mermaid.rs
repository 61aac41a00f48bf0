//! A trace as a flowchart for Mermaid.

use std::fmt::Write as _;

use super::words::{clean, cut, lines};
use crate::trace::Trace;

/// Longer lines make boxes too wide to look at.
const COLUMNS: usize = 60;

const CLASSES: &str = "\
  classDef fine fill:#eaf7ee,stroke:#2da44e,color:#1f2328
  classDef warned fill:#fff7df,stroke:#bf8700,color:#1f2328
  classDef broken fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#1f2328
  classDef unknown fill:#f3f4f6,stroke:#8c959f,color:#1f2328
  classDef unread fill:#f3f4f6,stroke:#8c959f,stroke-dasharray:4 3,color:#1f2328
";

pub(super) fn draw(trace: &Trace) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (place, hop) in trace.hops.iter().enumerate() {
        let label: Vec<String> = lines(hop).iter().map(|line| entities(line)).collect();
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "  h{place}[\"{}\"]:::{}",
            label.join("<br/>"),
            hop.state.name()
        );
    }
    for (place, hop) in trace.hops.iter().enumerate() {
        for edge in &hop.next {
            let label = match edge.label.as_str() {
                "" => String::new(),
                label => format!("|\"{}\"|", entities(&clean(label))),
            };
            let arrow = if edge.closed { "-.->" } else { "-->" };
            let _ = writeln!(text, "  h{place} {arrow}{label} h{}", edge.to);
        }
        for side in &hop.beside {
            let _ = writeln!(text, "  h{place} -.- h{side}");
        }
    }
    text.push_str(CLASSES);
    text
}

/// Letters, digits and a few signs as they are, everything else as Mermaid's numbered entities: it
/// would read Markdown, HTML, links and its own brackets even between quotes.
fn entities(text: &str) -> String {
    let mut written = String::new();
    let mut started = false;
    for c in cut(text, COLUMNS).chars() {
        // Digits with a dot begin a list; an address has its dots later on.
        let plain =
            c.is_alphabetic() || c == ' ' || started && (c.is_alphanumeric() || ",/_-".contains(c));
        if plain {
            written.push(c);
        } else {
            let _ = write!(written, "#{};", u32::from(c));
        }
        started |= c.is_alphabetic();
    }
    written
}

#[cfg(test)]
mod tests {
    use super::entities;

    #[test]
    fn nothing_is_read_as_anything() {
        assert_eq!(entities("shop /api_v-1, é"), "shop /api_v-1, é");
        assert_eq!(entities("1. a"), "#49;#46; a");
        assert_eq!(
            entities("a\"]-->|x|<b>#;`"),
            "a#34;#93;--#62;#124;x#124;#60;b#62;#35;#59;#96;"
        );
        assert_eq!(entities("- a"), "#45; a");
    }
}
