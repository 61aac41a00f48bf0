//! NEG113: the NEG's endpoints are not the Service's: by when they were last synced, or by what
//! Google Cloud shows of them.

mod shown;

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::pod::Pod;
use crate::world::{Joined, LiveNeg, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG113",
    slug: "endpoints-differ",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Pod,
        Kind::EndpointSlice,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
        Kind::Neg,
        Kind::Endpoints,
        Kind::Instance,
    ],
    follows: &[
        "NEG101", "NEG004", "NEG103", "NEG105", "NEG106", "NEG107", "NEG108", "NEG109", "NEG112",
        "NEG118", "NEG119",
    ],
    check,
};

/// How long an endpoint may wait for a sync: the controller looks at everything every ten minutes.
const LATE: SignedDuration = SignedDuration::from_mins(25);

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| service.stands()) {
        let negs = service.live_negs().into_iter();
        for neg in negs.filter(|neg| service.keeps_port(neg.of.port)) {
            match finding(world, service, &neg) {
                Some(late) => verdicts.find(late),
                None => shown::judge(world, &neg, verdicts),
            }
        }
    }
}

fn finding(world: &World<'_>, service: Joined<'_, '_>, neg: &LiveNeg<'_, '_>) -> Option<Finding> {
    let svc_neg = neg.svc_neg?;
    let last = svc_neg.last_sync()?;
    let (late, all) = late(world, service, neg, last);
    let first = late.iter().copied().min()?;
    // Where no other NEG is synced either, the controller does not run: another rule's matter.
    let others = world.svc_negs().iter().filter(|other| {
        other.object.clusters.meets(svc_neg.object.clusters)
            && !std::ptr::eq(*other, svc_neg)
            && other.last_sync().is_some_and(|other| other > first)
    });
    let works_on = others.max_by_key(|other| other.last_sync())?;
    let object = &service.service.object;
    let message = format!(
        "The NEG of port {} of Service {} was last synced before {} of its {all} endpoints were \
         there: it has the addresses of Pods from before",
        neg.of.port.label(),
        object.name,
        late.len()
    );
    let node = svc_neg.object.root().at(&["status", "lastSyncTime"])?;
    let finding = Finding::new(&ROW, object, message, Label::new(node, "the last sync"))
        .detail(neg.of.port.port)
        .concerning(&svc_neg.object);
    let node = works_on.object.root().at(&["status", "lastSyncTime"])?;
    Some(finding.because(node, "the controller works on others").help(
        "look for SyncNetworkEndpointGroupFailed and AttachFailed among the events of the Service \
         (kept for an hour): they say what stops the controller on it",
    ))
}

/// When the Pods behind those endpoints were made that were ready long ago and after the last sync;
/// and how many endpoints there are.
fn late(
    world: &World<'_>,
    service: Joined<'_, '_>,
    neg: &LiveNeg<'_, '_>,
    last: Timestamp,
) -> (Vec<Timestamp>, usize) {
    let by_name = service.pods().map(|pod| (pod.object.name, pod));
    let by_name: HashMap<&str, &Pod<'_>> = by_name.collect();
    let slices = service.slices_for(neg.of.port);
    let endpoints = slices.flat_map(|slice| &slice.endpoints);
    let ready: Vec<_> = endpoints.filter(|it| it.ready && !it.terminating).collect();
    let pods = ready.iter().filter_map(|it| by_name.get(it.pod?));
    let made = pods.filter_map(|pod| {
        let created = pod.object.created().filter(|created| *created > last)?;
        let ready = pod.condition("Ready").and_then(|ready| ready.since);
        let since = ready.map_or(created, |ready| ready.max(created));
        (world.age(&pod.object, Some(since))? >= LATE).then_some(created)
    });
    (made.collect(), ready.len())
}
