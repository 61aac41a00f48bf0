//! Folds what is many and alike, so that what differs is seen.

use std::collections::HashMap;

use super::part::{closure, part};
use super::{Edge, Hop, State, Trace};

/// So many alike are drawn one by one.
const FEW: usize = 8;

/// How many names stand for many.
const NAMED: usize = 3;

/// What makes ends alike: how they are led to, what they are, how they are, and what is found.
type Likeness<'t> = (Led<'t>, &'t str, &'t State, Vec<&'t str>);

/// How something is led to: by which requests, and whether there are none as things are.
type Led<'t> = (&'t str, bool);

impl Trace {
    /// The same roads, with more than eight alike Pods or endpoints of one NEG as one hop that
    /// counts them. Of broken ones the first eight stay as they are.
    #[must_use]
    pub fn folded(self) -> Self {
        let mut folds: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut added: Vec<Hop> = Vec::new();
        let mut nexts: Vec<Vec<Edge>> = Vec::new();
        for hop in &self.hops {
            let mut next: Vec<Edge> = Vec::new();
            for ((label, closed), alike) in self.alike(hop) {
                let broken = alike
                    .first()
                    .is_some_and(|place| self.is(*place, State::is_broken));
                let shown = match alike.len() {
                    0..=FEW => alike.len(),
                    _ if broken && alike.len() > FEW + 1 => FEW,
                    _ if broken => alike.len(),
                    _ => 0,
                };
                let (shown, rest) = alike.split_at(shown);
                let edge = |to| Edge {
                    label: label.to_owned(),
                    to,
                    closed,
                };
                next.extend(shown.iter().copied().map(edge));
                if !rest.is_empty() {
                    let new = self.hops.len() + added.len();
                    let to = *folds.entry(rest.to_vec()).or_insert(new);
                    if to == new {
                        added.extend(self.fold(rest));
                    }
                    next.push(edge(to));
                }
            }
            nexts.push(next);
        }
        let mut trace = self;
        for (hop, next) in trace.hops.iter_mut().zip(nexts) {
            hop.next = next;
        }
        trace.hops.extend(added);
        let mut begin = vec![false; trace.hops.len()];
        for start in &trace.starts {
            if let Some(begin) = begin.get_mut(*start) {
                *begin = true;
            }
        }
        let kept = closure(&begin, &trace.links());
        part(trace, &kept)
    }

    /// Where a hop leads: each end with those that are alike, in the order of the first of them.
    fn alike<'t>(&'t self, hop: &'t Hop) -> Vec<(Led<'t>, Vec<usize>)> {
        let mut groups: Vec<(Led<'t>, Vec<usize>)> = Vec::new();
        let mut known: HashMap<Likeness<'_>, usize> = HashMap::new();
        for edge in &hop.next {
            let to = self.hop(edge.to);
            let led = (edge.label.as_str(), edge.closed);
            let likeness = to.filter(|to| to.is_end() && to.next.is_empty()).map(|to| {
                let ids = to.findings.iter().map(|fault| fault.id).collect();
                (led, to.kind, &to.state, ids)
            });
            let group = match likeness {
                Some(likeness) => *known.entry(likeness).or_insert(groups.len()),
                None => groups.len(),
            };
            match groups.get_mut(group) {
                Some((_, places)) => places.push(edge.to),
                None => groups.push((led, vec![edge.to])),
            }
        }
        groups
    }

    /// One hop for many.
    fn fold(&self, places: &[usize]) -> Option<Hop> {
        let all: Vec<&Hop> = places.iter().filter_map(|place| self.hop(*place)).collect();
        let mut hop = Hop::clone(all.first()?);
        hop.count = all.iter().map(|hop| hop.count).sum();
        hop.facts
            .retain(|fact| all.iter().all(|hop| hop.facts.contains(fact)));
        let names = all.iter().take(NAMED).map(|hop| hop.name.as_str());
        let names: Vec<&str> = names.collect();
        let more = if all.len() > NAMED { ", …" } else { "" };
        hop.name = format!("{}{more}", names.join(", "));
        hop.stands_for = all.iter().map(|hop| hop.subject.clone()).collect();
        hop.place = None;
        Some(hop)
    }
}
