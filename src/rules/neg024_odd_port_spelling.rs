//! NEG024: a port in `exposed_ports` is spelled in a way that people misread.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::remedy::Edit;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG024",
    slug: "odd-port-spelling",
    severity: Severity::Note,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        let ports = &claim.exposed;
        for port in ports
            .iter()
            .filter(|port| port.key != port.port.to_string())
        {
            let (name, key, number) = (service.object.name, &port.key, port.port);
            let message = format!(
                "Service {name} exposes port {key:?}, which the controller reads as {number}"
            );
            let label = Label::new(
                inner.place(port.key_range.clone()),
                format!("read as {number}"),
            );
            let change = inner.change(port.key_range.clone(), &format!("\"{number}\""));
            let finding = Finding::new(&ROW, &service.object, message, label)
                .detail(number)
                .help("write the number without sign and leading zeros: neg-status and other tools do")
                .edit(change.map(|change| {
                    Edit::safe(format!("replace {key:?} with \"{number}\""), change)
                }));
            verdicts.find(finding);
        }
    }
}
