//! NEG625: what the Private Service Connect controller says that it could not do.

use crate::controller::event::Trouble;
use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{GRACE, Told, ToldOf, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG625",
    slug: "service-attachment-failed",
    severity: Severity::Error,
    reads: &[Kind::Event],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for attachment in world.told_of("ServiceAttachment") {
        // In the first minutes the load balancer of its Service is still being made.
        let stands = |told: &&Told<'_, '_>| {
            told.is_recent(world.now(&told.event.object)) && told.span() >= GRACE
        };
        for told in attachment.told.iter().filter(stands) {
            verdicts.findings.extend(finding(world, &attachment, told));
        }
    }
}

fn finding(world: &World<'_>, attachment: &ToldOf<'_, '_>, told: &Told<'_, '_>) -> Option<Finding> {
    let report = told.decoded.causes.first()?;
    let name = &attachment.subject.name;
    let (effect, step) = match told.trouble {
        Trouble::ServiceAttachmentCleanup => ("cannot be removed", "cleanup"),
        _ => ("is not made or changed as wanted", "process"),
    };
    let message = format!("ServiceAttachment {name} {effect}{}", report.why());
    let label = told.label(world.now(&told.event.object));
    let mut finding = Finding::new(&ROW, attachment.subject.clone(), message, label);
    finding.help = report.advice().or_else(|| told.decoded.advice());
    Some(finding.detail(step))
}
