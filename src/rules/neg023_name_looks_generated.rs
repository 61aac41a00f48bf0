//! NEG023: a custom NEG name in the form of a generated one.

use crate::controller::decode::Spanned;
use crate::controller::names::{L7Namer, looks_generated};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG023",
    slug: "name-looks-generated",
    severity: Severity::Warning,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        for (port, name) in claim.named() {
            let Some((label, consequence)) = likeness(world, &service.object, name) else {
                continue;
            };
            let message = format!(
                "Service {} names its NEG {} like a generated one: {consequence}",
                service.object.name, name.value
            );
            let label = Label::new(inner.place(name.range.clone()), label);
            let finding = Finding::new(&ROW, &service.object, message, label).detail(port.port);
            verdicts.find(finding.help(
                "choose a name without that beginning, or state no name if the generated one is \
                 what you want",
            ));
        }
    }
}

/// What of the name is like a generated one's, and what comes of it.
fn likeness(
    world: &World<'_>,
    object: &Object<'_>,
    name: &Spanned<String>,
) -> Option<(String, &'static str)> {
    let own = "the controller takes a NEG of that name for its own, whoever made it";
    let text = name.value.as_str();
    // Only the beginning counts for the controller, and only with the cluster's characters in it.
    if text.starts_with("k8s1-") {
        let uids: Vec<_> = world
            .clusters(object)
            .map(|cluster| cluster.cluster_uid.as_deref())
            .collect();
        let prefixes = uids.iter().flatten().map(|uid| L7Namer::new(uid).prefix());
        if let Some(prefix) = prefixes.into_iter().find(|prefix| text.starts_with(prefix)) {
            let label = format!("generated names of the cluster begin with {prefix}");
            return Some((label, own));
        }
        return uids.contains(&None).then_some((
            "generated names begin with k8s1- and eight characters of the cluster's UID".to_owned(),
            "if the eight characters are the cluster's, the controller takes a NEG of that name \
             for its own, whoever made it",
        ));
    }
    // Five parts or more, of which the second stands for the cluster: a word of eight letters at the
    // end alone makes no generated name.
    let parts: Vec<&str> = text.split('-').collect();
    let has_cluster = parts.len() > 4 && parts.get(1).is_some_and(|cluster| cluster.len() == 8);
    let is_tenant = text.starts_with("gk3-mt1-");
    (looks_generated(text) && (has_cluster || is_tenant)).then_some((
        "the form of a generated name".to_owned(),
        "people and tools take it for another controller's and may delete it",
    ))
}
