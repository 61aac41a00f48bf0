//! NEG640: a Service that has standalone NEGs only names a BackendConfig, which nothing reads.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG640",
    slug: "backendconfig-unread",
    severity: Severity::Warning,
    reads: &[Kind::Service, Kind::Ingress, Kind::Route, Kind::Gateway],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| is_standalone(*service)) {
        let object = &service.object;
        let Some(stated) = service.backend_configs() else {
            continue;
        };
        // What the Ingress controller refuses is another matter.
        let Some(configs) = stated.decoded.ok().filter(|it| !it.is_empty()) else {
            continue;
        };
        let key = stated.annotation.key;
        if let Err(missing) = world.whole(Kind::Ingress, object) {
            verdicts.leave(missing.undecided(&ROW, object, key));
            continue;
        }
        let ports = configs.ports.values().map(|port| &port.config.value);
        let name = configs.default_name().map(|default| &default.value);
        let name = name.or_else(|| ports.min()).map_or("", String::as_str);
        let message = format!(
            "Service {} names BackendConfig {name}, which only an Ingress reads, and none sends to it: nothing of it is in force for its standalone NEGs",
            object.name
        );
        let mut finding = Finding::new(&ROW, object, message, Label::new(key, "nothing reads it"));
        if let Some(neg) = service.neg {
            finding = finding.because(neg.value, "standalone NEGs only");
        }
        verdicts.find(finding.help(
            "set its time-out, health check and policies on the backend service that holds the \
             NEGs, and take the annotation out",
        ));
    }
}

/// True for a Service that somebody made for NEGs of load balancers made elsewhere, and for these
/// alone.
fn is_standalone(service: Joined<'_, '_>) -> bool {
    let object = &service.object;
    let made_by_hand = object.controller().is_none() && !object.name.starts_with("mci-");
    let claims = service
        .claim()
        .is_some_and(|(_, claim)| !claim.exposed.is_empty() && !claim.for_ingress());
    let mut ingresses = service.ingresses();
    made_by_hand
        && claims
        && !object.partial
        && object.deletion().is_none()
        && !ingresses.any(|(ingress, _)| ingress.object.partial || ingress.class().is_managed())
        && service.gke_routes().next().is_none()
}
