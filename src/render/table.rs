//! The list of all rules, for people and for machines.

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::{Look, card_url};
use crate::card::Card;
use crate::remedy::Safety;
use crate::rules::Rule;

/// What a list says of a rule.
#[derive(Debug, Serialize)]
struct Entry {
    id: &'static str,
    slug: &'static str,
    severity: &'static str,
    fix: Option<&'static str>,
    title: String,
    url: String,
}

impl Entry {
    fn new(rule: &Rule) -> Self {
        let row = rule.row;
        // A test holds every card to its form; a card without it still leaves the rule its name.
        let card = Card::parse(rule.card).ok();
        let fix = card.as_ref().and_then(|card| card.front.fix);
        Self {
            id: row.id,
            slug: row.slug,
            severity: row.severity.name(),
            fix: fix.map(|fix| match fix {
                Safety::Safe => "safe",
                Safety::Unsafe => "unsafe",
            }),
            title: card.map_or_else(|| row.slug.to_owned(), |card| card.title),
            url: card_url(row),
        }
    }
}

/// The rules as a table for the terminal.
pub fn rules_table(rules: &[Rule], look: &Look) -> String {
    let style = if look.unicode {
        presets::UTF8_HORIZONTAL_ONLY
    } else {
        presets::ASCII_HORIZONTAL_ONLY
    };
    let mut table = Table::new();
    table
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(u16::try_from(look.columns()).unwrap_or(u16::MAX))
        .set_header(["id", "severity", "fix", "name and what it finds"]);
    for entry in rules.iter().map(Entry::new) {
        let fix = entry.fix.unwrap_or("");
        let words = format!("{}\n{}", entry.slug, entry.title);
        table.add_row([entry.id, entry.severity, fix, &words]);
    }
    format!("{}\n", table.trim_fmt())
}

/// The rules as a JSON array of objects with `id`, `slug`, `severity`, `fix`, `title` and `url`.
pub fn rules_json(rules: &[Rule]) -> serde_json::Result<String> {
    let entries: Vec<_> = rules.iter().map(Entry::new).collect();
    serde_json::to_string_pretty(&entries).map(|json| json + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::rules::Row;

    #[test]
    fn rules_are_listed() {
        static ROW: Row = Row {
            id: "NEG004",
            slug: "port-not-in-service",
            severity: Severity::Error,
            reads: &[],
            follows: &[],
            check: |_, _| {},
        };
        let card = "---\nseverity: error\nfix: safe\n---\n# The annotation exposes a port that the Service does not have\n";
        let rules = [Rule { row: &ROW, card }];
        let look = Look {
            color: false,
            unicode: false,
            width: 50,
            links: false,
        };
        insta::assert_snapshot!(rules_table(&rules, &look), @"
        --------------------------------------------------
         id       severity   fix    name and what it
                                    finds
        ==================================================
         NEG004   error      safe   port-not-in-service
                                    The annotation
                                    exposes a port that
                                    the Service does not
                                    have
        --------------------------------------------------
        ");
        insta::assert_snapshot!(rules_json(&rules).unwrap(), @r#"
        [
          {
            "id": "NEG004",
            "slug": "port-not-in-service",
            "severity": "error",
            "fix": "safe",
            "title": "The annotation exposes a port that the Service does not have",
            "url": "https://github.com/neg-doctor/neg-doctor/blob/main/rules/NEG004-port-not-in-service.md"
          }
        ]
        "#);
    }
}
