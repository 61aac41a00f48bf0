//! Reads JSON as strictly as Go's `encoding/json`, which is what the controllers read annotations
//! with. The parser is `jsonc-parser` with its leniencies off; what it still lets through is
//! caught by one scan of the text beforehand.

use std::{borrow::Cow, ops::Range};

use jsonc_parser::{
    CollectOptions, ParseOptions, ast,
    common::Ranged,
    errors::{ParseError, ParseErrorKind},
    parse_to_ast,
};
use thiserror::Error;

use super::{Json, Member, Value};

/// How deep values may nest: each array counts one, each object two. Go stops at 10 000, but no
/// annotation that nests so deep means anything.
pub const MAX_DEPTH: usize = 512;

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// The bytes that are wrong; empty where something is missing.
    pub range: Range<usize>,
    /// What is wrong there, as a noun phrase or `expected …`.
    pub message: String,
}

/// Parses one JSON value of any kind, with nothing but white space around it.
pub fn parse(text: &str) -> Result<Json, SyntaxError> {
    let scan = Scan::of(text);
    match (
        parse_to_ast(&scan.text, &CollectOptions::default(), &STRICT),
        scan.error,
    ) {
        (Ok(parsed), None) => match &parsed.value {
            Some(value) => Ok(convert(value)),
            None => Err(SyntaxError::new(0..text.len(), "no value at all")),
        },
        (Ok(_), Some(error)) => Err(error),
        (Err(error), earlier) => {
            let error = describe(text, &error);
            Err(earlier
                .filter(|it| it.range.start <= error.range.start)
                .unwrap_or(error))
        }
    }
}

/// The parser's options with every leniency off.
pub(crate) const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

impl SyntaxError {
    fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
        }
    }
}

/// What the parser needs to be told about the text.
struct Scan<'a> {
    /// The text, byte for byte as long, in which `\uFFFD` stands for each half of a surrogate
    /// pair that lacks its other half: Go reads it so, the parser would refuse it.
    text: Cow<'a, str>,
    /// The first character that the parser takes and Go does not.
    error: Option<SyntaxError>,
}

impl<'a> Scan<'a> {
    fn of(text: &'a str) -> Self {
        let mut scan = Self {
            text: Cow::Borrowed(text),
            error: None,
        };
        let mut in_string = false;
        let mut skip_to = 0;
        for (at, char) in text.char_indices() {
            if at < skip_to {
                continue;
            }
            match char {
                '"' => in_string = !in_string,
                '\\' if in_string => skip_to = scan.escape(text, at),
                _ => scan.refuse(at, char, in_string),
            }
        }
        scan
    }

    /// Looks at the escape that begins at `at`; returns where the text goes on.
    fn escape(&mut self, text: &str, at: usize) -> usize {
        let Some(first) = unicode_escape(text, at) else {
            return at + 2;
        };
        let low = unicode_escape(text, at + 6);
        match first {
            0xD800..=0xDBFF if matches!(low, Some(0xDC00..=0xDFFF)) => return at + 12,
            0xD800..=0xDFFF => self.text.to_mut().replace_range(at..at + 6, "\\uFFFD"),
            _ => {}
        }
        at + 6
    }

    fn refuse(&mut self, at: usize, char: char, in_string: bool) {
        let allowed = match char {
            ' '..='~' => true,
            '\t' | '\n' | '\r' => !in_string,
            char => in_string && char >= ' ',
        };
        if !allowed && self.error.is_none() {
            let range = at..at + char.len_utf8();
            self.error = Some(SyntaxError::new(range, unexpected(char)));
        }
    }
}

/// The code unit of a complete `\uXXXX` at this place.
fn unicode_escape(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    let all_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    all_hex
        .then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
}

fn unexpected(char: char) -> String {
    match char {
        '\u{FEFF}' => "a byte order mark".to_owned(),
        '“' | '”' | '„' | '‘' | '’' | '«' | '»' => {
            format!("the typographic quote `{char}`, JSON needs `\"`")
        }
        '\n' => "a line break inside a string".to_owned(),
        '\t' => "a tab inside a string".to_owned(),
        char if char.is_whitespace() || char.is_control() => {
            format!("the character U+{:04X}", u32::from(char))
        }
        char => format!("an unexpected `{char}`"),
    }
}

