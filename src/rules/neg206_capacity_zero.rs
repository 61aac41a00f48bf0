//! NEG206: a capacity scaler of 0 keeps all traffic away.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService};
use crate::remedy::Run;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG206",
    slug: "capacity-zero",
    severity: Severity::Error,
    reads: &[Kind::BackendService],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        if cloud::is_passthrough(&service) {
            continue;
        }
        for backend in service.backends().filter(Backend::is_neg) {
            if backend.scaler() > 0.0 && backend.scaler() < 0.1 {
                verdicts.findings.extend(refused(&service, &backend));
            }
        }
        let drained = |it: &Backend<'_>| it.scaler() == 0.0;
        if service.backends().any(|it| it.is_neg() && drained(&it)) {
            let all = service.backends().all(|it| drained(&it));
            let each = service.backends().filter(drained);
            for backend in each.take(if all { 1 } else { 20 }) {
                verdicts.findings.extend(zero(&service, &backend, all));
            }
        }
    }
}

fn refused(service: &BackendService<'_>, backend: &Backend<'_>) -> Option<Finding> {
    let (group, node) = (backend.group?, backend.node.get("capacityScaler")?);
    let message = format!(
        "{} has a capacity scaler of {} for {}: the API takes 0, or 0.1 to 1",
        cloud::head(service),
        backend.scaler(),
        cloud::neg(group.link)
    );
    let finding = Finding::new(&ROW, service, message, Label::new(node, "refused"));
    Some(finding.detail(group.link).help("say 0.1, or 0 to drain it"))
}

fn zero(service: &BackendService<'_>, backend: &Backend<'_>, all: bool) -> Option<Finding> {
    let (group, node) = (backend.group?, backend.node.get("capacityScaler")?);
    let open = |group| {
        let mut arguments = cloud::about_group("update-backend", service, group);
        arguments.push("--capacity-scaler=1".to_owned());
        arguments
    };
    if !all {
        let message = format!(
            "{} sends nothing to {}: its capacity scaler is 0",
            cloud::head(service),
            cloud::neg(group.link)
        );
        let finding = Finding::new(&ROW, service, message, Label::new(node, "drained"));
        return Some(finding.severity(Severity::Note).detail(group.link));
    }
    let message = format!(
        "{} sends nothing to any backend: every capacity scaler is 0",
        cloud::head(service)
    );
    let project = service.link.project;
    let mut groups = service
        .backends()
        .filter_map(|it| it.group)
        .map(|it| it.link);
    let first = Run::gcloud("open the backends again", project, open(groups.next()?));
    let run = groups.fold(first, |run, group| run.then(project, open(group)));
    Some(
        Finding::new(&ROW, service, message, Label::new(node, "drained"))
            .help("set the scaler of what should serve to 1, or to 0.1 for a first look")
            .run(run),
    )
}
