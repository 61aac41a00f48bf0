//! A selector that turns to other Pods, all at once.

use crate::document::Node;
use crate::finding::{Finding, Label, Verdicts};
use crate::kind::Kind;
use crate::kind::pod::Pod;
use crate::world::{Joined, World};

use super::ROW;

pub(super) fn check(world: &World<'_>, service: Joined<'_, '_>, verdicts: &mut Verdicts) {
    let object = &service.service.object;
    let Some(shown) = service.shown() else { return };
    let behind_neg = service.neg_ports().next().is_some() && service.status().is_some();
    let (was, is) = (&shown.selector, &service.service.selector);
    let is_same = shown.selects(is.as_deref().unwrap_or_default())
        && service.selects(was.as_deref().unwrap_or_default());
    if is_same || was.is_none() || is.is_none() || !behind_neg {
        return;
    }
    let place = object.spec().and_then(|spec| spec.get("selector"));
    let place = place.map_or_else(|| object.head(), Node::place);
    if let Err(missing) = world.whole(Kind::Pod, object) {
        verdicts.leave(missing.undecided(&ROW, object, place));
        return;
    }
    let beside = world.pods().iter();
    let beside: Vec<&Pod<'_>> = beside
        .filter(|pod| pod.is_alive() && pod.object.shares_namespace(object))
        .collect();
    let old: Vec<_> = beside
        .iter()
        .filter(|pod| shown.selects(&pod.labels))
        .collect();
    let overlap = old.iter().any(|pod| service.selects(&pod.labels));
    if old.is_empty() || overlap {
        return;
    }
    let new = beside.iter().filter(|pod| service.selects(&pod.labels));
    let to = match new.count() {
        0 => "to none that runs".to_owned(),
        1 => "to another one".to_owned(),
        count => format!("to {count} others"),
    };
    let from = match old.len() {
        1 => "its Pod".to_owned(),
        count => format!("its {count} Pods"),
    };
    let message = format!(
        "Service {} turns from {from} {to} at once: its NEGs lose all endpoints before the new ones \
         are healthy",
        object.name
    );
    let mut finding = Finding::new(&ROW, object, message, Label::new(place, "as it will be"));
    let live = shown.object.spec().and_then(|spec| spec.get("selector"));
    if let Some(live) = live {
        finding = finding.because(live, "as it runs");
    }
    let finding = finding.detail("selector").help(
        "let the selector take both sets of Pods for a while: a label that both have; or give the \
         new Pods a Service of their own and shift the traffic in the load balancer",
    );
    verdicts.find(finding);
}
