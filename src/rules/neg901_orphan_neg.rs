//! NEG901: an unattached NEG whose Service or cluster is gone.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Neg, Owner};
use crate::remedy::Run;
use crate::world::{GRACE, Ownership, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG901",
    slug: "orphan-neg",
    severity: Severity::Warning,
    reads: &[
        Kind::Neg,
        Kind::BackendService,
        Kind::GkeCluster,
        Kind::Namespace,
        Kind::Node,
        Kind::Service,
        Kind::Ingress,
        Kind::SvcNeg,
    ],
    follows: &["NEG114"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let all = world.cloud();
    for neg in all.negs() {
        // Attached ones are NEG207's and NEG117's.
        if all.holders(neg.link).next().is_some() || neg.owner().is_none() {
            continue;
        }
        let (owner, why) = match world.ownership(&neg) {
            Ownership::ClusterGone(owner) => (owner, "a cluster that is gone".to_owned()),
            Ownership::Unwanted(cluster, owner) if !is_kept(world, &neg) => {
                let why = format!("cluster {}, in which nothing asks for it", cluster.name);
                (owner, why)
            }
            _ => continue,
        };
        match all.whole(Kind::BackendService, neg.link.project) {
            Ok(()) => verdicts.find(orphan(&neg, &owner, &why)),
            Err(missing) => verdicts.leave(missing.undecided(&ROW, &neg, neg.head())),
        }
    }
}

/// True where a controller still has it on its list, or may be about to.
fn is_kept(world: &World<'_>, neg: &Neg<'_>) -> bool {
    let recorded = world.svc_negs().iter().flat_map(|it| &it.groups);
    let age = neg
        .created()
        .and_then(|time| world.cloud().age(neg.link.project, time));
    recorded
        .filter_map(crate::kind::svc_neg::MadeNeg::link)
        .any(|link| link == neg.link)
        || age.is_none_or(|age| age < GRACE)
}

fn orphan(neg: &Neg<'_>, owner: &Owner, why: &str) -> Finding {
    let head = cloud::head(neg);
    let message = format!(
        "{head} was made for Service {}/{} of {why}, and no backend service holds it",
        owner.namespace, owner.service_name
    );
    let flag = neg.link.flag();
    let arguments = ["network-endpoint-groups", "delete", neg.name(), &flag];
    Finding::new(&ROW, neg, message, Label::new(neg.head(), "left over"))
        .because(neg.place_of("description"), "whom it was made for")
        .help("it costs a place in the quota, and keeps its name and its network from being used anew")
        .run(Run::gcloud("delete it", neg.link.project, arguments))
}
