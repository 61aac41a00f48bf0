//! Random JSON, and its text with the place of every token.

use std::fmt::Write as _;
use std::ops::Range;

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::writer::Choices;

/// JSON as somebody may write it.
pub(crate) struct Json {
    pub(crate) text: String,
    /// Names, values and whole containers.
    pub(crate) tokens: Vec<Range<usize>>,
}

/// Where spaces and line breaks go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Layout {
    Compact,
    Spaced,
    /// One member a line, indented by this much a level.
    Lines(usize),
}

fn text() -> impl Strategy<Value = String> {
    let special = "\"\\'/ \t\n:#{}%é—\u{a0}\u{0}\u{7f}\u{85}\u{2028}\u{2029}\u{feff}😀";
    let character = prop_oneof![
        6 => proptest::char::range(' ', '~'),
        2 => proptest::sample::select(special.chars().collect::<Vec<_>>()),
        1 => any::<char>(),
    ];
    proptest::collection::vec(character, 0..12).prop_map(String::from_iter)
}

/// A container with anything in it.
pub(crate) fn container() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::from(-0.25)),
        text().prop_map(Value::from),
    ];
    let object = |inner: BoxedStrategy<Value>| {
        proptest::collection::vec((text(), inner), 0..4)
            .prop_map(|members| Value::Object(Map::from_iter(members)))
    };
    let value = leaf.prop_recursive(2, 12, 3, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            object(inner.boxed()),
        ]
    });
    object(value.boxed())
}

/// Writes the value so that every character is printable in YAML.
pub(crate) fn write(value: &Value, layout: Layout, choices: &mut Choices) -> Json {
    let mut json = Json {
        text: String::new(),
        tokens: Vec::new(),
    };
    json.value(value, layout, 0, choices);
    let read: Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(&read, value, "{}", json.text);
    json
}

impl Json {
    fn value(&mut self, value: &Value, layout: Layout, depth: usize, choices: &mut Choices) {
        let start = self.text.len();
        match value {
            Value::String(text) => self.string(text, choices),
            Value::Array(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.separator(index, layout, depth + 1);
                    self.value(item, layout, depth + 1, choices);
                }
                self.close(']', items.is_empty(), layout, depth);
            }
            Value::Object(members) => {
                self.text.push('{');
                for (index, (name, member)) in members.iter().enumerate() {
                    self.separator(index, layout, depth + 1);
                    let name_start = self.text.len();
                    self.string(name, choices);
                    self.tokens.push(name_start..self.text.len());
                    self.text.push(':');
                    if !matches!(layout, Layout::Compact) {
                        self.text.push(' ');
                    }
                    self.value(member, layout, depth + 1, choices);
                }
                self.close('}', members.is_empty(), layout, depth);
            }
            _ => self.text.push_str(&value.to_string()),
        }
        self.tokens.push(start..self.text.len());
    }

    fn separator(&mut self, index: usize, layout: Layout, depth: usize) {
        if index > 0 {
            self.text.push(',');
        }
        match layout {
            Layout::Spaced if index > 0 => self.text.push(' '),
            Layout::Lines(step) => {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(step * depth));
            }
            _ => {}
        }
    }

    fn close(&mut self, bracket: char, is_empty: bool, layout: Layout, depth: usize) {
        if let (Layout::Lines(step), false) = (layout, is_empty) {
            self.text.push('\n');
            self.text.push_str(&" ".repeat(step * depth));
        }
        self.text.push(bracket);
    }

    fn string(&mut self, text: &str, choices: &mut Choices) {
        self.text.push('"');
        for character in text.chars() {
            let printable = !matches!(character,
                '\0'..='\x1f' | '\x7f'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{feff}'
                | '\u{fffe}' | '\u{ffff}');
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                _ if printable && !choices.one_in(6) => self.text.push(character),
                '\n' if choices.one_in(2) => self.text.push_str("\\n"),
                _ => {
                    for unit in character.encode_utf16(&mut [0; 2]) {
                        write!(self.text, "\\u{unit:04x}").unwrap();
                    }
                }
            }
        }
        self.text.push('"');
    }
}
