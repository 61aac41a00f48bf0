//! NEG215: a NEG of another VPC network than the load balancer's.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, Link, Neg, Reference};
use crate::product::Proxy;
use crate::world::{Missing, Reach, Road, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG215",
    slug: "backend-on-other-network",
    severity: Severity::Error,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::Neg,
        Kind::Network,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told: Vec<(Link<'_>, Link<'_>)> = Vec::new();
    for road in world.cloud().roads() {
        // Only these live in a network; the front ends of Google reach all.
        let Some(network) = road.rule.link("network") else {
            continue;
        };
        for (neg, backend) in world.cloud().negs_of(&road.service) {
            let pair = (road.service.link, neg.link);
            let own = neg.link("network").filter(|_| neg.is_zonal());
            let Some(own) = own.filter(|_| !told.contains(&pair)) else {
                continue;
            };
            told.push(pair);
            judge(world, road, network, (&neg, own, &backend), verdicts);
        }
    }
}

fn judge(
    world: &World<'_>,
    road: &Road<'_>,
    network: Reference<'_>,
    (neg, own, backend): (&Neg<'_>, Reference<'_>, &Backend<'_>),
    verdicts: &mut Verdicts,
) {
    let reach = world.cloud().reach(network, own);
    if matches!(reach, Reach::Same) {
        return;
    }
    let apart = format!(
        "{} is in network {}, and {} in {}",
        cloud::neg(neg.link),
        own.link.name,
        cloud::called(&road.rule),
        network.link.name,
    );
    let undecided = |missing: Missing| missing.undecided(&ROW, &road.service, backend.node.place());
    match (road.product.map(|it| it.proxy), reach) {
        (Some(Proxy::None), _) => verdicts.find(
            Finding::new(
                &ROW,
                &road.service,
                format!("{apart}: a passthrough load balancer sends to its own network only"),
                Label::new(backend.node, "in another network"),
            )
            .detail(neg.link)
            .because(own.node, "the network of the NEG")
            .because(network.node, "the network of the load balancer")
            .concerning(neg)
            .help(
                "make the load balancer anew in the network of the NEG, or attach a NEG of its own \
                 network: the network of neither can be changed",
            ),
        ),
        (Some(Proxy::Envoy), Reach::Apart) => verdicts.leave(undecided(Missing::new(
            format!(
                "{apart}, which no peering joins: a VPN, an Interconnect or a hub of Network \
                 Connectivity Center may"
            ),
            "a look at what joins the two networks, which is not read",
        ))),
        (Some(Proxy::Envoy), Reach::Unclear(missing)) => verdicts.leave(undecided(Missing::new(
            format!("{apart}: {}", missing.reason),
            missing.needs,
        ))),
        _ => {}
    }
}
