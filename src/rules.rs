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
mod neg004_port_not_in_service;
mod neg006_one_name_two_ports;
mod neg007_name_claimed_twice;
mod neg008_invalid_neg_name;
mod neg009_tcp_and_udp_on_one_port;
mod neg010_udp_port_exposed;
mod neg020_custom_name_with_ingress;
mod neg021_ipv6_only_service;
mod neg022_zones_ignored;
mod neg023_name_looks_generated;
mod neg618_l4_annotation_ignored;
mod neg703_readiness_gate_without_neg;

/// Every rule, in the order of the ids.
#[rustfmt::skip]
pub static ALL: &[Rule] = &[
    Rule { row: &neg004_port_not_in_service::ROW, card: include_str!("../rules/NEG004-port-not-in-service.md") },
    Rule { row: &neg006_one_name_two_ports::ROW, card: include_str!("../rules/NEG006-one-name-two-ports.md") },
    Rule { row: &neg007_name_claimed_twice::ROW, card: include_str!("../rules/NEG007-name-claimed-twice.md") },
    Rule { row: &neg008_invalid_neg_name::ROW, card: include_str!("../rules/NEG008-invalid-neg-name.md") },
    Rule { row: &neg009_tcp_and_udp_on_one_port::ROW, card: include_str!("../rules/NEG009-tcp-and-udp-on-one-port.md") },
    Rule { row: &neg010_udp_port_exposed::ROW, card: include_str!("../rules/NEG010-udp-port-exposed.md") },
    Rule { row: &neg020_custom_name_with_ingress::ROW, card: include_str!("../rules/NEG020-custom-name-with-ingress.md") },
    Rule { row: &neg021_ipv6_only_service::ROW, card: include_str!("../rules/NEG021-ipv6-only-service.md") },
    Rule { row: &neg022_zones_ignored::ROW, card: include_str!("../rules/NEG022-zones-ignored.md") },
    Rule { row: &neg023_name_looks_generated::ROW, card: include_str!("../rules/NEG023-name-looks-generated.md") },
    Rule { row: &neg618_l4_annotation_ignored::ROW, card: include_str!("../rules/NEG618-l4-annotation-ignored.md") },
    Rule { row: &neg703_readiness_gate_without_neg::ROW, card: include_str!("../rules/NEG703-readiness-gate-without-neg.md") },
];
// END GENERATED

/// Finds a rule by id or slug, in any letter case.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| {
        name.eq_ignore_ascii_case(rule.row.id) || name.eq_ignore_ascii_case(rule.row.slug)
    })
}
