//! Traces of whole worlds: the roads that answer a question. `trace_drawn.rs` has how they are drawn.
#![cfg(test)]

#[path = "cards/staged.rs"]
mod staged;
#[path = "trace/traced.rs"]
mod traced;

use neg_doctor::render::trace::TraceFormat;
use neg_doctor::trace::Arrivals;

use traced::{drawn, traced};

const ALL: Arrivals = Arrivals {
    total: 3,
    sure: 3,
    unsure: 0,
};

#[test]
fn a_healthy_road_arrives() {
    let trace = traced("scene: mail\n", None).unwrap();
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Tree));
    assert_eq!(trace.arrivals(), ALL);
    assert!(trace.breaks().is_empty());
}

#[test]
fn a_broken_road_says_where() {
    let text = "scene: mail\nwithout: [forwardingRules/mail]\n";
    let trace = traced(text, None).unwrap();
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Tree));
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Json));
}

#[test]
fn questions_find_their_roads() {
    for question in ["mail", "mail/mail", "203.0.113.25", "203.0.113.25:25"] {
        let trace = traced("scene: mail\n", Some(question)).unwrap();
        assert_eq!(trace.arrivals(), ALL, "{question}");
    }
    let error = traced("scene: mail\n", Some("mial")).unwrap_err();
    assert_eq!(
        error,
        "nothing here is called mial; there is mail, mail/mail"
    );
    let error = traced("scene: mail\n", Some("198.51.100.7")).unwrap_err();
    assert_eq!(error, "nothing here is called 198.51.100.7");
}

#[test]
fn a_cluster_alone_shows_what_it_can() {
    let text = std::fs::read_to_string("fixtures/scenes/mail.yaml").unwrap();
    let cluster = text
        .split("---\napiVersion: neg-doctor.dev/v1\nkind: Snapshot\nproject:")
        .next()
        .unwrap();
    let trace = traced(cluster, Some("mail")).unwrap();
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Tree));
    // Nothing is known to arrive.
    let unread = Arrivals {
        sure: 0,
        unsure: 3,
        ..ALL
    };
    assert_eq!(trace.arrivals(), unread);
}

#[test]
fn json_holds_its_schema() {
    let text = std::fs::read_to_string("schemas/neg-doctor-trace-1.schema.json").unwrap();
    let schema = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for text in [
        "scene: mail\n",
        "scene: mail\nwithout: [forwardingRules/mail]\n",
    ] {
        let json = drawn(&traced(text, None).unwrap(), TraceFormat::Json);
        let errors: Vec<String> = validator
            .iter_errors(&serde_json::from_str(&json).unwrap())
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}
