//! Makes text from anywhere harmless to a terminal: what would move the cursor, recolour, reorder
//! or hide text is shown as a visible stand-in. The only place that knows which characters those
//! are.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// Cleans texts for people.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cleaner {
    /// Whether stand-ins may be more than ASCII.
    pub(crate) unicode: bool,
}

impl Cleaner {
    /// A text of one line: line breaks and tabs are shown too.
    pub(crate) fn line(self, text: &str) -> Cow<'_, str> {
        replace(text, |c| self.stand_in(c))
    }

    /// A text of many lines: line breaks stay.
    pub(crate) fn block(self, text: &str) -> Cow<'_, str> {
        replace(text, |c| self.stand_in(c).filter(|_| c != '\n'))
    }

    /// What to show instead of a character; `None` where it is harmless.
    pub(super) fn stand_in(self, c: char) -> Option<String> {
        if !is_hostile(c) {
            return None;
        }
        let picture = match c {
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)),
            '\x7f' => Some('␡'),
            _ => None,
        };
        Some(match picture.filter(|_| self.unicode) {
            Some(picture) => picture.to_string(),
            None => c.escape_default().to_string(),
        })
    }
}

/// Writes JSON on, with every such character inside its strings as an escape.
pub(super) struct JsonWriter<'w>(pub(super) &'w mut dyn io::Write);

impl io::Write for JsonWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Serialisation writes whole characters.
        match std::str::from_utf8(bytes) {
            Ok(text) => self.0.write_all(json(text).as_bytes())?,
            Err(_) => self.0.write_all(bytes)?,
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A JSON text with every such character inside its strings as an escape: the data stay the same.
pub(super) fn json(text: &str) -> Cow<'_, str> {
    // A pretty printer writes many line breaks.
    if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    replace(text, |c| {
        (c != '\n' && is_hostile(c)).then(|| {
            c.encode_utf16(&mut [0; 2])
                .iter()
                .fold(String::new(), |mut escapes, unit| {
                    // Writing to a `String` cannot fail.
                    let _ = write!(escapes, "\\u{unit:04x}");
                    escapes
                })
        })
    })
}

fn replace(text: &str, with: impl Fn(char) -> Option<String>) -> Cow<'_, str> {
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if plain || !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match with(c) {
            Some(stand_in) => clean.push_str(&stand_in),
            None => clean.push(c),
        }
    }
    Cow::Owned(clean)
}

/// C0, DEL and C1 controls; marks, embeddings, overrides and isolates of bidirectional text
/// (<https://www.unicode.org/reports/tr9/>); line separators; characters without a width that hide
/// inside names; tags; and what XML cannot hold.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}'
                | '\u{ffff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNICODE: Cleaner = Cleaner { unicode: true };
    const ASCII: Cleaner = Cleaner { unicode: false };

    #[test]
    fn escapes_become_visible() {
        let evil = "a\x1b[31mb\x1b]8;;http://x\x07c\u{9b}2Jd\u{202e}e\x7f\r\n\tf";
        assert_eq!(
            UNICODE.line(evil),
            "a␛[31mb␛]8;;http://x␇c\\u{9b}2Jd\\u{202e}e␡␍␊␉f"
        );
        assert_eq!(
            ASCII.line(evil),
            "a\\u{1b}[31mb\\u{1b}]8;;http://x\\u{7}c\\u{9b}2Jd\\u{202e}e\\u{7f}\\r\\n\\tf"
        );
    }

    #[test]
    fn letters_of_any_script_stay_and_blocks_keep_their_lines() {
        let text = "größe\n名前 🎉 سلام";
        assert_eq!(ASCII.block(text), text);
        assert_eq!(ASCII.line("a\nb"), "a\\nb");
    }

    #[test]
    fn json_keeps_the_data() {
        let value = serde_json::json!({"a": "\u{9b}\u{202e}\u{e0041}\x7f\x1b\u{feff}é"});
        let text = serde_json::to_string_pretty(&value).unwrap();
        let clean = json(&text);
        assert!(!clean.chars().any(|c| c != '\n' && is_hostile(c)));
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&clean).unwrap(),
            value
        );
    }
}
