//! What controllers said of an object and have not taken back: repeated events as one, without
//! those that later ones end.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use crate::controller::event::{Decoded, Meaning, Trouble};
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
    pub decoded: &'w Decoded<'d>,
    /// When it was first told.
    pub first: Option<Timestamp>,
    /// When it was last told.
    pub last: Option<Timestamp>,
    /// How often.
    pub count: i64,
}

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

    /// Whether an event is one of those that tell it.
    pub(super) fn is_told_by(&self, trouble: Trouble, decoded: &Decoded<'_>, reason: &str) -> bool {
        let own = sameness(self.trouble, self.decoded, self.event.reason);
        own == sameness(trouble, decoded, reason)
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
            let decoded = || event.decoded.as_ref().map(|decoded| decoded.meaning);
            let quiet = now.zip(event.last);
            event.component == component
                && event.event_type == "Warning"
                && quiet.is_none_or(|(now, last)| now.duration_since(last) <= SILENCE)
                && changed.is_none_or(|changed| event.last.is_none_or(|last| last >= changed))
                && decoded() == Some(Meaning::Unknown)
        };
        let mut known = HashSet::new();
        let mut newest = self.events_of(object);
        newest.reverse();
        newest.retain(|event| is_meant(event) && known.insert((event.reason, event.message)));
        newest
    }
}

impl<'w, 'd> Told<'w, 'd> {
    /// What events of one object, in the order of time, tell since it was changed.
    pub(super) fn all(events: Vec<&'w Event<'d>>, changed: Option<Timestamp>) -> Vec<Self> {
        let mut told: Vec<Self> = Vec::new();
        let mut known: HashMap<_, usize> = HashMap::new();
        let mut ends = Ends::default();
        // From the newest back: what ends a trouble comes before it.
        for event in events.into_iter().rev() {
            let Some(decoded) = &event.decoded else {
                continue;
            };
            let trouble = match decoded.meaning {
                Meaning::Progress(_) => {
                    ends.take(decoded);
                    continue;
                }
                Meaning::Trouble(trouble) => trouble,
                _ => continue,
            };
            // The records of changes count in seconds.
            let is_history = changed.is_some_and(|changed| event.last < Some(changed));
            if event.last.is_some() && is_history || ends.have(trouble, decoded) {
                continue;
            }
            let index = *known
                .entry(sameness(trouble, decoded, event.reason))
                .or_insert(told.len());
            if let Some(later) = told.get_mut(index) {
                later.first = later.first.min(event.first);
                later.count += event.count;
            } else {
                told.push(Self {
                    event,
                    trouble,
                    decoded,
                    first: event.first,
                    last: event.last,
                    count: event.count,
                });
            }
        }
        told.reverse();
        told
    }
}

/// What two tellings of one trouble have in common. It may be told in several words, but each setting
/// is one of its own.
fn sameness<'e>(
    trouble: Trouble,
    decoded: &Decoded<'e>,
    reason: &'e str,
) -> (Trouble, Option<&'e str>, Option<&'e str>, Option<&'e str>) {
    let setting = (trouble == Trouble::SettingWithoutEffect).then_some(reason);
    (trouble, decoded.neg(), decoded.zone(), setting)
}

/// What says that troubles told before are over, by the NEG that it is about.
#[derive(Default)]
struct Ends<'w, 'd>(HashMap<Option<&'d str>, Vec<&'w Decoded<'d>>>);

impl<'w, 'd> Ends<'w, 'd> {
    fn take(&mut self, decoded: &'w Decoded<'d>) {
        let of_neg = self.0.entry(decoded.neg()).or_default();
        let is_known =
            |it: &&Decoded<'_>| (it.meaning, it.zone()) == (decoded.meaning, decoded.zone());
        if !of_neg.iter().any(is_known) {
            of_neg.push(decoded);
        }
    }

    /// Whether something later ends a trouble. What names no NEG or zone is about all.
    fn have(&self, trouble: Trouble, told: &Decoded<'_>) -> bool {
        let ends = |later: &&Decoded<'_>| {
            let zones = later.zone().zip(told.zone());
            later.meaning.ends(trouble) && zones.is_none_or(|(later, told)| later == told)
        };
        let of = |neg| self.0.get(&neg).into_iter().flatten();
        match told.neg() {
            Some(neg) => of(None).chain(of(Some(neg))).any(ends),
            None => self.0.values().flatten().any(ends),
        }
    }
}
