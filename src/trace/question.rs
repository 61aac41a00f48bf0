//! Which roads a question is about: those over what it names.

use super::{Hop, Trace};

/// Nothing answers a question.
#[derive(Debug, Clone, thiserror::Error)]
#[error("nothing here is called {question}{}", listed(.near))]
pub struct NotFound {
    /// What was asked for.
    pub question: String,
    /// What has a name like it.
    pub near: Vec<String>,
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!("; there is {}", names.join(", "))
}

/// Keeps the roads over what a question names: an address with or without port, a host, or the name
/// of a Service (also `namespace/name`), a NEG, a backend service or anything else on a road.
pub(super) fn narrow(trace: Trace, question: &str) -> Result<Trace, NotFound> {
    let named: Vec<bool> = trace
        .hops
        .iter()
        .map(|hop| is_named(&trace, hop, question))
        .collect();
    if !named.contains(&true) {
        let mut near: Vec<(f64, String)> = names(&trace)
            .map(|name| (strsim::jaro_winkler(&name, question), name))
            .filter(|(likeness, _)| *likeness > 0.75)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut near: Vec<String> = near.into_iter().map(|(_, name)| name).collect();
        near.dedup();
        near.truncate(5);
        return Err(NotFound {
            question: question.to_owned(),
            near,
        });
    }
    // What is before or behind a named hop is on its road.
    let behind = closure(&trace, &named, |hop| {
        hop.next.iter().map(|it| it.to).collect()
    });
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); trace.hops.len()];
    for (from, hop) in trace.hops.iter().enumerate() {
        for edge in &hop.next {
            if let Some(list) = before.get_mut(edge.to) {
                list.push(from);
            }
        }
    }
    let leads_to = closure_of(&named, &before);
    let kept: Vec<bool> = behind
        .iter()
        .zip(&leads_to)
        .map(|(a, b)| *a || *b)
        .collect();
    Ok(only(trace, &kept))
}

fn closure(trace: &Trace, from: &[bool], next: impl Fn(&Hop) -> Vec<usize>) -> Vec<bool> {
    let next: Vec<Vec<usize>> = trace.hops.iter().map(next).collect();
    closure_of(from, &next)
}

/// What can be reached from some hops, they included.
fn closure_of(from: &[bool], next: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; from.len()];
    let own = from.iter().enumerate().filter(|(_, own)| **own);
    let mut pending: Vec<usize> = own.map(|(index, _)| index).collect();
    while let Some(index) = pending.pop() {
        if reached
            .get_mut(index)
            .is_some_and(|it| !std::mem::replace(it, true))
        {
            pending.extend(next.get(index).into_iter().flatten());
        }
    }
    reached
}

fn is_named(trace: &Trace, hop: &Hop, question: &str) -> bool {
    let own = hop.name == question && !matches!(hop.kind, "endpoint");
    let service = hop.stands_for.iter().any(|it| {
        it.name == question || question.split_once('/') == Some((&it.namespace, &it.name))
    });
    let front = hop.kind == "forwarding rule"
        && hop.facts.first().is_some_and(|fact| {
            let (address, _) = fact.rsplit_once(' ').unwrap_or((fact, ""));
            address == question
                || address
                    .rsplit_once(':')
                    .is_some_and(|(it, _)| it == question)
        });
    // A host is on the way that its URL map leads it.
    let host = trace
        .hops
        .iter()
        .filter(|it| it.kind == "URL map")
        .any(|map| {
            let labels = map.next.iter().filter(|edge| {
                trace
                    .hops
                    .get(edge.to)
                    .is_some_and(|to| std::ptr::eq(to, hop))
            });
            let mut hosts = labels.flat_map(|edge| edge.label.split([',', ' ']));
            hosts.any(|it| it == question && it.contains('.'))
        });
    own || service || front || host
}

fn names(trace: &Trace) -> impl Iterator<Item = String> + '_ {
    let named = trace
        .hops
        .iter()
        .filter(|hop| !matches!(hop.kind, "endpoint" | "Pod"));
    named.flat_map(|hop| {
        let services = hop
            .stands_for
            .iter()
            .map(|it| format!("{}/{}", it.namespace, it.name));
        std::iter::once(hop.name.clone()).chain(services)
    })
}

/// The trace of the hops that are kept.
fn only(trace: Trace, kept: &[bool]) -> Trace {
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut count = 0;
    for kept in kept {
        places.push(kept.then_some(count));
        count += usize::from(*kept);
    }
    let place = |index: usize| places.get(index).copied().flatten();
    let hops = trace.hops.into_iter().zip(kept).filter(|(_, kept)| **kept);
    Trace {
        starts: trace.starts.into_iter().filter_map(place).collect(),
        hops: hops
            .map(|(mut hop, _)| {
                hop.next.retain(|edge| place(edge.to).is_some());
                for edge in &mut hop.next {
                    edge.to = place(edge.to).unwrap_or_default();
                }
                hop
            })
            .collect(),
    }
}
