//! The hops of a world: every forwarding rule, and what it leads to.

mod back;
mod beside;
mod cluster;
mod firewall;
mod front;

use std::collections::{HashMap, HashSet};

use crate::finding::Subject;
use crate::kind::Kind;
use crate::kind::cloud::{CloudObject, Neg, Reference};
use crate::report::Report;
use crate::text::Place;
use crate::world::{Missing, World};

use super::question::{NotFound, narrow};
use super::{Edge, Hop, State, Trace};

/// The roads of a world that answer a question, all of them where there is none; with what a report
/// says of them. `all` draws every endpoint.
pub fn trace(
    world: &World<'_>,
    report: &Report,
    question: Option<&str>,
    all: bool,
) -> Result<Trace, NotFound> {
    let mut builder = Builder {
        world,
        trace: Trace::default(),
        known: HashMap::new(),
        taken: HashSet::new(),
    };
    builder.roads();
    let mut trace = builder.trace;
    // Of a part it could not be told what else its hops lead to.
    trace.blame(report);
    trace.settle();
    if let Some(question) = question {
        trace =
            narrow(trace, question).map_err(|error| off_road(world, question).unwrap_or(error))?;
    }
    Ok(if all { trace } else { trace.folded() })
}

/// Why a Service of this name is on no road.
fn off_road(world: &World<'_>, question: &str) -> Option<NotFound> {
    let called = |namespace: &str, name: &str| {
        name == question || question.split_once('/') == Some((namespace, name))
    };
    let service = world.services().find(|it| {
        let object = &it.service.object;
        called(object.namespace.unwrap_or_default(), object.name)
    })?;
    let object = &service.service.object;
    let name = format!("{}/{}", object.namespace.unwrap_or_default(), object.name);
    Some(if service.is_live() {
        NotFound::NoNeg(name)
    } else {
        NotFound::Declared(name)
    })
}

struct Builder<'w, 'd> {
    world: &'w World<'d>,
    trace: Trace,
    /// Hops by what they are, and by what tells those of one object apart.
    known: HashMap<(Subject, String), usize>,
    /// The objects that have a hop.
    taken: HashSet<Subject>,
}

impl<'w, 'd> Builder<'w, 'd> {
    fn roads(&mut self) {
        let cloud = self.world.cloud();
        for rule in cloud.forwarding_rules().filter(|rule| !rule.is_other()) {
            let start = self.rule(&rule);
            self.trace.starts.push(start);
        }
        // What no rule leads to begins a road of its own, that goes nowhere yet.
        for proxy in cloud.target_proxies() {
            let read = cloud.whole(Kind::ForwardingRule, proxy.link.project);
            self.begin(&proxy, read, "forwarding rule", |own| own.proxy(&proxy));
        }
        for map in cloud.url_maps() {
            let read = cloud.whole(Kind::TargetProxy, map.link.project);
            self.begin(&map, read, "target proxy", |own| own.url_map(&map));
        }
        for service in cloud.backend_services() {
            let read = cloud.ways_are_whole(&service);
            self.begin(&service, read, "forwarding rule, proxy or URL map", |own| {
                own.service(&service)
            });
        }
        for neg in cloud.negs().filter(Neg::is_zonal) {
            let read = cloud.whole(Kind::BackendService, neg.link.project);
            self.begin(&neg, read, "backend service", |own| own.neg(&neg, None));
        }
        self.services();
    }

    /// Begins a road at what no road was seen to lead to.
    fn begin(
        &mut self,
        object: &CloudObject<'d>,
        read: Result<(), Missing>,
        before: &str,
        build: impl FnOnce(&mut Self) -> usize,
    ) {
        if self.taken.contains(&object.subject()) {
            return;
        }
        let start = build(self);
        self.trace.starts.push(start);
        let state = match read {
            Ok(()) => State::Unknown(format!("no {before} leads to it")),
            Err(missing) => State::Unread(unread("what leads to it", &missing)),
        };
        if let Some(hop) = self.trace.hops.get_mut(start)
            && hop.state == State::Fine
        {
            hop.state = state;
        }
    }

    /// Adds a hop, unless it is there; gives its place, and whether it is new. `of` tells hops of
    /// one object apart.
    fn add(&mut self, hop: Hop, of: &str) -> (usize, bool) {
        let key = (hop.subject.clone(), of.to_owned());
        if let Some(place) = self.known.get(&key) {
            return (*place, false);
        }
        let place = self.trace.hops.len();
        self.taken.insert(hop.subject.clone());
        self.known.insert(key, place);
        self.trace.hops.push(hop);
        (place, true)
    }

    fn object(&mut self, kind: &'static str, object: &CloudObject<'d>) -> (usize, bool) {
        let hop = Hop::new(kind, object.name(), object.subject());
        self.add(hop.at(object.head()), "")
    }

    fn fact(&mut self, place: usize, fact: impl Into<String>) {
        if let Some(hop) = self.trace.hops.get_mut(place) {
            hop.facts.push(fact.into());
        }
    }

    fn state(&mut self, place: usize, state: State) {
        if let Some(hop) = self.trace.hops.get_mut(place) {
            hop.state = state;
        }
    }

    fn lead(&mut self, from: usize, to: usize, label: impl Into<String>) {
        self.way(from, to, label, false);
    }

    fn way(&mut self, from: usize, to: usize, label: impl Into<String>, closed: bool) {
        if let Some(hop) = self.trace.hops.get_mut(from) {
            let label = label.into();
            hop.next.push(Edge { label, to, closed });
        }
    }

    fn stand(&mut self, beside: usize, side: usize) {
        if let Some(hop) = self.trace.hops.get_mut(beside)
            && !hop.beside.contains(&side)
        {
            hop.beside.push(side);
        }
    }

    /// A hop for what a link names and that was not found, or is not followed.
    fn named(&mut self, kind: &'static str, to: Reference<'d>, state: State) -> usize {
        let subject = Subject {
            cluster: to.link.project.to_owned(),
            kind: to.link.collection.to_owned(),
            namespace: to.link.location.name().to_owned(),
            name: to.link.name.to_owned(),
        };
        let mut hop = Hop::new(kind, to.link.name, subject).at(to.node.place());
        hop.facts.push(to.link.location.name().to_owned());
        hop.state = state;
        self.add(hop, "").0
    }

    /// The same for what was looked for.
    fn lost(&mut self, kind: &'static str, object: Kind, to: Reference<'d>) -> usize {
        let state = match self.world.cloud().whole(object, to.link.project) {
            Ok(()) => State::Broken("it does not exist".to_owned()),
            Err(missing) => State::Unread(unread("it", &missing)),
        };
        self.named(kind, to, state)
    }
}

impl Hop {
    /// The hop, with the text that makes it.
    fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

/// `it was not read: --project acme`, with the reason where it says more.
fn unread(what: &str, missing: &Missing) -> String {
    let Missing { reason, needs } = missing;
    let whole = reason.starts_with("project ") && reason.ends_with(" was not read");
    // A need may be told in the words of rules.
    let needs = Some(needs).filter(|it| !it.is_empty() && !it.contains("this rule"));
    let why = std::iter::once(reason).filter(|_| !whole).chain(needs);
    let why: Vec<&str> = why.map(String::as_str).collect();
    match why.as_slice() {
        [] => format!("{what} was not read"),
        why => format!("{what} was not read: {}", why.join("; ")),
    }
}
