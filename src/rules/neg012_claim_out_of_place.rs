//! NEG012: a claim stands where the NEG controller does not look: under a key that is nearly the
//! right one, at another place of the Service, or on another object.

use memchr::memmem;

use crate::controller::claim::Claim;
use crate::document::{Inner, Node};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::near_miss::{ignores_claims, is_near_miss, misplaced_claims};
use crate::kind::object::{Annotation, Object};
use crate::kind::service::{NEG_ANNOTATION, Service};
use crate::remedy::Edit;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG012",
    slug: "claim-out-of-place",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::Gateway,
        Kind::Route,
        Kind::Other,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        if service.neg.is_none() {
            let annotations = service.object.annotations();
            for near in annotations.filter(|it| is_near_miss(it.name(), it.string())) {
                verdicts.find(misspelt(&service, &near));
            }
        }
        // Most Services are settled by a look at the text.
        let text = service
            .object
            .document
            .source()
            .slice(service.object.root().span());
        let known = usize::from(service.neg.is_some());
        let said = memmem::find_iter(text.as_bytes(), NEG_ANNOTATION);
        if said.take(known + 1).count() <= known {
            continue;
        }
        for (path, key) in misplaced_claims(service.object.root()) {
            verdicts.find(misplaced(&service.object, &path, key));
        }
    }
    for object in world.objects() {
        let labels = object.metadata.and_then(|it| it.get("labels"));
        let parts = [
            ("annotations", object.stated_annotations),
            ("labels", labels),
        ];
        for (part, at) in parts {
            let found = at.and_then(|it| it.entry(NEG_ANNOTATION));
            if let Some((key, value)) = found.filter(|_| ignores_claims(object)) {
                let path = format!("metadata.{part}");
                verdicts.find(stray(world, object, &path, key, value));
            }
        }
    }
    for workload in world
        .workloads()
        .iter()
        .filter(|it| ignores_claims(&it.object))
    {
        // A Pod is its own template.
        let template = workload
            .template
            .filter(|it| it.id() != workload.object.root().id());
        for part in ["annotations", "labels"] {
            let found = template.and_then(|it| it.at(&["metadata", part])?.entry(NEG_ANNOTATION));
            if let Some((key, value)) = found {
                let path = format!("the Pod template's metadata.{part}");
                verdicts.find(stray(world, &workload.object, &path, key, value));
            }
        }
    }
}

fn misspelt(service: &Service<'_>, near: &Annotation<'_>) -> Finding {
    let (name, key) = (service.object.name, near.name());
    let message = format!(
        "Service {name} has the annotation {key:?}, which nothing reads: no NEG is made, and no \
         event says so"
    );
    let claim = near.string().and_then(|text| Claim::read(text).ok());
    let fits =
        |claim: &Claim| claim.has_effect() && claim.unknown.is_empty() && service.admits(claim);
    let change = Inner::new(near.key).filter(|_| claim.as_ref().is_some_and(fits));
    let change = change.and_then(|inner| inner.change(0..inner.text().len(), NEG_ANNOTATION));
    Finding::new(
        &ROW,
        &service.object,
        message,
        Label::new(near.key, format!("the controller reads {NEG_ANNOTATION}")),
    )
    .detail(key)
    .help(format!(
        "the key is {NEG_ANNOTATION}, without stage, plural or capitals"
    ))
    .edit(change.map(|change| Edit::risky(format!("rename it to {NEG_ANNOTATION}"), change)))
}

fn misplaced(object: &Object<'_>, path: &str, key: Node<'_>) -> Finding {
    let at = match path {
        "" => "the top".to_owned(),
        "metadata.labels" => "its labels".to_owned(),
        path => path.to_owned(),
    };
    let message = format!(
        "Service {} has {NEG_ANNOTATION} under {at}, where nothing reads it: no NEG is made",
        object.name
    );
    let label = Label::new(key, "read under metadata.annotations only");
    let mut finding = Finding::new(&ROW, object, message, label).detail(path).help(
        "move it under metadata.annotations; the API server refuses it as a label or an unknown \
         field, or drops it",
    );
    if let Some((annotations, _)) = object
        .root()
        .get("metadata")
        .and_then(|it| it.entry("annotations"))
    {
        finding = finding.because(annotations, "it belongs here");
    }
    finding
}

fn stray(
    world: &World<'_>,
    object: &Object<'_>,
    path: &str,
    key: Node<'_>,
    value: Node<'_>,
) -> Finding {
    let (kind, name) = (object.kind_name, object.name);
    let message = format!(
        "{kind} {name} has {NEG_ANNOTATION} under {path}, where nothing reads it: the NEG \
         controller looks at Services only"
    );
    let claimed = |service: &Service<'_>| {
        let same = service
            .neg
            .is_some_and(|neg| neg.value.text() == value.text());
        same && object.shares_namespace(&service.object)
    };
    let severity = if world.services().any(|service| claimed(&service)) {
        // Such as commonAnnotations of kustomize, which go on everything.
        Severity::Note
    } else {
        Severity::Error
    };
    let mut finding = Finding::new(
        &ROW,
        object,
        message,
        Label::new(key, "nothing reads it here"),
    )
    .detail(path)
    .severity(severity)
    .help("put it under metadata.annotations of the Service");
    let concerned = world.services().filter(|service| {
        service
            .workloads()
            .any(|it| std::ptr::eq(&raw const it.object, object))
            || service
                .ingresses()
                .any(|(it, _)| std::ptr::eq(&raw const it.object, object))
            || service
                .routes()
                .any(|(it, _)| std::ptr::eq(&raw const it.object, object))
    });
    for service in concerned.take(3) {
        finding = finding.because(service.object.head(), "the Service that may claim NEGs");
    }
    finding
}
