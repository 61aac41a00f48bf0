//! NEG502: endpoints wait behind a proxy that no forwarding rule leads to.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{BackendService, TargetProxy};
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG502",
    slug: "no-forwarding-rule",
    severity: Severity::Error,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::ForwardingRule,
        Kind::Address,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::Service,
        Kind::Ingress,
        Kind::SvcNeg,
        Kind::Node,
        Kind::Namespace,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    for service in all.backend_services() {
        let mesh = service.scheme() == "INTERNAL_SELF_MANAGED" || service.has_bindings();
        if mesh || all.is_live(service.link) || all.size_behind(&service) == 0 {
            continue;
        }
        let proxies = all.ways_to(&service).proxies;
        let bare: Vec<TargetProxy<'_>> = proxies
            .into_iter()
            .filter(|it| all.rules_before(it).next().is_none())
            .collect();
        let passthrough = cloud::is_passthrough(&service);
        if bare.is_empty() && !passthrough {
            continue;
        }
        match all.ways_are_whole(&service) {
            Ok(()) => verdicts.find(finding(world, &service, bare.first())),
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &service, service.head())),
        }
    }
}

fn finding(
    world: &World<'_>,
    service: &BackendService<'_>,
    proxy: Option<&TargetProxy<'_>>,
) -> Finding {
    let size = world.cloud().size_behind(service);
    let endpoints = if size == 1 {
        "1 endpoint waits".to_owned()
    } else {
        format!("{size} endpoints wait")
    };
    let before = proxy.map_or_else(|| cloud::called(service), |it| cloud::called(it));
    let message = format!(
        "No forwarding rule leads to {before}, and {endpoints} behind {} for traffic",
        cloud::called(service)
    );
    let label = Label::new(
        proxy.map_or_else(|| service.head(), |it| it.head()),
        "no front",
    );
    let mut finding = Finding::new(&ROW, service, message, label)
        .help("make a forwarding rule with a reserved address and the port that clients use")
        .run(proxy.and_then(|proxy| cloud::front(world, service, proxy.protocol(), proxy.name())));
    for (neg, _) in world.cloud().negs_of(service).take(3) {
        finding = finding.because(
            neg.place_of("size"),
            format!("waits in {}", neg.link.location),
        );
    }
    for asked in world.services_behind(service) {
        finding = finding.concerning(&asked.service.service.object);
    }
    finding
}
