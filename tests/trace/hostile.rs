//! Names as an enemy would choose them, in every way to draw a trace.

use neg_doctor::finding::Severity;
use neg_doctor::remedy::Run;
use neg_doctor::render::trace::TraceFormat;
use neg_doctor::text::{Place, Source, Span};
use neg_doctor::trace::{Fault, State, Trace};
use proptest::prelude::*;

use super::samples::{Sketch, fault};
use super::{ALL, drawn};

/// A trace in which everything is called so.
pub(crate) fn hostile(name: &str) -> Trace {
    let mut sketch = Sketch::default();
    let start = sketch.start(name, &[name, name]);
    let side = sketch.side(start, "health check", name, &[name]);
    let neg = sketch.hop("NEG", name, &[name]);
    sketch.lead(start, neg, name);
    sketch.pods(neg, name, 1, &State::Unknown(name.to_owned()));
    sketch.lead(neg, start, name);
    let run = Run::gcloud(name, name, [name]).then(name, [name]);
    let run = run.interrupting(name);
    for place in [neg, side] {
        let fault: Fault = fault("NEG203", Severity::Warning, name, Some(run.clone()));
        sketch.0.hops[place].findings.push(fault);
    }
    for hop in &mut sketch.0.hops {
        let source = Source::new(name, name);
        let span = Span::new(0, 0);
        hop.place = Some(Place { source, span });
    }
    sketch.0.hops[start].state = State::Broken(name.to_owned());
    sketch.0.question = Some(name.to_owned());
    sketch.0
}

/// What of a text gives it its structure in a format.
fn skeleton(text: &str, format: TraceFormat) -> Vec<String> {
    let tags = |text: &str| -> Vec<String> {
        let tags = text.split('<').skip(1);
        let words = |tag: &str| tag.split('>').next().unwrap().to_owned();
        // Places and lengths follow the text.
        let plain = |tag: String| tag.split([' ', '\n']).next().unwrap().to_owned();
        let mut tags: Vec<String> = tags.map(words).map(plain).collect();
        // The text of a box has as many lines as it needs.
        tags.retain(|tag| !["text", "/text", "path", "/path"].contains(&tag.as_str()));
        tags
    };
    match format {
        TraceFormat::Html | TraceFormat::Svg => tags(text),
        TraceFormat::Dot => {
            let bare = text.replace("\\\\", "").replace("\\\"", "");
            let parts = bare.split('"').step_by(2);
            parts.map(str::to_owned).collect()
        }
        TraceFormat::Mermaid => {
            let parts = text.split('"').step_by(2);
            parts.map(str::to_owned).collect()
        }
        TraceFormat::Tree | TraceFormat::Json => Vec::new(),
    }
}

/// Whether XML's rules hold so far as a picture needs them: tags nest, attributes are quoted, every
/// ampersand begins an entity.
fn well_formed(xml: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    for (index, part) in xml.split('<').enumerate() {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        if index == 0 && !part.is_empty() || text.contains('>') && !open.contains(&"style") {
            return false;
        }
        let entities = part.split('&').skip(1);
        let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
        for entity in entities {
            if !known.iter().any(|it| entity.starts_with(it)) {
                return false;
            }
        }
        if tag.matches('"').count() % 2 == 1 {
            return false;
        }
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.is_empty() && !tag.ends_with('/') {
            open.push(tag.split([' ', '\n']).next().unwrap());
        }
    }
    open.is_empty()
}

/// Names as an enemy would choose them.
fn names() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "</script><img src=x onerror=alert(1)>",
        "</title></style><svg onload=alert(1)>",
        "\" onclick=\"x",
        "' x='",
        "-->",
        "]]>",
        "\"]; h0 [label=\"",
        "|x|",
        "%%{init: {}}%%",
        "\n::error::x",
        "click h0 call x()",
        "end",
        "&lt;&#60;",
        "\u{1b}[31m",
        "\u{202e}gnp",
        "\u{9b}2J",
        "👩‍👩‍👧",
        "שלום",
        "\\",
        "\\N",
        "\0",
        "`a`",
        "<!--",
    ]);
    let any = "[ -~\\x00-\\x1f\u{80}-\u{9f}é\u{202e}😀\"'<>&|\\[\\]#;%`\\\\-]{0,30}";
    prop::collection::vec(prop_oneof![words.prop_map(str::to_owned), any], 1..4)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Names come from clouds: whatever they hold, they stay text.
    #[test]
    fn nothing_escapes(name in names()) {
        // As much text as an innocent name of the same length, and the same structure.
        let (trace, plain) = (hostile(&format!("x{name}")), hostile("x"));
        for format in ALL {
            let text = drawn(&trace, format);
            prop_assert_eq!(&text, &drawn(&trace, format));
            let steers = |c: char| (c.is_control() || c == '\u{202e}') && c != '\n';
            prop_assert!(!text.contains(steers), "{:?}: {:?}", format, text);
            let bones = skeleton(&text, format);
            prop_assert_eq!(bones, skeleton(&drawn(&plain, format), format), "{}", text);
            match format {
                TraceFormat::Json => {
                    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
                    let name = format!("x{name}");
                    prop_assert_eq!(read["hops"][0]["name"].as_str(), Some(name.as_str()));
                }
                TraceFormat::Svg => prop_assert!(well_formed(&text), "{}", text),
                TraceFormat::Tree => {
                    let commands = |line: &&str| line.trim_start().starts_with("::");
                    prop_assert_eq!(text.lines().find(commands), None);
                }
                _ => {}
            }
        }
    }
}
