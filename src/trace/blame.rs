//! Ties the findings of a report to the hops that they are about, and says where traffic ends for
//! them: not every error stops all that passes.

use super::part::closure;
use super::reach::{PROBES, PROXIES};
use super::{Fault, Hop, State, Trace};
use crate::finding::{Finding, Severity};
use crate::remedy::Remedy;
use crate::report::Report;

/// What an error of a rule does to the traffic over the hop that it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// All of it ends there, whatever probes find: they go another way.
    Ends,
    /// One way on from it is shut: it ends there where no other is open.
    Way,
    /// Endpoints get none, as probes must find out: it passes where one is healthy all the same.
    Endpoints,
    /// None comes to where the road begins.
    Front,
    /// Some is lost, or a change will fail: the rest passes.
    Part,
}

/// What an error of a rule does; `None` for a rule whose errors stand on no hop.
pub fn effect(id: &str) -> Option<Effect> {
    Some(match id {
        // No proxies, no certificate, objects that cannot be one load balancer, nothing behind.
        "NEG209" | "NEG211" | "NEG403" | "NEG507" | "NEG508" | "NEG511" | "NEG906" => Effect::Ends,
        // One backend or one link of several.
        "NEG205" | "NEG208" | "NEG214" | "NEG215" | "NEG220" | "NEG514" => Effect::Way,
        "NEG201" | "NEG501" | "NEG502" => Effect::Front,
        // Probes fail, or the NEG is not made or not filled.
        "NEG001" | "NEG002" | "NEG003" | "NEG004" | "NEG006" | "NEG008" | "NEG020" | "NEG021"
        | "NEG025" | "NEG101" | "NEG103" | "NEG105" | "NEG108" | "NEG109" | "NEG110" | "NEG112"
        | "NEG118" | "NEG212" | "NEG301" | "NEG302" | "NEG303" | "NEG401" | "NEG402" | "NEG404"
        | "NEG405" | "NEG406" | "NEG407" => Effect::Endpoints,
        // One zone, port, name or Pod; a setting that the API refuses and so is not in force;
        // controllers that cannot go on from what is there.
        "NEG007" | "NEG012" | "NEG013" | "NEG015" | "NEG102" | "NEG106" | "NEG107" | "NEG111"
        | "NEG114" | "NEG116" | "NEG117" | "NEG119" | "NEG120" | "NEG121" | "NEG202" | "NEG203"
        | "NEG204" | "NEG206" | "NEG207" | "NEG216" | "NEG306" | "NEG307" | "NEG503" | "NEG504"
        | "NEG510" | "NEG513" | "NEG605" | "NEG606" | "NEG607" | "NEG608" | "NEG609" | "NEG610"
        | "NEG617" | "NEG618" | "NEG620" | "NEG627" | "NEG632" | "NEG636" | "NEG639" | "NEG641"
        | "NEG642" | "NEG702" | "NEG708" | "NEG710" | "NEG809" | "NEG810" | "NEG905" => {
            Effect::Part
        }
        _ => return None,
    })
}

impl Trace {
    /// Takes the headlines of a report.
    pub(super) fn blame(&mut self, report: &Report) {
        for finding in report.findings.iter().filter(|it| it.cause.is_none()) {
            for place in self.concerned(finding) {
                if let Some(hop) = self.hops.get_mut(place) {
                    hop.findings.push(Fault::of(finding));
                }
            }
        }
        let gravest_first = |fault: &Fault| std::cmp::Reverse(fault.severity);
        for hop in &mut self.hops {
            hop.findings.sort_by_key(gravest_first);
        }
        let healthy = self.healthy_behind();
        let places = healthy.iter().enumerate();
        let states = places.map(|(place, healthy)| self.blamed(place, *healthy));
        let states: Vec<State> = states.collect();
        for (hop, state) in self.hops.iter_mut().zip(states) {
            hop.state = state;
        }
    }

    /// The hops that a finding is about. Where it names several, its own subject comes first.
    fn concerned(&self, finding: &Finding) -> Vec<usize> {
        let places = |is: &dyn Fn(&Hop) -> bool| -> Vec<usize> {
            let hops = self.hops.iter().enumerate();
            let hops = hops.filter(|(_, hop)| is(hop));
            hops.map(|(place, _)| place).collect()
        };
        let own = places(&|hop| hop.subject == finding.subject);
        if own.is_empty() {
            return places(&|hop| is_concerned(hop, finding));
        }
        let id = finding.rule.id;
        let instead = if effect(id) == Some(Effect::Front) {
            self.begins(&own)
        } else {
            own.iter().filter_map(|it| self.firewall(*it, id)).collect()
        };
        if instead.is_empty() { own } else { instead }
    }

