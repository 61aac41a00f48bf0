//! NEG216: groups behind one backend service that may not share it.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService};
use crate::world::{Cloud, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG216",
    slug: "mixed-backends",
    severity: Severity::Error,
    reads: &[Kind::BackendService, Kind::Neg],
    follows: &["NEG220"],
    check,
};

/// Types of group that may share a backend service, each with how its groups are called.
const MATES: [(&[&str], &str); 7] = [
    (&[INSTANCES], "instance groups"),
    (
        &["GCE_VM_IP_PORT", "NON_GCP_PRIVATE_IP_PORT"],
        "NEGs of addresses with ports",
    ),
    (&["GCE_VM_IP"], "NEGs of nodes"),
    (&["GCE_VM_IP_PORTMAP"], "port mapping NEGs"),
    (&["SERVERLESS"], "serverless NEGs"),
    (&["PRIVATE_SERVICE_CONNECT"], "Private Service Connect NEGs"),
    (&["INTERNET_IP_PORT", "INTERNET_FQDN_PORT"], "internet NEGs"),
];

const INSTANCES: &str = "instance group";

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let cloud = world.cloud();
    for service in cloud.backend_services() {
        let known = service.backends();
        let known = known.filter_map(|it| Some((mates(cloud, &it)?, it)));
        let known: Vec<_> = known.collect();
        let Some(((first, words), one)) = known.first() else {
            continue;
        };
        let other = known.iter().find(|((index, _), _)| index != first);
        if let Some(((_, others), other)) = other {
            verdicts.find(finding(&service, (words, one), (others, other)));
        }
    }
}

/// The place among [`MATES`] of a backend's group, and how its groups are called; `None` where its
/// type is not known.
fn mates(cloud: &Cloud<'_>, backend: &Backend<'_>) -> Option<(usize, &'static str)> {
    let link = backend.group?.link;
    let own = match link.collection {
        "instanceGroups" => INSTANCES,
        _ => cloud.neg(link)?.endpoint_type(),
    };
    let index = MATES.iter().position(|(types, _)| types.contains(&own))?;
    Some((index, MATES.get(index)?.1))
}

fn finding(
    service: &BackendService<'_>,
    (words, one): (&str, &Backend<'_>),
    (others, other): (&str, &Backend<'_>),
) -> Finding {
    let message = format!(
        "{} holds {words} and {others}, which may not share a backend service",
        cloud::head(service),
    );
    Finding::new(&ROW, service, message, Label::new(other.node, others))
        .because(one.node, words)
        .help(
            "give each kind a backend service of its own: a URL map can divide the requests \
             between them, a TCP or SSL proxy sends to one only",
        )
}
