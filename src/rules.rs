//! The table of all rules. A rule is a card in `rules/`, a file in `src/rules/`, and nothing else:
//! the list between the markers is generated from the files (`BLESS=1 cargo test --test cards`).

use crate::finding::{Severity, Verdicts};
use crate::kind::Kind;
use crate::world::World;

/// One rule.
#[derive(Debug)]
pub struct Row {
    /// `NEG004`: stable for ever.
    pub id: &'static str,
    /// `port-not-in-service`.
    pub slug: &'static str,
    /// Its weight where a case does not say otherwise.
    pub severity: Severity,
    /// What it looks at; it decides what is fetched.
    pub reads: &'static [Kind],
    /// Rules whose finding on the same object is the cause of this one's, nearest first.
    pub follows: &'static [&'static str],
    /// Judges the world: pure, without I/O.
    pub check: fn(&World<'_>, &mut Verdicts),
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// A rule with the text of its card.
#[derive(Debug)]
pub struct Rule {
    /// What the program needs.
    pub row: &'static Row,
    /// What people read: the whole Markdown file.
    pub card: &'static str,
}

// BEGIN GENERATED
mod neg001_annotation_not_json;
mod neg002_unknown_annotation_key;
mod neg003_wrong_value_type;
mod neg004_port_not_in_service;
mod neg005_claims_nothing;
mod neg011_status_written_by_hand;
mod neg012_claim_out_of_place;
mod neg016_duplicate_annotation_key;
mod neg024_odd_port_spelling;
mod neg025_annotation_not_a_string;

/// Every rule, in the order of the ids.
#[rustfmt::skip]
pub static ALL: &[Rule] = &[
    Rule { row: &neg001_annotation_not_json::ROW, card: include_str!("../rules/NEG001-annotation-not-json.md") },
    Rule { row: &neg002_unknown_annotation_key::ROW, card: include_str!("../rules/NEG002-unknown-annotation-key.md") },
    Rule { row: &neg003_wrong_value_type::ROW, card: include_str!("../rules/NEG003-wrong-value-type.md") },
    Rule { row: &neg004_port_not_in_service::ROW, card: include_str!("../rules/NEG004-port-not-in-service.md") },
    Rule { row: &neg005_claims_nothing::ROW, card: include_str!("../rules/NEG005-claims-nothing.md") },
    Rule { row: &neg011_status_written_by_hand::ROW, card: include_str!("../rules/NEG011-status-written-by-hand.md") },
    Rule { row: &neg012_claim_out_of_place::ROW, card: include_str!("../rules/NEG012-claim-out-of-place.md") },
    Rule { row: &neg016_duplicate_annotation_key::ROW, card: include_str!("../rules/NEG016-duplicate-annotation-key.md") },
    Rule { row: &neg024_odd_port_spelling::ROW, card: include_str!("../rules/NEG024-odd-port-spelling.md") },
    Rule { row: &neg025_annotation_not_a_string::ROW, card: include_str!("../rules/NEG025-annotation-not-a-string.md") },
];
// END GENERATED

/// Finds a rule by id or slug, in any letter case.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| {
        name.eq_ignore_ascii_case(rule.row.id) || name.eq_ignore_ascii_case(rule.row.slug)
    })
}
