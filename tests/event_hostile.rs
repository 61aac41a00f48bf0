//! Any text at all ends in a meaning, in little time.
#![cfg(test)]

use neg_doctor::controller::event::{EventText, Reported, decode};
use proptest::prelude::*;

#[test]
fn hostile_lengths_end() {
    for piece in [
        "[",
        "failed to get NEG for service: [",
        "failed to find forwarding rule: ",
        "googleapi: Error 400: ",
        "found conflicting description in neg ",
        "Neg a/b has a label mismatch. Expected key ; ",
        "failed to lookup NEG in zone \"[[, ",
        "]]]],,,,;;;; ",
    ] {
        let text = piece.repeat(2_000_000 / piece.len());
        assert!(Reported::all(&text).len() <= 64);
        let message = format!("Failed to sync NEG \"a\" (will retry): {text}");
        let event = EventText {
            kind: "Service",
            reason: "SyncNetworkEndpointGroupFailed",
            message: &message,
            ..EventText::default()
        };
        assert!(decode(&event).unwrap().meaning.is_trouble());
    }
}

/// Texts that are near to those of the controllers: their parts in any order, cut and broken.
fn near() -> impl Strategy<Value = String> {
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../fixtures/events/neg-events.json")).unwrap();
    let mut parts = Vec::new();
    for row in &rows {
        let errors = row["known_errors"].as_array().into_iter().flatten();
        for format in errors.chain([&row["message_format"]]) {
            parts.extend(
                format
                    .as_str()
                    .unwrap()
                    .split(['{', '}'])
                    .map(str::to_owned),
            );
        }
    }
    let part = prop_oneof![proptest::sample::select(parts), any::<String>()];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_does_no_harm(message in near(), cut in 0..200_usize, row in 0..149_usize) {
        let rows: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../fixtures/events/neg-events.json")).unwrap();
        let text = |key: &str| rows[row][key].as_str().unwrap();
        let start: String = text("message_format").chars().take(cut).collect();
        let message = start + &message;
        let decoded = decode(&EventText {
            kind: text("object"),
            event_type: text("type"),
            reason: text("reason"),
            component: text("component"),
            message: &message,
        })
        .unwrap();
        prop_assert_eq!(decoded.message, &message);
        for (_, value) in decoded.parameters.iter() {
            prop_assert!(message.contains(value));
        }
        for report in &decoded.causes {
            prop_assert!(message.contains(report.text));
        }
        let _ = (decoded.advice(), decoded.neg(), decoded.zone(), decoded.firewall_change());
        if let Some(key) = decoded.syncer_key() {
            let _ = (key.namespace(), key.port(), key.target_port(), key.service("a"));
        }
    }
}
