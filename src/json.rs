//! JSON with the byte range of every node, as it stands inside an annotation.

use std::ops::Range;

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
