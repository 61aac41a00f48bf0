//! The JSON of annotations: taken and refused as `serde_json` does, but for the known differences,
//! with ranges that nest.

#![no_main]

use libfuzzer_sys::fuzz_target;
use neg_doctor::json::{self, Json, Value};
use serde::Deserialize;

fuzz_target!(|text: &str| {
    let ours = json::parse(text);
    match &ours {
        Ok(json) => nests(json, text),
        Err(error) => assert!(text.get(error.range.clone()).is_some(), "{error:?}"),
    }
    let theirs = accepted_by_serde(text);
    assert!(
        ours.is_ok() == theirs || differs_knowingly(text),
        "{ours:?} against {theirs}"
    );
});

/// Without serde's limit of depth, and without its limits of numbers: a float that overflows is
/// JSON all the same.
fn accepted_by_serde(text: &str) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    serde::de::IgnoredAny::deserialize(&mut deserializer).is_ok() && deserializer.end().is_ok()
}

/// Go takes a lone surrogate for U+FFFD where serde may refuse it, and depth is bounded here.
fn differs_knowingly(text: &str) -> bool {
    let opening = text.bytes().filter(|byte| b"[{".contains(byte)).count();
    text.contains("\\u") || opening * 2 >= json::MAX_DEPTH
}

fn nests(json: &Json, text: &str) {
    assert!(text.get(json.range.clone()).is_some());
    let mut end = json.range.start;
    let mut follows = |range: &std::ops::Range<usize>| {
        assert!(end <= range.start && range.end <= json.range.end);
        end = range.end;
    };
    match &json.value {
        Value::Array(items) => {
            for item in items {
                follows(&item.range);
                nests(item, text);
            }
        }
        Value::Object(members) => {
            for member in members {
                follows(&member.name_range);
                follows(&member.value.range);
                nests(&member.value, text);
            }
        }
        _ => {}
    }
}
