//! NEG220: a type of NEG that the load balancer does not take.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Link;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG220",
    slug: "neg-type-misfit",
    severity: Severity::Error,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
        Kind::Neg,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let cloud = world.cloud();
    let mut told: Vec<(Link<'_>, Link<'_>)> = Vec::new();
    for road in cloud.roads() {
        let Some(product) = road.product else {
            continue;
        };
        for (neg, backend) in cloud.negs_of(&road.service) {
            let own = neg.endpoint_type();
            let pair = (road.service.link, neg.link);
            let known = product.neg_types.iter().any(|it| it == own);
            if known || !neg.is_zonal() || told.contains(&pair) {
                continue;
            }
            told.push(pair);
            let message = format!(
                "{} holds {} of type {own}, which a {} does not take",
                cloud::head(&road.service),
                cloud::neg(neg.link),
                product.name,
            );
            let help = if product.is_passthrough() {
                "a passthrough load balancer sends to nodes (GCE_VM_IP), which GKE makes for a \
                 Service of type LoadBalancer; Pods' addresses with ports need a proxy"
            } else {
                "a proxy sends to addresses with ports (GCE_VM_IP_PORT), which the annotation \
                 cloud.google.com/neg makes; the NEG of a Service load balancer holds nodes"
            };
            verdicts.find(
                Finding::new(
                    &ROW,
                    &road.service,
                    message,
                    Label::new(backend.node, "of another type"),
                )
                .detail(neg.link)
                .because(neg.place_of("networkEndpointType"), "its type")
                .because(road.rule.head(), "the front of the load balancer")
                .help(help),
            );
        }
    }
}
