//! Which roads a question is about: those over what it names.

use super::part::{closure, part};
use super::{Hop, Trace};

/// Nothing answers a question.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotFound {
    /// Nothing on a road has the name.
    #[error("nothing here is called {question}{}", listed(.near))]
    Unknown {
        /// What was asked for.
        question: String,
        /// What has a name like it.
        near: Vec<String>,
    },
    /// A Service has the name, and no road leads to it.
    #[error("Service {0} asks for no NEG, so that no road over NEGs leads to it")]
    NoNeg(String),
    /// No cluster shows the Service of this name.
    #[error("Service {0} is only declared: roads are made of what clusters and projects show")]
    Declared(String),
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
    let mut named: Vec<bool> = trace
        .hops
        .iter()
        .map(|hop| is_named(hop, question))
        .collect();
    for map in trace.hops.iter().filter(|it| it.kind == "URL map") {
        for to in led_to(map, question) {
            if let Some(named) = named.get_mut(to) {
                *named = true;
            }
        }
    }
    if !named.contains(&true) {
        let mut near: Vec<(f64, String)> = names(&trace)
            .map(|name| (strsim::jaro_winkler(&name, question), name))
            .filter(|(likeness, _)| *likeness > 0.75)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut near: Vec<String> = near.into_iter().map(|(_, name)| name).collect();
        near.dedup();
        near.truncate(5);
        return Err(NotFound::Unknown {
            question: question.to_owned(),
            near,
        });
    }
    let named = with_owners(&trace, named);
    // What is before or behind a named hop is on its road; and what stands beside that.
    let links = trace.links();
    let mut before: Vec<Vec<usize>> = vec![Vec::new(); trace.hops.len()];
    for (from, hop) in trace.hops.iter().enumerate() {
        let sides = hop.beside.iter().copied();
        for to in hop.next.iter().map(|edge| edge.to).chain(sides) {
            if let Some(list) = before.get_mut(to) {
                list.push(from);
            }
        }
    }
    let behind = closure(&named, &links);
    let leads_to = closure(&named, &before);
    let mut kept: Vec<bool> = behind
        .iter()
        .zip(&leads_to)
        .map(|(a, b)| *a || *b)
        .collect();
    for (hop, _) in trace.hops.iter().zip(&leads_to).filter(|(_, it)| **it) {
        for side in &hop.beside {
            if let Some(kept) = kept.get_mut(*side) {
                *kept = true;
            }
        }
    }
    let mut trace = part(trace, &kept);
    trace.question = Some(question.to_owned());
    Ok(trace)
}

/// Where a thing beside a road is named, the hops that it stands beside are meant.
fn with_owners(trace: &Trace, mut named: Vec<bool>) -> Vec<bool> {
    let is = |named: &[bool], place: &usize| named.get(*place) == Some(&true);
    let owners: Vec<bool> = trace
        .hops
        .iter()
        .map(|hop| hop.beside.iter().any(|side| is(&named, side)))
        .collect();
    for (named, owner) in named.iter_mut().zip(owners) {
        *named |= owner;
    }
    named
}

fn is_named(hop: &Hop, question: &str) -> bool {
    let own = hop.name == question && !matches!(hop.kind, "endpoint");
    let service = hop.stands_for.iter().any(|it| {
        it.name == question || question.split_once('/') == Some((&it.namespace, &it.name))
    });
    own || service || is_front(hop, question)
}

/// Whether a forwarding rule has an address, and takes the port that may stand behind it.
fn is_front(hop: &Hop, question: &str) -> bool {
    let fact = hop.facts.first().filter(|_| hop.is_front());
    let front = fact.and_then(|fact| fact.rsplit_once(' ')?.0.rsplit_once(':'));
    let Some((address, ports)) = front else {
        return false;
    };
    // Of IPv6 a rule names the range.
    let bare = |text: &str| {
        let text = text.trim_matches(['[', ']']);
        text.split('/').next().unwrap_or_default().to_owned()
    };
    let address = bare(address);
    if bare(question) == address && !address.is_empty() {
        return true;
    }
    let Some((asked, port)) = question.rsplit_once(':') else {
        return false;
    };
    let takes = |range: &str| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let numbers = (
            first.parse::<u16>(),
            last.parse::<u16>(),
            port.parse::<u16>(),
        );
        matches!(numbers, (Ok(first), Ok(last), Ok(port)) if (first..=last).contains(&port))
    };
    let port = ports == "all ports" && port.parse::<u16>().is_ok() || ports.split(',').any(takes);
    bare(asked) == address && port
}

/// Where a URL map leads a host: by its name, or where no rule names it, by a wildcard.
fn led_to(map: &Hop, host: &str) -> Vec<usize> {
    let by = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let ways = map.next.iter();
        let ways = ways.filter(|edge| edge.label.split([',', ' ']).any(is));
        ways.map(|edge| edge.to).collect()
    };
    let exact = by(&|it| it.contains('.') && it.eq_ignore_ascii_case(host));
    if !exact.is_empty() {
        return exact;
    }
    by(&|it| {
        let parent = it.strip_prefix('*').filter(|it| it.starts_with('.'));
        parent.is_some_and(|it| host.len() > it.len() && host.ends_with(it))
    })
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
