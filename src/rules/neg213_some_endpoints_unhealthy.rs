//! NEG213: in some zone no endpoint is healthy, or a part of them is not.

use std::collections::BTreeMap;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::pod::Pod;
use crate::world::{GRACE, LiveNeg, Probed, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG213",
    slug: "some-endpoints-unhealthy",
    severity: Severity::Warning,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::Endpoints,
        Kind::Service,
        Kind::Ingress,
        Kind::Pod,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &["NEG401", "NEG402", "NEG405", "NEG406", "NEG404", "NEG407"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let probed = world.cloud().probed(&service).unwrap_or_default();
        let behind = world.services_behind(&service);
        let healthy = probed.iter().any(Probed::is_healthy);
        let mut bad: Vec<&Probed<'_>> = probed.iter().filter(|it| it.is_unhealthy()).collect();
        bad.retain(|it| !is_starting(world, &behind, it));
        // Where none is healthy NEG212 speaks.
        if !healthy || bad.is_empty() {
            continue;
        }
        let mut zones: BTreeMap<String, usize> = BTreeMap::new();
        for it in &bad {
            *zones.entry(it.neg.link.location.to_string()).or_default() += 1;
        }
        let zones: Vec<String> = zones
            .iter()
            .map(|(zone, count)| format!("{count} in {zone}"))
            .collect();
        let message = format!(
            "{} of {} endpoints of {} are unhealthy ({})",
            bad.len(),
            probed.len(),
            cloud::called(&service),
            cloud::list(&zones),
        );
        let label = Label::new(service.head(), "sends to the others only");
        let mut finding = Finding::new(&ROW, &service, message, label).help(
            "look at the Pods at these addresses, and whether their nodes have the tags and the \
             service account that the firewall rule names",
        );
        for it in bad.iter().take(3) {
            finding = finding.because(it.endpoint.node, words(&behind, it));
        }
        for asked in &behind {
            finding = finding.concerning(&asked.service.service.object);
        }
        verdicts.find(finding);
    }
}

fn pod<'w, 'd>(behind: &[LiveNeg<'w, 'd>], it: &Probed<'_>) -> Option<&'w Pod<'d>> {
    let address = it.endpoint.address();
    behind.iter().find_map(|asked| asked.pod_at(address))
}

/// True where its Pod has only begun, as in a rollout: probes of it may not have passed yet.
fn is_starting(world: &World<'_>, behind: &[LiveNeg<'_, '_>], it: &Probed<'_>) -> bool {
    let Some(pod) = pod(behind, it) else {
        return false;
    };
    let age = world.age(&pod.object, pod.object.created());
    age.is_some_and(|age| age < GRACE)
}

fn words(behind: &[LiveNeg<'_, '_>], it: &Probed<'_>) -> String {
    let address = it.endpoint.address();
    let Some(pod) = pod(behind, it) else {
        return format!("{address} is unhealthy");
    };
    let name = pod.object.name;
    match pod.containers_ready_since() {
        _ if it.is_unready(behind) => {
            format!("{address} is unhealthy: Pod {name} is not ready by its own probes")
        }
        Some(since) => format!("{address} is unhealthy: Pod {name}, ready since {since}"),
        None => format!("{address} is unhealthy: Pod {name}"),
    }
}
