//! NEG000: a suppression that suppresses nothing. It has nothing to say of the world: the report
//! speaks in its name, once it is known what the other rules said.

use crate::finding::{Severity, Verdicts};
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG000",
    slug: "unused-suppression",
    severity: Severity::Warning,
    reads: &[],
    follows: &[],
    check,
};

fn check(_: &World<'_>, _: &mut Verdicts) {}
