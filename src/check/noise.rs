//! What was seen and is kept silent on purpose, beside what rules say of that themselves: events, and
//! what is in namespaces of the system.

use std::collections::HashSet;
use std::sync::Arc;

use crate::finding::{Noise, Verdicts};
use crate::kind::event::Event;
use crate::text::{Place, Source, Span};
use crate::world::World;

/// Adds it to what the rules kept silent.
pub(super) fn add(world: &World<'_>, verdicts: &mut Verdicts) {
    let of_findings = verdicts.findings.iter().flat_map(|finding| {
        let labels = std::iter::once(&finding.primary).chain(&finding.labels);
        labels.map(|label| &label.place)
    });
    let shown = of_findings.chain(verdicts.noise.iter().map(|noise| &noise.place));
    let shown: HashSet<_> = shown.map(key).collect();
    let is_shown = |event: &Event<'_>| shown.contains(&key(&event.told().place()));
    let quiet = world.quiet_events(is_shown);
    let events = quiet.into_iter().map(|quiet| Noise {
        rule: None,
        subject: quiet.event.subject(),
        place: quiet.event.told().place(),
        seen: match quiet.count {
            ..=1 => format!("event {}", quiet.event.reason),
            count => format!("event {}, {count} times", quiet.event.reason),
        },
        why: quiet.why.to_owned(),
    });
    let noise: Vec<Noise> = events.chain(of_system(world)).collect();
    verdicts.noise.extend(noise);
}

/// What tells places apart.
fn key(place: &Place) -> (*const Source, Span) {
    (Arc::as_ptr(&place.source), place.span)
}

/// Services with NEGs in namespaces that GKE, a mesh or an add-on keeps.
fn of_system<'w>(world: &'w World<'_>) -> impl Iterator<Item = Noise> + 'w {
    let services = world.services().filter(|service| {
        service.object.in_system_namespace() && service.neg_ports().next().is_some()
    });
    services.map(|service| {
        let object = &service.service.object;
        Noise {
            rule: None,
            subject: object.subject(),
            place: object.head(),
            seen: "asks for NEGs".to_owned(),
            why:
                "GKE, a mesh or an add-on keeps its namespace: rules that give advice pass it over"
                    .to_owned(),
        }
    })
}
