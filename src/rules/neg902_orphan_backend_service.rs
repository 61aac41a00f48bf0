//! NEG902: a backend service on no road, with nothing alive behind it.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Backend;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG902",
    slug: "orphan-backend-service",
    severity: Severity::Note,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::ForwardingRule,
        Kind::TargetProxy,
        Kind::UrlMap,
    ],
    follows: &["NEG207"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    for service in all.backend_services() {
        let mesh = service.scheme() == "INTERNAL_SELF_MANAGED" || service.has_bindings();
        let mut zonal = service
            .backends()
            .filter(Backend::is_neg)
            .filter(|it| it.group.is_some_and(|group| group.link.zone().is_some()))
            .peekable();
        if mesh
            || zonal.peek().is_none()
            || all.is_live(service.link)
            || all.size_behind(&service) > 0
        {
            continue;
        }
        // Of a NEG that was not read nobody knows how full it is.
        if zonal.any(|it| it.group.is_some_and(|group| all.neg(group.link).is_none())) {
            continue;
        }
        if let Err(missing) = all.ways_are_whole(&service) {
            verdicts.leave(missing.undecided(&ROW, &service, service.head()));
            continue;
        }
        let message = format!(
            "{} is on no road and has no endpoint: it is left over, or was never finished",
            cloud::head(&service)
        );
        let mut finding = Finding::new(
            &ROW,
            &service,
            message,
            Label::new(service.head(), "leads from nowhere"),
        )
        .help(
            "delete it with what leads to it, or finish it: a proxy, a forwarding rule, endpoints",
        );
        for map in all.ways_to(&service).url_maps.iter().take(2) {
            finding = finding.because(map.head(), "names it, and no forwarding rule leads here");
        }
        verdicts.find(finding);
    }
}
