//! NEG016: a key stands twice in the NEG annotation, or the annotation twice on the Service.

use crate::controller::claim::{Claim, Effect, Repeated};
use crate::controller::mend::{asks_the_same, patched};
use crate::document::{Inner, Node, remove_entry};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::json::{self, Json};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::service::NEG_ANNOTATION;
use crate::remedy::{Change, Edit, Safety};
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG016",
    slug: "duplicate-annotation-key",
    severity: Severity::Warning,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

/// More repetitions in one annotation than anybody reads of.
const MANY: usize = 50;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        whole_annotation(&service.object, verdicts);
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        let Ok(json) = json::parse(inner.text()) else {
            continue;
        };
        for chain in chains(claim.repeated.iter().take(MANY)) {
            verdicts.find(finding(&service.object, inner, claim, &json, &chain));
        }
    }
}

/// What is repeated, one list for each key: a key that stands three times is repeated twice.
fn chains<'c>(repeated: impl Iterator<Item = &'c Repeated>) -> Vec<Vec<&'c Repeated>> {
    let mut chains: Vec<Vec<&Repeated>> = Vec::new();
    for repeat in repeated {
        let goes_on =
            |chain: &&mut Vec<&Repeated>| chain.last().is_some_and(|last| last.by == repeat.range);
        match chains.iter_mut().find(goes_on) {
            Some(chain) => chain.push(repeat),
            None => chains.push(vec![repeat]),
        }
    }
    chains
}

fn finding(
    object: &Object<'_>,
    inner: &Inner<'_>,
    claim: &Claim,
    json: &Json,
    chain: &[&Repeated],
) -> Finding {
    let first = chain.first().copied();
    let (written, range) = first.map_or(("", 0..0), |first| (&*first.name, first.range.clone()));
    let merged = chain.iter().any(|repeat| repeat.effect == Effect::Merged);
    let (label, last, effect) = if merged {
        let effect = "the controller exposes the ports of both, other readers see the last only";
        ("stated again below", "counts too", effect)
    } else {
        let effect = "only the last one counts";
        ("has no effect", "counts", effect)
    };
    let message = format!(
        "The NEG annotation of Service {} states {written:?} {} times: {effect}",
        object.name,
        chain.len() + 1
    );
    let label = Label::new(inner.place(range.clone()), label);
    let mut finding = Finding::new(&ROW, object, message, label)
        .detail(json.path(&range).to_ascii_lowercase())
        .help("state it once; letter case makes no difference to the controller");
    for (index, repeat) in chain.iter().enumerate() {
        let is_last = index + 1 == chain.len();
        let text = if is_last || merged {
            last
        } else {
            "has no effect"
        };
        finding = finding.because(inner.place(repeat.by.clone()), text);
    }
    finding.edit(only_the_last(inner, claim, json, chain))
}

/// Takes out what has no effect, where that certainly leaves the claim as it is.
fn only_the_last(
    inner: &Inner<'_>,
    claim: &Claim,
    json: &Json,
    chain: &[&Repeated],
) -> Option<Edit> {
    let removal = |repeat: &&Repeated| Some((json.removal(&repeat.range)?, String::new()));
    let patches: Vec<_> = chain.iter().map(removal).collect::<Option<_>>()?;
    let apart = patches.is_sorted_by(|(a, _), (b, _)| a.end <= b.start);
    let after = apart.then(|| Claim::read(&patched(inner.text(), &patches)).ok())??;
    asks_the_same(&after, claim).then_some(())?;
    Some(keep_last(inner.changes(&patches)?))
}

/// The annotation itself, twice in one mapping.
fn whole_annotation(object: &Object<'_>, verdicts: &mut Verdicts) {
    let Some(annotations) = object.root().at(&["metadata", "annotations"]) else {
        return;
    };
    let keys: Vec<Node<'_>> = annotations
        .entries()
        .map(|(key, _)| key)
        .filter(|key| key.text() == Some(NEG_ANNOTATION))
        .collect();
    let Some((last, earlier)) = keys.split_last() else {
        return;
    };
    let Some(first) = earlier.first() else {
        return;
    };
    let message = format!(
        "Service {} states {NEG_ANNOTATION} {} times: the last one counts, and kustomize refuses \
         the file",
        object.name,
        keys.len()
    );
    let mut finding = Finding::new(&ROW, object, message, Label::new(*first, "has no effect"))
        .detail(NEG_ANNOTATION)
        .help("state it once, with everything that is asked for in one JSON object");
    for key in earlier.iter().skip(1) {
        finding = finding.because(*key, "has no effect");
    }
    let removals = earlier.iter().map(|key| remove_entry(annotations, *key));
    let edit = removals.collect::<Option<Vec<_>>>().map(keep_last);
    verdicts.find(finding.because(*last, "counts").edit(edit));
}

fn keep_last(changes: Vec<Change>) -> Edit {
    Edit {
        title: "keep the one that counts".to_owned(),
        safety: Safety::Safe,
        changes,
    }
}
