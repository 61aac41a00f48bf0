//! Where in the annotation things stand, and what the controller passes over in silence.

use std::ops::Range;

use neg_doctor::controller::{
    claim::{Claim, Effect},
    decode::Refused,
    status::StatusClaim,
};

#[test]
fn every_value_has_its_place() {
    let text = r#"{"ingress": true, "exposed_ports": {"080": {"name": "mail"}}, "zones": ["a"]}"#;
    let claim = Claim::read(text).unwrap();
    let at = |range: &Range<usize>| &text[range.clone()];
    assert_eq!(at(&claim.ingress.unwrap().range), "true");
    let port = &claim.exposed[0];
    assert_eq!((port.port, port.key.as_str()), (80, "080"));
    assert_eq!(at(&port.key_range), "\"080\"");
    assert_eq!(at(&port.value_range), r#"{"name": "mail"}"#);
    assert_eq!(at(&port.name.as_ref().unwrap().range), "\"mail\"");
    assert_eq!(at(&claim.zones.unwrap()[0].range), "\"a\"");
}

#[test]
fn all_wrong_types_are_told() {
    let text = r#"{"ingress":"true","exposed_ports":{"http":{"name":5},"80":[]},"zones":["a",1]}"#;
    let Err(Refused::Types(errors)) = Claim::read(text) else {
        panic!("accepted")
    };
    let told: Vec<_> = errors
        .iter()
        .map(|it| (&text[it.range.clone()], it.to_string()))
        .collect();
    let expected = [
        ("\"true\"", "ingress must be a boolean, not a string"),
        ("5", "name must be a string, not a number"),
        (
            "\"http\"",
            "a port in exposed_ports must be a 32-bit number, not \"http\"",
        ),
        (
            "[]",
            "a port's value in exposed_ports must be an object, not an array",
        ),
        ("1", "a zone must be a string, not a number"),
    ];
    assert_eq!(told, expected.map(|(at, message)| (at, message.to_owned())));
}

#[test]
fn what_is_passed_over_is_kept() {
    let text = r#"{"ingres":1,"exposed_ports":{"80":{"name":"a","Name":"b","negName":"c"},
        "+80":null},"exposed_ports":{"443":{}},"zones":["x"],"ZONES":[null]}"#;
    let claim = Claim::read(text).unwrap();
    assert_eq!(claim.unknown[0].value, "ingres");
    let ports: Vec<_> = claim
        .exposed
        .iter()
        .map(|it| (it.port, it.custom_name()))
        .collect();
    assert_eq!(ports, [(80, None), (443, None)]);
    let repeated: Vec<_> = claim
        .repeated
        .iter()
        .map(|it| (it.name.as_str(), &text[it.by.clone()], it.effect))
        .collect();
    assert_eq!(
        repeated,
        [
            ("name", "\"Name\"", Effect::Replaced),
            ("80", "\"+80\"", Effect::Replaced),
            ("exposed_ports", "\"exposed_ports\"", Effect::Merged),
            ("zones", "\"ZONES\"", Effect::Replaced),
        ]
    );
    assert_eq!(claim.nulls.len(), 2);
    // A `null` element keeps what the earlier list had there.
    assert_eq!(claim.zones.unwrap()[0].value, "x");
}

#[test]
fn a_ports_unknown_members_are_its_own() {
    let claim = Claim::read(r#"{"exposed_ports":{"80":{"negName":"x"}},"x":{"y":1}}"#).unwrap();
    assert_eq!(claim.exposed[0].unknown[0].value, "negName");
    assert_eq!(claim.unknown.len(), 1);
    assert!(claim.has_effect());
    assert!(!Claim::read("null").unwrap().has_effect());
}

#[test]
fn status_gives_the_neg_of_a_port() {
    let text = r#"{"network_endpoint_groups":{"443":"b","80":"a"},"zones":["z"],"more":1}"#;
    let status = StatusClaim::read(text).unwrap();
    assert_eq!(status.neg(80), Some("a"));
    assert_eq!(status.neg(8080), None);
    assert_eq!(&text[status.groups["443"].neg.range.clone()], "\"b\"");
    assert_eq!(status.unknown[0].value, "more");
    assert!(StatusClaim::read("{\"zones\":[5]}").is_err());
}
