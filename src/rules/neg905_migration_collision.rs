//! NEG905: a manifest claims the name of a NEG that another cluster holds in the same zone.

use crate::controller::claim::Claim;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Neg, Owner};
use crate::world::{Cluster, Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG905",
    slug: "migration-collision",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Namespace, Kind::Node, Kind::Neg],
    follows: &["NEG007"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let declared = world.services().filter(|it| !it.object.observed);
    for service in declared {
        let Some((inner, claim)) = service.service.claim() else {
            continue;
        };
        for (_, name) in claim.named() {
            // What is claimed already is judged by what became of it.
            if claims_now(service, &name.value) {
                continue;
            }
            let mut clusters = world.clusters(&service.object);
            let held = clusters.find_map(|cluster| holder(world, cluster, &name.value));
            if let Some((neg, owner, cluster)) = held {
                let label = Label::new(inner.place(name.range.clone()), "claims its name");
                let finding = finding(world, service, (&neg, &owner), cluster, label);
                verdicts.find(finding);
            }
        }
    }
}

fn claims_now(service: Joined<'_, '_>, name: &str) -> bool {
    service.shown().is_some_and(|shown| {
        let claim = shown.claim().map(|(_, claim)| claim);
        let mut names = claim.into_iter().flat_map(Claim::named);
        names.any(|(_, own)| own.value == name)
    })
}

/// The NEG of a name in a zone of a cluster that says it was made for another cluster.
fn holder<'w, 'd>(
    world: &World<'d>,
    cluster: &'w Cluster,
    name: &str,
) -> Option<(Neg<'d>, Owner, &'w Cluster)> {
    let is_here = |neg: &Neg<'_>| {
        let zone = neg.link.zone();
        cluster.project.as_deref() == Some(neg.link.project)
            && zone.is_some_and(|zone| cluster.zones.iter().any(|own| own == zone))
    };
    let is_others = |owner: &Owner| match cluster.kube_system_uid.as_deref() {
        Some(uid) => uid != owner.cluster_uid,
        // Of a cluster that was only described another one that was read is told by its name.
        None => world
            .cluster_with(&owner.cluster_uid)
            .is_some_and(|other| other.name != cluster.name),
    };
    let negs = world.cloud().negs_named(name).filter(is_here);
    let mut held = negs.filter_map(|neg| Some((neg, neg.owner()?)));
    let (neg, owner) = held.find(|(_, owner)| is_others(owner))?;
    Some((neg, owner, cluster))
}

fn finding(
    world: &World<'_>,
    service: Joined<'_, '_>,
    (neg, owner): (&Neg<'_>, &Owner),
    cluster: &Cluster,
    label: Label,
) -> Finding {
    let object = &service.service.object;
    let other = match world.cluster_with(&owner.cluster_uid) {
        Some(other) => format!("cluster {}", other.name),
        None => format!(
            "another cluster, whose namespace kube-system has the UID {}",
            owner.cluster_uid
        ),
    };
    let message = format!(
        "Service {} would claim NEG {} in cluster {}, and in {} it belongs to Service {}/{} of {other}: \
         the controller refuses it there",
        object.name,
        neg.name(),
        cluster.name,
        neg.link.location,
        owner.namespace,
        owner.service_name,
    );
    Finding::new(&ROW, object, message, label)
        .detail(neg.name())
        .because(neg.place_of("description"), "whose it is")
        .concerning(neg)
        .help(
            "NEG names are unique in a project and zone: give the claim of each cluster a name of its \
             own, attach the NEGs of both to the backend service, and drain the old ones",
        )
}
