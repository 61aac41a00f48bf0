//! NEG108: the NEG that a Service asks for belongs to something else.

use crate::controller::event::{Cause, Description};
use crate::finding::{Finding, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::Neg;
use crate::world::{Failure, LiveNeg, Matter, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG108",
    slug: "neg-owned-elsewhere",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Event,
        Kind::SvcNeg,
        Kind::Namespace,
        Kind::Node,
        Kind::Neg,
    ],
    follows: &["NEG006", "NEG007"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        for failure in service.failures(Matter::OwnedElsewhere) {
            if failure.stands(world) {
                verdicts.findings.extend(finding(world, &failure));
            }
        }
        for neg in service.live_negs() {
            // What the controller says itself is told already.
            let told = |it: &Finding| {
                it.subject == service.object.subject() && neg.name == Some(it.detail.as_str())
            };
            if !verdicts.findings.iter().any(told) {
                verdicts.findings.extend(seen(world, &neg));
            }
        }
    }
}

/// A NEG of the name that a Service asks for, in a zone of its cluster, made for something else.
fn seen(world: &World<'_>, asked: &LiveNeg<'_, '_>) -> Option<Finding> {
    let (name, object) = (asked.name?, &asked.service.service.object);
    let cluster = world.clusters(object).next()?;
    let in_reach = |neg: &Neg<'_>| {
        cluster.project.as_deref() == Some(neg.link.project)
            && neg
                .link
                .zone()
                .is_some_and(|zone| cluster.zones.iter().any(|own| own == zone))
    };
    let foreign = |neg: &Neg<'_>| {
        let owner = neg.owner()?;
        let own_cluster = cluster.kube_system_uid.as_deref()? == owner.cluster_uid;
        let own = own_cluster
            && Some(owner.namespace.as_str()) == object.namespace
            && owner.service_name == object.name;
        (!own).then_some((own_cluster, owner))
    };
    let mut negs = world.cloud().negs_named(name).filter(in_reach);
    let (neg, own_cluster, owner) = negs.find_map(|neg| {
        let (own_cluster, owner) = foreign(&neg)?;
        Some((neg, own_cluster, owner))
    })?;
    let whose = format!(
        "Service {}/{} port {}",
        owner.namespace, owner.service_name, owner.port
    );
    let whose = if own_cluster {
        whose
    } else {
        match world.cluster_of_uid(&owner.cluster_uid) {
            Some(cluster) => format!("{whose} in cluster {cluster}"),
            None => format!(
                "{whose} in another cluster, whose namespace kube-system has the UID {}",
                owner.cluster_uid
            ),
        }
    };
    let message = format!(
        "Service {} cannot have NEG {name} in {}: it belongs to {whose}",
        object.name, neg.link.location
    );
    let label = asked.asked("asks for its name");
    Some(
        Finding::new(&ROW, object, message, label)
            .detail(name)
            .because(neg.place_of("description"), "whose it is")
            .concerning(&neg)
            .help(
                "choose another name in cloud.google.com/neg; or let the other owner go: take the NEG \
                 out of its backend services, remove the claim there, or the NEG itself where its \
                 cluster is gone, and the controller makes its own",
            ),
    )
}

fn finding(world: &World<'_>, failure: &Failure<'_, '_>) -> Option<Finding> {
    let service = failure.service.object.name;
    let (neg, zone, owner, removal) = match &failure.report.as_ref()?.cause {
        Cause::ForeignDescription {
            neg,
            zone,
            want,
            have,
            ..
        } => {
            let in_cluster = have.cluster_uid == want.cluster_uid;
            let removal = if in_cluster {
                format!("take its claim away from {}", called(have))
            } else {
                "delete that Service or its claim in its own cluster, or the NEG itself if that \
                 cluster is gone"
                    .to_owned()
            };
            let owner = owner(world, want, have);
            (*neg, format!(" in {zone}"), owner, removal)
        }
        Cause::LabelConflict {
            neg,
            label,
            have,
            owner,
            ..
        } => {
            let owner = match *owner {
                "" if label.ends_with("/service-port") => format!("port {have} of the Service"),
                "" if label.ends_with("/service-name") => format!("Service {have}"),
                "" => format!("something with the label {label}: {have}"),
                owner => format!("Service {owner}"),
            };
            let removal = format!("take the name away from {owner}");
            (*neg, String::new(), owner, removal)
        }
        _ => return None,
    };
    let message = format!("Service {service} cannot have NEG {neg}{zone}: it belongs to {owner}");
    Some(failure.finding(&ROW, world, message).detail(neg).help(format!(
        "choose another name in cloud.google.com/neg; or, if this Service is to take the NEG over, \
         first take it out of the backend services that have it, then {removal}: once the \
         NEG is deleted, the controller makes its own. Do not edit the description instead"
    )))
}

/// Whose description it is.
fn owner(world: &World<'_>, want: &Description<'_>, have: &Description<'_>) -> String {
    let have_uid = have.cluster_uid.as_ref();
    let owner = called(have);
    if have_uid == want.cluster_uid {
        return owner;
    }
    match (world.cluster_of_uid(have_uid), have_uid) {
        (Some(name), _) => format!("{owner} in cluster {name}"),
        (None, "") => format!("{owner}, by a description that names no cluster"),
        (None, uid) => {
            format!("{owner} in another cluster, whose namespace kube-system has the UID {uid}")
        }
    }
}

fn called(have: &Description<'_>) -> String {
    if !have.unreadable.is_empty() || have.service_name.is_empty() {
        return "an owner that its description does not name".to_owned();
    }
    format!("Service {} port {}", have.service(), have.port)
}
