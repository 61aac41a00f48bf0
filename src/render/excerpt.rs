//! The lines around the marked places of a finding, ready to be shown: cleaned, cut where they are
//! too long, and with the marks moved along. Only these lines are ever handed to the drawing, so a
//! large text costs no more than a small one. One excerpt may hold lines of several files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::Cleaner;
use super::positions::{Index, Positions, floor};
use crate::text::{Place, Position, Source};

/// Lines shown before the first and after the last marked one.
const CONTEXT: usize = 2;
/// A mark over more lines than this is drawn on its first line only.
const TALL: usize = 8;
/// Bytes kept on both sides of a mark where a line cannot show all of its marks together.
const MARGIN: usize = 20;

/// Lines of one or more texts. Offsets count through all chunks, one after the other.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    chunks: Vec<Chunk>,
    marks: Vec<Mark>,
}

/// Neighbouring lines of one text.
#[derive(Debug)]
struct Chunk {
    /// The file's name, cleaned.
    name: String,
    /// The lines as they are shown, each with a line break.
    text: String,
    /// Where they start in the excerpt.
    offset: usize,
    /// The first line's number, from 0.
    line: usize,
}

/// A place that is marked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mark {
    /// The bytes in the excerpt.
    pub(super) range: Range<usize>,
    /// Where it starts in its own text.
    pub(super) start: Position,
}

/// How lines are prepared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// What cleans them.
    pub(super) clean: Cleaner,
    /// Bytes beyond which a line is cut.
    pub(super) room: usize,
}

/// A place's bytes and lines.
#[derive(Debug, Clone)]
struct Target {
    number: usize,
    bytes: Range<usize>,
    lines: Range<usize>,
    start: Position,
}

impl Excerpt {
    /// The lines around these places; the mark of each place has its place's index.
    pub(super) fn new(places: &[&Place], positions: &Positions, frame: Frame) -> Self {
        let mut sources: Vec<&Arc<Source>> = Vec::new();
        for place in places {
            if !sources
                .iter()
                .any(|known| Arc::ptr_eq(known, &place.source))
            {
                sources.push(&place.source);
            }
        }
        let mut excerpt = Self::default();
        let mut marks = BTreeMap::new();
        for source in sources {
            let index = positions.of(source);
            let targets: Vec<_> = places
                .iter()
                .enumerate()
                .filter(|(_, place)| Arc::ptr_eq(&place.source, source))
                .map(|(number, place)| Target::new(number, place, &index))
                .collect();
            for lines in blocks(&targets) {
                excerpt.add(source, &index, lines, &targets, frame, &mut marks);
            }
        }
        excerpt.marks = marks.into_values().collect();
        excerpt
    }

    /// The marks, in the order of the places.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// The columns that the text before a mark takes on its line.
    pub(super) fn indent(&self, mark: &Mark) -> usize {
        let chunk = self.chunk(&mark.range);
        let before = chunk.and_then(|chunk| chunk.text.get(..mark.range.start - chunk.offset));
        let line = before.and_then(|before| before.rsplit('\n').next());
        line.map_or(0, textwrap::core::display_width)
    }

    fn add(
        &mut self,
        source: &Source,
        index: &Index,
        lines: Range<usize>,
        targets: &[Target],
        frame: Frame,
        marks: &mut BTreeMap<usize, Mark>,
    ) {
        let inside = |target: &&Target| lines.contains(&target.lines.start);
        let ends = targets
            .iter()
            .filter(inside)
            .flat_map(|target| [target.bytes.start, target.bytes.end]);
        let mut chunk = Copy {
            frame,
            text: String::new(),
            pending: ends.collect(),
            moved: BTreeMap::new(),
        };
        for line in lines.clone() {
            let marked = targets.iter().any(|target| target.lines.contains(&line));
            match index.line(line) {
                // What follows the last line break is no line unless something points at it.
                Some(bytes) if marked || bytes.start < index.text().len() => {
                    chunk.line(index.text(), bytes, targets);
                }
                _ => {}
            }
        }
        let last = self.chunks.last();
        // A gap, or a range could end in one chunk and at the start of the next.
        let offset = last.map_or(0, |chunk| chunk.offset + chunk.text.len() + 1);
        for target in targets.iter().filter(inside) {
            let moved = |byte| offset + chunk.moved.get(byte).copied().unwrap_or_default();
            let (start, end) = (moved(&target.bytes.start), moved(&target.bytes.end));
            let mark = Mark {
                range: start..end.max(start),
                start: target.start,
            };
            marks.insert(target.number, mark);
        }
        self.chunks.push(Chunk {
            name: frame.clean.line(&source.origin).into_owned(),
            text: chunk.text,
            offset,
            line: lines.start - 1,
        });
    }

    fn chunk(&self, range: &Range<usize>) -> Option<&Chunk> {
        self.chunks.iter().find(|chunk| {
            chunk.offset <= range.start
                && range.start < chunk.offset + chunk.text.len()
                && range.end <= chunk.offset + chunk.text.len()
        })
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let range = span.offset()..span.offset() + span.len();
        // An error here also keeps the drawing from joining the lines of two chunks.
        let chunk = self.chunk(&range).ok_or(MietteError::OutOfBounds)?;
        // Without context the drawing only asks where a mark starts.
        let start = match self
            .marks
            .iter()
            .find(|mark| mark.range.start == range.start)
        {
            Some(mark) if lines_before == 0 => (mark.start.line - 1, mark.start.column - 1),
            _ => (chunk.line, 0),
        };
        let contents = MietteSpanContents::new_named(
            chunk.name.clone(),
            chunk.text.as_bytes(),
            (chunk.offset, chunk.text.len()).into(),
            start.0,
            start.1,
            chunk.text.matches('\n').count(),
        );
        Ok(Box::new(contents))
    }
}

