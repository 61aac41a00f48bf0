//! The firewall beside a backend service: whether it lets probers and proxies in, and which rule
//! decides.

use std::collections::BTreeSet;

use crate::finding::Subject;
use crate::firewall::Verdict;
use crate::kind::cloud::BackendService;
use crate::world::{Admission, Admissions, Whence};

use super::super::{Hop, State};
use super::{Builder, unread};
use crate::trace::reach::{PROBES, PROXIES};

impl<'d> Builder<'_, 'd> {
    pub(super) fn firewalls(&mut self, place: usize, service: &BackendService<'d>) {
        let mut all = self.world.cloud().admissions().iter();
        let Some(admissions) = all.find(|it| it.service.link == service.link) else {
            return;
        };
        let is_prober = |it: &&Admission<'d>| matches!(it.from, Whence::Probers);
        let (probers, proxies): (Vec<_>, Vec<_>) = admissions.all.iter().partition(is_prober);
        for (kind, asked) in [(PROBES, probers), (PROXIES, proxies)] {
            if let Some(hop) = side(kind, admissions, &asked) {
                let (side, _) = self.add(hop, &service.link.to_string());
                self.stand(place, side);
            }
        }
    }
}

/// The firewall as it is to some that must be let in.
fn side(kind: &str, admissions: &Admissions<'_>, asked: &[&Admission<'_>]) -> Option<Hop> {
    let Some(first) = asked.first() else {
        let missing = admissions.missing.as_ref().filter(|_| kind == PROBES)?;
        let link = admissions.service.link;
        let subject = Subject {
            kind: kind.to_owned(),
            ..admissions.service.subject()
        };
        let mut hop = Hop::new("firewall", format!("before {}", link.name), subject);
        hop.state = State::Unread(unread("the nodes behind it", missing));
        return Some(hop);
    };
    let network = first.network;
    let subject = Subject {
        cluster: network.project.to_owned(),
        kind: kind.to_owned(),
        namespace: network.location.name().to_owned(),
        name: network.name.to_owned(),
    };
    let who = if kind == PROBES {
        "health checks"
    } else {
        "proxies"
    };
    let mut hop = Hop::new("firewall", format!("{} for {who}", network.name), subject);
    let set = |texts: Vec<String>| {
        let texts: BTreeSet<String> = texts.into_iter().collect();
        texts.into_iter().collect::<Vec<_>>().join(", ")
    };
    let ranges = set(asked.iter().map(|it| it.range.to_string()).collect());
    let ports = set(asked.iter().map(|it| it.port.to_string()).collect());
    hop.facts.push(format!("{ranges} to port {ports}"));
    let decide = asked.iter().flat_map(|it| &it.answer.parts);
    let decide = decide.filter_map(|part| match &part.verdict {
        Verdict::Allowed(rule) => Some(format!("{} lets them in", rule.called())),
        Verdict::Denied(Some(rule)) => Some(format!("{} keeps them out", rule.called())),
        Verdict::Denied(None) => Some("no rule lets them in".to_owned()),
        Verdict::Unclear(..) => None,
    });
    let decide: BTreeSet<String> = decide.collect();
    hop.facts.extend(decide);
    hop.place = asked.iter().find_map(|it| decider(it));
    hop.state = state(kind, admissions, asked);
    Some(hop)
}

/// The rule that decides, where it is written.
fn decider(admission: &Admission<'_>) -> Option<crate::text::Place> {
    let mut parts = admission.answer.parts.iter();
    parts.find_map(|part| match &part.verdict {
        Verdict::Allowed(rule) | Verdict::Denied(Some(rule)) => Some(rule.place_of("name")),
        _ => None,
    })
}

/// Whether it stops them. What probers found healthy is let in, whatever was read.
fn state(kind: &str, admissions: &Admissions<'_>, asked: &[&Admission<'_>]) -> State {
    let shut = |it: &&&Admission<'_>| it.answer.denied().next().is_some();
    let proven = |it: &&&Admission<'_>| kind == PROBES && it.healthy;
    let count = asked.iter().filter(shut).count();
    let some_healthy = asked.iter().any(|it| proven(&it));
    let mut unclear = asked.iter().filter(|it| !proven(it));
    let unclear = unclear.find_map(|it| it.answer.unclear());
    match (count, unclear) {
        (0, None) => match &admissions.missing {
            Some(missing) if !some_healthy => State::Unread(unread("part of it", missing)),
            _ => State::Fine,
        },
        (0, Some((_, why))) => State::Unknown(why.to_owned()),
        (count, _) if count == asked.len() && !some_healthy => {
            State::Broken("it lets none of them in".to_owned())
        }
        _ if some_healthy => {
            State::Warned("by its rules it keeps some out, and some get answers".to_owned())
        }
        _ => State::Warned("it keeps some of them out".to_owned()),
    }
}
