//! NEG019: the next apply of a manifest takes away a claim that is in effect.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::Object;
use crate::kind::service::NEG_ANNOTATION;
use crate::world::{Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG019",
    slug: "applied-annotation-will-go",
    severity: Severity::Warning,
    reads: &[Kind::Service],
    follows: &["NEG012"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let object = &service.object;
        let declared = !object.observed && !object.partial;
        if declared && object.last_applied(NEG_ANNOTATION) && !states_it(world, object) {
            verdicts.findings.extend(finding(service));
        }
    }
}

/// Whether a manifest of the object, or a part of one such as a patch, says anything of the claim.
fn states_it(world: &World<'_>, object: &Object<'_>) -> bool {
    // Whatever the context's namespace is: a patch goes where its kustomization says.
    let may_be_of_it = |other: &Object<'_>| {
        let open = other.root().at(&["metadata", "namespace"]).is_none();
        other.may_share_namespace(object) || (open && other.clusters.meets(object.clusters))
    };
    world
        .services_named(object.name)
        .filter(|other| !other.object.observed && may_be_of_it(&other.object))
        .any(|other| other.object.stated_annotation(NEG_ANNOTATION).is_some())
}

fn finding(service: Joined<'_, '_>) -> Option<Finding> {
    let object = &service.object;
    let live = object.shown()?.stated_annotation(NEG_ANNOTATION)?;
    let status = service.status();
    let groups = status.as_ref().and_then(|status| status.said.as_ref().ok());
    let groups = groups.into_iter().flat_map(|said| said.groups.values());
    let names: Vec<_> = groups.map(|group| group.neg.value.as_str()).collect();
    let lost = match names.as_slice() {
        [] => "the claim".to_owned(),
        [name] => format!("the claim and NEG {name}"),
        names => format!("the claim and NEGs {}", names.join(", ")),
    };
    let message = format!(
        "The manifest of Service {} lacks {NEG_ANNOTATION}, which the last apply set: the next \
         one takes away {lost}",
        object.name
    );
    let label = Label::new(object.head(), "states no claim");
    let finding = Finding::new(&ROW, object, message, label)
        .because(live.key, "set by the last apply")
        .help(format!(
            "put {NEG_ANNOTATION} into the manifest (of a chart: into its values); if the NEG is \
             to go, take it out of its backend services first, or it cannot be deleted"
        ));
    Some(finding)
}
