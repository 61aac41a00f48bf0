//! A trace: the roads from the fronts of load balancers to Pods, hop by hop, with what is wrong on
//! the way. Plain data; `build` makes it from a world, `render::trace` draws it.

mod answer;
mod blame;
mod build;
mod fold;
mod part;
mod question;

use crate::finding::{Severity, Subject};
use crate::remedy::Run;
use crate::text::Place;

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
    /// `health check`.
    pub kind: &'static str,
    /// Its name; of several alike some names.
    pub name: String,
    /// What it is in findings.
    pub subject: Subject,
    /// Other objects that stand for it: the Service of a NEG.
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

/// How many endpoints are at the ends of all roads, and how many of them traffic reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// All of them.
    pub total: usize,
    /// Those to which some road has nothing broken and nothing unknown.
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

    /// Why it is as it is, unless one of its findings says so.
    pub fn why(&self) -> &str {
        let why = self.state.why();
        let said = self.findings.iter().any(|fault| fault.message == why);
        if said { "" } else { why }
    }

    /// Whether roads end here.
    pub fn is_end(&self) -> bool {
        matches!(self.kind, "Pod" | "endpoint")
    }
}

impl Trace {
    /// The hop at a place.
    pub fn hop(&self, place: usize) -> Option<&Hop> {
        self.hops.get(place)
    }

    /// The places of the first broken hop on each road, each once, in the order of the roads. Where
    /// something beside the road stops it, that is the one.
    pub fn breaks(&self) -> Vec<usize> {
        let mut breaks: Vec<usize> = Vec::new();
        let mut seen = vec![false; self.hops.len()];
        let mut pending: Vec<usize> = self.starts.iter().rev().copied().collect();
        while let Some(place) = pending.pop() {
            let Some((hop, seen)) = self.hops.get(place).zip(seen.get_mut(place)) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            let sides = hop.beside.iter().copied();
            let mut broken = sides.filter(|side| self.is(*side, State::is_broken));
            match broken.next() {
                Some(side) if !hop.state.is_broken() && !breaks.contains(&side) => {
                    breaks.push(side);
                }
                Some(_) if !hop.state.is_broken() => {}
                _ if hop.state.is_broken() => breaks.push(place),
                _ => pending.extend(hop.next.iter().rev().map(|edge| edge.to)),
            }
        }
        breaks
    }

    /// How many endpoints there are at the ends of all roads, and how many traffic reaches.
    pub fn arrivals(&self) -> Arrivals {
        let sure = self.reached(State::is_sure);
        let any = self.passed();
        let mut arrivals = Arrivals::default();
        let ends = self.hops.iter().zip(sure.iter().zip(any));
        for (hop, (sure, any)) in ends.filter(|(hop, _)| hop.is_end()) {
            arrivals.total += hop.count;
            if *sure {
                arrivals.sure += hop.count;
            } else if any {
                arrivals.unsure += hop.count;
            }
        }
        arrivals
    }

    /// How a hop is together with what stands beside it: broken where one of them stops traffic.
    pub fn state_of(&self, hop: &Hop) -> State {
        let mut sides = hop.beside.iter().filter_map(|side| self.hop(*side));
        let broken = sides.find(|side| side.state.is_broken());
        match broken {
            Some(side) if !hop.state.is_broken() => side.state.clone(),
            _ => hop.state.clone(),
        }
    }

    /// Which hops traffic passes, as far as is known.
    pub fn passed(&self) -> Vec<bool> {
        self.reached(|state| !state.is_broken())
    }

    /// Which hops are reached from the starts over hops of such states, they included.
    fn reached(&self, passes: impl Fn(&State) -> bool) -> Vec<bool> {
        let mut reached = vec![false; self.hops.len()];
        let mut pending = self.starts.clone();
        while let Some(place) = pending.pop() {
            let Some((hop, seen)) = self.hops.get(place).zip(reached.get_mut(place)) else {
                continue;
            };
            let open = passes(&hop.state) && hop.beside.iter().all(|side| self.is(*side, &passes));
            if open && !std::mem::replace(seen, true) {
                pending.extend(hop.next.iter().map(|edge| edge.to));
            }
        }
        reached
    }

    fn is(&self, place: usize, what: impl Fn(&State) -> bool) -> bool {
        self.hop(place).is_some_and(|hop| what(&hop.state))
    }
}
