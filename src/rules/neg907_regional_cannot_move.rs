//! NEG907: a Service moves to a cluster in another region than its regional load balancer.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, Neg};
use crate::world::{Joined, LiveNeg, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG907",
    slug: "regional-cannot-move",
    severity: Severity::Warning,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::SvcNeg,
        Kind::Namespace,
        Kind::Node,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let Some(region) = service.link.region() else {
            continue;
        };
        if cloud::is_controllers(service.name()) {
            continue;
        }
        for asked in world.services_behind(&service) {
            let found = elsewhere(world, &asked, region);
            if let Some((other, to)) = found.first() {
                let finding = finding(&service, &asked, other, region, to);
                verdicts.findings.extend(finding);
            }
        }
    }
}

/// The same port of the same Service in a cluster of another region, whose NEGs nothing holds.
fn elsewhere<'w, 'd>(
    world: &'w World<'d>,
    asked: &LiveNeg<'_, 'd>,
    region: &str,
) -> Vec<(LiveNeg<'w, 'd>, &'w str)> {
    let object = &asked.service.service.object;
    let same = world.services_named(object.name).filter(|it| {
        it.is_live()
            && it.object.namespace == object.namespace
            && !it.object.clusters.meets(object.clusters)
    });
    let region_of = |neg: &LiveNeg<'w, 'd>| {
        let mut clusters = world.clusters(&neg.service.service.object);
        clusters.next().and_then(|cluster| cluster.region())
    };
    let negs = same.flat_map(Joined::live_negs);
    let negs = negs.filter(|it| it.of.port.port == asked.of.port.port);
    let negs = negs.filter_map(|it| Some((region_of(&it)?, it)));
    let is_free = |neg: &LiveNeg<'w, 'd>| {
        let own = neg.in_cloud();
        let held = |it: &Neg<'d>| world.cloud().holders(it.link).next().is_some();
        !own.is_empty() && !own.iter().any(held)
    };
    negs.filter(|(to, neg)| *to != region && is_free(neg))
        .map(|(to, neg)| (neg, to))
        .collect()
}

fn finding(
    service: &BackendService<'_>,
    asked: &LiveNeg<'_, '_>,
    other: &LiveNeg<'_, '_>,
    region: &str,
    to: &str,
) -> Option<Finding> {
    let object = &asked.service.service.object;
    let neg = other.in_cloud().into_iter().next()?;
    let message = format!(
        "{} is in {region}, and the NEGs of Service {}/{} of a cluster in {to} cannot be attached \
         to it: the Service cannot move by changing backends",
        cloud::head(service),
        object.namespace.unwrap_or_default(),
        object.name,
    );
    let label = Label::new(service.head(), format!("only takes NEGs of {region}"));
    Some(
        Finding::new(&ROW, service, message, label)
            .detail(format!("{}:{}", object.name, asked.of.port.port))
            .because(neg.head(), format!("in {to}, and attached to nothing"))
            .concerning(&neg)
            .help(
                "build a second load balancer in the other region and move by DNS, or put a global \
                 one, which takes NEGs of every region, in front of both",
            ),
    )
}
