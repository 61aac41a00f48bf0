//! Events of controllers of which nothing is to be made, and why: work that was done, and trouble that
//! is over or may pass.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::controller::event::{Decoded, Gate, Meaning, Trouble};
use crate::finding::Subject;
use crate::kind::event::Event;
use crate::kind::object::Object;

use super::{GRACE, Told, World};

/// An event of which nothing is to be made, with those that are like it.
#[derive(Debug, Clone, Copy)]
pub struct Quiet<'w, 'd> {
    /// The newest.
    pub event: &'w Event<'d>,
    /// How often all of them were said.
    pub count: i64,
    /// Why.
    pub why: &'static str,
}

/// An object by its cluster, kind, namespace and name.
type Name<'d> = (&'d str, &'d str, &'d str, &'d str);

impl Event<'_> {
    /// The object that it is about.
    pub fn subject(&self) -> Subject {
        Subject {
            cluster: self.object.cluster_name.to_owned(),
            kind: self.kind.to_owned(),
            namespace: self.namespace.to_owned(),
            name: self.name.to_owned(),
        }
    }
}

impl<'d> World<'d> {
    /// The events of which nothing is to be made, other than those that `is_shown` finds shown.
    pub fn quiet_events<'w>(&'w self, is_shown: impl Fn(&Event<'_>) -> bool) -> Vec<Quiet<'w, 'd>> {
        let mut by_object: BTreeMap<Name<'_>, Vec<&Event<'d>>> = BTreeMap::new();
        for event in self.events.iter().filter(|event| event.object.observed) {
            let cluster = event.object.cluster_name;
            let name = (cluster, event.kind, event.namespace, event.name);
            by_object.entry(name).or_default().push(event);
        }
        let objects = self.objects().filter(|object| object.live.is_some());
        let objects: HashMap<Name<'_>, &Object<'d>> =
            objects.map(|object| (name(object), object)).collect();
        let shut = self.pods.iter().filter(|pod| {
            let condition = pod.neg_condition();
            pod.neg_gate().is_some() && condition.is_none_or(|it| it.status != "True")
        });
        let shut: HashSet<Name<'_>> = shut.map(|pod| name(&pod.object)).collect();
        let mut quiet = Vec::new();
        for (name, mut events) in by_object {
            let object = objects.get(&name).copied();
            let told = object.map(|object| self.told(object)).unwrap_or_default();
            let of_object = OfObject {
                world: self,
                object,
                told: &told,
                is_shut: shut.contains(&name),
            };
            events.sort_by_key(|event| event.last);
            let mut own: Vec<Quiet<'w, 'd>> = Vec::new();
            for event in events.into_iter().rev().filter(|event| !is_shown(event)) {
                let Some(why) = of_object.why(event, &is_shown) else {
                    continue;
                };
                let is_like =
                    |it: &&mut Quiet<'_, '_>| (it.event.reason, it.why) == (event.reason, why);
                match own.iter_mut().find(is_like) {
                    Some(like) => like.count = like.count.saturating_add(event.count),
                    None => own.push(Quiet {
                        event,
                        count: event.count,
                        why,
                    }),
                }
            }
            quiet.append(&mut own);
        }
        quiet
    }
}

fn name<'d>(object: &Object<'d>) -> Name<'d> {
    let namespace = object.namespace.unwrap_or_default();
    let kind: &'d str = object.kind_name;
    (object.cluster_name, kind, namespace, object.name)
}

/// What is known of the object of events.
struct OfObject<'w, 'd> {
    world: &'w World<'d>,
    /// `None` where it is not there, or not of a kind that is read.
    object: Option<&'w Object<'d>>,
    told: &'w [Told<'w, 'd>],
    /// Whether it is a Pod whose readiness gate is shut.
    is_shut: bool,
}

impl OfObject<'_, '_> {
    /// Why nothing is to be made of an event; `None` where something may.
    fn why(
        &self,
        event: &Event<'_>,
        is_shown: impl Fn(&Event<'_>) -> bool,
    ) -> Option<&'static str> {
        let decoded = event.decoded.as_ref()?;
        match decoded.meaning {
            Meaning::Progress(_) => Some("it tells of work that was done"),
            Meaning::Harmless if event.event_type == "Warning" => {
                Some("it heals by itself, or takes no traffic away")
            }
            Meaning::Harmless => Some("it tells of a change that was seen or made"),
            Meaning::GateReleased(Gate::Healthy | Gate::OtherSubnet) => {
                Some("every Pod's readiness gate opens so")
            }
            Meaning::GateWaiting if !self.is_shut => {
                Some("every new Pod waits so, and its readiness gate is shut no more")
            }
            Meaning::Trouble(trouble) => self.why_not(trouble, decoded, event, is_shown),
            Meaning::GateReleased(_) | Meaning::GateWaiting | Meaning::Unknown => None,
        }
    }

    /// Why nothing is to be made of a trouble.
    fn why_not(
        &self,
        trouble: Trouble,
        decoded: &Decoded<'_>,
        event: &Event<'_>,
        is_shown: impl Fn(&Event<'_>) -> bool,
    ) -> Option<&'static str> {
        let object = self.object?;
        // What every Ingress is told of one firewall rule is weighed as one, by a rule.
        if trouble == Trouble::XpnFirewall {
            return None;
        }
        let mut told = self.told.iter();
        let Some(told) = told.find(|it| it.is_told_by(trouble, decoded, event.reason)) else {
            let is_history = object.changed() > event.last;
            return Some(if is_history {
                "it was said before the object was last changed"
            } else {
                "a later event says that it is over"
            });
        };
        let now = self.world.now(object);
        if is_shown(told.event) {
            None
        } else if told.count <= 1 {
            Some("it was said once: what lasts is said again")
        } else if !told.lasts(now) {
            Some("it was not said again for so long that it has passed")
        } else if told.span() < GRACE {
            Some("it has been said for less than five minutes, and may pass")
        } else {
            None
        }
    }
}
