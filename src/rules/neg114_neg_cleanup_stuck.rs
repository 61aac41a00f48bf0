//! NEG114: a record of a NEG that nobody wants cannot go away, and keeps its namespace.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::controller::event::Trouble;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::svc_neg::{NEG_FINALIZER, SvcNeg};
use crate::world::{Leftover, Told, World, in_use, in_words};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG114",
    slug: "neg-cleanup-stuck",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::SvcNeg, Kind::Event, Kind::Namespace],
    follows: &["NEG117"],
    check,
};

/// Five rounds of the controller's garbage collection.
const STUCK: SignedDuration = SignedDuration::from_mins(10);
/// More names than these show nothing new.
const MAX_NAMES: usize = 3;
const NO_STRIPPING: &str = "do not remove the finalizer by hand: the NEG would stay behind with \
                            nobody to delete it";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for record in world.svc_negs() {
        verdicts.findings.extend(unreadable(world, record));
    }
    let mut held: BTreeMap<(&str, &str), Vec<Leftover<'_, '_>>> = BTreeMap::new();
    for leftover in world.leftovers() {
        match leftover {
            Ok(leftover) if is_stuck(world, &leftover) => {
                let object = &leftover.svc_neg.object;
                let key = (object.cluster_name, object.namespace.unwrap_or_default());
                held.entry(key).or_default().push(leftover);
            }
            Err((record, missing)) if record.deleted().is_some() => {
                verdicts.leave(missing.undecided(&ROW, record, record.head()));
            }
            _ => {}
        }
    }
    for leftovers in held.values() {
        let ending = leftovers
            .first()
            .and_then(|it| namespace(world, it.svc_neg));
        if let Some(namespace) = ending {
            let finding = of_namespace(world, namespace, leftovers);
            verdicts.findings.extend(finding);
        } else {
            let each = leftovers.iter();
            verdicts
                .findings
                .extend(each.map(|it| of_record(world, it)));
        }
    }
}

/// Whether the controller had time enough to let it go, or says that it cannot.
fn is_stuck(world: &World<'_>, leftover: &Leftover<'_, '_>) -> bool {
    let object = &leftover.svc_neg.object;
    let mut finalizers = object.finalizers();
    if !finalizers.any(|finalizer| finalizer.text() == Some(NEG_FINALIZER)) {
        return false;
    }
    let waits = world.age(object, object.deleted());
    // A NEG in use without a mark is NEG117's.
    let refused = leftover.used().is_none() && failing(world, leftover).is_some();
    waits.is_some_and(|waits| waits >= STUCK) || refused
}

/// What the controller says again and again of a deletion.
fn failing<'l, 'w, 'd>(
    world: &World<'_>,
    leftover: &'l Leftover<'w, 'd>,
) -> Option<&'l Told<'w, 'd>> {
    let now = world.now(&leftover.svc_neg.object);
    let mut told = leftover.told.iter().rev();
    told.find(|told| told.trouble == Trouble::NegNotDeleted && told.lasts(now))
}

/// The namespace of a record, where it is to go away.
fn namespace<'w, 'd>(world: &'w World<'d>, record: &SvcNeg<'_>) -> Option<&'w Object<'d>> {
    let mut namespaces = world.others_of(Kind::Namespace).iter();
    namespaces.find(|object| {
        Some(object.name) == record.object.namespace
            && object.clusters.meets(record.object.clusters)
            && object.deleted().is_some()
    })
}

/// Why it cannot go, and what to do.
fn reason(world: &World<'_>, leftover: &Leftover<'_, '_>) -> (String, String) {
    if let Some((_, user)) = leftover.used() {
        let (user, place) = in_use(user);
        return (
            format!("{user} still uses NEG {}", leftover.svc_neg.object.name),
            format!("take the NEG out of {place}: the controller deletes it within two minutes"),
        );
    }
    if let Some(other) = world.claimed_elsewhere(leftover.svc_neg) {
        let other = &other.service.object;
        let named = format!(
            "Service {}/{}",
            other.namespace.unwrap_or("default"),
            other.name
        );
        return (
            format!("{named} claims a NEG of the same name, so the controller does not collect it"),
            format!("give the NEG of {named} another name, at least until this one is gone"),
        );
    }
    if let Some(told) = failing(world, leftover) {
        return (
            format!("its NEG cannot be deleted{}", told.decoded.why()),
            told.decoded.advice().unwrap_or_default(),
        );
    }
    (
        "the controller has not deleted its NEG".to_owned(),
        "see whether a backend service still uses the NEG, and take it out; then see whether the \
         NEG controller runs: other Services of the cluster get NEGs"
            .to_owned(),
    )
}

