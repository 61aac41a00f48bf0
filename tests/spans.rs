//! Every part of a scalar's value is found again in the source.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what the test itself wrote is known to be there; anything else has to fail"
)]

#[path = "spans/json.rs"]
mod json;
#[path = "spans/places.rs"]
mod places;
#[path = "spans/reader.rs"]
mod reader;
#[path = "spans/writer.rs"]
mod writer;

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};
use json::Layout;
use neg_doctor::document::scalar::{ByteMap, Style, encode};
use proptest::prelude::*;
use writer::{Choices, Site, Written};

const KEY: &str = "cloud.google.com/neg";

struct Scalar {
    span: Range<usize>,
    style: Style,
    value: String,
}

/// The scalar after `key`; `None` if the parser refuses the source.
fn scalar(source: &str, key: &str) -> Option<Scalar> {
    let mut is_next = false;
    for event in Parser::new_from_str(source) {
        let (event, span) = event.ok()?;
        let Event::Scalar(value, style, ..) = event else {
            continue;
        };
        if is_next {
            return Some(Scalar {
                span: span.byte_range().unwrap(),
                style: match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::SingleQuoted,
                    ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
                    ScalarStyle::Literal => Style::Literal,
                    ScalarStyle::Folded => Style::Folded,
                },
                value: value.into_owned(),
            });
        }
        is_next = value == key;
    }
    None
}

fn site(choices: &mut Choices) -> Site {
    Site {
        column: 2 * (1 + choices.below(4)),
        line_break: choices.of(&["\n", "\r\n", "\r"]),
    }
}

/// A manifest with the annotation; `text` ends with a line break if it is a block scalar.
fn manifest(text: &str, may_flow: bool, site: Site, choices: &mut Choices) -> String {
    let is_block = text.ends_with(['\n', '\r']);
    let outer = " ".repeat(site.column / 2);
    let inner = " ".repeat(site.column);
    let comment = choices.of(&["", " # it's: \"so\""]);
    let mut lines = vec!["# \u{e9}: |".to_owned(), "kind: Service".to_owned()];
    if may_flow && choices.one_in(4) {
        lines.push(format!(
            "metadata: {{é: [x, 'y'], annotations: {{{KEY}: {text}}} }}{comment}"
        ));
    } else {
        lines.push("metadata:".to_owned());
        lines.push(format!("{outer}annotations:{comment}"));
        lines.push(format!("{inner}other: |"));
        lines.push(format!("{inner}  {KEY}: é"));
        let space = choices.of(&[" ", "  ", " !!str ", " &a "]);
        let comment = if is_block { "" } else { comment };
        lines.push(format!("{inner}{KEY}:{space}{text}{comment}"));
    }
    let after = match choices.below(4) {
        0 => String::new(),
        1 if !may_flow => format!("{inner}z: ''"),
        2 => "# end".to_owned(),
        _ => "spec: {}".to_owned(),
    };
    let bom = choices.of(&["", "\u{feff}"]);
    let source = bom.to_owned() + &lines.join(site.line_break);
    match (is_block, after.as_str()) {
        (true, _) => source + &after,
        (false, "") => source,
        (false, _) => source + site.line_break + &after + site.line_break,
    }
}

