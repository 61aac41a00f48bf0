//! Decodes a part of a scalar, cut out of a file, as a person would by the YAML specification.

use neg_doctor::document::scalar::Style;

/// A piece of a double-quoted scalar.
#[derive(PartialEq)]
enum Piece {
    /// A character that folding leaves alone.
    Fixed(char),
    Blank(char),
    Break,
    EscapedBreak,
}

/// `indent` and `line` (the start of the line that `part` is cut from) matter to block scalars.
pub(crate) fn decode(part: &str, style: Style, indent: usize, line: &str) -> String {
    let part = part.replace("\r\n", "\n").replace('\r', "\n");
    match style {
        Style::JsonString => serde_json::from_str(&format!("\"{part}\"")).unwrap(),
        Style::SingleQuoted => fold(part.replace("''", "'").chars().map(raw).collect()),
        Style::Plain => fold(part.chars().map(raw).collect()),
        Style::DoubleQuoted => fold(unescape(&part)),
        Style::Literal => without_indent(&part, indent).join("\n"),
        Style::Folded => unfold(&without_indent(&part, indent), &line[indent..]),
    }
}

fn raw(character: char) -> Piece {
    match character {
        ' ' | '\t' => Piece::Blank(character),
        '\n' => Piece::Break,
        _ => Piece::Fixed(character),
    }
}

fn unescape(part: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = part;
    while let Some(character) = rest.chars().next() {
        let (piece, length) = match character {
            '\\' => escape(rest),
            _ => (raw(character), character.len_utf8()),
        };
        pieces.push(piece);
        rest = &rest[length..];
    }
    pieces
}

fn escape(text: &str) -> (Piece, usize) {
    let code = |digits: usize| {
        let code = u32::from_str_radix(&text[2..2 + digits], 16).unwrap();
        (char::from_u32(code).map(Piece::Fixed), 2 + digits)
    };
    let (piece, length) = match &text[1..2] {
        "\n" => (Some(Piece::EscapedBreak), 2),
        "x" => code(2),
        "U" => code(8),
        "u" if code(4).0.is_some() => code(4),
        "u" => {
            let pair: String = serde_json::from_str(&format!("\"{}\"", &text[..12])).unwrap();
            (pair.chars().next().map(Piece::Fixed), 12)
        }
        "n" => (Some(Piece::Fixed('\n')), 2),
        "_" => (Some(Piece::Fixed('\u{a0}')), 2),
        "N" => (Some(Piece::Fixed('\u{85}')), 2),
        "L" => (Some(Piece::Fixed('\u{2028}')), 2),
        "P" => (Some(Piece::Fixed('\u{2029}')), 2),
        itself => (itself.chars().next().map(Piece::Fixed), 2),
    };
    (piece.unwrap(), length)
}

/// Line folding of flow scalars.
fn fold(pieces: Vec<Piece>) -> String {
    let mut text = String::new();
    let mut solid = 0;
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Blank(blank) => text.push(blank),
            Piece::Fixed(character) => {
                text.push(character);
                solid = text.len();
            }
            Piece::Break | Piece::EscapedBreak => {
                let mut breaks = 0;
                while let Some(next) =
                    pieces.next_if(|next| matches!(next, Piece::Blank(_) | Piece::Break))
                {
                    breaks += usize::from(next == Piece::Break);
                }
                if piece == Piece::Break {
                    text.truncate(solid);
                    text += if breaks == 0 { " " } else { "" };
                }
                text += &"\n".repeat(breaks);
                solid = text.len();
            }
        }
    }
    text
}

fn without_indent(part: &str, indent: usize) -> Vec<&str> {
    let mut lines: Vec<&str> = part.split('\n').collect();
    for line in lines.iter_mut().skip(1) {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        *line = &line[spaces.min(indent)..];
    }
    lines
}

/// Line folding of block scalars; `first` is the whole of the first line.
fn unfold(lines: &[&str], first: &str) -> String {
    let is_more_indented = |line: &str| line.starts_with([' ', '\t']);
    let mut more_indented = is_more_indented(first);
    let mut text = lines[0].to_owned();
    let mut empty = 0;
    for line in &lines[1..] {
        if line.is_empty() {
            empty += 1;
            continue;
        }
        let keep = more_indented || is_more_indented(line);
        text += &match (keep, empty) {
            (true, _) => "\n".repeat(empty + 1),
            (false, 0) => " ".to_owned(),
            (false, _) => "\n".repeat(empty),
        };
        text += line;
        more_indented = is_more_indented(line);
        empty = 0;
    }
    text
}