fn of_record(world: &World<'_>, leftover: &Leftover<'_, '_>) -> Finding {
    let object = &leftover.svc_neg.object;
    let (why, help) = reason(world, leftover);
    let message = format!(
        "ServiceNetworkEndpointGroup {} cannot go away, though {}: {why}",
        object.name,
        leftover.why()
    );
    let finding = Finding::new(&ROW, object, message, marked(world, object));
    shown(world, finding, leftover).help(format!("{help}; {NO_STRIPPING}"))
}

fn of_namespace(
    world: &World<'_>,
    namespace: &Object<'_>,
    leftovers: &[Leftover<'_, '_>],
) -> Option<Finding> {
    let mut used = leftovers
        .iter()
        .filter(|leftover| leftover.used().is_some());
    let first = used.next().or(leftovers.first())?;
    let names = leftovers.iter().map(|it| it.svc_neg.object.name);
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names.truncate(MAX_NAMES);
    if leftovers.len() > MAX_NAMES {
        names.push("…");
    }
    let (why, help) = reason(world, first);
    let (count, plural) = match leftovers.len() {
        1 => (String::new(), ""),
        count => (format!("{count} "), "s"),
    };
    let message = format!(
        "Namespace {} cannot go away: {count}ServiceNetworkEndpointGroup{plural} ({}) keep{} it, as \
         {why}",
        namespace.name,
        names.join(", "),
        if plural.is_empty() { "s" } else { "" }
    );
    let mut finding = Finding::new(&ROW, namespace, message, marked(world, namespace));
    for leftover in leftovers {
        finding = finding.concerning(&leftover.svc_neg.object);
    }
    Some(shown(world, finding, first).help(format!("{help}; {NO_STRIPPING}")))
}

/// Shows the finalizer, and what the controller says.
fn shown(world: &World<'_>, mut finding: Finding, leftover: &Leftover<'_, '_>) -> Finding {
    let object = &leftover.svc_neg.object;
    let mut finalizers = object.finalizers();
    if let Some(node) = finalizers.find(|it| it.text() == Some(NEG_FINALIZER)) {
        finding = finding.because(node, "stays until the NEG is deleted");
    }
    let used = leftover.used().map(|(told, _)| told);
    if let Some(told) = used.or_else(|| failing(world, leftover)) {
        finding.labels.push(told.label(world.now(object)));
    }
    finding
}

/// Since when it is to go.
fn marked(world: &World<'_>, object: &Object<'_>) -> Label {
    let waits = world.age(object, object.deleted()).map(in_words);
    match object.deletion() {
        Some(node) => Label::new(node, format!("{} ago", waits.unwrap_or_default())),
        None => Label::new(object.head(), "no Service asks for it"),
    }
}

/// A status that somebody edited, so that the controller cannot find the NEG that it is to delete.
fn unreadable(world: &World<'_>, record: &SvcNeg<'_>) -> Option<Finding> {
    let object = &record.object;
    let told = world.told(object);
    let told = told
        .iter()
        .rfind(|told| told.trouble == Trouble::NegLinkUnreadable)?;
    let message = format!(
        "A NEG of ServiceNetworkEndpointGroup {} is never deleted: its link in the status cannot be \
         read",
        object.name
    );
    let label = told.label(world.now(object));
    let mut finding = Finding::new(&ROW, object, message, label)
        .detail("link")
        .help(told.decoded.advice().unwrap_or_default());
    let link = told.decoded.parameters.get("link");
    let group = record
        .groups
        .iter()
        .find(|group| Some(group.self_link) == link);
    if let Some(group) = group {
        finding = finding.because(group.node, "somebody edited this entry");
    }
    Some(finding)
}
