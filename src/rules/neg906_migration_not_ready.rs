//! NEG906: a cluster's NEGs are drained before those of the cluster that follows it can serve.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::BackendService;
use crate::remedy::Run;
use crate::world::{Missing, Probed, Side, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG906",
    slug: "migration-not-ready",
    severity: Severity::Error,
    reads: &[
        Kind::BackendService,
        Kind::Neg,
        Kind::Endpoints,
        Kind::Namespace,
        Kind::Node,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let sides = world.sides(&service);
        let (old, new): (Vec<_>, Vec<_>) = sides.iter().partition(|side| side.is_draining());
        // Where all are drained nothing is on the move; where none is, attaching early is right.
        if old.is_empty() || new.is_empty() || cloud::is_controllers(service.name()) {
            continue;
        }
        let Some(probed) = world.cloud().probed(&service) else {
            continue;
        };
        if let Some(why) = not_serving(&new, &probed) {
            verdicts
                .findings
                .extend(finding(&service, &old, &new, &probed, &why));
            continue;
        }
        for old in old {
            zones(world, &service, old, &new, verdicts);
        }
    }
}

/// Why none of the endpoints of the new clusters serves; `None` where one does or may.
fn not_serving(new: &[&Side<'_, '_>], probed: &[Probed<'_>]) -> Option<String> {
    let own: Vec<_> = new.iter().flat_map(|side| side.own(probed)).collect();
    if own.is_empty() {
        // NEGs that say they are full and show no endpoint were not read.
        let empty = new.iter().all(|side| side.size() == 0);
        return empty.then(|| "has no endpoint".to_owned());
    }
    let unhealthy = own.iter().all(|it| it.state == Some("UNHEALTHY"));
    unhealthy.then(|| match own.len() {
        1 => "has only an unhealthy endpoint".to_owned(),
        count => format!("has {count} endpoints, all of them unhealthy"),
    })
}

fn names(sides: &[&Side<'_, '_>]) -> String {
    let names: Vec<_> = sides.iter().map(|side| side.called()).collect();
    cloud::list(&names)
}

fn finding(
    service: &BackendService<'_>,
    old: &[&Side<'_, '_>],
    new: &[&Side<'_, '_>],
    probed: &[Probed<'_>],
    why: &str,
) -> Option<Finding> {
    let drained = old.iter().all(|side| side.is_drained());
    let (severity, effect) = if drained {
        (Severity::Error, "requests find no endpoint")
    } else {
        (Severity::Warning, "the rest of the way loses requests")
    };
    let message = format!(
        "{} is drained of {}, while {} {why}: {effect}",
        cloud::head(service),
        names(old),
        names(new),
    );
    let (_, first) = old.first()?.backends.first()?;
    let place = first.node.get("capacityScaler").unwrap_or(first.node);
    let mut finding = Finding::new(&ROW, service, message, Label::new(place, "drained"))
        .severity(severity)
        .help(
            "give the old cluster its capacity back, mend what the new one lacks, and drain only \
             once its endpoints are healthy in every zone",
        );
    if let Some((neg, backend)) = new.first()?.backends.first() {
        finding = finding
            .because(backend.node, "cannot serve")
            .concerning(neg);
    }
    // What serves in the name of a cluster that is gone is not to be brought back.
    let serves = |side: &&Side<'_, '_>| {
        let mut own = side.own(probed).into_iter();
        side.cluster.is_some() && own.any(|it| it.state == Some("HEALTHY"))
    };
    let serves = old.iter().all(serves);
    Some(finding.run(restore(service, old).filter(|_| serves)))
}

/// The commands that give the old NEGs their capacity back.
fn restore(service: &BackendService<'_>, old: &[&Side<'_, '_>]) -> Option<Run> {
    let mut commands = old.iter().flat_map(|side| &side.backends).map(|(neg, _)| {
        let mut arguments = cloud::about_group("update-backend", service, neg.link);
        arguments.push("--capacity-scaler=1.0".to_owned());
        arguments
    });
    let project = service.link.project;
    let title = format!("give {} its capacity back", names(old));
    let first = Run::gcloud(title, project, commands.next()?);
    Some(commands.fold(first, |run, arguments| run.then(project, arguments)))
}

/// Whether a cluster has nodes in a zone and no NEG; one that is there and not attached is NEG202's.
fn has_only_nodes(world: &World<'_>, side: &Side<'_, '_>, zone: &str) -> bool {
    let names = side.backends.iter().map(|(neg, _)| neg.name());
    let mut negs = names.flat_map(|name| world.cloud().negs_named(name));
    let zones = side.cluster.map(|it| it.zones.as_slice());
    let in_zone = zones.unwrap_or_default().iter().any(|it| it == zone);
    in_zone && !negs.any(|neg| neg.link.zone() == Some(zone))
}

/// The zones in which only the old cluster has a NEG, though the new one has nodes there.
fn zones(
    world: &World<'_>,
    service: &BackendService<'_>,
    old: &Side<'_, '_>,
    new: &[&Side<'_, '_>],
    verdicts: &mut Verdicts,
) {
    let serving = old.backends.iter().filter(|(neg, _)| neg.size() > 0);
    let lacking = serving.filter_map(|(neg, backend)| {
        let zone = neg.link.zone()?;
        (!new.iter().any(|side| side.is_in(zone))).then_some((zone, *backend))
    });
    let mut unread = new.iter().filter(|side| side.cluster.is_none());
    let mut lacking: Vec<_> = lacking.collect();
    if let (Some(side), false) = (unread.next(), lacking.is_empty()) {
        let missing = Missing::new(
            format!(
                "{} was not read: where it has nodes is not known",
                side.called()
            ),
            "--context for it",
        );
        verdicts.leave(missing.undecided(&ROW, service, service.head()));
        return;
    }
    lacking.retain(|(zone, _)| new.iter().any(|side| has_only_nodes(world, side, zone)));
    let Some((_, backend)) = lacking.first() else {
        return;
    };
    let zones: Vec<_> = lacking.iter().map(|(zone, _)| (*zone).to_owned()).collect();
    let message = format!(
        "{} is drained of {} in {}, where {} has nodes and no NEG: what ran there has to run \
         elsewhere",
        cloud::head(service),
        old.called(),
        cloud::list(&zones),
        names(new),
    );
    let finding = Finding::new(&ROW, service, message, Label::new(backend.node, "drained"))
        .severity(Severity::Warning)
        .detail(cloud::list(&zones))
        .help(
            "let Pods run in each of these zones of the new cluster, so that the controller makes the \
             NEG, and attach it before the old one is drained; a new cluster that is smaller on \
             purpose needs nothing",
        );
    verdicts.find(finding);
}
