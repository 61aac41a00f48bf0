//! NEG007: several Services claim one NEG name where only one of them can have it.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::world::{Claimant, Contest, Missing, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG007",
    slug: "name-claimed-twice",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

/// More claimants than this are counted, not shown.
const MAX_LABELS: usize = 10;
/// Claimants of one name beyond this are not compared: the first of them tell the story.
const MAX_CLAIMANTS: usize = 500;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for (name, mut claimants) in world.claimants() {
        claimants.truncate(MAX_CLAIMANTS);
        let mut told = vec![false; claimants.len()];
        let mut found = Vec::new();
        let mut unknown: Option<(&Claimant<'_, '_>, Missing)> = None;
        for (index, claimant) in claimants.iter().enumerate() {
            if told.get(index) == Some(&true) {
                continue;
            }
            let mut judge = |contest| match contest {
                Ok(contest) => contest,
                Err(missing) => {
                    unknown.get_or_insert((claimant, missing));
                    None
                }
            };
            let own = judge(claimant.contest_with_itself());
            let mut rivals = Vec::new();
            let later = claimants.iter().zip(&mut told).skip(index + 1);
            for (rival, told) in later.filter(|(_, told)| !**told) {
                if let Some(contest) = judge(claimant.contest(rival)) {
                    *told = true;
                    rivals.push((rival, contest));
                }
            }
            found.extend(finding(name, claimant, own.as_ref(), &rivals));
        }
        if let Some((claimant, missing)) = unknown.filter(|_| found.is_empty()) {
            let object = &claimant.service.object;
            verdicts.leave(missing.undecided(&ROW, object, claimant.place()));
        }
        verdicts.findings.extend(found);
    }
}

fn finding(
    name: &str,
    claimant: &Claimant<'_, '_>,
    own: Option<&Contest<'_>>,
    rivals: &[(&Claimant<'_, '_>, Contest<'_>)],
) -> Option<Finding> {
    let object = &claimant.service.object;
    let contest = own.or(rivals.first().map(|(_, contest)| contest))?;
    let message = match (rivals, contest) {
        ([] | [_], Contest::Clusters(one, other, _)) => {
            let clusters = format!("in clusters {} and {}", one.name, other.name);
            format!("NEG {name} is claimed {clusters}: {}", outcome(contest))
        }
        ([(rival, _)], _) => {
            let (own, others) = (called(object), called(&rival.service.object));
            format!(
                "Services {own} and {others} both claim NEG {name}: {}",
                outcome(contest)
            )
        }
        _ => {
            let count = rivals.len() + 1;
            format!("{count} Services claim NEG {name}: {}", outcome(contest))
        }
    };
    let label = format!("claimed by Service {}", called(object));
    let mut finding =
        Finding::new(&ROW, object, message, Label::new(claimant.place(), label)).detail(name);
    if let Some(Contest::Clusters(one, other, zones)) = own {
        let text = format!(
            "one manifest for clusters {} and {}, both with nodes in {}",
            one.name,
            other.name,
            zones.join(", ")
        );
        finding = finding.because(object.head(), text);
    }
    for (rival, contest) in rivals.iter().take(MAX_LABELS) {
        let who = called(&rival.service.object);
        let text = match contest {
            Contest::Clusters(one, other, zones) => format!(
                "and by Service {who} in cluster {}, which like {} has nodes in {}",
                other.name,
                one.name,
                zones.join(", ")
            ),
            _ => format!("and by Service {who}"),
        };
        finding = finding.because(rival.place(), text);
    }
    for (rival, _) in rivals {
        finding = finding.concerning(&rival.service.object);
    }
    Some(finding.help(advice(contest)))
}

/// What becomes of the two, in a few words.
fn outcome(contest: &Contest<'_>) -> &'static str {
    match contest {
        Contest::Namespace => "all but the one that came first are refused for ever",
        Contest::Namespaces => "all but the one that came first never get a NEG",
        Contest::Clusters(..) => "in the zones that they share only one of them gets it",
    }
}

fn advice(contest: &Contest<'_>) -> &'static str {
    match contest {
        Contest::Namespace => {
            "the ServiceNetworkEndpointGroup of that name belongs to the Service that came first; \
             every pass of the other one fails with `has a label mismatch`. Give each Service a name \
             of its own"
        }
        Contest::Namespaces => {
            "each namespace gets a ServiceNetworkEndpointGroup, but the NEG belongs to the Service \
             that came first; the other one's is not initialized: `found conflicting description`. \
             Give each Service a name of its own"
        }
        Contest::Clusters(..) => {
            "NEG names are unique in a project and zone: the cluster that came first owns the NEG, \
             the other one gets `found conflicting description` there and its own NEGs elsewhere. \
             Put the cluster into the name"
        }
    }
}

/// A Service as people call it where others are near.
fn called(object: &Object<'_>) -> String {
    match object.namespace {
        Some(namespace) => format!("{namespace}/{}", object.name),
        None => object.name.to_owned(),
    }
}
