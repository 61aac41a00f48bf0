//! Texts with holes: the constant parts of a controller's message, and what stands between them.

/// The most that is looked at of one text: the API server takes events of 1 KiB, conditions of 32.
const MAX_TEXT: usize = 1 << 16;

/// The values found in the holes of a format, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters<'e>(Vec<(&'static str, &'e str)>);

impl<'e> Parameters<'e> {
    /// The value of the first hole of this name.
    pub fn get(&self, name: &str) -> Option<&'e str> {
        let mut values = self.0.iter();
        values
            .find(|(hole, _)| *hole == name)
            .map(|(_, value)| *value)
    }

    /// All holes and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'e str)> {
        self.0.iter().copied()
    }

    /// The value of a hole that the format is known to have.
    pub(super) fn text(&self, name: &str) -> &'e str {
        self.get(name).unwrap_or_default()
    }
}

/// The start of a text that is worth looking at, without the white space around it.
pub(super) fn bounded(text: &str) -> &str {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().trim()
}

/// Reads a whole text by a format such as `Attach {count} network endpoint(s)`. Each hole takes as
/// little as possible, except a last one, which takes what is left.
pub(super) fn read<'e>(format: &'static str, text: &'e str) -> Option<Parameters<'e>> {
    let (parameters, rest) = walk(format, text, true)?;
    rest.is_empty().then_some(parameters)
}

/// Reads a format that stands somewhere in a text, whatever follows it.
pub(super) fn find<'e>(format: &'static str, text: &'e str) -> Option<Parameters<'e>> {
    let start = text.find(opening(format))?;
    walk(format, text.get(start..)?, false).map(|(parameters, _)| parameters)
}

/// Whether a text begins with a format, whatever follows it.
pub(super) fn begins_with(format: &'static str, text: &str) -> bool {
    walk(format, text, false).is_some()
}

fn opening(format: &'static str) -> &'static str {
    format.split('{').next().unwrap_or_default()
}

fn walk<'e>(format: &'static str, text: &'e str, whole: bool) -> Option<(Parameters<'e>, &'e str)> {
    let mut parts = format.split('{');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut parameters = Parameters::default();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (name, constant) = part.split_once('}')?;
        let value_end = match (parts.peek(), constant) {
            (None, "") => rest.len(),
            (None, _) if whole => rest.strip_suffix(constant)?.len(),
            _ => rest.find(constant)?,
        };
        let (value, after) = rest.split_at_checked(value_end)?;
        parameters.0.push((name, value));
        rest = after.strip_prefix(constant)?;
    }
    Some((parameters, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(format: &'static str, text: &'static str) -> Option<Vec<&'static str>> {
        let parameters = read(format, text)?;
        Some(parameters.iter().map(|(_, value)| value).collect())
    }

    #[test]
    fn constants_must_stand_in_order() {
        assert_eq!(values("a {x} b", "a 1 b"), Some(vec!["1"]));
        assert_eq!(values("a {x} b", "a 1 b 2 b"), Some(vec!["1 b 2"]));
        assert_eq!(values("a {x}, {y}", "a 1, 2, 3"), Some(vec!["1", "2, 3"]));
        assert_eq!(values("a", "a"), Some(vec![]));
        for text in ["a", "a b", "b 1 a", "a 1", "xa 1 b", "a 1 b "] {
            assert_eq!(values("a {x} b", text), None, "{text}");
        }
    }

    #[test]
    fn a_text_is_cut_on_a_character() {
        let long = "é".repeat(MAX_TEXT);
        assert_eq!(bounded(&long).len(), MAX_TEXT);
        assert_eq!(bounded(&format!("x{long}")).len(), MAX_TEXT - 1);
    }
}
