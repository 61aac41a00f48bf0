//! NEG711: a mesh lets nobody speak plain text to Pods behind a NEG, and a load balancer speaks it.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::object::annotations;
use crate::kind::peer_authentication::Reach;
use crate::kind::service::TargetPort;
use crate::kind::workload::Workload;
use crate::world::{Behind, Joined, NegPort, Strict, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG711",
    slug: "mesh-mtls-shuts-out-load-balancer",
    severity: Severity::Warning,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Workload,
        Kind::Pod,
        Kind::Namespace,
        Kind::PeerAuthentication,
    ],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for behind in world.behind_negs() {
        let workload = behind.workload;
        if is_gateway(workload) {
            continue;
        }
        for (service, port) in &behind.ports {
            let Some(number) = pod_port(workload, *port).filter(|it| !is_left_out(workload, *it))
            else {
                continue;
            };
            let strict = match world.strict(workload, number) {
                Ok(Some(strict)) => strict,
                Ok(None) => continue,
                Err(missing) => {
                    let object = &workload.object;
                    verdicts.leave(missing.undecided(&ROW, object, object.head()));
                    break;
                }
            };
            match world.is_in_mesh(&behind) {
                Ok(true) => verdicts.find(finding(&behind, *service, *port, number, strict)),
                Ok(false) => {}
                Err(missing) => {
                    let object = &workload.object;
                    verdicts.leave(missing.undecided(&ROW, object, object.head()));
                }
            }
            break;
        }
    }
}

/// The port of the Pods that a NEG's endpoints have.
fn pod_port(workload: &Workload<'_>, of: NegPort<'_, '_>) -> Option<i64> {
    match of.port.target {
        TargetPort::Number(number) => Some(number),
        TargetPort::Name(_) => workload.port_for(of.port).map(|port| port.number),
    }
}

/// True for the gateway of a mesh, which is there for those outside.
fn is_gateway(workload: &Workload<'_>) -> bool {
    let by_label = |(key, value): &(&str, &str)| {
        (matches!(*key, "istio" | "app" | "app.kubernetes.io/name") && value.contains("gateway"))
            || matches!(
                *key,
                "gateway.networking.k8s.io/gateway-name" | "gateway.istio.io/managed"
            )
    };
    let metadata = workload.template.and_then(|it| it.get("metadata"));
    let mut stated = annotations(metadata);
    let by_template = stated.any(|it| {
        it.name() == "inject.istio.io/templates"
            && it.value.text().is_some_and(|text| text.contains("gateway"))
    });
    workload.labels.iter().any(by_label) || by_template
}

/// Whether the proxy of a Pod leaves a port alone.
fn is_left_out(workload: &Workload<'_>, port: i64) -> bool {
    let metadata = workload.template.and_then(|it| it.get("metadata"));
    let listed = |key: &str| {
        let mut stated = annotations(metadata);
        let list = stated.find(|it| it.name() == key)?.value.text()?;
        let number = port.to_string();
        Some(
            list.split(',')
                .any(|it| [number.as_str(), "*"].contains(&it.trim())),
        )
    };
    listed("traffic.sidecar.istio.io/excludeInboundPorts") == Some(true)
        || listed("traffic.sidecar.istio.io/includeInboundPorts") == Some(false)
}

fn finding(
    behind: &Behind<'_, '_>,
    service: Joined<'_, '_>,
    of: NegPort<'_, '_>,
    port: i64,
    strict: Strict<'_, '_>,
) -> Finding {
    let workload = &behind.workload.object;
    let policy = strict.policy.object;
    let whom = match strict.reach {
        Reach::Mesh => "the whole mesh",
        Reach::Namespace => "the namespace",
        Reach::Pods => "these Pods",
    };
    let message = format!(
        "{} {} is behind a NEG and lets only the mesh speak to port {port}: PeerAuthentication {} is \
         STRICT for {whom}, and load balancers and their health checks come without mesh TLS",
        workload.kind_name, workload.name, policy.name
    );
    let label = Label::new(strict.mode, "refuses what comes without mesh TLS");
    let shown = of.port.target_node.unwrap_or(of.port.port_node);
    let text = format!("Service {} has a NEG for it", service.object.name);
    Finding::new(&ROW, workload, message, label)
        .because(shown, text)
        .concerning(&service.object)
        .concerning(policy)
        .help(format!(
            "send to the gateway of the mesh, and let it send to these Pods; or let plain text in on \
             this port alone: a PeerAuthentication that selects the Pods, with portLevelMtls {port}: \
             {{mode: PERMISSIVE}}"
        ))
}
