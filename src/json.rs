//! JSON with the byte range of every node, as it stands inside an annotation.

mod parse;

use std::ops::Range;

pub(crate) use parse::STRICT;
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

    /// The names that lead to a member or an element: `exposed_ports.80.name`. The range is one
    /// of a node of this value, or of a member's name; empty for this value itself.
    pub fn path(&self, range: &Range<usize>) -> String {
        let mut path = String::new();
        let mut json = self;
        loop {
            let holds =
                |value: &Self| value.range.start <= range.start && range.end <= value.range.end;
            let (name, value) = match &json.value {
                Value::Object(members) => {
                    let found = members
                        .iter()
                        .find(|member| member.name_range == *range || holds(&member.value));
                    let Some(member) = found else { return path };
                    (member.name.clone(), &member.value)
                }
                Value::Array(elements) => {
                    let Some(index) = elements.iter().position(holds) else {
                        return path;
                    };
                    let Some(element) = elements.get(index) else {
                        return path;
                    };
                    (index.to_string(), element)
                }
                _ => return path,
            };
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&name);
            json = value;
        }
    }

    /// The bytes to take away so that a member is gone, with the comma that parted it from its
    /// neighbour; `name_range` are the bytes of its name.
    pub fn removal(&self, name_range: &Range<usize>) -> Option<Range<usize>> {
        let Value::Object(members) = &self.value else {
            let Value::Array(elements) = &self.value else {
                return None;
            };
            return elements
                .iter()
                .find_map(|element| element.removal(name_range));
        };
        let Some(index) = members
            .iter()
            .position(|member| member.name_range == *name_range)
        else {
            return members
                .iter()
                .find_map(|member| member.value.removal(name_range));
        };
        let member = members.get(index)?;
        let next = members.get(index + 1);
        let before = index.checked_sub(1).and_then(|before| members.get(before));
        Some(match (next, before) {
            (Some(next), _) => member.name_range.start..next.name_range.start,
            (None, Some(before)) => before.value.range.end..member.value.range.end,
            (None, None) => member.name_range.start..member.value.range.end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{"ingress": 1, "exposed_ports": {"80": {"name": 7}, "443": {}}, "zones": [0, {"a": 2}]}"#;

    fn find(part: &str) -> Range<usize> {
        let start = TEXT.find(part).unwrap();
        start..start + part.len()
    }

    #[test]
    fn paths_name_members_and_elements() {
        let json = parse(TEXT).unwrap();
        for (part, path) in [
            ("7", "exposed_ports.80.name"),
            ("\"443\"", "exposed_ports.443"),
            ("1", "ingress"),
            ("0,", "zones"),
            ("2", "zones.1.a"),
            (TEXT, ""),
        ] {
            assert_eq!(json.path(&find(part)), path, "{part}");
        }
    }

    #[test]
    fn a_removed_member_leaves_json() {
        let json = parse(TEXT).unwrap();
        for (name, left) in [
            (
                "\"ingress\"",
                r#"{"exposed_ports": {"80": {"name": 7}, "443": {}}, "zones": [0, {"a": 2}]}"#,
            ),
            (
                "\"443\"",
                r#"{"ingress": 1, "exposed_ports": {"80": {"name": 7}}, "zones": [0, {"a": 2}]}"#,
            ),
            (
                "\"a\"",
                r#"{"ingress": 1, "exposed_ports": {"80": {"name": 7}, "443": {}}, "zones": [0, {}]}"#,
            ),
        ] {
            let mut text = TEXT.to_owned();
            text.replace_range(json.removal(&find(name)).unwrap(), "");
            assert_eq!(text, left);
        }
        assert_eq!(json.removal(&(0..1)), None);
    }
}