fn describe(text: &str, error: &ParseError) -> SyntaxError {
    let range = error.range().start..error.range().end;
    let found = || match text.get(range.clone()).filter(|it| !it.is_empty()) {
        Some(found) if found.len() <= 40 => format!("an unexpected `{found}`"),
        Some(_) => "an unexpected word".to_owned(),
        None => "an unexpected end".to_owned(),
    };
    let message = match error.kind() {
        ParseErrorKind::BareDecimalPointNumbersNotAllowed => {
            "a decimal point without a digit on each side".to_owned()
        }
        ParseErrorKind::CommentsNotAllowed | ParseErrorKind::UnterminatedCommentBlock => {
            "a comment".to_owned()
        }
        ParseErrorKind::ExpectedColonAfterObjectKey => "expected `:`".to_owned(),
        ParseErrorKind::ExpectedObjectValue => "expected a value".to_owned(),
        ParseErrorKind::ExpectedDigit
        | ParseErrorKind::ExpectedDigitFollowingNegativeSign
        | ParseErrorKind::ExpectedPlusMinusOrDigitInNumberLiteral => "expected a digit".to_owned(),
        ParseErrorKind::ExpectedStringObjectProperty => "a member name without quotes".to_owned(),
        ParseErrorKind::HexadecimalNumbersNotAllowed => "a hexadecimal number".to_owned(),
        ParseErrorKind::ExpectedComma => match text.as_bytes().get(range.start) {
            Some(b'0'..=b'9') => "a number with a leading zero".to_owned(),
            _ => "expected `,`".to_owned(),
        },
        ParseErrorKind::MultipleRootJsonValues => "text after the value".to_owned(),
        ParseErrorKind::NonFiniteNumbersNotAllowed => "a number that is not finite".to_owned(),
        ParseErrorKind::SingleQuotedStringsNotAllowed => {
            "a single quote, JSON needs `\"`".to_owned()
        }
        ParseErrorKind::TrailingCommasNotAllowed => "a trailing comma".to_owned(),
        ParseErrorKind::UnaryPlusNumbersNotAllowed => "a plus sign before a number".to_owned(),
        ParseErrorKind::UnterminatedArray => "an array without its closing `]`".to_owned(),
        ParseErrorKind::UnterminatedObject => "an object without its closing `}`".to_owned(),
        ParseErrorKind::NestingDepthExceeded => {
            format!("values nested more than {MAX_DEPTH} levels deep")
        }
        ParseErrorKind::String(kind) => string_fault(kind).to_owned(),
        _ => found(),
    };
    SyntaxError { range, message }
}

fn string_fault(kind: &jsonc_parser::ParseStringErrorKind) -> &'static str {
    match kind {
        jsonc_parser::ParseStringErrorKind::UnterminatedStringLiteral => {
            "a string without its closing `\"`"
        }
        jsonc_parser::ParseStringErrorKind::ExpectedFourHexDigits => {
            "`\\u` without four hexadecimal digits"
        }
        _ => "an escape that JSON does not know",
    }
}

fn convert(node: &ast::Value) -> Json {
    let value = match node {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(it) => Value::Bool(it.value),
        ast::Value::NumberLit(it) => Value::Number(it.value.to_owned()),
        ast::Value::StringLit(it) => Value::String(it.value.to_string()),
        ast::Value::Array(it) => Value::Array(it.elements.iter().map(convert).collect()),
        ast::Value::Object(it) => Value::Object(it.properties.iter().map(member).collect()),
    };
    Json {
        range: node.start()..node.end(),
        value,
    }
}

fn member(property: &ast::ObjectProp) -> Member {
    Member {
        name: property.name.as_str().to_owned(),
        name_range: property.name.start()..property.name.end(),
        value: convert(&property.value),
    }
}
