//! NEG006: two ports of a Service ask for one NEG name.

use std::collections::BTreeMap;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG006",
    slug: "one-name-two-ports",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

/// More labels than this show nothing new.
const MAX_LABELS: usize = 4;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        let mut by_name: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for (port, name) in claim.named() {
            by_name.entry(&name.value).or_default().push((port, name));
        }
        for (name, mut ports) in by_name {
            // As people read them; the claim has them by number.
            ports.sort_by_key(|(port, _)| port.key_range.start);
            let Some(((last, range), others)) = ports.split_last() else {
                continue;
            };
            let Some((first, _)) = others.first() else {
                continue;
            };
            let place = inner.place(range.range.clone());
            let label = format!("the same name for port {}", last.port);
            let message = format!(
                "Service {} asks for NEG {name} for port {} and for port {}: only one of them gets it",
                service.object.name, first.port, last.port
            );
            let mut finding =
                Finding::new(&ROW, &service.object, message, Label::new(place, label)).detail(name);
            for (port, name) in others.iter().take(MAX_LABELS - 1) {
                let label = format!("port {} has it", port.port);
                finding = finding.because(inner.place(name.range.clone()), label);
            }
            verdicts.find(finding.help(
                "give each port a name of its own; which port wins is a race, the other is refused \
                 in every pass, and neg-status lists the name for both",
            ));
        }
    }
}
