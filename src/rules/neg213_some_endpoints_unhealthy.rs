//! NEG213: in some zone no endpoint is healthy, or a part of them is not.

use std::collections::BTreeMap;

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::world::{Probed, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG213",
    slug: "some-endpoints-unhealthy",
    severity: Severity::Warning,
    reads: &[Kind::BackendService, Kind::Neg, Kind::Endpoints],
    follows: &["NEG401", "NEG402", "NEG405", "NEG406", "NEG302"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.cloud().backend_services() {
        let probed = world.cloud().probed(&service).unwrap_or_default();
        let healthy = probed.iter().any(|it| it.state == Some("HEALTHY"));
        let bad: Vec<&Probed<'_>> = probed
            .iter()
            .filter(|it| it.state == Some("UNHEALTHY"))
            .collect();
        // Where none is healthy NEG212 speaks.
        if !healthy || bad.is_empty() {
            continue;
        }
        let mut zones: BTreeMap<String, usize> = BTreeMap::new();
        for it in &bad {
            *zones.entry(it.neg.link.location.to_string()).or_default() += 1;
        }
        let zones: Vec<String> = zones
            .iter()
            .map(|(zone, count)| format!("{count} in {zone}"))
            .collect();
        let message = format!(
            "{} of {} endpoints of {} are unhealthy ({})",
            bad.len(),
            probed.len(),
            cloud::called(&service),
            cloud::list(&zones),
        );
        let label = Label::new(service.head(), "sends to the others only");
        let mut finding = Finding::new(&ROW, &service, message, label).help(
            "look at the Pods at these addresses, and whether their nodes have the tags and the \
             service account that the firewall rule names",
        );
        for it in bad.iter().take(3) {
            let text = format!("{} is unhealthy", it.endpoint.address());
            finding = finding.because(it.endpoint.node, text);
        }
        verdicts.find(finding);
    }
}
