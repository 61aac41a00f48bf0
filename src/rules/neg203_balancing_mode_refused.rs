//! NEG203: a backend that is a NEG balances by utilization, which the API refuses.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::remedy::Run;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG203",
    slug: "balancing-mode-refused",
    severity: Severity::Error,
    reads: &[Kind::BackendService],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        for backend in service.backends() {
            // Groups of a region (serverless, Private Service Connect) read back UTILIZATION, too,
            // and have no mode at all.
            let group = backend.group.filter(|group| group.link.zone().is_some());
            let Some(group) = group.filter(|_| backend.is_neg()) else {
                continue;
            };
            if backend.mode() != Some("UTILIZATION") {
                continue;
            }
            let node: Node<'_> = backend.node.get("balancingMode").unwrap_or(backend.node);
            let message = format!(
                "{} balances {} by UTILIZATION, which NEGs do not have: the API refuses it",
                cloud::head(&service),
                cloud::neg(group.link)
            );
            let mut arguments = cloud::about_group("update-backend", &service, group.link);
            arguments.extend(cloud::capacity(&service));
            let run = Run::gcloud(
                "balance by what a NEG can count",
                service.link.project,
                arguments,
            );
            verdicts.find(
                Finding::new(
                    &ROW,
                    &service,
                    message,
                    Label::new(node, "needs the use of CPUs"),
                )
                .detail(group.link)
                .help("say RATE behind HTTP, CONNECTION behind TCP and SSL, with a target")
                .run((!cloud::is_passthrough(&service)).then_some(run)),
            );
        }
    }
}
