//! NEG607: a Service names a BackendConfig that is not there.

use std::collections::HashSet;

use crate::controller::backend_config::BackendConfigs;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::annotated::Stated;
use crate::remedy::Edit;
use crate::world::{BackendPort, Resolved, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG607",
    slug: "backendconfig-missing",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Ingress, Kind::BackendConfig],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let mut seen = HashSet::new();
    for reached in world.backend_ports() {
        let service = &reached.service.object;
        let Some(stated) = reached.service.backend_configs() else {
            continue;
        };
        let Ok(configs) = &stated.decoded else {
            continue;
        };
        let Some(config) = configs.of_port(reached.port.name, reached.port.port) else {
            continue;
        };
        if !seen.insert((std::ptr::from_ref(service.document), config.value.clone())) {
            continue;
        }
        let place = stated.inner.place(config.range.clone());
        match world.backend_config(service, &config.value) {
            Resolved::Found(_) => {}
            Resolved::Absent => {
                let label = Label::new(place, "no BackendConfig of this name in the namespace");
                let near = nearest(world, &reached, &config.value);
                let edit = near.and_then(|near| mend(&stated, &config.value, near));
                verdicts.find(finding(world, &reached, &config.value, label).edit(edit));
            }
            Resolved::Unclear(mut missing) => {
                missing.reason = format!("BackendConfig {}: {}", config.value, missing.reason);
                verdicts.leave(missing.undecided(&ROW, service, place));
            }
        }
    }
}

fn finding(
    world: &World<'_>,
    reached: &BackendPort<'_, '_>,
    config: &str,
    label: Label,
) -> Finding {
    let service = &reached.service.object;
    let ingress = &reached.ingress.object;
    let message = format!(
        "Service {} names BackendConfig {config}, which is not there: Ingress {} stops as a whole",
        service.name, ingress.name
    );
    let backend = reached.backend.port_node.unwrap_or(reached.backend.node);
    let finding = Finding::new(&ROW, service, message, label)
        .detail(config)
        .concerning(ingress)
        .because(backend, "the Ingress sends to the port that it is for");
    let elsewhere = world
        .backend_configs()
        .iter()
        .find(|other| other.object.name == config && service.clusters.meets(other.object.clusters));
    if let Some(other) = elsewhere {
        let namespace = other.object.namespace.unwrap_or("default");
        return finding
            .because(
                other.object.head(),
                format!("it is in namespace {namespace}"),
            )
            .help("a Service finds BackendConfigs of its own namespace only: put both into one");
    }
    finding.help(match nearest(world, reached, config) {
        Some(near) => format!("did you mean BackendConfig {near}?"),
        None => {
            "create the BackendConfig before the Service names it, or take the name out".to_owned()
        }
    })
}

/// The one name of BackendConfigs in the namespace that is nearly this one.
fn nearest<'d>(world: &World<'d>, reached: &BackendPort<'_, '_>, name: &str) -> Option<&'d str> {
    let service = &reached.service.object;
    let all = world.backend_configs().iter().map(|config| &config.object);
    let mut near = all.filter(|config| {
        service.shares_namespace(config)
            && strsim::osa_distance(config.name, name) <= name.len().min(12) / 4
    });
    let first = near.next()?.name;
    near.all(|other| other.name == first).then_some(first)
}

/// Names another BackendConfig wherever this one is named.
fn mend(stated: &Stated<'_, BackendConfigs>, name: &str, near: &str) -> Option<Edit> {
    let configs = stated.decoded.as_ref().ok()?;
    let of_ports = configs.ports.values().map(|port| &port.config);
    let named = of_ports
        .chain(&configs.default)
        .filter(|config| config.value == name);
    let changes: Option<Vec<_>> = named
        .map(|config| stated.change(config.range.clone(), &format!("\"{near}\"")))
        .collect();
    let mut changes = changes?.into_iter();
    let mut edit = Edit::risky(format!("name BackendConfig {near}"), changes.next()?);
    edit.changes.extend(changes);
    Some(edit)
}