/// Every token's bytes decode to it, and a token can be replaced in the source.
fn check(
    source: &str,
    scalar: &Scalar,
    tokens: &[Range<usize>],
    indent: usize,
    choices: &mut Choices,
) -> Result<(), TestCaseError> {
    let Scalar { span, style, value } = scalar;
    let map = ByteMap::new(source, span.clone(), *style, value)
        .ok_or_else(|| TestCaseError::fail(format!("no map: {source:?} {span:?} {value:?}")))?;
    for token in tokens {
        let place = map.source(token.clone());
        let line = source[..place.start]
            .rfind(['\r', '\n'])
            .map_or(0, |at| at + 1);
        let found = reader::decode(&source[place.clone()], *style, indent, &source[line..]);
        prop_assert_eq!(&found, &value[token.clone()], "{:?} in {:?}", place, source);
    }

    let mut ends: Vec<usize> = (0..3)
        .map(|_| choices.below(256) * value.len() / 255)
        .collect();
    for at in &mut ends {
        while !value.is_char_boundary(*at) {
            *at -= 1;
        }
    }
    ends.sort_unstable();
    let (left, right) = (map.source(ends[0]..ends[1]), map.source(ends[1]..ends[2]));
    prop_assert!(
        left.end <= right.start,
        "{:?} {:?} in {:?}",
        left,
        right,
        source
    );

    let token = &tokens[choices.below(tokens.len())];
    let new = if *style == Style::Plain {
        "it's"
    } else {
        "{\"it's\": \\}"
    };
    let mut edited = source.to_owned();
    edited.replace_range(map.source(token.clone()), &encode(new, *style).unwrap());
    let mut expected = value.clone();
    expected.replace_range(token.clone(), new);
    let read = match style {
        Style::JsonString => annotation(&edited),
        _ => self::scalar(&edited, KEY).unwrap().value,
    };
    prop_assert_eq!(read, expected, "{:?}", edited);
    Ok(())
}

/// The annotation of a JSON manifest.
fn annotation(source: &str) -> String {
    let object: serde_json::Value = serde_json::from_str(source).unwrap();
    object["metadata"]["annotations"][KEY]
        .as_str()
        .unwrap()
        .to_owned()
}

fn layout(choices: &mut Choices) -> Layout {
    let step = choices.below(4);
    choices.of(&[Layout::Compact, Layout::Spaced, Layout::Lines(step)])
}

fn check_block(
    write: fn(&str, Site, &mut Choices) -> Written,
    style: Style,
    value: &serde_json::Value,
    choices: &mut Choices,
) -> Result<(), TestCaseError> {
    let layout = layout(choices);
    let mut json = json::write(value, layout, choices);
    let site = site(choices);
    let written = write(&json.text, site, choices);
    let mut source = manifest(&written.text, false, site, choices);
    // The parser supplies a last line break that the file lacks.
    if written.text.ends_with(&("}".to_owned() + site.line_break))
        && source.ends_with(&written.text)
        && choices.one_in(2)
    {
        source.truncate(source.len() - site.line_break.len());
    }
    let scalar = scalar(&source, KEY).unwrap();
    prop_assert_eq!(scalar.style, style);
    prop_assert_eq!(&scalar.value, &written.value, "{:?}", source);
    let shift = written.value.len() - written.value.trim_start_matches('\n').len();
    for token in &mut json.tokens {
        *token = token.start + shift..token.end + shift;
    }
    check(&source, &scalar, &json.tokens, written.indent, choices)
}

