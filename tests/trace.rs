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
    let trace = traced(&cluster_alone(), Some("mail")).unwrap();
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

/// What comes before the first document of the project.
fn cluster_alone() -> String {
    let text = std::fs::read_to_string("fixtures/scenes/mail.yaml").unwrap();
    let project = "---\napiVersion: neg-doctor.dev/v1\nkind: Snapshot\nproject:";
    text.split(project).next().unwrap().to_owned()
}

/// Without Google Cloud the Pods are as their own cluster shows them, and their gates.
#[test]
fn a_cluster_alone_shows_pods_and_their_gates() {
    let whole = cluster_alone();
    let parts: Vec<&str> = whole.split("---\n").collect();
    let pods: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|it| it.contains("kind: Pod\n"))
        .collect();
    assert_eq!(pods.len(), 3);
    let gate = "load-balancer-neg-ready, status: \"True\", reason: LoadBalancerNegReady, message: \"Pod has become Healthy in NEG";
    let shut = "load-balancer-neg-ready, status: \"False\", reason: LoadBalancerNegNotReady, message: \"Waiting for pod to become healthy in";
    let ready = "{type: Ready, status: \"True\"}";
    let only_containers =
        "{type: Ready, status: \"False\"}\n  - {type: ContainersReady, status: \"True\"}";
    let waits = pods[0].replace(gate, shut).replace(ready, only_containers);
    let unready = pods[1].replace(ready, "{type: Ready, status: \"False\"}");
    let ungated = pods[2].replace(
        "Pod has become Healthy in NEG",
        "Pod does not belong to any NEG",
    );
    for (new, old) in [&waits, &unready, &ungated].into_iter().zip(&pods) {
        assert_ne!(new, old);
    }
    let text = whole
        .replace(pods[0], &waits)
        .replace(pods[1], &unready)
        .replace(pods[2], &ungated);
    let trace = traced(&text, Some("mail/mail")).unwrap();
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Tree));
    assert_eq!(trace.arrivals().sure, 0);
}

/// A claim that the controller refuses makes no NEG: the Service itself is what the road is of.
#[test]
fn a_refused_claim_is_on_the_road() {
    let text = cluster_alone().replace(
        "{\"exposed_ports\": {\"25\": {\"name\": \"mail\"}}}",
        "{\"exposed_ports\": {\"2525\": {\"name\": \"mail\"}}}",
    );
    let trace = traced(&text, Some("mail/mail")).unwrap();
    let service = trace.hops.iter().find(|it| it.kind == "Service").unwrap();
    assert_eq!(service.findings[0].id, "NEG004");
    let answer = trace.answer();
    assert!(
        answer.contains("it breaks at Service mail: Service mail exposes port 2525"),
        "{answer}"
    );
}

#[test]
fn questions_name_fronts_hosts_and_what_stands_beside() {
    let arrives = |scene: &str, question: &str| {
        let text = format!("scene: {scene}\n");
        let trace = traced(&text, Some(question)).unwrap_or_else(|error| panic!("{error}"));
        (trace.starts.len(), trace.arrivals().sure)
    };
    assert_eq!(arrives("shop", "shop.example.com"), (1, 3));
    assert_eq!(arrives("shop", "SHOP.example.com"), (1, 3));
    assert_eq!(arrives("shop", "203.0.113.80:443"), (1, 3));
    assert_eq!(arrives("shop", "203.0.113.80:80"), (1, 0));
    assert_eq!(arrives("shop", "203.0.113.80"), (2, 3));
    assert_eq!(arrives("orders", "proxies"), (1, 2));
    assert_eq!(arrives("orders", "orders-vpc for proxies"), (1, 2));
    assert_eq!(arrives("move", "web-blue"), (1, 2));
    let wrong = |question: &str| traced("scene: shop\n", Some(question)).unwrap_err();
    assert_eq!(
        wrong("203.0.113.80:8080"),
        "nothing here is called 203.0.113.80:8080"
    );
    assert_eq!(
        wrong("other.example.com"),
        "nothing here is called other.example.com"
    );
    // A Service that asks for no NEG is there all the same.
    let plain = "scene: shop\n---\napiVersion: v1\nkind: Service\nmetadata: {name: plain, namespace: shop}\nspec: {ports: [{port: 80}]}\n";
    let error = traced(plain, Some("shop/plain")).unwrap_err();
    assert_eq!(
        error,
        "Service shop/plain asks for no NEG, so that no road over NEGs leads to it"
    );
}
