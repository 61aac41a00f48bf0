//! NEG025: the value of a GKE annotation is no string.

use crate::controller::claim::Claim;
use crate::document::scalar::Style;
use crate::document::{Value, is_old_boolean, quote_value};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::{Annotation, Object, annotations};
use crate::kind::service::{NEG_ANNOTATION, NEG_STATUS_ANNOTATION, Service};
use crate::remedy::Edit;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG025",
    slug: "annotation-not-a-string",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Workload,
        Kind::BackendConfig,
        Kind::Gateway,
        Kind::Route,
        Kind::Other,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        judge(
            &service.object,
            service.object.annotations(),
            Some(&service),
            verdicts,
        );
    }
    for object in world
        .objects()
        .filter(|object| object.kind != Kind::Service)
    {
        judge(object, object.annotations(), None, verdicts);
    }
    for workload in world.workloads() {
        let template = workload
            .template
            .filter(|it| it.id() != workload.object.root().id());
        let metadata = template.and_then(|template| template.get("metadata"));
        judge(&workload.object, annotations(metadata), None, verdicts);
    }
}

fn judge<'d>(
    object: &Object<'d>,
    annotations: impl Iterator<Item = Annotation<'d>>,
    service: Option<&Service<'d>>,
    verdicts: &mut Verdicts,
) {
    for annotation in annotations.filter(|annotation| is_of_gke(annotation.name())) {
        let plain = annotation.value.style() == Some(Style::Plain);
        let what = match annotation.value.value() {
            Value::String(text) if plain && is_old_boolean(text) => "a boolean",
            // `null` takes an annotation away in a patch, and is an empty one elsewhere.
            Value::Null | Value::String(_) => continue,
            value => value.name(),
        };
        verdicts.find(finding(object, &annotation, service, what));
    }
}

/// Whether a key belongs to GKE's load balancing or to what attaches its NEGs.
fn is_of_gke(key: &str) -> bool {
    let domain = key.split_once('/').map_or(key, |(domain, _)| domain);
    let known = [
        "cloud.google.com",
        "networking.gke.io",
        "ingress.gcp.kubernetes.io",
        "ingress.kubernetes.io",
        "controller.autoneg.dev",
        "anthos.cft.dev",
    ];
    known.contains(&domain)
        || domain.ends_with(".cloud.google.com")
        || key.starts_with("kubernetes.io/ingress.")
}

fn finding(
    object: &Object<'_>,
    annotation: &Annotation<'_>,
    service: Option<&Service<'_>>,
    what: &str,
) -> Finding {
    let (kind, name, key) = (object.kind_name, object.name, annotation.name());
    let message = format!(
        "The annotation {key} of {kind} {name} is {what}: the API server refuses the {kind}"
    );
    let label = Label::new(annotation.key, format!("{what}, must be a string"));
    let edit = quote_value(annotation.key, annotation.value)
        .filter(|(text, _)| is_good(key, text, service))
        .map(|(_, change)| Edit::safe("put it in quotes", change));
    Finding::new(&ROW, object, message, label)
        .detail(key)
        .help(
            "annotations are strings: quote the value, JSON in single quotes; with `helm --set` \
             use --set-string or --set-json and escape the dots of the key",
        )
        .edit(edit)
}

/// Whether the quoted value is one to be glad of.
fn is_good(key: &str, text: &str, service: Option<&Service<'_>>) -> bool {
    match key {
        NEG_ANNOTATION => service.is_some_and(|service| {
            let known = |claim: &Claim| {
                claim.unknown.is_empty() && claim.exposed.iter().all(|port| port.unknown.is_empty())
            };
            Claim::read(text).is_ok_and(|claim| known(&claim) && service.admits(&claim))
        }),
        NEG_STATUS_ANNOTATION => false,
        _ => true,
    }
}
