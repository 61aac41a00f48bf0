//! NEG629: annotations that leave an Ingress without a front end.

use crate::controller::ingress::IngressClass;
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::frontend_config::{FRONTEND_CONFIG, FrontendConfig};
use crate::kind::ingress::{CLASS_ANNOTATION, Ingress};
use crate::kind::{Annotation, Kind, Object};
use crate::world::{Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG629",
    slug: "ingress-front-end-refused",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::FrontendConfig],
    follows: &["NEG611"],
    check,
};

const ALLOW_HTTP: &str = "kubernetes.io/ingress.allow-http";
const PRE_SHARED: &str = "ingress.gcp.kubernetes.io/pre-shared-cert";
/// Certificates by these come later, as pre-shared ones.
const MANAGED: &str = "networking.gke.io/managed-certificates";
/// Either names an address, whatever its scope.
const ADDRESSES: [&str; 2] = [
    "kubernetes.io/ingress.regional-static-ip-name",
    "kubernetes.io/ingress.global-static-ip-name",
];
/// The finalizer of an Ingress whose load balancer has names of the first scheme; later ones end
/// in `-V2`.
const FINALIZER_V1: &str = "networking.gke.io/ingress-finalizer";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        let allow_http = ingress.object.annotation(ALLOW_HTTP);
        let inner = allow_http.and_then(|it| it.inner());
        if inner.is_some_and(|inner| inner.placeholder().is_some()) {
            continue;
        }
        let off = allow_http.filter(is_false);
        let found = match (off, certificate(ingress)) {
            (Some(off), None) => nothing_to_serve(ingress, off),
            (None, Some(certificate)) => no_shared_address(ingress, certificate),
            _ => None,
        };
        match found {
            Some(finding) => verdicts.find(finding),
            None => redirect(world, ingress, verdicts),
        }
    }
}

/// As Go reads a boolean; any other text leaves HTTP on.
fn is_false(annotation: &Annotation<'_>) -> bool {
    let text = annotation.string();
    text.is_some_and(|text| ["0", "f", "F", "false", "FALSE", "False"].contains(&text))
}

fn stated<'d>(ingress: &Ingress<'d>, key: &str) -> Option<Annotation<'d>> {
    let annotation = ingress.object.annotation(key)?;
    annotation.string().filter(|text| !text.is_empty())?;
    Some(annotation)
}

/// What brings a certificate. The Secrets are read up to the first one that is not there, so an
/// entry without a name in front leaves none.
fn certificate<'d>(ingress: &Ingress<'d>) -> Option<Node<'d>> {
    let secret = ingress.tls().next().and_then(|tls| tls.get("secretName"));
    let secret = secret.filter(|secret| secret.text().is_some_and(|name| !name.is_empty()));
    secret.or_else(|| Some(stated(ingress, PRE_SHARED)?.value))
}

fn is_internal(ingress: &Ingress<'_>) -> bool {
    ingress.class() == IngressClass::Internal
}

/// A finding, a warning only where the Ingress still has the front end that it had before.
fn refused(ingress: &Ingress<'_>, why: &str, label: Label) -> Finding {
    let shown = ingress.object.shown();
    let addresses = shown.and_then(|it| it.root().at(&["status", "loadBalancer", "ingress"]));
    let serves = addresses.is_some_and(|it| it.items().any(|it| it.get("ip").is_some()));
    let (severity, effect) = if serves {
        let effect = "it does not sync, and its front end stays as it was";
        (Severity::Warning, effect)
    } else {
        (Severity::Error, "it gets no front end")
    };
    let message = format!("Ingress {} {why}: {effect}", ingress.object.name);
    Finding::new(&ROW, &ingress.object, message, label)
        .severity(severity)
        .following(&[])
}

fn nothing_to_serve(ingress: &Ingress<'_>, off: Annotation<'_>) -> Option<Finding> {
    if stated(ingress, MANAGED).is_some() {
        return None;
    }
    let label = Label::new(off.value, "HTTP is off");
    let mut finding = refused(ingress, "serves neither HTTP nor HTTPS", label);
    if let Some(entry) = ingress.tls().next() {
        finding = finding
            .because(entry, "names no Secret")
            .following(ROW.follows);
    }
    Some(finding.help(format!(
        "name a certificate (spec.tls with a secretName, {PRE_SHARED} or {MANAGED}), or let HTTP in"
    )))
}

fn no_shared_address(ingress: &Ingress<'_>, certificate: Node<'_>) -> Option<Finding> {
    let named = ADDRESSES.iter().any(|key| stated(ingress, key).is_some());
    if named || !is_internal(ingress) {
        return None;
    }
    let why = "is internal and serves HTTP and HTTPS without an address that both can share";
    let label = Label::new(certificate, "HTTPS, beside HTTP");
    let mut finding = refused(ingress, why, label);
    if let Some(class) = ingress.object.annotation(CLASS_ANNOTATION) {
        finding = finding.because(class.value, "internal");
    }
    let [regional, _] = ADDRESSES;
    Some(finding.help(format!(
        "reserve an internal address with purpose SHARED_LOADBALANCER_VIP and name it in \
         {regional}, or turn HTTP off with {ALLOW_HTTP}: \"false\""
    )))
}

/// A redirect to HTTPS, which some load balancers cannot have.
fn redirect(world: &World<'_>, ingress: &Ingress<'_>, verdicts: &mut Verdicts) {
    let object = &ingress.object;
    let shown = object.shown();
    let mut finalizers = shown.iter().flat_map(Object::finalizers);
    let old = finalizers.find(|it| it.text() == Some(FINALIZER_V1));
    let Some(named) = stated(ingress, FRONTEND_CONFIG) else {
        return;
    };
    let (why, help) = if is_internal(ingress) {
        (
            "is internal and cannot redirect to HTTPS",
            "take redirectToHttps out of what the Ingress names, and let the application redirect",
        )
    } else if old.is_some() {
        (
            "has a load balancer with names of the first scheme, which cannot redirect to HTTPS",
            "delete the Ingress and make it again, for names of the second scheme; its address \
             changes unless it is reserved",
        )
    } else {
        return;
    };
    let name = named.string().unwrap_or_default();
    match world.other(Kind::FrontendConfig, object, name) {
        Resolved::Found(configs) => {
            let redirects = configs.iter().map(|config| {
                let redirect = FrontendConfig::new(config)?.redirect()?;
                Some((*config, redirect))
            });
            let Some(redirects) = redirects.collect::<Option<Vec<_>>>() else {
                return;
            };
            let label = Label::new(named.value, "this one redirects");
            let mut finding = refused(ingress, why, label).help(help);
            for (config, redirect) in redirects {
                finding = finding.concerning(config).because(redirect, "the redirect");
            }
            if let Some(class) = object
                .annotation(CLASS_ANNOTATION)
                .filter(|_| is_internal(ingress))
            {
                finding = finding.because(class.value, "internal");
            } else if let Some(old) = old {
                finding = finding.because(old, "of the first scheme");
            }
            verdicts.find(finding);
        }
        Resolved::Absent => {}
        Resolved::Unclear(mut missing) => {
            missing.reason = format!("FrontendConfig {name}: {}", missing.reason);
            verdicts.leave(missing.undecided(&ROW, object, named.value));
        }
    }
}
