//! Decoding a scalar while noting where each piece of its value came from.
//!
//! Chapter numbers are those of YAML 1.2.2. The span and the value come from a parser that
//! accepted the scalar, so nothing is validated here beyond reaching the same value.

use std::ops::Range;

use super::{ByteMap, Run, Style};
use crate::text::Span;

const BLANK: [char; 2] = [' ', '\t'];
const BREAK: [char; 2] = ['\r', '\n'];

/// See [`ByteMap::new`].
pub(super) fn decode(
    source: &str,
    span: Range<usize>,
    style: Style,
    decoded: &str,
) -> Option<ByteMap> {
    let text = source.get(span.clone())?;
    let quote = match style {
        Style::SingleQuoted => "'",
        Style::DoubleQuoted | Style::JsonString => "\"",
        Style::Plain | Style::Literal | Style::Folded => "",
    };
    text.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut reader = Reader {
        source,
        at: span.start + quote.len(),
        end: span.end - quote.len(),
        left: decoded,
        found: 0,
        runs: Vec::new(),
    };
    let start = reader.at;
    match style {
        Style::Plain => reader.plain(),
        Style::SingleQuoted => reader.single_quoted(),
        Style::DoubleQuoted => reader.double_quoted(),
        Style::JsonString => reader.json_string(),
        Style::Literal => reader.block(false),
        Style::Folded => reader.block(true),
    }?;
    reader.left.is_empty().then(|| ByteMap {
        end: reader
            .runs
            .last()
            .map_or(start, |run| run.source.range().end),
        runs: reader.runs,
    })
}

struct Reader<'a> {
    source: &'a str,
    /// The next byte to read.
    at: usize,
    /// Where the scalar's content ends.
    end: usize,
    /// What of the value is still to be found, and how many of its bytes were.
    left: &'a str,
    found: usize,
    runs: Vec<Run>,
}

impl<'a> Reader<'a> {
    fn plain(&mut self) -> Option<()> {
        while !self.rest().is_empty() {
            self.spacing()?;
            self.copy_until(&[' ', '\t', '\r', '\n'])?;
        }
        Some(())
    }

    fn single_quoted(&mut self) -> Option<()> {
        while !self.rest().is_empty() {
            self.spacing()?;
            self.copy_until(&[' ', '\t', '\r', '\n', '\''])?;
            if self.skip("''") {
                self.note(self.at - 2..self.at, "'")?;
            } else if self.rest().starts_with('\'') {
                return None;
            }
        }
        Some(())
    }

    fn double_quoted(&mut self) -> Option<()> {
        while !self.rest().is_empty() {
            self.spacing()?;
            self.copy_until(&[' ', '\t', '\r', '\n', '\\'])?;
            self.escape()?;
        }
        Some(())
    }

    /// JSON's escapes are a part of YAML's, and nothing is folded.
    fn json_string(&mut self) -> Option<()> {
        while !self.rest().is_empty() {
            self.copy_until(&['\\'])?;
            self.escape()?;
        }
        Some(())
    }

    /// A block scalar (8.1). Its indentation is the column at which the span begins; how its end
    /// is chomped shows in the value.
    fn block(&mut self, folded: bool) -> Option<()> {
        let before = self.source.get(..self.at)?;
        let line_start = before.rfind(BREAK).map_or(0, |at| at + 1);
        let indent = self.at - line_start;
        self.leading_empty_lines(line_start, indent)?;
        loop {
            let more_indented = self.rest().starts_with(BLANK);
            self.copy_until(&BREAK)?;
            let mut breaks = self.line_breaks(|rest| indentation(rest, indent));
            if self.rest().is_empty() {
                return self.chomp(&breaks);
            }
            self.cover(&mut breaks);
            // Lines that begin with a blank keep the breaks around them (8.1.3).
            let fold = folded && !more_indented && !self.rest().starts_with(BLANK);
            self.join(&breaks, fold)?;
        }
    }

    /// The empty lines before the first line with content, which the span leaves out.
    fn leading_empty_lines(&mut self, line_start: usize, indent: usize) -> Option<()> {
        let content = self.at;
        let count = self.left.len() - self.left.trim_start_matches('\n').len();
        if count == 0 {
            return Some(());
        }
        let mut header = self.source.get(..line_start)?;
        for _ in 0..=count {
            header = header.trim_end_matches(' ');
            header = header.strip_suffix("\r\n").or(header.strip_suffix(BREAK))?;
        }
        self.at = header.len();
        let mut breaks = self.line_breaks(|rest| indentation(rest, indent));
        if self.at != content {
            return None;
        }
        self.cover(&mut breaks);
        self.join(breaks.get(1..)?, false)
    }

    /// The breaks after the last line, as many as the value has. Where the file ends without one,
    /// the parser supplies it.
    fn chomp(&mut self, breaks: &[Range<usize>]) -> Option<()> {
        for line_break in breaks.iter().take(self.left.len()) {
            self.note(line_break.clone(), "\n")?;
        }
        if self.left == "\n" && self.at == self.source.len() {
            self.note(self.at..self.at, "\n")?;
        }
        Some(())
    }

