//! What controllers said of an object and have not taken back: repeated events as one, without
//! those that later ones end.

use jiff::{SignedDuration, Timestamp};

use crate::controller::event::{self, Decoded, EventText, Meaning, Trouble};
use crate::finding::Label;
use crate::kind::event::Event;
use crate::kind::object::Object;

use super::{GRACE, World};

/// A controller that still fails says so again before this time has passed: its pauses grow to 17
/// minutes, and one event in five minutes comes through.
const SILENCE: SignedDuration = SignedDuration::from_mins(30);

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

/// What the recorder of events puts before a message where many resemble each other.
const COMBINED: &str = "(combined from similar events): ";

impl Told<'_, '_> {
    /// From the first to the last time that it was told.
    pub fn span(&self) -> SignedDuration {
        let both = self.first.zip(self.last);
        both.map_or(SignedDuration::ZERO, |(first, last)| {
            last.duration_since(first)
        })
    }

    /// True where it was told again and again, and not too long ago: pauses between two tries at
    /// most double. Once is nothing, as most troubles heal at the next try.
    pub fn lasts(&self, now: Option<Timestamp>) -> bool {
        let Some((now, last)) = now.zip(self.last) else {
            return false;
        };
        let quiet = now.duration_since(last);
        let patience = self.span().saturating_add(GRACE).saturating_add(GRACE);
        self.count > 1 && quiet <= patience.min(SILENCE)
    }

    /// True where it was told lately, if only once.
    pub fn is_recent(&self, now: Option<Timestamp>) -> bool {
        let both = now.zip(self.last);
        both.is_none_or(|(now, last)| now.duration_since(last) <= SILENCE)
    }

    /// True where it lasts, and for so long that what passes would have passed.
    pub fn lasts_long(&self, now: Option<Timestamp>) -> bool {
        self.lasts(now) && self.span() >= GRACE
    }

    /// The newest event, with how often and how long ago it was told.
    pub fn label(&self, now: Option<Timestamp>) -> Label {
        Label::new(self.event.told(), self.history(now))
    }

    /// `said 12 times in 54 minutes, the last time 2 minutes ago`
    fn history(&self, now: Option<Timestamp>) -> String {
        let ago = now
            .zip(self.last)
            .map(|(now, last)| now.duration_since(last));
        let ago = ago.map(|ago| format!("{} ago", in_words(ago)));
        match (self.count, ago) {
            (..=1, None) => "said once".to_owned(),
            (..=1, Some(ago)) => format!("said {ago}"),
            (count, ago) => {
                let span = in_words(self.span());
                let ago = ago.map_or(String::new(), |ago| format!(", the last time {ago}"));
                format!("said {count} times in {span}{ago}")
            }
        }
    }
}

/// A length of time, as people say it.
pub fn in_words(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

impl<'d> Event<'d> {
    /// What it means; `None` where no controller of load balancing is known to send it.
    pub fn decoded(&self) -> Option<Decoded<'d>> {
        event::decode(&EventText {
            kind: self.kind,
            event_type: self.event_type,
            reason: self.reason,
            component: self.component,
            message: self.message.strip_prefix(COMBINED).unwrap_or(self.message),
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

    /// The warnings of a controller about an object, told lately and since it was last changed, of
    /// which nothing is known: the newest of each wording.
    pub fn unknown_warnings(&self, object: &Object<'_>, component: &str) -> Vec<&Event<'d>> {
        let now = self.now(object);
        let changed = object.changed();
        let is_meant = |event: &&Event<'_>| {
            let decoded = || event.decoded().map(|decoded| decoded.meaning);
            let quiet = now.zip(event.last);
            event.component == component
                && event.event_type == "Warning"
                && quiet.is_none_or(|(now, last)| now.duration_since(last) <= SILENCE)
                && changed.is_none_or(|changed| event.last.is_none_or(|last| last >= changed))
                && decoded() == Some(Meaning::Unknown)
        };
        let mut newest: Vec<&Event<'d>> = Vec::new();
        for event in self.events_of(object).into_iter().filter(is_meant).rev() {
            let same =
                |known: &&Event<'_>| known.reason == event.reason && known.message == event.message;
            if !newest.iter().any(same) {
                newest.push(event);
            }
        }
        newest
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
