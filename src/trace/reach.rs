//! How far requests come: where roads break, and which endpoints they reach.

use std::collections::HashSet;

use super::{Arrivals, Hop, State, Trace};
use crate::finding::{Severity, Subject};

impl Trace {
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
            let mut sides = hop.beside.iter().copied();
            match sides.find(|side| self.is(*side, State::is_broken)) {
                _ if hop.state.is_broken() => breaks.push(place),
                Some(side) if breaks.contains(&side) => {}
                Some(side) => breaks.push(side),
                None => {
                    let ways: Vec<usize> = hop.ways().collect();
                    pending.extend(ways.into_iter().rev());
                }
            }
        }
        breaks
    }

    /// How many endpoints there are at the ends of all roads, and how many traffic reaches. What no
    /// front leads to is reached by nothing, unless what leads to it was not read.
    pub fn arrivals(&self) -> Arrivals {
        let fronts = self.starts_that(Hop::is_front);
        let sure = self.reached(&fronts, State::is_sure);
        let any = self.reached(&self.roads(), |state| !state.is_broken());
        self.count(&sure, &any)
    }

    /// The same for what requests would reach if they came to where roads begin.
    pub(super) fn behind(&self) -> Arrivals {
        let mut open = self.clone();
        for start in &self.starts {
            if let Some(hop) = open.hops.get_mut(*start) {
                hop.state = State::Fine;
            }
        }
        let sure = open.reached(&self.starts, State::is_sure);
        let any = open.reached(&self.starts, |state| !state.is_broken());
        self.count(&sure, &any)
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
        self.reached(&self.starts, |state| !state.is_broken())
    }

    /// What lets nobody tell whether requests arrive: the first thing on a road or beside it that is
    /// neither broken nor sure. The ends of roads say best what is missing.
    pub(super) fn doubt(&self) -> Option<&Hop> {
        let passed = self.reached(&self.roads(), |state| !state.is_broken());
        let hops = self.hops.iter().zip(&passed).filter(|(_, it)| **it);
        let each = hops.flat_map(|(hop, _)| {
            let sides = hop.beside.iter().filter_map(|side| self.hop(*side));
            std::iter::once(hop).chain(sides.filter(|side| !side.is_proven_by_health()))
        });
        let unsure = each.filter(|it| !it.state.is_broken() && !it.state.is_sure());
        unsure.min_by_key(|it| !it.next.is_empty())
    }

    /// Whether a road is broken, or has no front or an error on it.
    pub fn is_troubled(&self) -> bool {
        let mut faults = self.hops.iter().flat_map(|hop| &hop.findings);
        let errors = faults.any(|it| it.severity == Severity::Error);
        errors || !self.breaks().is_empty() || self.roads().is_empty()
    }

    /// Whether something that was not read, or does not tell, may let requests through.
    pub fn is_in_doubt(&self) -> bool {
        self.doubt().is_some()
    }

    /// Where roads begin that requests may come to: at fronts, and where what is before was not
    /// read.
    pub fn roads(&self) -> Vec<usize> {
        self.starts_that(|it| it.is_front() || matches!(it.state, State::Unread(_)))
    }

    pub(super) fn starts_that(&self, are: impl Fn(&Hop) -> bool) -> Vec<usize> {
        let starts = self.starts.iter().copied();
        starts
            .filter(|start| self.hop(*start).is_some_and(&are))
            .collect()
    }

    /// Which hops are reached from some over hops of such states, they included.
    pub(super) fn reached(&self, from: &[usize], passes: impl Fn(&State) -> bool) -> Vec<bool> {
        let mut reached = vec![false; self.hops.len()];
        let mut pending = from.to_vec();
        while let Some(place) = pending.pop() {
            let Some((hop, seen)) = self.hops.get(place).zip(reached.get_mut(place)) else {
                continue;
            };
            let mut sides = hop.beside.iter().filter_map(|side| self.hop(*side));
            let beside = sides.all(|side| {
                passes(&side.state) || side.is_proven_by_health() && !side.state.is_broken()
            });
            let open = passes(&hop.state) && beside;
            if open && !std::mem::replace(seen, true) {
                pending.extend(hop.ways());
            }
        }
        reached
    }

    /// Counts ends, of which some are reached for sure and some perhaps.
    fn count(&self, sure: &[bool], any: &[bool]) -> Arrivals {
        let ends = |among: &dyn Fn(usize) -> bool| -> HashSet<&Subject> {
            let hops = self.hops.iter().enumerate();
            let hops = hops.filter(|(place, hop)| hop.is_end() && among(*place));
            hops.flat_map(|(_, hop)| hop.subjects()).collect()
        };
        let is = |list: &[bool], place: usize| list.get(place).is_some_and(|it| *it);
        let (all, certain) = (ends(&|_| true), ends(&|place| is(sure, place)));
        let perhaps = ends(&|place| is(any, place) || is(sure, place));
        Arrivals {
            total: all.len(),
            sure: certain.len(),
            unsure: perhaps.difference(&certain).count(),
        }
    }

    pub(super) fn is(&self, place: usize, what: impl Fn(&State) -> bool) -> bool {
        self.hop(place).is_some_and(|hop| what(&hop.state))
    }
}

impl Hop {
    /// What it is in findings; of many alike what each is.
    fn subjects(&self) -> impl Iterator<Item = &Subject> {
        let many = self.stands_for.iter().filter(|_| self.count > 1);
        let own = std::iter::once(&self.subject).filter(|_| self.count == 1);
        own.chain(many)
    }

    /// True for what nobody need look at where an endpoint behind it is healthy: it says so itself.
    fn is_proven_by_health(&self) -> bool {
        self.kind == "health check" || self.subject.kind == PROBES
    }
}

/// What the firewall is to probers, in a subject.
pub(super) const PROBES: &str = "FirewallForProbes";

/// What it is to the proxies of a proxy-only subnet.
pub(super) const PROXIES: &str = "FirewallForProxies";
