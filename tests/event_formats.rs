//! Every known message of the controllers is recognised: each row of `neg-events.json`, with its
//! holes filled, has a format that gives the fillings back, and the meaning that the row tells.
#![cfg(test)]

use neg_doctor::controller::event::{Cause, Decoded, EventText, Meaning, Reported, decode};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    object: String,
    #[serde(rename = "type")]
    event_type: String,
    reason: String,
    message_format: String,
    component: String,
    severity: String,
    #[serde(default)]
    known_errors: Vec<String>,
}

/// Rows that tell of trouble and are not decoded as trouble: traffic does not depend on them.
const NOT_TROUBLE: [(&str, &str); 4] = [
    ("LabelsExceededLimit", "labels on endpoints only"),
    (
        "LoadBalancerNegNotReady",
        "the gate is shut and stays so: no traffic yet, and none lost",
    ),
    ("L4LBConfig", "settings of logging only"),
    ("UnsyncedField", "Google Cloud keeps the value that it has"),
];

fn rows() -> Vec<Row> {
    let text = include_str!("../fixtures/events/neg-events.json");
    let rows: Vec<Row> = serde_json::from_str(text).unwrap();
    assert_eq!(rows.len(), 149);
    rows
}

/// The text with its holes filled, and the fillings in order. Every filling is unique.
fn fill(format: &str, error: &str) -> (String, Vec<String>) {
    let mut parts = format.split('{');
    let mut text = parts.next().unwrap().to_owned();
    let mut values = Vec::new();
    for (index, part) in parts.enumerate() {
        let (name, rest) = part.split_once('}').unwrap();
        let value = match name {
            "error" | "errors" | "reasonText" => error.to_owned(),
            "retry" => "(will retry)".to_owned(),
            "code" => "418".to_owned(),
            "reason" => "endpoint has missing nodeName field".to_owned(),
            "syncerKey" => "shop/web-neg-http/80-8080-GCE_VM_IP_PORT-L7".to_owned(),
            "wanted" | "found" if format.contains("description of") => format!(
                r#"{{"cluster-uid":"uid-{name}","namespace":"ns","service-name":"svc","port":"80"}}"#
            ),
            name => format!("{name}-{index}"),
        };
        text.push_str(&value);
        text.push_str(rest);
        values.push(value);
    }
    (text, values)
}

fn read<'e>(row: &'e Row, message: &'e str) -> Decoded<'e> {
    let event = EventText {
        kind: &row.object,
        event_type: &row.event_type,
        reason: &row.reason,
        component: &row.component,
        message,
    };
    decode(&event).unwrap_or_else(|| panic!("not ours: {message}"))
}

fn check_meaning(row: &Row, decoded: &Decoded) {
    let trouble = decoded.meaning.is_trouble();
    let excused = NOT_TROUBLE
        .iter()
        .any(|(reason, _)| row.reason.starts_with(reason));
    match row.severity.as_str() {
        "info" => assert!(!trouble, "{}: {}", row.reason, decoded.message),
        _ => assert_eq!(trouble, !excused, "{}: {}", row.reason, decoded.message),
    }
    if trouble {
        let advice = decoded.advice().unwrap_or_default();
        assert!(
            !advice.is_empty() && !advice.ends_with('.'),
            "{}: {advice:?}",
            decoded.message
        );
    }
}

#[test]
fn every_message_is_recognised() {
    for row in rows() {
        let (message, values) = fill(&row.message_format, "something else");
        let decoded = read(&row, &message);
        let matched = decoded
            .matched
            .unwrap_or_else(|| panic!("unknown: {message}"));
        assert!(
            matched
                .to_string()
                .starts_with(&format!("{}/{}/", row.object, row.reason))
        );
        let mut captured = decoded.parameters.iter().map(|(_, value)| value);
        for value in values.iter().filter(|_| row.reason != "Translate") {
            assert!(
                captured.any(|it| it == value),
                "{value} is lost of {message}"
            );
        }
        check_meaning(&row, &decoded);
    }
}

#[test]
fn every_known_error_has_a_cause() {
    for row in rows() {
        for error in &row.known_errors {
            let (error, values) = fill(error, "something else");
            let place = row.message_format.split("; ").next().unwrap();
            let (message, _) = fill(place, &error);
            let decoded = read(&row, &message);
            let [Reported { step, cause, text }] = decoded.causes.as_slice() else {
                panic!("{message}: {:?}", decoded.causes)
            };
            let told = format!("{step:?} {cause:?} {text}");
            assert!(*cause != Cause::Unknown || step.is_some(), "{message}");
            for value in values {
                let uid = value.strip_prefix(r#"{"cluster-uid":""#);
                let value = uid.map_or(value.as_str(), |rest| rest.split('"').next().unwrap());
                assert!(told.contains(value), "{value} is lost of {message}: {told}");
            }
            check_meaning(&row, &decoded);
        }
    }
}

#[test]
fn another_controllers_event_is_not_ours() {
    for row in rows() {
        let (message, _) = fill(&row.message_format, "something else");
        let event = |component| EventText {
            kind: &row.object,
            event_type: &row.event_type,
            reason: &row.reason,
            component,
            message: &message,
        };
        assert_eq!(decode(&event("service-controller")), None, "{message}");
        let nameless = decode(&event(""));
        let bare = [
            "Sync", "Create", "Delete", "Attach", "Detach", "Type", "ADD",
        ];
        if bare.contains(&row.reason.as_str()) {
            assert_eq!(nameless, None, "{message}");
        }
        assert!(nameless.is_none_or(|it| it.meaning != Meaning::Unknown));
        assert!(decode(&event("loadbalancer-controller")).is_some());
    }
}
