//! What Go's `encoding/json` does when it fills a struct from JSON: which member fills which
//! field, and what it refuses. A refusal in one place refuses the whole text.

use std::{fmt, ops::Range};

use crate::json::{Json, Member, SyntaxError, Value};

/// A value and the bytes of the annotation's text that state it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its bytes, quotes included.
    pub range: Range<usize>,
}

/// Why an annotation is refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It is not JSON.
    Syntax(SyntaxError),
    /// It is JSON of another shape. The controller stops at the first of these; all are listed.
    Types(Vec<TypeError>),
}

/// A value of a kind that does not fit its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeError {
    /// The bytes of the value, or of the member's name if that is what does not fit.
    pub range: Range<usize>,
    /// Its place: `ingress`, `a port in exposed_ports`.
    pub what: &'static str,
    /// What would fit there: `a boolean`.
    pub expected: &'static str,
    /// What is there: `a string`, or a member's name in quotes.
    pub found: String,
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "{} must be {}, not {}",
            self.what, self.expected, self.found
        )
    }
}

impl TypeError {
    pub(super) fn new(json: &Json, what: &'static str, expected: &'static str) -> Self {
        Self {
            range: json.range.clone(),
            what,
            expected,
            found: json.kind_name().to_owned(),
        }
    }
}

/// The members of an object, or `None` for `null`, which leaves a struct as it is.
pub(super) fn members<'a>(
    json: &'a Json,
    what: &'static str,
) -> Result<Option<&'a [Member]>, TypeError> {
    match &json.value {
        Value::Object(members) => Ok(Some(members)),
        Value::Null => Ok(None),
        _ => Err(TypeError::new(json, what, "an object")),
    }
}

/// A member's name and its place.
pub(super) fn name_of(member: &Member) -> Spanned<String> {
    Spanned {
        value: member.name.clone(),
        range: member.name_range.clone(),
    }
}

/// Whether a member of this name fills a field tagged so: Go ignores letter case, and two
/// characters beyond ASCII fold into it (U+017F into `s`, U+212A into `k`).
pub(super) fn fills(written: &str, field: &str) -> bool {
    let folded = written.chars().map(|char| match char {
        'ſ' => 's',
        '\u{212A}' => 'k',
        char => char.to_ascii_lowercase(),
    });
    folded.eq(field.chars())
}

/// Fills a list of strings that may hold a list already, as Go does: elements are decoded over
/// the old ones, so a `null` keeps the text that stood at its index, even one that an earlier and
/// shorter list had hidden. `kept` is that memory, the answer is how much of it is in force.
pub(super) fn strings(
    elements: &[Json],
    kept: &mut Vec<Spanned<String>>,
    what: &'static str,
    errors: &mut Vec<TypeError>,
) -> usize {
    if elements.is_empty() {
        kept.clear();
    }
    for (index, element) in elements.iter().enumerate() {
        if index == kept.len() {
            kept.push(Spanned {
                value: String::new(),
                range: 0..0,
            });
        }
        let Some(slot) = kept.get_mut(index) else {
            break;
        };
        slot.range = element.range.clone();
        match &element.value {
            Value::String(text) => slot.value.clone_from(text),
            Value::Null => {}
            _ => errors.push(TypeError::new(element, what, "a string")),
        }
    }
    elements.len()
}
