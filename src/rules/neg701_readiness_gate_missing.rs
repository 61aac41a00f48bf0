//! NEG701: Pods behind a load balancer lack the readiness gate for NEGs.

use jiff::Timestamp;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::remedy::{Remedy, Run};
use crate::world::{GRACE, Held, HeldPod, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG701",
    slug: "readiness-gate-missing",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Pod,
        Kind::SvcNeg,
    ],
    follows: &[],
    check,
};

/// The admission webhook of GKE that adds the gate.
const WEBHOOK: &str = "pod-ready.config.common-webhooks.networking.gke.io";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for held in world.held() {
        let pods = held.pods.iter();
        let lacking: Vec<_> = pods.filter(|it| it.pod.neg_gate().is_none()).collect();
        // Whoever has just claimed may be about to roll.
        let settled = |it: &&&HeldPod<'_, '_>| {
            let age = world.age(&it.pod.object, claimed(it));
            age.is_some_and(|age| age >= GRACE)
        };
        let lacking: Vec<_> = lacking.iter().filter(settled).copied().collect();
        verdicts.findings.extend(finding(&held, &lacking));
    }
}

/// Since when a load balancer is to reach the Pod, as far as the ages of objects tell.
fn claimed(held: &HeldPod<'_, '_>) -> Option<Timestamp> {
    let claimed = held.balanced().map(|(service, neg)| neg.claimed(service));
    claimed.flatten().min()
}

/// True where the Pod was certainly made after the claim: after what the controller made for it, or
/// after the last change that the cluster has recorded.
fn is_newer(held: &HeldPod<'_, '_>) -> bool {
    let mut known = held.balanced().filter_map(|(service, neg)| {
        let number = neg.port.port.to_string();
        let mut made = service.svc_negs();
        let made = made.find(|it| it.port == Some(number.as_str()));
        let changed = service.service.object.live?.root();
        let recorded = changed.at(&["metadata", "lastChanged"]).is_some();
        made.and_then(|it| it.object.created())
            .or_else(|| neg.claimed(service).filter(|_| recorded))
    });
    known.any(|known| held.pod.object.created() > Some(known))
}

fn finding(held: &Held<'_, '_>, lacking: &[&HeldPod<'_, '_>]) -> Option<Finding> {
    let message = format!(
        "The readiness gate of NEGs is missing from {}: Kubernetes counts as ready what the load \
         balancer may not have found healthy",
        held.count(lacking)
    );
    let label = |held: &HeldPod<'_, '_>| {
        let meta = |field| held.pod.object.root().at(&["metadata", field]);
        match meta("creationTimestamp") {
            Some(created) if !is_newer(held) => {
                Label::new(created, "older than the claim, it seems")
            }
            _ => Label::new(held.pod.object.head(), "made after the claim"),
        }
    };
    let mut finding = held.finding(&ROW, lacking, message, label)?;
    if let Some((service, neg)) = lacking.first().and_then(|it| it.balanced().next()) {
        let place = service
            .service
            .neg
            .map_or(neg.port.port_node, |neg| neg.key);
        finding = finding.because(place, "asks for a NEG for these Pods");
    }
    if lacking.iter().any(|held| is_newer(held)) {
        return Some(finding.help(format!(
            "GKE adds the gate when a Pod is made, and did not: look whether the mutating webhook \
             {WEBHOOK} is there and answers, and whether something strips spec.readinessGates"
        )));
    }
    finding.remedies.extend(restart(held).map(Remedy::Run));
    Some(finding.help(
        "GKE adds the gate when a Pod is made, to those that a Service with NEGs then selects: make \
         the Pods anew",
    ))
}

/// The command that makes the Pods anew, step by step.
fn restart(held: &Held<'_, '_>) -> Option<Run> {
    let maker = &held.maker;
    let kind = match maker.kind.as_str() {
        kind @ ("Deployment" | "StatefulSet" | "DaemonSet") => kind.to_lowercase(),
        _ => return None,
    };
    Some(Run::kubectl(
        format!("make the Pods of {} {} anew", maker.kind, maker.name),
        &maker.cluster,
        Some(&maker.namespace),
        vec![
            "rollout".to_owned(),
            "restart".to_owned(),
            format!("{kind}/{}", maker.name),
        ],
    ))
}
