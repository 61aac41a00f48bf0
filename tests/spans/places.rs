//! What the parser's spans cover, and which bytes each character of a value has.

use neg_doctor::document::scalar::{ByteMap, Style};

use crate::scalar;

/// The scalar's bytes by the parser, and the bytes of each character of its value.
fn pieces(source: &str) -> (String, Vec<String>) {
    let scalar = scalar(source, "k").unwrap();
    let map = ByteMap::new(source, scalar.span.clone(), scalar.style, &scalar.value).unwrap();
    let pieces = scalar.value.char_indices().map(|(at, character)| {
        let place = map.source(at..at + character.len_utf8());
        source[place].to_owned()
    });
    (source[scalar.span.clone()].to_owned(), pieces.collect())
}

#[test]
fn spans_and_pieces() {
    // The source, what the span covers, and the pieces in order.
    let cases: &[(&str, &str, &[&str])] = &[
        // A flow scalar: all of it, quotes included, blanks and comment after it excluded.
        ("k: a b  # c\n", "a b", &["a", " ", "b"]),
        (
            "k: a \t\r\n \r\n  b\n",
            "a \t\r\n \r\n  b",
            &["a", " \t\r\n \r\n  ", "b"],
        ),
        (
            "\u{feff}k: 'é''\n a\n '\n",
            "'é''\n a\n '",
            &["é", "''", "\n ", "a", "\n "],
        ),
        (
            "{k: \"\\u007b\\ud83d\\ude00\\_\"}",
            "\"\\u007b\\ud83d\\ude00\\_\"",
            &["\\u007b", "\\ud83d\\ude00", "\\_"],
        ),
        (
            "k: \"a \\\n  \\ b\\\n\n c\"",
            "\"a \\\n  \\ b\\\n\n c\"",
            &["a", " ", "\\ ", "b", "\n ", "c"],
        ),
        ("k: ''", "''", &[]),
        // A block scalar: without header, first indentation and empty lines before it; with all
        // empty lines after it, chomped or not, and as much indentation of the line after those
        // as the scalar has.
        (
            "k: |\n\n  a\n  b\n\n # c\n",
            "a\n  b\n\n ",
            &["\n  ", "a", "\n  ", "b", "\n"],
        ),
        (
            "k: |2-\r\n   a\r\n\r\n\r\nz: 1",
            " a\r\n\r\n\r\n",
            &[" ", "a"],
        ),
        ("k: |+\r  a\r \r\r", "a\r \r\r", &["a", "\r", " \r", "\r"]),
        ("k: |\n  a", "a", &["a", ""]),
        ("k: |\n  a\n ", "a\n ", &["a", "\n"]),
        (
            "k: >-\n  a\n  b\n\n  c\n   d\n  e\n",
            "a\n  b\n\n  c\n   d\n  e\n",
            &[
                "a", "\n  ", "b", "\n\n  ", "c", "\n  ", " ", "d", "\n  ", "e",
            ],
        ),
    ];
    for (source, span, expected) in cases {
        let (found_span, pieces) = pieces(source);
        assert_eq!(found_span, *span, "{source:?}");
        assert_eq!(pieces, *expected, "{source:?}");
    }
}

#[test]
fn an_empty_range_is_a_place_to_insert_at() {
    let source = "k: 'a''b'";
    let map = ByteMap::new(source, 3..9, Style::SingleQuoted, "a'b").unwrap();
    let places: Vec<_> = (0..5).map(|at| map.source(at..at)).collect();
    assert_eq!(places, [4..4, 5..5, 7..7, 8..8, 8..8]);
    let map = ByteMap::new("k: ''", 3..5, Style::SingleQuoted, "").unwrap();
    assert_eq!(map.source(0..0), 4..4);
}

#[test]
fn another_value_has_no_map() {
    for value in ["a", "a'b'", "a''b", "", "~"] {
        assert_eq!(
            ByteMap::new("k: 'a''b'", 3..9, Style::SingleQuoted, value),
            None
        );
    }
}
