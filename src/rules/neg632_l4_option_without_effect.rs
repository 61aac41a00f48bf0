//! NEG632: an option of a Service load balancer that GKE overrides or refuses.

use crate::controller::event::Trouble;
use crate::controller::l4::{
    INTERNAL_OPTIONS, IP_COLLECTION_V6, LOAD_BALANCER_TYPE, LOAD_BALANCER_TYPE_OLD,
    LoadBalancerClass, LoadBalancerType, STRONG_AFFINITY, WEIGHTED, asks_for_strong_affinity,
    asks_for_weights, is_documented_type, load_balancer_type,
};
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::service::{Service, ServiceType};
use crate::kind::{Annotation, Kind};
use crate::world::{Joined, Told, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG632",
    slug: "l4-option-without-effect",
    severity: Severity::Warning,
    reads: &[Kind::Service, Kind::Event],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let object = &service.object;
        let is_whole = !object.partial && object.deletion().is_none();
        if !is_whole || service.service_type != ServiceType::LoadBalancer {
            continue;
        }
        let Some(is_internal) = is_internal(&service) else {
            continue;
        };
        let by_manifest = [
            overridden_type(&service),
            weights(&service),
            ip_collection(&service).filter(|_| is_internal),
        ];
        verdicts.findings.extend(by_manifest.into_iter().flatten());
        let told = if service.is_unchanged() {
            world.told(object)
        } else {
            Vec::new()
        };
        let by_event = told
            .iter()
            .filter_map(|told| refused(world, service, told, is_internal));
        verdicts.findings.extend(by_event);
    }
}

/// Whether its load balancer is internal; `None` where it is not one of these controllers.
fn is_internal(service: &Service<'_>) -> Option<bool> {
    match LoadBalancerClass::of(service.spec_text("loadBalancerClass")) {
        LoadBalancerClass::RegionalInternal => Some(true),
        LoadBalancerClass::RegionalExternal => Some(false),
        LoadBalancerClass::Unset => {
            let text = |key| service.object.annotation_text(key);
            let stated = load_balancer_type(text(LOAD_BALANCER_TYPE), text(LOAD_BALANCER_TYPE_OLD));
            Some(stated == LoadBalancerType::Internal)
        }
        _ => None,
    }
}

fn stated<'d>(service: &Service<'d>, key: &str) -> Option<Annotation<'d>> {
    let annotation = service.object.annotation(key)?;
    annotation.string().filter(|text| !text.is_empty())?;
    Some(annotation)
}

/// The class beats the annotation of the type.
fn overridden_type(service: &Service<'_>) -> Option<Finding> {
    let class = service.object.spec()?.get("loadBalancerClass")?;
    let keys = [LOAD_BALANCER_TYPE, LOAD_BALANCER_TYPE_OLD];
    let annotation = keys
        .into_iter()
        .find_map(|key| service.object.annotation(key))?;
    let value = annotation
        .string()
        .filter(|value| is_documented_type(value))?;
    let says_internal = load_balancer_type(Some(value), None) == LoadBalancerType::Internal;
    let is_internal = is_internal(service)?;
    if says_internal == is_internal {
        return None;
    }
    let name = service.object.name;
    let (what, severity) = if is_internal {
        ("internal", Severity::Warning)
    } else {
        ("public", Severity::Error)
    };
    let message = format!(
        "Service {name} says {value} in an annotation and another type in its class, which counts: its load balancer is {what}"
    );
    let finding = Finding::new(
        &ROW,
        &service.object,
        message,
        Label::new(class, "this one counts"),
    )
    .severity(severity)
    .detail("type")
    .because(annotation.value, "not read beside a class");
    Some(finding.help(
        "take the annotation out; if it is what was meant, make the Service anew with the other \
         class, as a class cannot be changed",
    ))
}

/// Weights need the node to answer with Pods of its own.
fn weights(service: &Service<'_>) -> Option<Finding> {
    let annotation = stated(service, WEIGHTED).filter(|it| asks_for_weights(it.string()))?;
    if service.spec_text("externalTrafficPolicy") == Some("Local") {
        return None;
    }
    let message = format!(
        "Service {} asks for weighted load balancing, which has no effect with externalTrafficPolicy Cluster",
        service.object.name
    );
    let label = Label::new(annotation.value, "no effect");
    let mut finding = Finding::new(&ROW, &service.object, message, label).detail("weights");
    let policy = service
        .object
        .spec()
        .and_then(|spec| spec.get("externalTrafficPolicy"));
    if let Some(policy) = policy {
        finding = finding.because(policy, "nodes send to Pods of other nodes too");
    }
    Some(finding.help(
        "set externalTrafficPolicy to Local, so that a node counts as much as it has Pods; or take \
         the annotation out",
    ))
}

fn ip_collection(service: &Service<'_>) -> Option<Finding> {
    let annotation = stated(service, IP_COLLECTION_V6)?;
    let message = format!(
        "Service {} names an IP collection, which an internal load balancer does not take: its addresses come from elsewhere",
        service.object.name
    );
    let label = Label::new(annotation.key, "for external load balancers only");
    let [_, subnet, _] = INTERNAL_OPTIONS;
    let help = format!("name a subnet with addresses of your own in {subnet} instead");
    let finding = Finding::new(&ROW, &service.object, message, label);
    Some(finding.detail("ip collection").help(help))
}

/// What the controller says that it could not give, where the Service still asks for it.
fn refused(
    world: &World<'_>,
    service: Joined<'_, '_>,
    told: &Told<'_, '_>,
    is_internal: bool,
) -> Option<Finding> {
    if told.trouble != Trouble::SettingWithoutEffect {
        return None;
    }
    let (annotation, why, help) = match told.event.reason {
        "AllowlistingRequired" => (
            stated(&service, WEIGHTED).filter(|it| is_internal && asks_for_weights(it.string()))?,
            "weighted load balancing, which internal load balancers have in projects on Google's \
             list only: its load balancer is not made as wanted",
            "take the annotation out, or ask Google Cloud's support for the feature",
        ),
        "EnableStrongAffinity" => (
            stated(&service, STRONG_AFFINITY).filter(|it| asks_for_strong_affinity(it.string()))?,
            "strong session affinity, which projects on Google's list have only: its load balancer \
             is not made as wanted",
            "take the annotation out, or ask Google Cloud's support for the feature",
        ),
        // It is told of every internal load balancer there, whether it asks for anything or not.
        "ILBOptionsIgnored" => (
            INTERNAL_OPTIONS
                .iter()
                .find_map(|key| stated(&service, key))?,
            "what an internal load balancer in a legacy network cannot have: the option is ignored",
            "take the annotation out, or move the cluster into a VPC network with subnets",
        ),
        _ => return None,
    };
    let object = &service.service.object;
    let message = format!("Service {} asks for {why}", object.name);
    let said = told.label(world.now(object));
    let finding = Finding::new(
        &ROW,
        object,
        message,
        Label::new(annotation.key, "asked for here"),
    )
    .detail(annotation.name())
    .because(said.place, said.text);
    Some(finding.help(help))
}

/// Whether this is the word that the load balancer is refused for an option.
pub(super) fn refuses(told: &Told<'_, '_>) -> bool {
    matches!(
        told.event.reason,
        "AllowlistingRequired" | "EnableStrongAffinity"
    )
}