    /// Blanks as they stand, or folded with the line breaks after them (6.5).
    fn spacing(&mut self) -> Option<()> {
        let start = self.at;
        self.at += blanks(self.rest());
        let text = self.source.get(start..self.at)?;
        let mut breaks = self.line_breaks(blanks);
        match breaks.first_mut() {
            Some(first) => first.start = start,
            None => return self.note(start..self.at, text),
        }
        self.cover(&mut breaks);
        self.join(&breaks, true)
    }

    /// An escape sequence of a double-quoted scalar (5.7), if one stands here.
    fn escape(&mut self) -> Option<()> {
        let start = self.at;
        if !self.skip("\\") {
            return Some(());
        }
        if self.rest().starts_with(BREAK) {
            let mut breaks = self.line_breaks(blanks);
            self.cover(&mut breaks);
            return self.join(breaks.get(1..)?, false);
        }
        let name = self.rest().chars().next()?;
        self.at += name.len_utf8();
        let character = match name {
            '0' => '\0',
            'a' => '\x07',
            'b' => '\x08',
            't' | '\t' => '\t',
            'n' => '\n',
            'v' => '\x0b',
            'f' => '\x0c',
            'r' => '\r',
            'e' => '\x1b',
            ' ' | '"' | '/' | '\\' => name,
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            'x' => char::from_u32(self.hex(2)?)?,
            'u' => self.utf16()?,
            'U' => char::from_u32(self.hex(8)?)?,
            _ => return None,
        };
        self.note(start..self.at, character.encode_utf8(&mut [0; 4]))
    }

    /// What follows `\u`: four digits, or those of a high surrogate and `\u` with a low one.
    fn utf16(&mut self) -> Option<char> {
        let first = self.hex(4)?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        let low = self.skip("\\u").then(|| self.hex(4))??;
        let pair = [first as u16, low as u16];
        char::decode_utf16(pair).next()?.ok()
    }

    fn hex(&mut self, digits: usize) -> Option<u32> {
        let text = self.rest().get(..digits)?;
        self.at += digits;
        let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| u32::from_str_radix(text, 16).ok())?
    }

    /// Line breaks from here on, each with the blanks that stand before it on an empty line.
    /// `skip` tells how many blanks to leave out at the start of each line.
    fn line_breaks(&mut self, skip: impl Fn(&str) -> usize) -> Vec<Range<usize>> {
        let mut breaks = Vec::new();
        let mut start = self.at;
        while self.skip("\r\n") || self.skip("\n") || self.skip("\r") {
            breaks.push(start..self.at);
            start = self.at;
            self.at += skip(self.rest());
        }
        breaks
    }

    /// Gives the last break the blanks after it, too.
    fn cover(&self, breaks: &mut [Range<usize>]) {
        if let Some(last) = breaks.last_mut() {
            last.end = self.at;
        }
    }

    /// Breaks between two lines with content. Folded, the first is dropped, or becomes a space if
    /// it is the only one.
    fn join(&mut self, breaks: &[Range<usize>], fold: bool) -> Option<()> {
        let mut kept = breaks.iter().cloned();
        if fold {
            let first = kept.next()?;
            let Some(second) = kept.next() else {
                return self.note(first, " ");
            };
            self.note(first.start..second.end, "\n")?;
        }
        kept.try_for_each(|line_break| self.note(line_break, "\n"))
    }

    /// Characters that stand for themselves.
    fn copy_until(&mut self, stop: &[char]) -> Option<()> {
        let rest = self.rest();
        let length = rest.find(stop).unwrap_or(rest.len());
        let start = self.at;
        self.at += length;
        self.note(start..self.at, rest.get(..length)?)
    }

    /// Notes that these bytes decode to `text`; `None` if the value has something else here.
    fn note(&mut self, source: Range<usize>, text: &str) -> Option<()> {
        self.left = self.left.strip_prefix(text)?;
        if text.is_empty() {
            return Some(());
        }
        let run = Run {
            decoded: Span::new(self.found, self.found + text.len()),
            source: Span::new(source.start, source.end),
        };
        self.found += text.len();
        match self.runs.last_mut() {
            Some(last) if last.continues_in(run) => {
                last.decoded.end = run.decoded.end;
                last.source.end = run.source.end;
            }
            _ => self.runs.push(run),
        }
        Some(())
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..self.end).unwrap_or_default()
    }

    fn skip(&mut self, text: &str) -> bool {
        let stands_here = self.rest().starts_with(text);
        if stands_here {
            self.at += text.len();
        }
        stands_here
    }
}

/// How many blanks `text` begins with.
fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(BLANK).len()
}

/// How many of the `most` columns of indentation `text` begins with.
fn indentation(text: &str, most: usize) -> usize {
    text.bytes()
        .take(most)
        .take_while(|&byte| byte == b' ')
        .count()
}
