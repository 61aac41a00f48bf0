//! The endpoints that Google Cloud shows, beside those of the Service.

use std::collections::{BTreeSet, HashMap};

use crate::finding::{Finding, Label, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Endpoint, Neg};
use crate::world::{GRACE, Lasting, LiveNeg, World};

use super::ROW;
use crate::rules::cloud;

/// How the two differ.
#[derive(Default)]
struct Difference<'w, 'd> {
    /// Ready for long, and in no NEG.
    missing: Vec<Lasting<'w, 'd>>,
    /// In a NEG, and not the Service's.
    ghosts: Vec<(Endpoint<'d>, &'static str)>,
    /// The Service's, with another port.
    other_port: Vec<Endpoint<'d>>,
}

pub(super) fn judge(world: &World<'_>, neg: &LiveNeg<'_, '_>, verdicts: &mut Verdicts) {
    let object = &neg.service.service.object;
    if !neg.service.is_settled() {
        return;
    }
    match neg.beside() {
        Some(Ok(made)) => verdicts.findings.extend(finding(world, neg, &made)),
        Some(Err(missing)) => verdicts.leave(missing.undecided(&ROW, object, object.head())),
        None => {}
    }
}

fn finding<'d>(world: &World<'d>, neg: &LiveNeg<'_, 'd>, made: &[Neg<'d>]) -> Option<Finding> {
    let mut endpoints = Vec::new();
    if made.iter().any(|it| it.endpoint_type() != "GCE_VM_IP_PORT") {
        return None;
    }
    for made in made {
        let of_neg = world.cloud().endpoints(made)?;
        endpoints.extend(of_neg.into_iter().map(|it| (*made, it)));
    }
    // An empty NEG is another rule's, and a zone without one too.
    let found = (!endpoints.is_empty()).then(|| differ(world, neg, made, &endpoints))?;
    let Difference {
        missing,
        ghosts,
        other_port,
    } = &found;
    let mut parts = Vec::new();
    let addresses = |all: &mut dyn Iterator<Item = &str>| {
        let all: Vec<_> = all.collect();
        match all.as_slice() {
            [first, second, third, _, ..] => format!("{first}, {second}, {third}, …"),
            few => few.join(", "),
        }
    };
    if !missing.is_empty() {
        let all = addresses(&mut missing.iter().map(|it| it.endpoint.address));
        parts.push(format!("lacks {all}, which gets no traffic"));
    }
    if !ghosts.is_empty() {
        let all = addresses(&mut ghosts.iter().map(|(it, _)| it.address()));
        parts.push(format!("holds {all}, which the Service does not have"));
    }
    if !other_port.is_empty() {
        let all = addresses(&mut other_port.iter().map(Endpoint::address));
        parts.push(format!(
            "sends to another port of {all} than the Service has"
        ));
    }
    let mut labels = labels(&found).into_iter();
    let object = &neg.service.service.object;
    let message = format!(
        "The NEG of port {} of Service {} {}",
        neg.of.port.label(),
        object.name,
        cloud::list(&parts)
    );
    let mut finding = Finding::new(&ROW, object, message, labels.next()?)
        .detail(neg.of.port.port)
        .help(
            "the controller brings them together within ten minutes: look for AttachFailed, \
             DetachFailed and SyncNetworkEndpointGroupFailed among the events of the Service (kept \
             for an hour); do not attach or detach by hand while it runs",
        );
    finding.labels.extend(labels.take(3));
    finding
        .concerns
        .extend(neg.svc_neg.map(|it| it.object.subject()));
    Some(finding)
}

fn labels(found: &Difference<'_, '_>) -> Vec<Label> {
    let missing = found.missing.iter();
    let missing = missing.map(|it| Label::new(it.endpoint.node, "ready, and not in the NEG"));
    let ghosts = found
        .ghosts
        .iter()
        .map(|(it, why)| Label::new(it.node, *why));
    let other = found.other_port.iter();
    let other = other.map(|it| Label::new(it.node, "the Service has another port here"));
    missing.chain(ghosts).chain(other).collect()
}

fn differ<'w, 'd>(
    world: &World<'d>,
    neg: &LiveNeg<'w, 'd>,
    made: &[Neg<'d>],
    endpoints: &[(Neg<'d>, Endpoint<'d>)],
) -> Difference<'w, 'd> {
    let (service, port) = (neg.service, neg.of.port);
    let object = &service.service.object;
    let held: BTreeSet<&str> = endpoints.iter().map(|(_, it)| it.address()).collect();
    let has_neg = |pod| {
        let zone = world.zone_of(pod);
        zone.is_some_and(|zone| made.iter().any(|it| it.link.zone() == Some(zone)))
    };
    let lasting = service.lasting_endpoints(port).into_iter();
    let missing = lasting.filter(|it| !held.contains(it.endpoint.address) && has_neg(it.pod));
    let mut found = Difference {
        missing: missing.collect(),
        ..Difference::default()
    };
    // What changed just now is not in Google Cloud yet.
    let is_old = |changed| world.age(object, changed).is_some_and(|age| age >= GRACE);
    let all_old = service.slices().all(|it| is_old(it.object.changed()));
    if world.whole(Kind::EndpointSlice, object).is_err() || !all_old {
        return found;
    }
    // By address whether it is ready, and its ports.
    let mut own: HashMap<&str, (bool, BTreeSet<Option<i64>>)> = HashMap::new();
    for slice in service.slices_for(port) {
        let numbers = slice.ports.iter().filter(|it| it.name == port.name);
        let numbers: Vec<_> = numbers.map(|it| it.number).collect();
        for endpoint in &slice.endpoints {
            let entry = own.entry(endpoint.address).or_default();
            entry.0 |= endpoint.ready && !endpoint.terminating;
            entry.1.extend(&numbers);
        }
    }
    let is_draining = |it: &Endpoint<'_>| it.healths().any(|health| health.state == "DRAINING");
    for (neg, endpoint) in endpoints.iter().filter(|(_, it)| !is_draining(it)) {
        let known = own.get(endpoint.address());
        let is_ready = known.is_some_and(|(ready, _)| *ready);
        if !is_ready && is_gone(world, neg, endpoint) {
            found
                .ghosts
                .push((*endpoint, "its virtual machine is gone"));
        } else if let Some((_, ports)) = known {
            if endpoint.port().is_some() && !ports.contains(&endpoint.port()) {
                found.other_port.push(*endpoint);
            }
        } else if service.pods().all(|it| it.ip() != Some(endpoint.address())) {
            found.ghosts.push((*endpoint, "no endpoint of the Service"));
        }
    }
    found
}

/// Whether the virtual machine of an endpoint was looked for and is gone, or stands still.
fn is_gone<'d>(world: &World<'d>, neg: &Neg<'d>, endpoint: &Endpoint<'d>) -> bool {
    let Some(name) = endpoint.instance() else {
        return false;
    };
    match world.cloud().instance(neg, name) {
        Some(instance) => matches!(instance.text("status"), Some("TERMINATED" | "STOPPED")),
        None => world
            .cloud()
            .whole(Kind::Instance, neg.link.project)
            .is_ok(),
    }
}
