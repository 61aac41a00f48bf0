//! Masks of fields, held against Google's discovery document.

use std::sync::LazyLock;

use fake_compute::Request;
use percent_encoding::percent_decode_str;
use serde_json::Value;

static DISCOVERY: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read_to_string("tests/compute/compute.v1.json").unwrap();
    serde_json::from_str(&text).unwrap()
});

/// The method and the mask of a request.
pub(crate) fn of(request: &Request) -> Option<(String, String)> {
    let mut pairs = request.query.split('&').filter_map(|it| it.split_once('='));
    let (_, mask) = pairs.find(|(name, _)| *name == "fields")?;
    let mask = percent_decode_str(mask).decode_utf8().unwrap();
    Some((request.id.clone(), mask.into_owned()))
}

/// Fails for a field that the answers of a method do not have.
pub(crate) fn check(method: &str, mask: &str) {
    let Some(method) = method.strip_prefix("compute.") else {
        // There is no such document of GKE's API at hand.
        return;
    };
    let answer = &DISCOVERY["methods"][method]["response"];
    assert!(answer.is_object(), "{method}");
    let rest = fields(mask, answer, method);
    assert_eq!(rest, "", "{method}: {mask}");
}

/// Reads fields up to the parenthesis that closes them; gives what follows.
fn fields<'m>(mut mask: &'m str, schema: &Value, of: &str) -> &'m str {
    loop {
        let end = mask.find(['/', '(', ')', ',']).unwrap_or(mask.len());
        let (name, mut rest) = mask.split_at(end);
        let below = member(schema, name);
        let below = below.unwrap_or_else(|| panic!("{of} has no {name}"));
        let path = format!("{of}.{name}");
        if let Some(inner) = rest.strip_prefix('/') {
            mask = inner;
            // A path ends with the comma.
            let end = mask.find(['(', ',']).unwrap_or(mask.len());
            let names: Vec<&str> = mask[..end].split('/').collect();
            let mut reached = below;
            for name in &names {
                reached = member(reached, name).unwrap_or_else(|| panic!("{path} has no {name}"));
            }
            rest = &mask[end..];
            if let Some(inner) = rest.strip_prefix('(') {
                rest = fields(inner, reached, &path).strip_prefix(')').unwrap();
            }
        } else if let Some(inner) = rest.strip_prefix('(') {
            rest = fields(inner, below, &path).strip_prefix(')').unwrap();
        }
        match rest.strip_prefix(',') {
            Some(next) => mask = next,
            None => return rest,
        }
    }
}

/// The schema of a member.
fn member<'s>(schema: &'s Value, name: &str) -> Option<&'s Value> {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => &DISCOVERY["schemas"][reference],
        None => schema,
    };
    if schema["type"] == "array" {
        return member(&schema["items"], name);
    }
    if name == "*" {
        return schema.get("additionalProperties");
    }
    schema["properties"].get(name)
}
