//! NEG635: an Ingress that is meant for another controller, and that the one of GKE takes.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::{CLASS_ANNOTATION, Ingress};
use crate::kind::object::Object;
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG635",
    slug: "ingress-claimed-by-default",
    severity: Severity::Warning,
    reads: &[Kind::Ingress, Kind::IngressClass],
    follows: &[],
    check,
};

/// How annotations begin that people write for the controller of GKE.
const OURS: [&str; 3] = [
    "kubernetes.io/ingress.",
    "networking.gke.io/",
    "ingress.gcp.kubernetes.io/",
];
/// How its finalizers begin: it puts one on what it takes before it does anything else.
const FINALIZER: &str = "networking.gke.io/ingress-finalizer";
const DEFAULT_CLASS: &str = "ingressclass.kubernetes.io/is-default-class";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let defaults: Vec<_> = world
        .others()
        .iter()
        .filter(|it| it.kind == Kind::IngressClass)
        .filter(|it| it.annotation_text(DEFAULT_CLASS) == Some("true"))
        .collect();
    let ingresses = world.ingresses().iter().filter(|it| is_without_class(it));
    verdicts
        .findings
        .extend(ingresses.filter_map(|ingress| finding(ingress, &defaults)));
}

/// True where neither the Ingress nor what the cluster shows of it states a class, and nothing in
/// it is meant for GKE.
fn is_without_class(ingress: &Ingress<'_>) -> bool {
    let object = &ingress.object;
    let is_open = |ingress: &Ingress<'_>| {
        ingress.class_name().is_none() && ingress.class_annotation().is_none_or(str::is_empty)
    };
    let is_ours =
        |name: &str| name != CLASS_ANNOTATION && OURS.iter().any(|it| name.starts_with(it));
    !object.partial
        && object.deletion().is_none()
        && is_open(ingress)
        && object
            .shown()
            .map(Ingress::new)
            .is_none_or(|shown| is_open(&shown))
        && !object
            .annotations()
            .any(|annotation| is_ours(annotation.name()))
}

fn finding(ingress: &Ingress<'_>, defaults: &[&Object<'_>]) -> Option<Finding> {
    let object = &ingress.object;
    let other = ingress.of_another().next()?;
    let (vendor, _) = other.name().split_once('/')?;
    let label = Label::new(other.key, "for another controller");
    let name = object.name;
    let help = format!(
        "name the class of that controller in spec.ingressClassName; if GKE is meant, write gce in \
         {CLASS_ANNOTATION} and take the annotations of {vendor} out"
    );
    let new = |message| Finding::new(&ROW, object, message, label).help(help);
    let Some(shown) = object.shown() else {
        if defaults
            .iter()
            .any(|class| class.clusters.meets(object.clusters))
        {
            return None;
        }
        let message = format!(
            "Ingress {name} speaks to {vendor} and names no class: unless a default IngressClass \
             gives it one, GKE takes it and makes a load balancer for it"
        );
        return Some(new(message).severity(Severity::Note));
    };
    let mut finalizers = shown.finalizers();
    let taken = |it: &Node<'_>| it.text().is_some_and(|text| text.starts_with(FINALIZER));
    let finalizer = finalizers.find(taken)?;
    let message = format!(
        "Ingress {name} speaks to {vendor} and names no class: GKE has taken it and makes a load \
         balancer for it"
    );
    Some(new(message).because(finalizer, "the controller of GKE has it"))
}
