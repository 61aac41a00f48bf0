//! What both formats with a schema need.

use neg_doctor::render::Format;
use neg_doctor::report::Report;
use serde_json::Value;

use crate::sample::{PLAIN, shown};

pub(crate) fn json(report: &Report, format: Format) -> Value {
    serde_json::from_str(&shown(report, format, &PLAIN)).unwrap()
}

#[track_caller]
pub(crate) fn holds(schema: &str, value: &Value) {
    // The pattern of languages in the official schema of SARIF is no regular expression of ECMA-262.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}
