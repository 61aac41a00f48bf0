//! Traces: the roads that answer a question, and every way to draw them.
#![cfg(test)]

#[path = "cards/staged.rs"]
mod staged;

use std::sync::Arc;

use neg_doctor::card::{Example, Verdict};
use neg_doctor::check::{self, Settings};
use neg_doctor::finding::{Severity, Subject};
use neg_doctor::render::Look;
use neg_doctor::render::trace::{TraceFormat, render};
use neg_doctor::rules;
use neg_doctor::text::Source;
use neg_doctor::trace::{Edge, Fault, Hop, State, Trace};
use neg_doctor::world::Cluster;
use proptest::prelude::*;

const LOOK: Look = Look {
    color: false,
    unicode: true,
    width: 100,
    links: false,
};

fn traced(text: &str, question: Option<&str>) -> Result<Trace, String> {
    let example = staged::staged(Example {
        verdict: Verdict::Passes,
        title: String::new(),
        prose: String::new(),
        files: vec![("scene.yaml".to_owned(), text.to_owned())],
        config: None,
        markers: Vec::new(),
        fixed: Vec::new(),
    });
    let sources: Vec<Arc<Source>> = example
        .files
        .iter()
        .map(|(name, text)| Source::new(name.as_str(), text.as_str()))
        .collect();
    let settings = Settings::plain(rules::rows(), Cluster::default());
    let (_, trace) = check::trace(&sources, &[], &settings, question, false);
    trace.map_err(|error| error.to_string())
}

fn drawn(trace: &Trace, format: TraceFormat) -> String {
    let mut out = Vec::new();
    render(trace, format, &LOOK, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const ALL: [TraceFormat; 6] = [
    TraceFormat::Tree,
    TraceFormat::Json,
    TraceFormat::Dot,
    TraceFormat::Mermaid,
    TraceFormat::Svg,
    TraceFormat::Html,
];

#[test]
fn a_healthy_road_arrives() {
    let trace = traced("scene: mail\n", None).unwrap();
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Tree));
    assert_eq!(trace.arrivals(), (3, 3));
    assert!(trace.breaks().is_empty());
}

#[test]
fn a_broken_road_says_where() {
    let text = "scene: mail\nwithout: [forwardingRules/mail]\n";
    let trace = traced(text, None).unwrap();
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Tree));
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Json));
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Mermaid));
}

#[test]
fn questions_find_their_roads() {
    for question in ["mail", "mail/mail", "203.0.113.25", "203.0.113.25:25"] {
        let trace = traced("scene: mail\n", Some(question)).unwrap();
        assert_eq!(trace.arrivals(), (3, 3), "{question}");
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
    let tree = drawn(&trace, TraceFormat::Tree);
    assert!(
        tree.starts_with("no front was seen; 3 of 3 endpoints behind it"),
        "{tree}"
    );
    assert!(tree.contains("--project"), "{tree}");
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

fn hop(name: &str) -> Hop {
    Hop {
        kind: "NEG",
        name: name.to_owned(),
        subject: Subject {
            cluster: name.to_owned(),
            kind: "NetworkEndpointGroup".to_owned(),
            namespace: name.to_owned(),
            name: name.to_owned(),
        },
        stands_for: Vec::new(),
        facts: vec![name.to_owned()],
        state: State::Broken,
        findings: vec![Fault {
            id: "NEG202",
            severity: Severity::Error,
            message: name.to_owned(),
            commands: vec![vec!["gcloud".to_owned(), name.to_owned()]],
        }],
        next: vec![Edge {
            label: name.to_owned(),
            to: 0,
        }],
        count: 1,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Names come from clouds: whatever they hold, they stay text.
    #[test]
    fn nothing_escapes(name in "[ -~\\x00-\\x1f\u{80}-\u{9f}é\u{202e}😀\"'<>&|\\[\\]#;%`\\\\-]{1,40}") {
        let trace = Trace { hops: vec![hop(&name)], starts: vec![0] };
        let plain = Trace { hops: vec![hop("x")], starts: vec![0] };
        for format in ALL {
            let text = drawn(&trace, format);
            prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{:?}: {text:?}", format);
            match format {
                TraceFormat::Json => {
                    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
                    prop_assert_eq!(read["hops"][0]["name"].as_str(), Some(name.as_str()));
                }
                // As many tags as without any letter of its own.
                TraceFormat::Svg | TraceFormat::Html => {
                    let tags = |text: &str| (text.matches('<').count(), text.matches('>').count());
                    prop_assert_eq!(tags(&text), tags(&drawn(&plain, format)), "{}", text);
                }
                TraceFormat::Dot => {
                    let quotes = |text: &str| text.replace("\\\\", "").replace("\\\"", "").matches('"').count();
                    prop_assert_eq!(quotes(&text), quotes(&drawn(&plain, format)), "{}", text);
                }
                TraceFormat::Mermaid => {
                    prop_assert_eq!(text.lines().count(), drawn(&plain, format).lines().count());
                    prop_assert_eq!(text.matches('"').count(), drawn(&plain, format).matches('"').count());
                }
                TraceFormat::Tree => {
                    prop_assert_eq!(text.lines().count(), drawn(&plain, format).lines().count());
                }
            }
        }
    }
}