impl Target {
    fn new(number: usize, place: &Place, index: &Index) -> Self {
        let text = index.text();
        let start = floor(text, place.span.start as usize);
        let mut end = floor(text, place.span.end as usize).max(start);
        let first = index.position(start);
        // A mark that ends with a line break ends on that line, not on the next one.
        if end > start && text.as_bytes().get(end - 1) == Some(&b'\n') {
            end -= 1;
        }
        let mut last = index.position(end).line;
        if last >= first.line + TALL {
            last = first.line;
            end = index.line(last).map_or(start, |line| line.end);
        }
        Self {
            number,
            bytes: start..end,
            lines: first.line..last + 1,
            start: first,
        }
    }
}

/// The lines to show: those of the targets and some around them, joined where they meet.
fn blocks(targets: &[Target]) -> Vec<Range<usize>> {
    let mut wanted: Vec<_> = targets
        .iter()
        .map(|target| {
            let Range { start, end } = target.lines;
            start.saturating_sub(CONTEXT).max(1)..end + CONTEXT
        })
        .collect();
    wanted.sort_by_key(|lines| lines.start);
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for lines in wanted {
        match blocks.last_mut() {
            // One hidden line would be replaced by one line of drawing.
            Some(last) if lines.start <= last.end + 1 => last.end = last.end.max(lines.end),
            _ => blocks.push(lines),
        }
    }
    blocks
}

/// Copies lines and keeps track of where offsets go.
struct Copy {
    frame: Frame,
    text: String,
    pending: BTreeSet<usize>,
    moved: BTreeMap<usize, usize>,
}

impl Copy {
    fn line(&mut self, text: &str, bytes: Range<usize>, targets: &[Target]) {
        let ellipsis = if self.frame.clean.unicode {
            "…"
        } else {
            "..."
        };
        let line = text.get(bytes.clone()).unwrap_or_default();
        // A line break of Windows is no part of what is on the line.
        let end = bytes.start + line.strip_suffix('\r').unwrap_or(line).len();
        let mut shown = bytes.start;
        for piece in self.pieces(text, bytes.start..end, targets) {
            if piece.start > shown {
                self.settle(piece.start - 1);
                self.text.push_str(ellipsis);
            }
            shown = piece.end;
            self.copy(text, piece);
        }
        if shown < end {
            self.text.push_str(ellipsis);
        }
        self.settle(bytes.end);
        self.text.push('\n');
    }

    fn copy(&mut self, text: &str, piece: Range<usize>) {
        let start = piece.start;
        for (at, c) in text.get(piece).unwrap_or_default().char_indices() {
            self.settle(start + at);
            match self.frame.clean.stand_in(c) {
                // A byte-order mark is no part of the text.
                Some(_) if c == '\u{feff}' && start + at == 0 => {}
                // The drawing lays tabs out itself.
                Some(stand_in) if c != '\t' => self.text.push_str(&stand_in),
                _ => self.text.push(c),
            }
        }
    }

    /// The parts of a line to show: all of it, or what is around the marks.
    fn pieces(&self, text: &str, line: Range<usize>, targets: &[Target]) -> Vec<Range<usize>> {
        let room = self.frame.room;
        if line.len() <= room {
            return vec![line];
        }
        let mut marked: Vec<_> = targets
            .iter()
            .map(|target| target.bytes.start.max(line.start)..target.bytes.end.min(line.end))
            .filter(|bytes| bytes.start <= bytes.end)
            .collect();
        marked.sort_by_key(|bytes| bytes.start);
        let first = marked.first().map_or(line.start, |bytes| bytes.start);
        let last = marked.iter().map(|bytes| bytes.end).max().unwrap_or(first);
        if last - first <= room {
            let start = first.saturating_sub((room - (last - first)) / 2);
            let start = start.clamp(line.start, line.end - room);
            let window = floor(text, start)..floor(text, start + room);
            return Vec::from([window]);
        }
        let around = |byte: usize| {
            let start = floor(text, byte.saturating_sub(MARGIN)).max(line.start);
            start..floor(text, byte + MARGIN).min(line.end)
        };
        let mut pieces: Vec<Range<usize>> = Vec::new();
        for bytes in marked {
            let whole = around(bytes.start).start..around(bytes.end).end;
            let ends = if bytes.len() > room {
                vec![around(bytes.start), around(bytes.end)]
            } else {
                vec![whole]
            };
            for end in ends {
                match pieces.last_mut() {
                    Some(piece) if end.start <= piece.end => piece.end = piece.end.max(end.end),
                    _ => pieces.push(end),
                }
            }
        }
        pieces
    }

    /// Offsets up to `byte` are where the copy stands now.
    fn settle(&mut self, byte: usize) {
        while let Some(first) = self.pending.first().copied().filter(|first| *first <= byte) {
            self.pending.remove(&first);
            self.moved.insert(first, self.text.len());
        }
    }
}
