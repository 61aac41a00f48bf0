//! NEG205: a balancing mode without the target that it balances by.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::cloud::{Backend, BackendService};
use crate::remedy::Run;
use crate::world::World;

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG205",
    slug: "capacity-target-missing",
    severity: Severity::Error,
    reads: &[Kind::BackendService],
    follows: &["NEG204", "NEG203"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let mesh = service.scheme() == "INTERNAL_SELF_MANAGED";
        if mesh || cloud::is_passthrough(&service) {
            continue;
        }
        for backend in service.backends().filter(Backend::is_neg) {
            verdicts.findings.extend(judge(&service, &backend));
        }
    }
}

fn judge(service: &BackendService<'_>, backend: &Backend<'_>) -> Option<Finding> {
    let group = backend.group.filter(|group| group.link.zone().is_some())?;
    let fields = match backend.mode()? {
        "RATE" => ["maxRatePerEndpoint", "maxRate"],
        "CONNECTION" => ["maxConnectionsPerEndpoint", "maxConnections"],
        _ => return None,
    };
    let set: Vec<(&str, f64)> = fields
        .iter()
        .filter_map(|name| backend.target(&[*name]))
        .collect();
    let about = format!("{} for {}", cloud::head(service), cloud::neg(group.link));
    let (severity, message, node, text) = match set.as_slice() {
        [] => (
            Severity::Error,
            format!(
                "{about}: no target, neither {} nor {}",
                fields[0], fields[1]
            ),
            backend.node.get("balancingMode")?,
            "balances by nothing",
        ),
        [(name, value)] if *value <= 0.0 => (
            Severity::Error,
            format!("{about}: {name} is 0, so that it takes no traffic"),
            backend.node.get(name)?,
            "no capacity at all",
        ),
        [_, (name, _)] => (
            Severity::Warning,
            format!(
                "{about}: both {} and {} are set, of which the smaller counts",
                fields[0], name
            ),
            backend.node.get(name)?,
            "a second target",
        ),
        _ => return None,
    };
    let mut arguments = cloud::about_group("update-backend", service, group.link);
    arguments.extend(cloud::capacity(service));
    let run = Run::gcloud("set a target", service.link.project, arguments);
    Some(
        Finding::new(&ROW, service, message, Label::new(node, text))
            .severity(severity)
            .detail(group.link)
            .help(format!("set {} to what one Pod can take", fields[0]))
            .run((severity == Severity::Error).then_some(run)),
    )
}
