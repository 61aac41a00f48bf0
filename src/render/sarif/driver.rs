//! The tool and all its rules, as SARIF describes them.

use serde_json::{Value, json};

use super::super::{HOME, card_url};
use super::level;
use crate::card::Card;
use crate::finding::Severity;
use crate::rules::Rule;

pub(super) fn driver(rules: &[Rule]) -> Value {
    json!({
        "name": "neg-doctor",
        "informationUri": HOME,
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(descriptor).collect::<Vec<_>>(),
    })
}

fn descriptor(rule: &Rule) -> Value {
    let row = rule.row;
    // A test holds every card to its form; a card without it still leaves the rule its name.
    let card = Card::parse(rule.card).ok();
    let title = card.as_ref().map_or(row.slug, |card| &card.title);
    let why = card.as_ref().map_or(title, |card| &card.why);
    let body = card.as_ref().map_or(title, |card| &card.body);
    let fix = card.as_ref().and_then(|card| card.fix.as_deref());
    let text = match fix {
        Some(fix) => format!("{why}\n\n{fix}"),
        None => why.to_owned(),
    };
    json!({
        "id": row.id,
        "name": camel(row.slug),
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": text, "markdown": body},
        "helpUri": card_url(row),
        "defaultConfiguration": {"level": level(row.severity)},
        "properties": {
            "tags": ["kubernetes", "gke", "neg", area(row.id)],
            "precision": "very-high",
            "problem.severity": match row.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
        },
    })
}

/// `PortNotInService` for `port-not-in-service`.
fn camel(slug: &str) -> String {
    slug.split('-')
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

/// What the hundreds of the ids stand for.
fn area(id: &str) -> &'static str {
    match id.as_bytes().get(3) {
        Some(b'0') => "annotation",
        Some(b'1') => "controller",
        Some(b'2') => "backend-service",
        Some(b'3') => "health-check",
        Some(b'4') => "firewall",
        Some(b'5') => "front-end",
        Some(b'6') => "ingress-and-gateway",
        Some(b'7') => "pods",
        Some(b'8') => "terraform",
        _ => "orphans-and-migration",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Row;

    static ROW: Row = Row {
        id: "NEG004",
        slug: "port-not-in-service",
        severity: Severity::Error,
        reads: &[],
        follows: &[],
        check: |_, _| {},
    };

    #[test]
    fn rules_carry_their_cards() {
        let card = "---\nseverity: error\nfix: safe\n---\n# Title\nWhy.\n## Fix\nDo.\n";
        let rules = [
            Rule { row: &ROW, card },
            Rule {
                row: &ROW,
                card: "no card",
            },
        ];
        let driver = driver(&rules);
        let rule = &driver["rules"][0];
        assert_eq!(rule["name"], "PortNotInService");
        assert_eq!(rule["shortDescription"]["text"], "Title");
        assert_eq!(rule["help"]["text"], "Why.\n\nDo.");
        assert_eq!(rule["help"]["markdown"], "# Title\nWhy.\n## Fix\nDo.\n");
        assert_eq!(
            driver["rules"][1]["shortDescription"]["text"],
            "port-not-in-service"
        );

        let schema = include_str!("../../../fixtures/schemas/sarif-2.1.0.json");
        // The pattern of languages in the official schema is no regular expression of ECMA-262.
        let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
        let schema = serde_json::from_str(&schema).unwrap();
        let log = json!({"version": "2.1.0", "runs": [{"tool": {"driver": driver}}]});
        jsonschema::validate(&schema, &log).unwrap();
    }
}
