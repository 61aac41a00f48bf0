//! NEG207: a backend is the NEG of a cluster that is gone.

use std::collections::BTreeSet;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService, Neg, Owner};
use crate::remedy::Run;
use crate::world::{Ownership, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG207",
    slug: "dead-cluster-backend",
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
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut open: BTreeSet<(String, String)> = BTreeSet::new();
    for neg in world.cloud().negs() {
        let Some((service, backend)) = world.cloud().holders(neg.link).next() else {
            continue;
        };
        match world.ownership(&neg) {
            Ownership::ClusterGone(owner) => {
                verdicts.find(gone(&neg, &service, &backend, &owner));
            }
            // Once for each cluster that it would be.
            Ownership::Unclear(owner, missing)
                if open.insert((neg.link.project.to_owned(), owner.cluster_uid.clone())) =>
            {
                verdicts.leave(missing.undecided(&ROW, &neg, neg.head()));
            }
            _ => {}
        }
    }
}

fn gone(
    neg: &Neg<'_>,
    service: &BackendService<'_>,
    backend: &Backend<'_>,
    owner: &Owner,
) -> Finding {
    let (severity, what) = match neg.size() {
        0 => (
            Severity::Warning,
            "it is empty, and nobody will fill it".to_owned(),
        ),
        size => (
            Severity::Error,
            format!("its {size} endpoints may be the addresses of other Pods by now"),
        ),
    };
    let message = format!(
        "{} still holds {}, which was made for Service {}/{} of a cluster that is gone: {what}",
        cloud::head(service),
        cloud::neg(neg.link),
        owner.namespace,
        owner.service_name,
    );
    let arguments = cloud::about_group("remove-backend", service, neg.link);
    let mut run = Run::gcloud(
        "take it out of the backend service",
        service.link.project,
        arguments,
    );
    if neg.size() > 0 {
        run = run.interrupting(format!(
            "requests under way to its {} endpoints",
            neg.size()
        ));
    }
    Finding::new(
        &ROW,
        service,
        message,
        Label::new(backend.node, "of a cluster that is gone"),
    )
    .severity(severity)
    .detail(neg.link)
    .because(
        neg.place_of("description"),
        "no cluster of the project has this UID",
    )
    .concerning(neg)
    .help("nobody updates it any more: take it out, then delete it")
    .run(run)
}
