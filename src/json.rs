//! JSON with the byte range of every node, as it stands inside an annotation.

mod parse;

use std::ops::Range;

pub use parse::{MAX_DEPTH, SyntaxError, parse};

/// A value and the bytes it covers in the text that was parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Json {
    /// From its first byte to its last, quotes and brackets included.
    pub range: Range<usize>,
    /// The value.
    pub value: Value,
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written.
    Number(String),
    /// A string, decoded.
    String(String),
    /// The elements in order.
    Array(Vec<Json>),
    /// The members in order, repeated names included.
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Its name, decoded.
    pub name: String,
    /// The name's bytes, quotes included.
    pub name_range: Range<usize>,
    /// Its value.
    pub value: Json,
}

impl Json {
    /// What kind of value this is, in words for a message: `a string`, `an object`.
    pub fn kind_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// The last member of that exact name, which is the one most readers take.
    pub fn get(&self, name: &str) -> Option<&Json> {
        let Value::Object(members) = &self.value else {
            return None;
        };
        let member = members.iter().rev().find(|member| member.name == name)?;
        Some(&member.value)
    }
}
