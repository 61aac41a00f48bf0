//! Warnings of controllers of which nothing is known.

use crate::finding::{Finding, Label, Severity};
use crate::kind::event::Event;
use crate::kind::object::Object;
use crate::rules::Row;
use crate::world::World;

/// Notes of a controller's warnings about an object that are not known: they are shown as they are.
pub(super) fn warnings(
    row: &'static Row,
    world: &World<'_>,
    object: &Object<'_>,
    component: &str,
) -> Vec<Finding> {
    let warnings = world.unknown_warnings(object, component).into_iter();
    let finding = |event: &Event<'_>| {
        let message = format!(
            "{component} warns of {} {} in words that are not known here, under {}",
            object.kind_name, object.name, event.reason
        );
        Finding::new(row, object, message, Label::new(event.told(), "its words"))
            .severity(Severity::Note)
            .detail(format!("unknown {}", event.reason))
            .following(&[])
            .help("whether it matters is for you to judge; the whole text is the event's message")
    };
    warnings.map(finding).collect()
}
