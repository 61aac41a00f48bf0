//! The schema that editors read and the parser must agree.

use neg_doctor::config::Config;
use neg_doctor::finding::Severity;
use neg_doctor::rules::Row;

static RULE: Row = Row {
    id: "NEG706",
    slug: "no-drain",
    severity: Severity::Note,
    reads: &[],
    follows: &[],
    check: |_, _| {},
};

const RIGHT: &[&str] = &[
    "",
    "fail-on = 'never'\nselect = ['NEG', 'NEG7']\nignore = ['NEG706', 'no-drain']",
    "exclude = ['vendor/**', '!a']\nwhole = true\nadds-claim = false",
    "[rules]\nNEG706 = 'off'",
    "rules = { no-drain = 'error' }",
    "[[override]]\npaths = ['legacy/**']\nignore = ['NEG7']\nrules = { NEG706 = 'note' }",
    "[[override]]\npaths = ['a', '../b']",
    "[[cluster]]\nname = 'a'",
    "[[cluster]]\nname = 'prod-eu'\nproject = 'shop-prod'\nlocation = 'europe-west1'\n\
     zones = ['europe-west1-b']\nversion = '1.33'\ncluster-uid = '0123456789abcdef'\n\
     kube-system-uid = '0a'\nadds-claim = false\nadditional-subnets = false\n\
     namespace = 'shop'\nwhole = true\npaths = ['k8s/prod/**']",
    "[[cluster]]\nname = 'a'\nversion = '1.33.4-gke.100'",
];

const WRONG: &[&str] = &[
    "fail_on = 'error'",
    "fail-on = 'info'",
    "fail-on = true",
    "select = 'NEG706'",
    "select = ['N']",
    "ignore = ['706']",
    "select = ['']",
    "exclude = 'vendor'",
    "whole = 'yes'",
    "adds-claim = 1",
    "[rules]\nNEG706 = 'info'",
    "[rules]\nNEG7 = 'off'",
    "[rules]\nNEG706 = false",
    "[[override]]\nignore = ['NEG7']",
    "[[override]]\npaths = []",
    "[[override]]\npaths = ['a']\nselect = ['NEG7']",
    "[override]\npaths = ['a']",
    "[[cluster]]\nproject = 'a'",
    "[[cluster]]\nname = ''",
    "[[cluster]]\nname = 'a'\nversion = 'latest'",
    "[[cluster]]\nname = 'a'\nversion = '1.x'",
    "[[cluster]]\nname = 'a'\nversion = '1.33-gke'",
    "[[cluster]]\nname = 'a'\nversion = 1.33",
    "[[cluster]]\nname = 'a'\nzones = 'b'",
    "[[cluster]]\nname = 'a'\npaths = []",
    "[[cluster]]\nname = 'a'\npaths = ['/k8s']",
    "[[cluster]]\nname = 'a'\npaths = ['']",
    "[[cluster]]\nname = 'a'\nuid = 'b'",
];

fn validator() -> jsonschema::Validator {
    let text = include_str!("../schemas/neg-doctor.toml.schema.json");
    let schema = serde_json::from_str(text).unwrap();
    assert!(
        jsonschema::meta::is_valid(&schema),
        "the schema itself is wrong"
    );
    jsonschema::validator_for(&schema).unwrap()
}

fn as_json(text: &str) -> serde_json::Value {
    let table: toml::Table = toml::from_str(text).unwrap();
    serde_json::to_value(table).unwrap()
}

fn is_parsed(text: &str) -> bool {
    Config::parse_for(&[&RULE], text, "neg-doctor.toml").is_ok()
}

#[test]
fn both_accept_what_is_right() {
    let validator = validator();
    for text in RIGHT {
        assert!(is_parsed(text), "the parser refuses:\n{text}");
        assert!(
            validator.is_valid(&as_json(text)),
            "the schema refuses:\n{text}"
        );
    }
    let many: String = (0..63)
        .map(|n| format!("[[cluster]]\nname = 'c{n}'\n"))
        .collect();
    assert!(is_parsed(&many) && validator.is_valid(&as_json(&many)));
}

#[test]
fn both_refuse_what_is_wrong() {
    let validator = validator();
    for text in WRONG {
        assert!(!is_parsed(text), "the parser accepts:\n{text}");
        assert!(
            !validator.is_valid(&as_json(text)),
            "the schema accepts:\n{text}"
        );
    }
    let many: String = (0..64)
        .map(|n| format!("[[cluster]]\nname = 'c{n}'\n"))
        .collect();
    assert!(!is_parsed(&many) && !validator.is_valid(&as_json(&many)));
}
