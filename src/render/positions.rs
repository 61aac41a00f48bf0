//! Lines and columns of byte offsets. Each text is read once for a report, however many findings
//! point into it; after that a position costs half a KiB of reading, even in a text of one line.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::text::{Place, Position, Source};

/// Bytes between two checkpoints.
const STEP: usize = 512;

/// The indexes of all texts of one report.
#[derive(Debug, Default)]
pub(super) struct Positions {
    indexes: RefCell<HashMap<*const Source, Rc<Index>>>,
}

impl Positions {
    /// The index of a text. The report keeps its sources alive, so an address stands for one text.
    pub(super) fn of(&self, source: &Arc<Source>) -> Rc<Index> {
        let mut indexes = self.indexes.borrow_mut();
        let index = indexes
            .entry(Arc::as_ptr(source))
            .or_insert_with(|| Rc::new(Index::new(Arc::clone(source))));
        Rc::clone(index)
    }

    /// The position of a place's first byte.
    pub(super) fn start(&self, place: &Place) -> Position {
        self.of(&place.source).position(place.span.start as usize)
    }

    /// The position of the byte after a place's last.
    pub(super) fn end(&self, place: &Place) -> Position {
        self.of(&place.source).position(place.span.end as usize)
    }

    /// `file:line:column`, not yet cleaned.
    pub(super) fn show(&self, place: &Place) -> String {
        let Position { line, column, .. } = self.start(place);
        format!("{}:{line}:{column}", place.source.origin)
    }
}

/// One text with checkpoints.
#[derive(Debug)]
pub(super) struct Index {
    source: Arc<Source>,
    checkpoints: Vec<Checkpoint>,
}

/// What is known at one byte of a text.
#[derive(Debug, Clone, Copy)]
struct Checkpoint {
    byte: usize,
    /// Line breaks before it.
    lines: usize,
    /// Characters since the last of them.
    chars: usize,
    /// UTF-16 code units since then.
    units: usize,
}

impl Index {
    fn new(source: Arc<Source>) -> Self {
        let text = &source.text;
        let mut at = Checkpoint {
            byte: 0,
            lines: 0,
            chars: 0,
            units: 0,
        };
        let mut checkpoints = vec![at];
        while text.len() - at.byte > STEP {
            at = at.advance(text, floor(text, at.byte + STEP));
            checkpoints.push(at);
        }
        Self {
            source,
            checkpoints,
        }
    }

    /// The text.
    pub(super) fn text(&self) -> &str {
        &self.source.text
    }

    /// Line and column of an offset; one inside a character or past the end moves back.
    pub(super) fn position(&self, byte: usize) -> Position {
        let at = self.at(byte);
        Position {
            line: at.lines + 1,
            column: at.chars + 1,
            byte,
        }
    }

    /// The column of an offset in UTF-16 code units, from 1.
    pub(super) fn utf16_column(&self, byte: usize) -> usize {
        self.at(byte).units + 1
    }

    /// The bytes of a line, from 1, without its `\n`; `None` past the last line.
    pub(super) fn line(&self, line: usize) -> Option<std::ops::Range<usize>> {
        let start = self.line_start(line)?;
        let end = self
            .line_start(line + 1)
            .map_or(self.source.text.len(), |next| next - 1);
        Some(start..end)
    }

    fn line_start(&self, line: usize) -> Option<usize> {
        let breaks = line.checked_sub(1)?;
        if breaks == 0 {
            return Some(0);
        }
        let after = self.checkpoints.partition_point(|at| at.lines < breaks);
        let before = self.checkpoints.get(after.checked_sub(1)?)?;
        let rest = self.source.text.get(before.byte..)?;
        memchr::memchr_iter(b'\n', rest.as_bytes())
            .nth(breaks - before.lines - 1)
            .map(|at| before.byte + at + 1)
    }

    fn at(&self, byte: usize) -> Checkpoint {
        let byte = floor(&self.source.text, byte);
        let after = self.checkpoints.partition_point(|at| at.byte <= byte);
        let start = Checkpoint {
            byte: 0,
            lines: 0,
            chars: 0,
            units: 0,
        };
        let before = after
            .checked_sub(1)
            .and_then(|last| self.checkpoints.get(last).copied())
            .unwrap_or(start);
        before.advance(&self.source.text, byte)
    }
}

impl Checkpoint {
    fn advance(mut self, text: &str, byte: usize) -> Self {
        let mut piece = text.get(self.byte..byte).unwrap_or_default();
        self.byte = byte;
        if let Some(newline) = memchr::memrchr(b'\n', piece.as_bytes()) {
            self.lines += memchr::memchr_iter(b'\n', piece.as_bytes()).count();
            self.chars = 0;
            self.units = 0;
            piece = piece.get(newline + 1..).unwrap_or_default();
        }
        self.chars += piece.chars().count();
        self.units += piece.chars().map(char::len_utf16).sum::<usize>();
        self
    }
}

/// The last character border at or before an offset.
pub(super) fn floor(text: &str, byte: usize) -> usize {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_counting_from_the_start() {
        let text = format!("é\n{}\n\n🎉x\n{}", "ä".repeat(5000), "b\n".repeat(9000));
        let source = Source::new("a", text.as_str());
        let positions = Positions::default();
        let index = positions.of(&source);
        for byte in (0..=text.len()).filter(|byte| text.is_char_boundary(*byte)) {
            if byte % 97 == 0 || byte < 12 || byte + 3 > text.len() {
                assert_eq!(index.position(byte), source.position(byte as u32), "{byte}");
            }
        }
        for (number, line) in text.split('\n').enumerate() {
            let range = index.line(number + 1).unwrap();
            assert_eq!(text[range], *line, "line {}", number + 1);
        }
        assert_eq!(index.line(text.split('\n').count() + 1), None);
        assert_eq!(index.line(0), None);
    }

    #[test]
    fn counts_utf16_units() {
        let source = Source::new("a", "🎉ä|");
        let index = Positions::default().of(&source);
        assert_eq!(index.utf16_column("🎉ä".len()), 4);
        assert_eq!(index.position("🎉ä".len()).column, 3);
    }
}
