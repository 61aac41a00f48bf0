//! What controllers said of objects that are not read.

use std::collections::BTreeMap;

use crate::finding::Subject;
use crate::kind::event::Event;

use super::{Told, World};

/// The troubles of an object that is known by its events alone.
#[derive(Debug, Clone)]
pub struct ToldOf<'w, 'd> {
    /// The object.
    pub subject: Subject,
    /// Its troubles.
    pub told: Vec<Told<'w, 'd>>,
}

impl<'d> World<'d> {
    /// The troubles of every object of a kind that is not read, by the objects' names. Of several
    /// objects that had one name the last one counts.
    pub fn told_of(&self, kind: &str) -> Vec<ToldOf<'_, 'd>> {
        let mut objects: BTreeMap<Subject, Vec<&Event<'d>>> = BTreeMap::new();
        let events = self.events.iter().filter(|event| event.object.observed);
        for event in events.filter(|event| event.kind == kind) {
            let subject = Subject {
                cluster: event.object.cluster_name.to_owned(),
                kind: event.kind.to_owned(),
                namespace: event.namespace.to_owned(),
                name: event.name.to_owned(),
            };
            objects.entry(subject).or_default().push(event);
        }
        let told_of = objects.into_iter().map(|(subject, mut events)| {
            events.sort_by_key(|event| event.last);
            let uid = events.last().map(|event| event.uid);
            events.retain(|event| Some(event.uid) == uid);
            ToldOf {
                subject,
                told: Told::all(events, None),
            }
        });
        told_of.collect()
    }
}
