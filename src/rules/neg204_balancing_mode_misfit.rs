//! NEG204: the balancing mode is not the one of the load balancer.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService};
use crate::remedy::Run;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG204",
    slug: "balancing-mode-misfit",
    severity: Severity::Error,
    reads: &[Kind::BackendService],
    follows: &[],
    check,
};

/// Every field that states a target.
const TARGETS: [&str; 7] = [
    "maxConnections",
    "maxConnectionsPerEndpoint",
    "maxConnectionsPerInstance",
    "maxRate",
    "maxRatePerEndpoint",
    "maxRatePerInstance",
    "maxUtilization",
];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        for backend in service.backends().filter(Backend::is_neg) {
            let zonal = backend
                .group
                .is_some_and(|group| group.link.zone().is_some());
            if !zonal || service.scheme() == "INTERNAL_SELF_MANAGED" {
                continue;
            }
            let finding = if cloud::is_passthrough(&service) {
                passthrough(&service, &backend)
            } else {
                proxy(&service, &backend)
            };
            verdicts.findings.extend(finding);
        }
    }
}

/// RATE before TCP, CONNECTION before HTTP.
fn proxy(service: &BackendService<'_>, backend: &Backend<'_>) -> Option<Finding> {
    let wanted: &[&str] = match service.protocol() {
        "TCP" | "SSL" => &["CONNECTION"],
        _ => &["RATE", "CUSTOM_METRICS", "IN_FLIGHT"],
    };
    let mode = backend.mode()?;
    // NEG203 speaks of the one that no NEG has.
    if wanted.contains(&mode) || !["RATE", "CONNECTION"].contains(&mode) {
        return None;
    }
    let group = backend.group?;
    let message = format!(
        "{} speaks {} and balances {} by {mode}, which the API refuses",
        cloud::head(service),
        service.protocol(),
        cloud::neg(group.link)
    );
    let label = Label::new(backend.node.get("balancingMode")?, "counts something else");
    let mut arguments = cloud::about_group("update-backend", service, group.link);
    arguments.extend(cloud::capacity(service));
    let run = Run::gcloud(
        "balance as the protocol needs",
        service.link.project,
        arguments,
    );
    Some(
        Finding::new(&ROW, service, message, label)
            .detail(group.link)
            .because(service.place_of("protocol"), "its protocol")
            .help(format!("say {} with a target", wanted.first()?))
            .run(run),
    )
}

/// A passthrough load balancer has no targets and no scaler.
fn passthrough(service: &BackendService<'_>, backend: &Backend<'_>) -> Option<Finding> {
    let group = backend.group?;
    let scaler = backend
        .node
        .get("capacityScaler")
        .filter(|_| backend.scaler() < 1.0);
    let target = TARGETS.iter().find_map(|name| backend.node.entry(name));
    let (node, what) = match (target, scaler) {
        (Some((key, _)), _) => (key, key.text()?),
        (None, Some(node)) => (node, "capacityScaler"),
        (None, None) => return None,
    };
    let message = format!(
        "{} passes packets through and states {what} for {}: such a load balancer has no capacity \
         to set",
        cloud::head(service),
        cloud::neg(group.link)
    );
    let severity = match service.scheme() {
        "INTERNAL" => Severity::Error,
        _ => Severity::Warning,
    };
    Some(
        Finding::new(
            &ROW,
            service,
            message,
            Label::new(node, "has no meaning here"),
        )
        .severity(severity)
        .detail(group.link)
        .help("leave mode CONNECTION alone, without target and scaler"),
    )
}
