//! SARIF.

use insta::assert_snapshot;
use neg_doctor::render::Format;
use neg_doctor::report::Report;

use crate::sample::{MAIL, compared, evil, full};
use crate::schemas::{holds, json};

#[test]
fn sarif_holds_the_official_schema() {
    let schema = include_str!("../../fixtures/schemas/sarif-2.1.0.json");
    for report in [full(), evil(), compared(), Report::default()] {
        holds(schema, &json(&report, Format::Sarif));
    }
}

#[test]
fn sarif_says_everything_but_the_rules() {
    let mut log = json(&full(), Format::Sarif);
    let run = &mut log["runs"][0];
    // The index moves with every new rule, so it is followed instead of being written down.
    let result = run["results"][0].as_object_mut().unwrap();
    let index = result.remove("ruleIndex").unwrap();
    let index = usize::try_from(index.as_u64().unwrap()).unwrap();
    assert_eq!(
        run["tool"]["driver"]["rules"][index]["id"],
        run["results"][0]["ruleId"]
    );
    assert_snapshot!(format!("{:#}", run["results"][0]));
    assert_snapshot!(format!("{:#}", run["invocations"]));
}

/// Manifests over a cluster are what SARIF calls a baseline.
#[test]
fn sarif_says_what_is_new() {
    let log = json(&compared(), Format::Sarif);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let states: Vec<_> = results.iter().map(|it| &it["baselineState"]).collect();
    assert_eq!(states, ["new", "unchanged", "absent"]);
}

#[test]
fn sarif_counts_columns_in_utf16_units() {
    let mut report = full();
    let (start, _) = MAIL.match_indices("\"x\"").next().unwrap();
    let place = &mut report.findings[0].primary.place;
    place.span = neg_doctor::text::Span::new(start, start + 3);
    let region = &json(&report, Format::Sarif)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        ["region"];
    let line = MAIL.lines().nth(6).unwrap();
    let units: Vec<u16> = line.encode_utf16().collect();
    let column = |name: &str| region[name].as_u64().unwrap() as usize - 1;
    let marked = &units[column("startColumn")..column("endColumn")];
    assert_eq!(String::from_utf16(marked).unwrap(), "\"x\"");
}
