//! The tool's own JSON.

use insta::assert_snapshot;
use neg_doctor::render::Format;
use neg_doctor::report::Report;

use crate::sample::{PLAIN, compared, evil, full, shown};
use crate::schemas::{holds, json};

#[test]
fn json_holds_its_schema() {
    let schema = include_str!("../../schemas/neg-doctor-1.schema.json");
    for report in [full(), evil(), compared(), Report::default()] {
        holds(schema, &json(&report, Format::Json));
    }
    jsonschema::meta::validate(&serde_json::from_str(schema).unwrap()).unwrap();
}

#[test]
fn json_says_everything() {
    assert_snapshot!(shown(&full(), Format::Json, &PLAIN));
}
