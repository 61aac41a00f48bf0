//! NEG614: an Ingress names a FrontendConfig that does nothing for it.

use crate::controller::ingress::IngressClass;
use crate::document::edit;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::frontend_config::FRONTEND_CONFIG;
use crate::kind::ingress::{CLASS_ANNOTATION, Ingress};
use crate::kind::{Annotation, Kind};
use crate::remedy::Edit;
use crate::world::{Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG614",
    slug: "frontendconfig-trouble",
    severity: Severity::Warning,
    reads: &[Kind::Ingress, Kind::FrontendConfig],
    follows: &["NEG629"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        let object = &ingress.object;
        let Some(annotation) = object.annotation(FRONTEND_CONFIG) else {
            verdicts.findings.extend(misspelt(ingress));
            continue;
        };
        let filled_in =
            |it: &Annotation<'_>| it.inner().is_some_and(|it| it.placeholder().is_none());
        let name = annotation.string().filter(|_| filled_in(&annotation));
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            continue;
        };
        if ingress.class() == IngressClass::Internal {
            verdicts.find(internal(ingress, name, &annotation));
            continue;
        }
        match world.other(Kind::FrontendConfig, object, name) {
            Resolved::Found(_) => {}
            Resolved::Absent => verdicts.find(missing(world, ingress, name, &annotation)),
            Resolved::Unclear(mut missing) => {
                missing.reason = format!("FrontendConfig {name}: {}", missing.reason);
                verdicts.leave(missing.undecided(&ROW, object, annotation.value));
            }
        }
    }
}

fn missing(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    name: &str,
    annotation: &Annotation<'_>,
) -> Finding {
    let object = &ingress.object;
    let message = format!(
        "Ingress {} names FrontendConfig {name}, which is not there: it goes without the HTTPS \
         redirect and the SSL policy of it",
        object.name
    );
    let label = Label::new(
        annotation.value,
        "no FrontendConfig of this name in the namespace",
    );
    let finding = Finding::new(&ROW, object, message, label);
    let mut elsewhere = world.others_of(Kind::FrontendConfig).iter();
    let elsewhere = elsewhere.find(|it| it.name == name && it.clusters.meets(object.clusters));
    if let Some(other) = elsewhere {
        let namespace = other.namespace.unwrap_or("default");
        return finding
            .because(other.head(), format!("it is in namespace {namespace}"))
            .help("an Ingress finds FrontendConfigs of its own namespace only: put both into one");
    }
    let Some(near) = world.nearest(Kind::FrontendConfig, object, name) else {
        return finding.help("create the FrontendConfig, or take its name off the Ingress");
    };
    let change = edit::replace_string(annotation.value, near);
    finding
        .help(format!("did you mean FrontendConfig {near}?"))
        .edit(change.map(|it| Edit::risky(format!("name FrontendConfig {near}"), it)))
}

/// GKE has FrontendConfigs for its external load balancers.
fn internal(ingress: &Ingress<'_>, name: &str, annotation: &Annotation<'_>) -> Finding {
    let object = &ingress.object;
    let message = format!(
        "Ingress {} is internal and names FrontendConfig {name}, which GKE has for external \
         Ingresses only",
        object.name
    );
    let label = Label::new(annotation.key, "not for an internal Ingress");
    let mut finding = Finding::new(&ROW, object, message, label).help(
        "take the annotation off, and redirect or restrict TLS in the application where that is \
         needed",
    );
    if let Some(class) = object.annotation(CLASS_ANNOTATION) {
        finding = finding.because(class.value, "an internal load balancer");
    }
    finding
}

/// An annotation that was meant as the one that is read.
fn misspelt(ingress: &Ingress<'_>) -> Option<Finding> {
    let object = &ingress.object;
    let annotation = object.annotations().find(|it| is_near_miss(it.name()))?;
    let message = format!(
        "Ingress {} names a FrontendConfig under a key that its controller does not read: it goes \
         without it",
        object.name
    );
    let label = Label::new(annotation.key, "nobody reads this key");
    let change = edit::replace_string(annotation.key, FRONTEND_CONFIG);
    Some(
        Finding::new(&ROW, object, message, label)
            .detail("key")
            .help(format!("the key is {FRONTEND_CONFIG}"))
            .edit(change.map(|it| Edit::risky(format!("write {FRONTEND_CONFIG}"), it))),
    )
}

/// `networking.gke.io/frontend-config`, which a `MultiClusterIngress` takes, and its like.
fn is_near_miss(key: &str) -> bool {
    let Some((domain, name)) = key.split_once('/') else {
        return false;
    };
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    let letters = letters.collect::<String>().to_ascii_lowercase();
    let google = [
        "networking.gke.io",
        "cloud.google.com",
        "beta.cloud.google.com",
    ];
    google.contains(&domain) && letters.ends_with("frontendconfig") && key != FRONTEND_CONFIG
}
