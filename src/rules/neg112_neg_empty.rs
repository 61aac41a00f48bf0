//! NEG112: a Service has ready endpoints, and its NEG none.

use crate::finding::{Finding, Label, Noise, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Neg;
use crate::kind::endpoint_slice::{Endpoint, EndpointSlice};
use crate::kind::service::TargetPort;
use crate::world::{LiveNeg, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG112",
    slug: "neg-empty",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::EndpointSlice,
        Kind::SvcNeg,
        Kind::Pod,
        Kind::Node,
        Kind::Namespace,
        Kind::Neg,
        Kind::Endpoints,
    ],
    follows: &[
        "NEG015", "NEG013", "NEG014", "NEG101", "NEG105", "NEG106", "NEG107", "NEG108", "NEG109",
        "NEG111", "NEG119",
    ],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| service.stands()) {
        let slices = world.whole(Kind::EndpointSlice, &service.object);
        if !service.is_settled() || slices.is_err() {
            continue;
        }
        for neg in service.live_negs() {
            // A sync that fails leaves the NEG as it was.
            let synced = neg.svc_neg.and_then(|it| it.condition("Synced"));
            if service.keeps_port(neg.of.port) && synced.is_some_and(|it| it.status == "True") {
                let finding = without_port(&neg);
                let finding = finding.or_else(|| without_pods(&neg));
                verdicts.findings.extend(finding);
            }
        }
    }
    for service in world.services().filter(|service| service.stands()) {
        for neg in service.live_negs() {
            let detail = neg.of.port.port.to_string();
            let subject = service.object.subject();
            let is_told = |it: &Finding| it.subject == subject && it.detail == detail;
            if !service.is_settled()
                || !service.keeps_port(neg.of.port)
                || verdicts.findings.iter().any(is_told)
            {
                continue;
            }
            match neg.beside() {
                Some(Ok(made)) => {
                    let found = in_cloud(world, &neg, &made);
                    if found.is_none() {
                        verdicts.noise.extend(empty(world, &neg, &made));
                    }
                    verdicts.findings.extend(found);
                }
                Some(Err(missing)) => {
                    let object = &service.object;
                    verdicts.leave(missing.undecided(&ROW, object, object.head()));
                }
                None => {}
            }
        }
    }
}

/// Google Cloud shows its NEGs without an endpoint, though Pods have long been ready.
fn in_cloud(world: &World<'_>, neg: &LiveNeg<'_, '_>, made: &[Neg<'_>]) -> Option<Finding> {
    let first = made.first()?;
    if made.iter().any(|neg| size(world, neg) > 0 || is_other(neg)) {
        return None;
    }
    let ready = neg.service.lasting_endpoints(neg.of.port);
    let one = ready.first()?;
    let object = &neg.service.service.object;
    let message = format!(
        "The NEG of port {} of Service {} is empty in Google Cloud, while the Service has {}: a load \
         balancer sends them nothing",
        neg.of.port.label(),
        object.name,
        match ready.len() {
            1 => "a ready endpoint".to_owned(),
            count => format!("{count} ready endpoints"),
        }
    );
    let label = Label::new(one.endpoint.node, "ready, and in no NEG");
    let mut finding = Finding::new(&ROW, object, message, label)
        .detail(neg.of.port.port)
        .because(first.place_of("size"), "no endpoint")
        .concerning(first)
        .help(
            "look for AttachFailed and SyncNetworkEndpointGroupFailed among the events of the \
             Service (kept for an hour), and whether lastSyncTime of its \
             ServiceNetworkEndpointGroup is of the last ten minutes",
        );
    finding
        .concerns
        .extend(neg.svc_neg.map(|it| it.object.subject()));
    Some(finding)
}

/// How many endpoints Google Cloud shows in it.
fn size(world: &World<'_>, neg: &Neg<'_>) -> i64 {
    let endpoints = world.cloud().endpoints(neg);
    endpoints.map_or(neg.size(), |it| i64::try_from(it.len()).unwrap_or(i64::MAX))
}

fn is_other(neg: &Neg<'_>) -> bool {
    neg.endpoint_type() != "GCE_VM_IP_PORT"
}

