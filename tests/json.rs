//! What the JSON reader says about texts that are not JSON, and where.

#![expect(clippy::unwrap_used, reason = "a test's helpers may fail loudly")]

use neg_doctor::json::{Json, MAX_DEPTH, Value, parse};
use proptest::prelude::*;

/// The message and the bytes it is about.
fn fault(text: &str) -> (String, &str) {
    let error = parse(text).unwrap_err();
    (error.message, &text[error.range])
}

#[test]
fn faults_are_named_and_shown() {
    for (text, message, shown) in [
        ("", "no value at all", ""),
        ("{\"ingress\":true,}", "a trailing comma", ","),
        ("{\"ingress\" true}", "expected `:`", "true"),
        ("{\"a\":1 \"b\":2}", "expected `,`", ""),
        ("[01]", "a number with a leading zero", ""),
        (
            "{\"exposed_ports\":{80:{}}}",
            "a member name without quotes",
            "80",
        ),
        ("{'ingress':true}", "a single quote, JSON needs `\"`", "'"),
        (
            "{“ingress”:true}",
            "the typographic quote `“`, JSON needs `\"`",
            "“",
        ),
        (
            "{\"ingress\":true",
            "an object without its closing `}`",
            "{\"ingress\":true",
        ),
        ("[1", "an array without its closing `]`", "[1"),
        ("{\"ingress\":true} x", "text after the value", "x"),
        ("{\"ingress\":True}", "an unexpected `True`", "True"),
        ("foo", "an unexpected `foo`", "foo"),
        ("\u{feff}{}", "a byte order mark", "\u{feff}"),
        ("{}\u{a0}", "the character U+00A0", "\u{a0}"),
        ("[\"a\nb\"]", "a line break inside a string", "\n"),
        ("{} // x", "a comment", "// x"),
        ("[\"\\x41\"]", "an escape that JSON does not know", "\\x"),
        (
            "[\"\\u12\"]",
            "`\\u` without four hexadecimal digits",
            "\\u12\"",
        ),
        ("[\"a]", "a string without its closing `\"`", "\"a]"),
        ("[-]", "expected a digit", "]"),
    ] {
        assert_eq!(fault(text), (message.to_owned(), shown), "{text:?}");
    }
}

#[test]
fn the_first_fault_is_the_one_that_is_told() {
    assert_eq!(fault("{a:1}\u{a0}").1, "a");
    assert_eq!(fault("\u{a0}{a:1}").1, "\u{a0}");
}

#[test]
fn depth_has_a_limit() {
    let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    let error = parse(&nested(MAX_DEPTH + 2)).unwrap_err();
    assert_eq!(error.message, "values nested more than 512 levels deep");
    assert!(parse(&"[".repeat(1_000_000)).is_err());
    assert!(parse(&"{\"a\":".repeat(1_000_000)).is_err());
}

/// Every value, with the text of its range.
fn check_ranges(text: &str, json: &Json) {
    let slice = &text[json.range.clone()];
    let again = parse(slice).unwrap();
    assert_eq!(again.kind_name(), json.kind_name());
    match &json.value {
        Value::Array(elements) => elements.iter().for_each(|it| check_ranges(text, it)),
        Value::Object(members) => members.iter().for_each(|member| {
            let name = parse(&text[member.name_range.clone()]).unwrap();
            assert_eq!(name.value, Value::String(member.name.clone()));
            check_ranges(text, &member.value);
        }),
        scalar => assert_eq!(again.value, *scalar),
    }
}

proptest! {
    #[test]
    fn any_text_ends_in_a_value_or_a_fault_within_it(
        text in r#"([\[\]{}",:\\/ué“ \n0-9.eE+-]|\\u[dD][89cC]00|null|"a":|\{"zones":\[){0,24}"#,
    ) {
        match parse(&text) {
            Ok(json) => check_ranges(&text, &json),
            Err(error) => prop_assert!(text.get(error.range).is_some()),
        }
    }

    #[test]
    fn what_serde_writes_is_read_alike(text in any::<String>()) {
        let written = serde_json::json!({ "a": [text, null, 1.5] }).to_string();
        let json = parse(&written).unwrap();
        check_ranges(&written, &json);
        let Some(Value::Array(elements)) = json.get("a").map(|it| &it.value) else {
            panic!("not an array")
        };
        prop_assert_eq!(&elements[0].value, &Value::String(text));
    }
}
