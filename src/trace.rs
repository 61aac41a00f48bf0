//! A trace: the roads from the fronts of load balancers to Pods, hop by hop, with what is wrong on
//! the way. Plain data; `build` makes it from a world, `render::trace` draws it.

mod answer;
mod blame;
mod build;
mod fold;
mod part;
mod question;
mod reach;
mod settle;

use crate::finding::{Severity, Subject};
use crate::remedy::Run;
use crate::text::Place;

pub use blame::{Effect, effect};
pub use build::trace;
pub use question::NotFound;

/// The roads that answer a question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trace {
    /// What was asked for: `203.0.113.25:25`, `mail/mail`; `None` for all roads.
    pub question: Option<String>,
    /// Every hop, once however many roads lead over it.
    pub hops: Vec<Hop>,
    /// Where roads begin.
    pub starts: Vec<usize>,
}

/// A thing that requests pass, or that stands beside the road.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// What it is, in the singular: `forwarding rule`, `backend service`, `NEG`, `Pod`, `endpoint`,
    /// `health check`. A `Pod` is an endpoint of a NEG whose Pod is known: one in two NEGs is two
    /// hops, since each NEG is probed on its own.
    pub kind: &'static str,
    /// Its name; of several alike some names.
    pub name: String,
    /// What it is in findings.
    pub subject: Subject,
    /// Other objects that stand for it: the Service of a NEG; of many alike their own.
    pub stands_for: Vec<Subject>,
    /// What is worth knowing of it, a few words each, the most telling first:
    /// `203.0.113.25:25 TCP`.
    pub facts: Vec<String>,
    /// How it is.
    pub state: State,
    /// The text that makes it, where it was read.
    pub place: Option<Place>,
    /// What is wrong with it, the gravest first.
    pub findings: Vec<Fault>,
    /// Where requests go from it.
    pub next: Vec<Edge>,
    /// What stands beside the road and can stop it: a health check, a firewall, an address, a
    /// certificate, a proxy-only subnet.
    pub beside: Vec<usize>,
    /// How many alike it stands for; 1 for itself.
    pub count: usize,
}

/// How a hop is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing is known to be wrong.
    Fine,
    /// Something is wrong, and traffic still passes.
    Warned(String),
    /// Traffic ends here, and why.
    Broken(String),
    /// What was read does not tell, and why.
    Unknown(String),
    /// Nobody looked, and what would look.
    Unread(String),
}

/// A way to another hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Which requests go it: `shop.example.com /api/*`, `weight 20`; empty for all.
    pub label: String,
    /// Where to.
    pub to: usize,
    /// True where no request goes it as things are: a capacity or a weight of 0, a rule that an
    /// earlier one hides.
    pub closed: bool,
}

/// What is wrong with a hop: as much of a finding as a road shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The rule.
    pub id: &'static str,
    /// Its weight.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The identity of the finding, as in a baseline.
    pub fingerprint: String,
    /// The commands that mend it; of several ways the first.
    pub mend: Option<Run>,
}

/// How many endpoints are at the ends of all roads, and how many of them traffic reaches. A Pod in
/// several NEGs counts once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// All of them.
    pub total: usize,
    /// Those to which some road from a front has nothing broken and nothing unknown.
    pub sure: usize,
    /// Those to which some road has nothing broken, but parts of which nobody can tell.
    pub unsure: usize,
}

impl State {
    /// Its name for programs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Warned(_) => "warned",
            Self::Broken(_) => "broken",
            Self::Unknown(_) => "unknown",
            Self::Unread(_) => "unread",
        }
    }

    /// Why it is so; empty for what is fine.
    pub fn why(&self) -> &str {
        match self {
            Self::Fine => "",
            Self::Warned(why) | Self::Broken(why) | Self::Unknown(why) | Self::Unread(why) => why,
        }
    }

    /// Whether traffic ends here.
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken(_))
    }

    /// Whether traffic passes for certain.
    fn is_sure(&self) -> bool {
        matches!(self, Self::Fine | Self::Warned(_))
    }
}

impl Hop {
    /// A fine hop of which nothing else is known.
    pub fn new(kind: &'static str, name: impl Into<String>, subject: Subject) -> Self {
        Self {
            kind,
            name: name.into(),
            subject,
            stands_for: Vec::new(),
            facts: Vec::new(),
            state: State::Fine,
            place: None,
            findings: Vec::new(),
            next: Vec::new(),
            beside: Vec::new(),
            count: 1,
        }
    }

    /// What it is: `NEG`, `42 Pods`.
    pub fn title(&self) -> String {
        match self.count {
            1 => self.kind.to_owned(),
            count => format!("{count} {}", self.kinds()),
        }
    }

    /// Its kind, in the plural.
    pub fn kinds(&self) -> String {
        match self.kind.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{}s", self.kind),
        }
    }

    /// Why it is as it is, unless one of its findings or facts says so.
    pub fn why(&self) -> &str {
        let why = self.state.why();
        let said = self.findings.iter().any(|fault| fault.message == why)
            || self.facts.iter().any(|fact| fact == why);
        if said { "" } else { why }
    }

    /// Whether roads end here.
    pub fn is_end(&self) -> bool {
        matches!(self.kind, "Pod" | "endpoint")
    }

    /// Whether roads of clients begin here.
    pub fn is_front(&self) -> bool {
        self.kind == "forwarding rule"
    }

    /// Where requests go from it as things are.
    pub fn ways(&self) -> impl Iterator<Item = usize> {
        self.next.iter().filter(|it| !it.closed).map(|it| it.to)
    }
}

impl Trace {
    /// The hop at a place.
    pub fn hop(&self, place: usize) -> Option<&Hop> {
        self.hops.get(place)
    }
}