    /// Where roads over some hops begin, that have no front.
    fn begins(&self, hops: &[usize]) -> Vec<usize> {
        let starts = self.starts_that(|hop| !hop.is_front());
        let leads = |start: &usize| {
            let reached = self.reached(&[*start], |_| true);
            hops.iter().any(|it| reached.get(*it) == Some(&true))
        };
        starts.into_iter().filter(leads).collect()
    }

    /// The firewall beside a hop that a rule about firewalls means.
    fn firewall(&self, place: usize, id: &str) -> Option<usize> {
        let wanted = match id {
            "NEG401" | "NEG402" | "NEG405" | "NEG406" => PROBES,
            "NEG403" => PROXIES,
            _ => return None,
        };
        let mut sides = self.hop(place)?.beside.iter().copied();
        sides.find(|side| self.hop(*side).is_some_and(|it| it.subject.kind == wanted))
    }

    /// How a hop is for what is found on it, where an endpoint behind it is healthy or none is.
    fn blamed(&self, place: usize, healthy: bool) -> State {
        let Some(hop) = self.hop(place) else {
            return State::Fine;
        };
        let errors = hop.findings.iter();
        let mut errors = errors.filter(|it| it.severity == Severity::Error);
        let ends = |fault: &&Fault| match effect(fault.id) {
            Some(Effect::Endpoints) => !healthy,
            effect => self.is_ended(place, hop, fault, effect),
        };
        if let Some(fault) = errors.find(ends) {
            return State::Broken(fault.message.clone());
        }
        let grave = |fault: &&Fault| fault.severity != Severity::Note;
        match hop.findings.iter().find(grave) {
            Some(fault) if hop.state == State::Fine => State::Warned(fault.message.clone()),
            _ => hop.state.clone(),
        }
    }

    /// Whether traffic over a hop ends there for an error, whatever endpoints say.
    fn is_ended(&self, place: usize, hop: &Hop, fault: &Fault, effect: Option<Effect>) -> bool {
        match effect.unwrap_or(Effect::Part) {
            // A load balancer of several regions may have proxies in another one.
            Effect::Ends if fault.id == "NEG508" => hop.subject.namespace != "global",
            // Clients may be given another certificate.
            Effect::Ends if hop.kind == "certificate" => self.is_alone(place, hop.kind),
            Effect::Ends | Effect::Front => true,
            Effect::Way => {
                let is_way = |it: &Fault| super::effect(it.id) == Some(Effect::Way);
                let ways = |it: &&Fault| it.severity == Severity::Error && is_way(it);
                hop.findings.iter().filter(ways).count() >= hop.ways().count()
            }
            Effect::Endpoints | Effect::Part => false,
        }
    }

    /// Whether nothing else of a kind stands where this does.
    fn is_alone(&self, place: usize, kind: &str) -> bool {
        let mut beside = self.hops.iter().map(|hop| &hop.beside);
        beside.all(|sides| {
            let mut others = sides.iter().filter(|side| **side != place);
            !sides.contains(&place)
                || !others.any(|it| self.hop(*it).is_some_and(|it| it.kind == kind))
        })
    }

    /// For each hop whether an endpoint behind it, or behind what it stands beside, was seen healthy.
    fn healthy_behind(&self) -> Vec<bool> {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.hops.len()];
        for (from, hop) in self.hops.iter().enumerate() {
            for to in hop.ways() {
                if let Some(list) = before.get_mut(to) {
                    list.push(from);
                }
            }
            if let Some(list) = before.get_mut(from) {
                list.extend(&hop.beside);
            }
        }
        let healthy = |hop: &Hop| hop.is_end() && hop.state == State::Fine;
        let ends: Vec<bool> = self.hops.iter().map(healthy).collect();
        closure(&ends, &before)
    }
}

fn is_concerned(hop: &Hop, finding: &Finding) -> bool {
    let is = |it: &&crate::finding::Subject| hop.subject == **it || hop.stands_for.contains(it);
    std::iter::once(&finding.subject)
        .chain(&finding.concerns)
        .any(|it| is(&it))
}

impl Fault {
    /// What a road shows of a finding.
    pub fn of(finding: &Finding) -> Self {
        let run = finding.remedies.iter().find_map(|remedy| match remedy {
            Remedy::Run(run) => Some(run.clone()),
            Remedy::Edit(_) => None,
        });
        Self {
            id: finding.rule.id,
            severity: finding.severity,
            message: finding.message.clone(),
            fingerprint: finding.fingerprint(),
            mend: run,
        }
    }
}
