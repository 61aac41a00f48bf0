//! A part of a trace.

use super::Trace;

/// The trace of the hops that are kept.
pub(super) fn part(trace: Trace, kept: &[bool]) -> Trace {
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut count = 0;
    for kept in kept {
        places.push(kept.then_some(count));
        count += usize::from(*kept);
    }
    let place = |old: usize| places.get(old).copied().flatten();
    let hops = trace.hops.into_iter().zip(kept).filter(|(_, kept)| **kept);
    Trace {
        question: trace.question,
        starts: trace.starts.into_iter().filter_map(place).collect(),
        hops: hops
            .map(|(mut hop, _)| {
                hop.beside = hop.beside.into_iter().filter_map(place).collect();
                hop.next.retain_mut(|edge| {
                    let new = place(edge.to);
                    edge.to = new.unwrap_or_default();
                    new.is_some()
                });
                hop
            })
            .collect(),
    }
}

/// What can be reached from some hops, they included.
pub(super) fn closure(from: &[bool], next: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; from.len()];
    let own = from.iter().enumerate().filter(|(_, own)| **own);
    let mut pending: Vec<usize> = own.map(|(place, _)| place).collect();
    while let Some(place) = pending.pop() {
        if reached
            .get_mut(place)
            .is_some_and(|it| !std::mem::replace(it, true))
        {
            pending.extend(next.get(place).into_iter().flatten());
        }
    }
    reached
}

impl Trace {
    /// For each hop what it leads to and what stands beside it.
    pub(super) fn links(&self) -> Vec<Vec<usize>> {
        let of = |hop: &super::Hop| {
            let next = hop.next.iter().map(|edge| edge.to);
            next.chain(hop.beside.iter().copied()).collect()
        };
        self.hops.iter().map(of).collect()
    }
}
