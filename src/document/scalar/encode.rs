//! Writing text into a scalar.

use std::fmt::Write as _;

use super::Style;

const BLANK: [char; 2] = [' ', '\t'];

/// `text` written so that it can replace decoded bytes inside a scalar of this style.
///
/// `None` where the style cannot hold it, or where what stands around it could change it: a blank
/// at either end may be folded away or read as indentation. Whether a plain scalar becomes another
/// type (`80` a number, `on` a boolean) is for the caller to judge, who knows the whole of it.
pub fn encode(text: &str, style: Style) -> Option<String> {
    match style {
        Style::JsonString | Style::DoubleQuoted => Some(escaped(text, style)),
        Style::SingleQuoted => {
            let fits = is_one_line(text) && !text.starts_with(BLANK) && !text.ends_with(BLANK);
            fits.then(|| text.replace('\'', "''"))
        }
        Style::Literal | Style::Folded => {
            let fits = is_one_line(text) && !text.starts_with(BLANK);
            fits.then(|| text.to_owned())
        }
        Style::Plain => is_plain(text).then(|| text.to_owned()),
    }
}

/// With the escapes that JSON and YAML share.
fn escaped(text: &str, style: Style) -> String {
    let mut written = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        let may_fold = style == Style::DoubleQuoted && (index == 0 || index == last);
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            _ if needs_escape(character) || (may_fold && character == ' ') => {
                // No character beyond U+FFFF needs an escape. Writing to a String cannot fail.
                let _ = write!(written, "\\u{:04x}", u32::from(character));
            }
            _ => written.push(character),
        }
    }
    written
}

/// Not printable in YAML, or a line break to the YAML 1.1 parsers that Kubernetes uses.
fn needs_escape(character: char) -> bool {
    (character.is_control() && character != '\t')
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn is_one_line(text: &str) -> bool {
    !text.contains(needs_escape)
}

/// Whether a plain scalar can be this text.
pub(in crate::document) fn is_plain(text: &str) -> bool {
    const FLOW: [char; 5] = [',', '[', ']', '{', '}'];
    const INDICATORS: [char; 14] = [
        '-', '?', ':', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`',
    ];
    // What most texts are: names, images, times without a colon.
    let simple = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    if text
        .as_bytes()
        .first()
        .is_some_and(u8::is_ascii_alphanumeric)
        && text.bytes().all(simple)
    {
        return true;
    }
    is_one_line(text)
        && !text.is_empty()
        && !text.contains(FLOW)
        && !text.starts_with(INDICATORS)
        && !text.starts_with(BLANK)
        && !text.ends_with(BLANK)
        && !text.ends_with(':')
        && ![": ", ":\t", " #", "\t#"]
            .iter()
            .any(|part| text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_quotes_hold_everything() {
        let text = " \"\\\n\t\u{7f}é\u{2028}😀 ";
        let written = encode(text, Style::DoubleQuoted).unwrap();
        assert_eq!(written, "\\u0020\\\"\\\\\\n\\t\\u007fé\\u2028😀\\u0020");
        let json = format!("\"{}\"", encode(text, Style::JsonString).unwrap());
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn single_quotes_double_theirs_and_refuse_what_they_cannot_hold() {
        let written = encode("it's \\", Style::SingleQuoted);
        assert_eq!(written.as_deref(), Some("it''s \\"));
        for text in ["a\nb", "a\rb", "\0", " a", "a ", "\u{85}"] {
            assert_eq!(encode(text, Style::SingleQuoted), None, "{text:?}");
        }
    }

    #[test]
    fn block_scalars_take_one_line() {
        for style in [Style::Literal, Style::Folded] {
            assert_eq!(encode("{\"a\": '#'} ", style).unwrap(), "{\"a\": '#'} ");
            assert_eq!(encode(" a", style), None);
            assert_eq!(encode("a\nb", style), None);
        }
    }

    #[test]
    fn plain_scalars_take_only_what_cannot_mean_something_else() {
        for text in ["a b", "a:b", "a#b", "443", "it's"] {
            assert_eq!(encode(text, Style::Plain).as_deref(), Some(text));
        }
        for text in [
            "", "a: b", "a #b", "a:", "-1", "#", "{}", "a,b", "'a'", "a\nb", "a ",
        ] {
            assert_eq!(encode(text, Style::Plain), None, "{text:?}");
        }
    }
}
