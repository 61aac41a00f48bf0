//! NEG202: some zones' NEGs of a claim are backends, others are not.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService, Neg};
use crate::world::{NegGroup, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG202",
    slug: "zone-unattached",
    severity: Severity::Error,
    reads: &[
        Kind::Neg,
        Kind::BackendService,
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
    let cloud = world.cloud();
    for group in world.neg_groups() {
        let holders = group.holders(cloud);
        for (service, backend) in holders.values() {
            let left: Vec<&Neg<'_>> = group
                .negs
                .iter()
                .filter(|neg| cloud.holders(neg.link).next().is_none())
                // A regional service takes the zones of its region.
                .filter(|neg| {
                    service.link.is_global() || service.link.region() == neg.link.region()
                })
                .collect();
            verdicts
                .findings
                .extend(left_out(&group, service, backend, &left));
        }
    }
}

fn left_out(
    group: &NegGroup<'_, '_>,
    service: &BackendService<'_>,
    backend: &Backend<'_>,
    left: &[&Neg<'_>],
) -> Option<Finding> {
    let first = left.first()?;
    let zones: Vec<String> = left.iter().map(|it| it.link.location.to_string()).collect();
    let zones = cloud::list(&zones);
    let endpoints: i64 = left.iter().map(|neg| neg.size()).sum();
    let held = group.negs.len() - left.len();
    let (severity, consequence) = match endpoints {
        0 => (
            Severity::Warning,
            "Pods that start there will get no traffic".to_owned(),
        ),
        1 => (
            Severity::Error,
            "the endpoint there gets no traffic".to_owned(),
        ),
        count => (
            Severity::Error,
            format!("the {count} endpoints there get no traffic"),
        ),
    };
    let message = format!(
        "{} holds NEG {} of {held} zone{}, but not of {zones}: {consequence}",
        cloud::head(service),
        first.name(),
        if held == 1 { "" } else { "s" },
    );
    let project = service.link.project;
    let mut runs = left.iter().map(|neg| cloud::attach(service, neg.link));
    let mut run = runs.next()?;
    run.then.extend(runs.map(|run| run.argv));
    run.title = format!("attach NEG {} of {zones}", first.name());
    let mut finding = Finding::new(
        &ROW,
        service,
        message,
        Label::new(backend.node, "the NEG of another zone"),
    )
    .severity(severity)
    .detail(format_args!("{project}/{}", first.name()))
    .run(run);
    for neg in left.iter().take(3) {
        finding = finding.because(
            neg.head(),
            format!("in {}, attached to nothing", neg.link.location),
        );
    }
    if let Some(asked) = &group.asked {
        finding = finding.concerning(&asked.service.service.object);
    }
    Some(finding)
}
