//! Texts and places in them: where every document, label and edit points.
//!
//! A [`Source`] is one text that was read (a file, standard input); a [`Span`] is a byte range of
//! it; a [`Place`] is both together. Lines and columns are computed only when something is shown.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A byte range of a [`Source`]'s text, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`; an inverted range becomes an empty one at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        let start = start as u32;
        Self {
            start,
            end: (end as u32).max(start),
        }
    }

    /// The span as a range that slices a text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// True where it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// One text that was read, and where it came from.
#[derive(Debug)]
pub struct Source {
    /// The name shown to people: a path as the user gave it, `<stdin>`, …
    pub origin: String,
    /// The whole text, byte for byte as it was read (a byte-order mark included).
    pub text: Box<str>,
}

impl Source {
    /// A source with this name and text.
    pub fn new(origin: impl Into<String>, text: impl Into<Box<str>>) -> Arc<Self> {
        Arc::new(Self {
            origin: origin.into(),
            text: text.into(),
        })
    }

    /// The text under a span; empty where the span does not lie on character borders.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The line and column of a byte offset, both counted from 1, the column in characters.
    pub fn position(&self, offset: u32) -> Position {
        let before = self.text.get(..offset as usize).unwrap_or(&self.text);
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |newline| newline + 1);
        Position {
            line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
            column: before
                .get(line_start..)
                .map_or(0, |line| line.chars().count())
                + 1,
            byte: offset as usize,
        }
    }

    /// The byte offset at which the line holding `offset` starts.
    pub fn line_start(&self, offset: u32) -> usize {
        let before = self.text.get(..offset as usize).unwrap_or(&self.text);
        memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |newline| newline + 1)
    }
}

/// The name of a file that another file names relative to itself, without `.` and, as far as the names
/// tell, without `..`. Only names are compared; nothing is looked up.
pub fn beside(origin: &str, path: &str) -> String {
    let directory = origin
        .rsplit_once('/')
        .map_or("", |(directory, _)| directory);
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if origin.starts_with('/') { "/" } else { "" };
    match parts.join("/") {
        joined if joined.is_empty() && root.is_empty() => ".".to_owned(),
        joined => format!("{root}{joined}"),
    }
}

/// A position as people and editors count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// From 0, in bytes from the start of the text.
    pub byte: usize,
}

/// A span of a certain source.
#[derive(Debug, Clone)]
pub struct Place {
    /// The text.
    pub source: Arc<Source>,
    /// The bytes.
    pub span: Span,
}

impl Place {
    /// The very text at this place.
    pub fn text(&self) -> &str {
        self.source.slice(self.span)
    }

    /// Line and column of its first byte.
    pub fn start(&self) -> Position {
        self.source.position(self.span.start)
    }

    /// Line and column of the byte after its last.
    pub fn end(&self) -> Position {
        self.source.position(self.span.end)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.span == other.span && self.source.origin == other.source.origin
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column, .. } = self.start();
        write!(f, "{}:{line}:{column}", self.source.origin)
    }
}