/// NEGs that are empty as they should be.
fn empty(world: &World<'_>, neg: &LiveNeg<'_, '_>, made: &[Neg<'_>]) -> Option<Noise> {
    let is_empty = |it: &&Neg<'_>| size(world, it) == 0 && !is_other(it);
    let empty: Vec<_> = made.iter().filter(is_empty).collect();
    let first = empty.first()?;
    let zones: Vec<String> = empty
        .iter()
        .map(|it| it.link.location.to_string())
        .collect();
    let seen = format!("its NEG {} is empty in {}", first.name(), zones.join(", "));
    let why = if empty.len() < made.len() {
        "it has endpoints in another zone: a zone without Pods has an empty NEG"
    } else {
        "no endpoint of the Service has been ready for five minutes, as where it is scaled to zero"
    };
    let place = first.place_of("size");
    let object = &neg.service.service.object;
    Some(Noise::new(&ROW, object, place, seen, why))
}

/// The endpoints of a slice that the controller takes up.
fn staying<'s, 'd>(slice: &'s EndpointSlice<'d>) -> impl Iterator<Item = &'s Endpoint<'d>> {
    slice.endpoints.iter().filter(|it| !it.terminating)
}

fn ready(slices: &[&EndpointSlice<'_>]) -> usize {
    let endpoints = slices.iter().flat_map(|slice| staying(slice));
    endpoints.filter(|it| it.ready).count()
}

fn those(ready: usize) -> String {
    match ready {
        1 => "the ready endpoint".to_owned(),
        count => format!("the {count} ready endpoints"),
    }
}

fn head(neg: &LiveNeg<'_, '_>) -> String {
    let (port, service) = (neg.of.port.label(), neg.service.service.object.name);
    format!("The NEG of port {port} of Service {service} is empty")
}

/// No slice has a port of the name of the Service's port.
fn without_port(neg: &LiveNeg<'_, '_>) -> Option<Finding> {
    let (service, port) = (neg.service, neg.of.port);
    let has_port = |slice: &EndpointSlice<'_>| slice.ports.iter().any(|it| it.name == port.name);
    let slices = service.slices().filter(|it| it.address_type == "IPv4");
    let filled: Vec<_> = slices.filter(|it| staying(it).next().is_some()).collect();
    let count = ready(&filled);
    if count == 0 || filled.iter().any(|slice| has_port(slice)) {
        return None;
    }
    let wanted = match port.name {
        "" => "no unnamed port".to_owned(),
        name => format!("no port of the name {name}"),
    };
    let message = format!(
        "{}: its EndpointSlices have {wanted} for {}",
        head(neg),
        those(count)
    );
    let place = port.node.get("name").unwrap_or(port.port_node);
    let label = Label::new(place, "no endpoint has this port");
    let mut finding = Finding::new(&ROW, &service.service.object, message, label)
        .detail(port.port)
        .help(match port.target {
            TargetPort::Name(target) => format!(
                "let a container declare a port of the name {target}, or let targetPort be its \
                 number: the controller finds endpoints by the port's name, says nothing where it \
                 finds none, and calls that synced"
            ),
            TargetPort::Number(_) => {
                "the controller finds endpoints by the name of the Service's port: whoever writes \
                 these EndpointSlices must give their port that name"
                    .to_owned()
            }
        });
    for slice in filled.iter().take(3) {
        let names: Vec<_> = slice.ports.iter().map(|port| port.name).collect();
        let text = match names.as_slice() {
            [] => "has no port at all".to_owned(),
            [""] => "has a port without a name".to_owned(),
            names => format!("has {}", names.join(", ")),
        };
        finding = finding.because(slice.object.head(), text);
    }
    finding
        .concerns
        .extend(neg.svc_neg.map(|it| it.object.subject()));
    Some(finding)
}

/// No endpoint names its Pod.
fn without_pods(neg: &LiveNeg<'_, '_>) -> Option<Finding> {
    let own: Vec<_> = neg.service.slices_for(neg.of.port).collect();
    let count = ready(&own);
    let mut all = own.iter().flat_map(|slice| staying(slice)).peekable();
    let first = **all.peek()?;
    // An endpoint without a node fails the sync instead.
    if count == 0 || !all.all(|it| it.pod.is_none() && it.node_name.is_some()) {
        return None;
    }
    let message = format!(
        "{}: its EndpointSlices name no Pod for {}, and the controller passes over such",
        head(neg),
        those(count)
    );
    let label = Label::new(first.node, "names no Pod");
    let object = &neg.service.service.object;
    let mut finding = Finding::new(&ROW, object, message, label)
        .detail(neg.of.port.port)
        .help(
            "let the endpoints name their Pods in targetRef; addresses outside the cluster belong \
             into a hybrid NEG or an internet NEG, made outside Kubernetes",
        );
    finding
        .concerns
        .extend(neg.svc_neg.map(|it| it.object.subject()));
    Some(finding)
}
