//! NEG608: a BackendConfig is named for a port that the Service does not have.

use crate::controller::backend_config::{BackendConfigs, PortConfig};
use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::annotated::Stated;
use crate::kind::service::{ServicePort, TargetPort};
use crate::remedy::Edit;
use crate::world::{Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG608",
    slug: "backendconfig-port-mismatch",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Workload],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|it| !it.object.partial) {
        let Some(stated) = service.backend_configs() else {
            continue;
        };
        let Ok(configs) = &stated.decoded else {
            continue;
        };
        let stray: Vec<_> = configs
            .ports
            .iter()
            .filter(|(_, config)| !config.config.value.is_empty())
            .filter(|(key, _)| !service.ports.iter().any(|port| is_it(port, key)))
            .collect();
        for (key, config) in &stray {
            let meant = meant(service, key);
            let only = service.ports.first().filter(|_| service.ports.len() == 1);
            let edit = meant
                .map(|(port, ..)| port)
                .or(only)
                .filter(|_| stray.len() == 1)
                .and_then(|port| mend(&stated, configs, key, config, port));
            let finding = finding(service, &stated, configs, key, config);
            let finding = match meant.and_then(|(_, node, label)| Some((node?, label))) {
                Some((node, label)) => finding.because(node, label),
                None => finding,
            };
            verdicts.find(finding.edit(edit));
        }
    }
}

/// Whether the key means this port; a number is compared as it is written.
fn is_it(port: &ServicePort<'_>, key: &str) -> bool {
    port.name == key || port.port.to_string() == key
}

fn finding(
    service: Joined<'_, '_>,
    stated: &Stated<'_, BackendConfigs>,
    configs: &BackendConfigs,
    key: &str,
    config: &PortConfig,
) -> Finding {
    let name = service.object.name;
    let config_name = &config.config.value;
    let bare = service
        .ports
        .iter()
        .find(|port| configs.of_port(port.name, port.port).is_none());
    let (severity, consequence) = match (bare, configs.default_name()) {
        (Some(port), _) => (
            Severity::Error,
            format!("port {} gets no BackendConfig", port.label()),
        ),
        (None, Some(default)) => (
            Severity::Warning,
            format!("the port that is meant gets {}, the default", default.value),
        ),
        (None, None) => (Severity::Warning, "the entry has no effect".to_owned()),
    };
    let message = format!(
        "Service {name} names BackendConfig {config_name} for port {key}, which it does not have: {consequence}"
    );
    let what = if key.parse::<u16>().is_ok() {
        "not a spec.ports[].port"
    } else {
        "not a spec.ports[].name"
    };
    let place = stated.inner.place(config.key_range.clone());
    let mut finding = Finding::new(&ROW, &service.object, message, Label::new(place, what))
        .severity(severity)
        .detail(key);
    if let Some(port) = bare {
        finding = finding.because(port.port_node, "this port stays without");
    }
    let help = match key {
        "80" | "443" => {
            "the keys are names or numbers of the Service's own ports, not those of the load \
             balancer; \"default\" stands for all ports"
        }
        _ => {
            "the keys are names (spec.ports[].name) or numbers (spec.ports[].port) of the \
             Service's own ports; \"default\" stands for all ports"
        }
    };
    finding.help(help)
}

/// The one port of the Service that the key leads to in another way, and what shows it.
fn meant<'w, 'd>(
    service: Joined<'w, 'd>,
    key: &str,
) -> Option<(&'w ServicePort<'d>, Option<Node<'d>>, &'static str)> {
    let number: Option<i64> = key.parse().ok();
    let mut candidates = service.service.ports.iter().filter_map(|port| {
        let leads_there = match port.target {
            TargetPort::Number(target) => Some(target) == number,
            TargetPort::Name(target) => target == key || leads_to(service, target, number),
        };
        let name = || port.node.get("name");
        if leads_there {
            let label = "the Pod's port: the keys are the Service's own ports";
            Some((port, port.target_node, label))
        } else if number.is_some() && port.node_port == number {
            let label = "the nodes' port: the keys are the Service's own ports";
            Some((port, port.node.get("nodePort"), label))
        } else if port.name.eq_ignore_ascii_case(key) {
            Some((port, name(), "names are compared letter by letter"))
        } else if !port.name.is_empty()
            && strsim::osa_distance(port.name, key) <= key.len().min(8) / 4
        {
            Some((port, name(), "a port of nearly this name"))
        } else {
            None
        }
    });
    let first = candidates.next()?;
    candidates.next().is_none().then_some(first)
}

/// Whether the Pods' port of this name has the number.
fn leads_to(service: Joined<'_, '_>, target: &str, number: Option<i64>) -> bool {
    let mut ports = service
        .workloads()
        .filter_map(|workload| workload.port_named(target));
    ports.any(|port| Some(port.number) == number)
}

/// Puts the port that is meant in place of the key, unless it has an entry of its own.
fn mend(
    stated: &Stated<'_, BackendConfigs>,
    configs: &BackendConfigs,
    key: &str,
    config: &PortConfig,
    port: &ServicePort<'_>,
) -> Option<Edit> {
    let own = |key: &String| is_it(port, key);
    if configs.ports.keys().any(own) {
        return None;
    }
    let by_name = key.parse::<u16>().is_err() && !port.name.is_empty();
    let new = if by_name {
        port.name.to_owned()
    } else {
        port.port.to_string()
    };
    let change = stated.change(config.key_range.clone(), &format!("\"{new}\""))?;
    let title = format!("name it for port {new} instead of {key}");
    Some(Edit::risky(title, change))
}
