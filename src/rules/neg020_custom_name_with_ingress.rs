//! NEG020: NEGs for an Ingress and a NEG name in one annotation.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG020",
    slug: "custom-name-with-ingress",
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
        let mut names = claim.named();
        let (Some(ingress), Some((port, name))) = (
            claim.ingress.as_ref().filter(|ingress| ingress.value),
            names.next(),
        ) else {
            continue;
        };
        let message = format!(
            "Service {} names the NEG of port {} and asks for NEGs for an Ingress: the controller \
             refuses the whole annotation, so no port gets a NEG",
            service.object.name, port.port
        );
        let label = Label::new(
            inner.place(name.range.clone()),
            "no name is allowed beside \"ingress\": true",
        );
        let mut finding = Finding::new(&ROW, &service.object, message, label)
            .because(inner.place(ingress.range.clone()), "NEGs for an Ingress");
        for (_, name) in names.take(MAX_LABELS - 2) {
            finding = finding.because(inner.place(name.range.clone()), "nor this one");
        }
        verdicts.find(finding.help(
            "the Ingress controller finds NEGs by generated names only. Drop the names if an \
             Ingress uses this Service, drop \"ingress\": true if none does; if both are needed, \
             make a second Service with the same selector for the named NEGs",
        ));
    }
}
