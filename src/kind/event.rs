//! Event: what a controller said of an object. The API keeps it for about an hour.

use jiff::Timestamp;

use crate::controller::event::{self, Decoded, EventText};
use crate::document::Node;

use super::condition::time;
use super::object::Object;

/// An Event, of the core API or of `events.k8s.io`.
#[derive(Debug, Clone)]
pub struct Event<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// The kind of the object it is about.
    pub kind: &'d str,
    /// The namespace of that object.
    pub namespace: &'d str,
    /// The name of that object.
    pub name: &'d str,
    /// The UID of that object; empty where it is not said.
    pub uid: &'d str,
    /// `Normal` or `Warning`.
    pub event_type: &'d str,
    /// A word.
    pub reason: &'d str,
    /// Who said it.
    pub component: &'d str,
    /// What was said.
    pub message: &'d str,
    /// When it was first said.
    pub first: Option<Timestamp>,
    /// When it was last said.
    pub last: Option<Timestamp>,
    /// How often.
    pub count: i64,
    /// What it means; `None` where no controller of load balancing is known to send it.
    pub decoded: Option<Decoded<'d>>,
}

/// What the recorder of events puts before a message where many resemble each other.
const COMBINED: &str = "(combined from similar events): ";

impl<'d> Event<'d> {
    /// The view of an object.
    pub fn new(object: Object<'d>) -> Self {
        let root = object.root();
        let any = |paths: &[&[&str]]| paths.iter().find_map(|path| root.at(path));
        let text = |paths: &[&[&str]]| {
            let texts = paths.iter().filter_map(|path| root.at(path)?.text());
            texts
                .into_iter()
                .find(|text| !text.is_empty())
                .unwrap_or_default()
        };
        let about = |name| text(&[&["involvedObject", name], &["regarding", name]]);
        let when = |names: &[&str]| {
            let mut times = names.iter().map(|name| time(root.get(name)));
            times.find_map(|time| time)
        };
        let of_series = time(root.at(&["series", "lastObservedTime"]));
        let count = any(&[&["series", "count"], &["count"], &["deprecatedCount"]]);
        let mut event = Self {
            kind: about("kind"),
            namespace: about("namespace"),
            name: about("name"),
            uid: about("uid"),
            event_type: text(&[&["type"]]),
            reason: text(&[&["reason"]]),
            component: text(&[
                &["source", "component"],
                &["reportingComponent"],
                &["reportingController"],
                &["deprecatedSource", "component"],
            ]),
            message: text(&[&["message"], &["note"]]),
            first: when(&["firstTimestamp", "deprecatedFirstTimestamp", "eventTime"])
                .or_else(|| object.created()),
            last: of_series
                .or_else(|| when(&["lastTimestamp", "deprecatedLastTimestamp", "eventTime"]))
                .or_else(|| object.created()),
            count: count.and_then(Node::integer).unwrap_or(1),
            decoded: None,
            object,
        };
        event.decoded = event::decode(&EventText {
            kind: event.kind,
            event_type: event.event_type,
            reason: event.reason,
            component: event.component,
            message: event
                .message
                .strip_prefix(COMBINED)
                .unwrap_or(event.message),
        });
        event
    }

    /// Where it says what it says.
    pub fn told(&self) -> Node<'d> {
        let root = self.object.root();
        let message = root.get("message").or_else(|| root.get("note"));
        message.unwrap_or(root)
    }
}
