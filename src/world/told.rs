//! What controllers said of an object and have not taken back: repeated events as one, without
//! those that later ones end.

use jiff::Timestamp;

use crate::controller::event::{self, Decoded, EventText, Meaning, Trouble};
use crate::kind::event::Event;
use crate::kind::object::Object;

use super::World;

/// A trouble that a controller told, once or again and again.
#[derive(Debug, Clone)]
pub struct Told<'w, 'd> {
    /// The newest event that tells it.
    pub event: &'w Event<'d>,
    /// What kind of trouble.
    pub trouble: Trouble,
    /// What the newest event means.
    pub decoded: Decoded<'d>,
    /// When it was first told.
    pub first: Option<Timestamp>,
    /// When it was last told.
    pub last: Option<Timestamp>,
    /// How often.
    pub count: i64,
}

impl<'d> Event<'d> {
    /// What it means; `None` where no controller of load balancing is known to send it.
    pub fn decoded(&self) -> Option<Decoded<'d>> {
        event::decode(&EventText {
            kind: self.kind,
            event_type: self.event_type,
            reason: self.reason,
            component: self.component,
            message: self.message,
        })
    }
}

impl<'d> World<'d> {
    /// The troubles that controllers told of an object since it was last changed, and that no later
    /// event ends; in the order in which they were last told. Events live about an hour: that there
    /// are none proves nothing.
    pub fn told(&self, object: &Object<'_>) -> Vec<Told<'_, 'd>> {
        Told::all(self.events_of(object), object.changed())
    }
}

impl<'w, 'd> Told<'w, 'd> {
    /// What events of one object, in the order of time, tell since it was changed.
    pub(super) fn all(events: Vec<&'w Event<'d>>, changed: Option<Timestamp>) -> Vec<Self> {
        let mut told: Vec<Self> = Vec::new();
        for event in events {
            let Some(decoded) = event.decoded() else {
                continue;
            };
            if let Meaning::Progress(_) = decoded.meaning {
                told.retain(|it| !ends(&decoded, it));
            }
            let Meaning::Trouble(trouble) = decoded.meaning else {
                continue;
            };
            // The records of changes count in seconds.
            if event
                .last
                .is_some_and(|last| changed.is_some_and(|changed| last < changed))
            {
                continue;
            }
            let known = told.iter().position(|it| is_same(it, trouble, &decoded));
            let earlier = known.map(|index| told.remove(index));
            told.push(Self {
                event,
                trouble,
                decoded,
                first: earlier
                    .as_ref()
                    .map_or(event.first, |it| it.first.min(event.first)),
                last: event.last,
                count: event.count + earlier.map_or(0, |it| it.count),
            });
        }
        told
    }
}

/// True where two events tell one trouble, though in other words perhaps.
fn is_same(told: &Told<'_, '_>, trouble: Trouble, decoded: &Decoded<'_>) -> bool {
    told.trouble == trouble
        && told.decoded.neg() == decoded.neg()
        && told.decoded.zone() == decoded.zone()
}

/// True where a later event says that a trouble is over.
fn ends(later: &Decoded<'_>, told: &Told<'_, '_>) -> bool {
    let agrees = |one: Option<&str>, other: Option<&str>| {
        one.is_none_or(|one| other.is_none_or(|other| one == other))
    };
    later.meaning.ends(told.trouble)
        && agrees(later.neg(), told.decoded.neg())
        && agrees(later.zone(), told.decoded.zone())
}
