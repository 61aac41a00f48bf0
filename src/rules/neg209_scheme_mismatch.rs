//! NEG209: load-balancing schemes that do not join.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Link;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG209",
    slug: "scheme-mismatch",
    severity: Severity::Error,
    reads: &[
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
        Kind::BackendService,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut told: Vec<(Link<'_>, Link<'_>)> = Vec::new();
    for road in world.cloud().roads() {
        let (Some(product), Some(scheme)) = (road.product, road.rule.scheme()) else {
            continue;
        };
        let own = road.service.scheme();
        let pair = (road.rule.link, road.service.link);
        if product.service_schemes.iter().any(|it| it == own) || told.contains(&pair) {
            continue;
        }
        told.push(pair);
        let message = format!(
            "{} is of scheme {own}, and {} before it of {scheme}: they cannot be one load balancer",
            cloud::head(&road.service),
            cloud::called(&road.rule),
        );
        let label = Label::new(
            road.service.place_of("loadBalancingScheme"),
            "of another scheme",
        );
        let rule = road.rule.place_of("loadBalancingScheme");
        verdicts.find(
            Finding::new(&ROW, &road.service, message, label)
                .detail(road.rule.link)
                .because(rule, "the scheme of the rule")
                .help(
                    "make one of them anew with the scheme of the other; only an EXTERNAL rule may \
                     stand before an EXTERNAL_MANAGED service",
                ),
        );
    }
}
