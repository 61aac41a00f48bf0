//! NEG405: a firewall rule opens the Service's port, where the Pods listen on another.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::remedy::Run;
use crate::world::{FirewallRule, World};

use super::admission::{Cause, Shut, concerning, opened};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG405",
    slug: "firewall-opens-service-port",
    severity: Severity::Error,
    reads: super::neg401_probes_not_admitted::READS,
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for of in world.cloud().admissions() {
        let service = &of.service;
        let by_port = |cause: &Cause<'_>| matches!(cause, Cause::ServicePort(..));
        let Some(shut) = Shut::probers(world, of, by_port) else {
            continue;
        };
        let (Cause::ServicePort(rule, ports), Some(first)) = (&shut.cause, shut.all.first()) else {
            continue;
        };
        let message = format!(
            "{} opens {} to the load balancer, and the endpoints of {} are asked on {}: none of \
             them is reached",
            rule.called().replacen("firewall", "Firewall", 1),
            opened(ports),
            cloud::called(service),
            shut.ports(),
        );
        let label = Label::new(rule.place_of("allowed"), "not what the Pods listen on");
        let finding = Finding::new(&ROW, service, message, label)
            .severity(shut.severity())
            .because(
                first.endpoint.node,
                "an endpoint, with the container's port",
            )
            .help(
                "open the container's port: a load balancer with NEGs reaches the Pods themselves",
            )
            .run(open(rule, first.network.project, first.port));
        verdicts.find(concerning(world, service, finding));
    }
}

/// The command that opens the Pods' port beside what the rule opens.
fn open(rule: &FirewallRule<'_>, project: &str, port: u16) -> Option<Run> {
    let name = rule.name()?;
    let entries = rule.node.get("allowed")?.items();
    let mut rules = Vec::new();
    for entry in entries {
        let protocol = entry.get("IPProtocol").and_then(Node::text)?;
        let ports: Vec<&str> = entry
            .get("ports")
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::text)
            .collect();
        match ports.as_slice() {
            [] => rules.push(protocol.to_owned()),
            ports => rules.extend(ports.iter().map(|port| format!("{protocol}:{port}"))),
        }
    }
    rules.push(format!("tcp:{port}"));
    let option = format!("--rules={}", rules.join(","));
    let arguments = ["firewall-rules", "update", name, &option];
    Some(Run::gcloud("open the Pods' port too", project, arguments))
}
