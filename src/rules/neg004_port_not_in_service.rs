//! NEG004: `exposed_ports` names a port that the Service does not have.

use std::collections::HashMap;

use crate::controller::claim::ExposedPort;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::ServicePort;
use crate::remedy::Edit;
use crate::world::{Joined, MeantPort, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG004",
    slug: "port-not-in-service",
    severity: Severity::Error,
    reads: &[Kind::Service, Kind::Workload],
    follows: &[],
    check,
};

/// More labels than this show nothing new.
const MAX_LABELS: usize = 4;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| !service.object.partial) {
        let Some((inner, claim)) = service.claim() else {
            continue;
        };
        let mut wrong = Vec::new();
        let mut wanted: HashMap<i64, usize> = HashMap::new();
        for exposed in &claim.exposed {
            let number = i64::from(exposed.port);
            let serves = service.ports_numbered(number).next().is_some();
            let meant = service.meant_port(number).filter(|_| !serves);
            let port = meant.map_or(number, |meant| meant.port.port);
            *wanted.entry(port).or_default() += 1;
            if !serves {
                wrong.push((exposed, meant));
            }
        }
        for (exposed, meant) in wrong {
            // Two keys that would become one are for people to sort out.
            let sure = meant.filter(|meant| wanted.get(&meant.port.port) == Some(&1));
            let edit = sure.and_then(|sure| edit(inner, exposed, sure.port));
            let finding = finding(service, inner, exposed, meant);
            verdicts.find(help(finding, claim.exposed.len()).edit(edit));
        }
    }
}

fn finding(
    service: Joined<'_, '_>,
    inner: &Inner<'_>,
    exposed: &ExposedPort,
    meant: Option<MeantPort<'_, '_>>,
) -> Finding {
    let number = exposed.port;
    let name = service.object.name;
    let place = inner.place(exposed.key_range.clone());
    let message = format!("Service {name} exposes port {number}, but has no such port");
    let label = if (1..=65535).contains(&number) {
        "not a spec.ports[].port"
    } else {
        "no port number: those are 1 to 65535"
    };
    let mut finding =
        Finding::new(&ROW, &service.object, message, Label::new(place, label)).detail(number);
    let mut room = MAX_LABELS - 1;
    if let Some((node, what)) = meant.and_then(|meant| meant.taken_for) {
        let text = format!("{number} is {what}: exposed_ports takes the Service's");
        finding = finding.because(node, text);
        room -= 1;
    }
    match service.ports.as_slice() {
        [only] => finding = finding.because(only.port_node, "the Service's only port"),
        ports if ports.len() <= room => {
            for port in ports {
                finding = finding.because(port.port_node, "a port of the Service");
            }
        }
        ports => {
            let spec = service.object.spec();
            if let Some((key, _)) = spec.and_then(|spec| spec.entry("ports")) {
                let text = format!("{} ports, none of them {number}", ports.len());
                finding = finding.because(key, text);
            }
        }
    }
    finding
}

fn help(finding: Finding, claimed: usize) -> Finding {
    let others = match claimed {
        1 => "the Service gets no NEG",
        _ => "the controller refuses the whole annotation: its other ports get no NEG either",
    };
    finding.help(format!(
        "exposed_ports takes the Service's own ports; {others}, and NEGs that exist go stale"
    ))
}

fn edit(inner: &Inner<'_>, exposed: &ExposedPort, port: &ServicePort<'_>) -> Option<Edit> {
    let change = inner.change(exposed.key_range.clone(), &format!("\"{}\"", port.port))?;
    let title = format!("expose port {} instead of {}", port.port, exposed.port);
    Some(Edit::risky(title, change))
}
