//! Certificates of Compute Engine.

use jiff::Timestamp;

use crate::document::Node;
use crate::kind::condition::time;

use super::view;

view! {
    /// A certificate, managed by Google or by its owner.
    Certificate
}

impl<'d> Certificate<'d> {
    /// True for one that Google issues.
    pub fn is_managed(&self) -> bool {
        self.text("type") == Some("MANAGED")
    }

    /// `managed.status`: `ACTIVE`, `PROVISIONING`, …
    pub fn status(&self) -> Option<&'d str> {
        self.root().at(&["managed", "status"]).and_then(Node::text)
    }

    /// The state of each domain of a managed one.
    pub fn domains(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        let states = self.root().at(&["managed", "domainStatus"]);
        let states = states.into_iter().flat_map(Node::entries);
        states.filter_map(|(domain, state)| Some((domain.text()?, state)))
    }

    /// The names it is for.
    pub fn names(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let root = self.root();
        let lists = [
            root.get("subjectAlternativeNames"),
            root.at(&["managed", "domains"]),
        ];
        let lists = lists.into_iter().flatten().flat_map(Node::items);
        lists.filter_map(Node::text)
    }

    /// `expireTime`.
    pub fn expires(&self) -> Option<Timestamp> {
        time(self.get("expireTime"))
    }

    /// Whether it is for a host, or for every host of a wildcard: `*.example.com` stands for one
    /// label. `None` where it does not say its names.
    pub fn covers(&self, host: &str) -> Option<bool> {
        let mut names = self.names().peekable();
        names.peek()?;
        let rest = host.split_once('.').map(|(_, rest)| rest);
        Some(names.any(|name| {
            let parent = name.strip_prefix("*.");
            name.eq_ignore_ascii_case(host)
                || parent
                    .zip(rest)
                    .is_some_and(|(parent, rest)| parent.eq_ignore_ascii_case(rest))
        }))
    }
}