fn check_quoted(
    text: &str,
    value: &str,
    style: Style,
    tokens: &[Range<usize>],
    site: Site,
    choices: &mut Choices,
) -> Result<(), TestCaseError> {
    let may_flow = style != Style::Plain || !text.contains([',', '[', ']', '{', '}']);
    let source = manifest(text, may_flow, site, choices);
    let scalar = scalar(&source, KEY).unwrap();
    prop_assert_eq!(scalar.style, style);
    prop_assert_eq!(&scalar.value, value, "{:?}", source);
    check(&source, &scalar, tokens, 0, choices)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    /// Whatever the parser reads as a value has a map, and nothing makes one panic.
    #[test]
    fn scribbles(text in scribble(), style in any_style(), at in 0usize..20) {
        let source = format!("k: {text}");
        if let Some(Scalar { span, style, value }) = scalar(&source, "k")
            && !value.trim_matches('\n').is_empty()
            && value != "~"
        {
            let map = ByteMap::new(&source, span, style, &value);
            prop_assert!(map.is_some(), "{:?} {:?}", source, value);
        }
        if let Some(map) = ByteMap::new(&source, at..source.len(), style, &text) {
            map.source(at..at * 2);
        }
    }

    #[test]
    fn literal(value in json::container(), mut choices in Choices::any()) {
        check_block(writer::literal, Style::Literal, &value, &mut choices)?;
    }

    #[test]
    fn folded(value in json::container(), mut choices in Choices::any()) {
        check_block(writer::folded, Style::Folded, &value, &mut choices)?;
    }

    #[test]
    fn single_quoted(value in json::container(), mut choices in Choices::any()) {
        // Single quotes cannot hold blanks after a line break.
        let layout = choices.of(&[Layout::Compact, Layout::Spaced, Layout::Lines(0)]);
        let json = json::write(&value, layout, &mut choices);
        let site = site(&mut choices);
        let text = writer::single_quoted(&json.text, site, &mut choices);
        check_quoted(&text, &json.text, Style::SingleQuoted, &json.tokens, site, &mut choices)?;
    }

    #[test]
    fn double_quoted(value in json::container(), mut choices in Choices::any()) {
        let layout = layout(&mut choices);
        let json = json::write(&value, layout, &mut choices);
        let site = site(&mut choices);
        let text = writer::double_quoted(&json.text, site, &mut choices);
        check_quoted(&text, &json.text, Style::DoubleQuoted, &json.tokens, site, &mut choices)?;
    }

    #[test]
    fn json_string(value in json::container(), mut choices in Choices::any()) {
        let layout = layout(&mut choices);
        let json = json::write(&value, layout, &mut choices);
        let text = writer::json_string(&json.text, &mut choices);
        let before = format!("{{\"é\": [],\r\n\"metadata\": {{\"annotations\": {{\"{KEY}\": ");
        let source = format!("{before}{text}}}}}}}");
        let span = before.len()..before.len() + text.len();
        let scalar = Scalar { span, style: Style::JsonString, value: annotation(&source) };
        prop_assert_eq!(&scalar.value, &json.text);
        check(&source, &scalar, &json.tokens, 0, &mut choices)?;
    }

    #[test]
    fn plain(words in plain_words(), mut choices in Choices::any()) {
        let mut value = String::new();
        let mut tokens = Vec::new();
        for (word, separator) in words {
            let start = value.len();
            value += &word;
            tokens.push(start..value.len());
            tokens.push(0..value.len());
            value += separator;
        }
        let value = value.trim_end();
        let site = site(&mut choices);
        let text = writer::plain(value, site, &mut choices);
        check_quoted(&text, value, Style::Plain, &tokens, site, &mut choices)?;
    }
}

fn any_style() -> impl Strategy<Value = Style> {
    proptest::sample::select(vec![
        Style::Plain,
        Style::SingleQuoted,
        Style::DoubleQuoted,
        Style::Literal,
        Style::Folded,
        Style::JsonString,
    ])
}

/// What a parser may be given after a key.
fn scribble() -> impl Strategy<Value = String> {
    let style = proptest::sample::select(vec!["", "'", "\"", "|", ">", "|+", ">-", ">2", "|1+"]);
    let part = proptest::sample::select(vec![
        "\n", "\n", "\n  ", "\n  ", "\r\n  ", "\n   ", "\r", " ", "  ", "\t", "a", "b", "é", "\\",
        "'", "''", "\"", "x41", "u00e9", "#", ":", "-", "\n...\n", "\n   \n", "\u{feff}", "\0",
    ]);
    (style, proptest::collection::vec(part, 0..12))
        .prop_map(|(style, parts)| format!("{style}{}{style}", parts.concat()))
}

fn plain_words() -> impl Strategy<Value = Vec<(String, &'static str)>> {
    let inner = proptest::sample::select(vec![
        'a', '1', 'é', '😀', ':', '#', '\'', '"', '\\', '{', '}', ',', '-', '|', '&',
    ]);
    let word = proptest::collection::vec(inner, 0..5)
        .prop_map(|inner| format!("a{}z", String::from_iter(inner)));
    let separator = proptest::sample::select(vec![" ", " ", "  ", "\n"]);
    proptest::collection::vec((word, separator), 1..8)
}
