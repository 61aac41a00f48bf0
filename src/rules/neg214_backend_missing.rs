//! NEG214: a backend names a NEG that is not there.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, Link, Neg};
use crate::world::{Sought, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG214",
    slug: "backend-missing",
    severity: Severity::Error,
    reads: &[Kind::BackendService, Kind::Neg],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let cloud = world.cloud();
    for service in cloud.backend_services() {
        for group in service
            .backends()
            .filter(Backend::is_neg)
            .filter_map(|it| it.group)
        {
            // Whether lists hold the NEGs of regions, and global ones, is not documented.
            let zone = group.link.zone();
            let sought = cloud.seek::<Neg<'_>>(Kind::Neg, group);
            if zone.is_none() || !matches!(sought, Sought::Absent) {
                continue;
            }
            let message = format!(
                "{} has {} as a backend, which does not exist",
                cloud::head(&service),
                cloud::neg(group.link)
            );
            let finding =
                Finding::new(&ROW, &service, message, Label::new(group.node, "not there"));
            verdicts.find(finding.detail(group.link).help(nearest(world, group.link)));
        }
    }
}

/// What may have been meant.
fn nearest(world: &World<'_>, link: Link<'_>) -> String {
    let here = world
        .cloud()
        .negs()
        .filter(|neg| neg.link.location == link.location);
    let near = here
        .map(|neg| (strsim::jaro_winkler(neg.name(), link.name), neg.name()))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let elsewhere: Vec<String> = world
        .cloud()
        .negs_named(link.name)
        .map(|neg| neg.link.location.to_string())
        .collect();
    match (near, elsewhere.as_slice()) {
        (_, [_, ..]) => format!("a NEG of this name is in {}", cloud::list(&elsewhere)),
        (Some((_, name)), []) => format!("{name} is in {}: was it meant?", link.location),
        (None, []) => format!("no NEG in {} has a name like it", link.location),
    }
}
