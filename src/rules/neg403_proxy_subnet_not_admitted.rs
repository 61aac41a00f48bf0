//! NEG403: the Envoys of a load balancer may not reach the Pods.

use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::world::{Admissions, Whence, World};

use super::admission::{Cause, Shut, concerning};
use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG403",
    slug: "proxy-subnet-not-admitted",
    severity: Severity::Error,
    reads: super::neg401_probes_not_admitted::READS,
    follows: &["NEG508"],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for of in world.cloud().admissions() {
        for draining in [false, true] {
            if let Some(shut) = Shut::proxies(world, of, draining) {
                verdicts
                    .findings
                    .extend(finding(world, of, &shut, draining));
            }
        }
    }
}

fn finding(
    world: &World<'_>,
    of: &Admissions<'_>,
    shut: &Shut<'_, '_>,
    draining: bool,
) -> Option<Finding> {
    let service = &of.service;
    let first = shut.all.first()?;
    let Whence::Proxies(subnet) = first.from else {
        return None;
    };
    let (which, end) = if draining {
        (
            "draining proxy-only subnet",
            "requests fail until it is drained",
        )
    } else {
        (
            "proxy-only subnet",
            "health checks pass it by, and every request fails",
        )
    };
    let message = format!(
        "The Envoys of {} in {which} {} may not reach {} of {}: {end}",
        cloud::called(service),
        subnet.name(),
        shut.ports(),
        shut.nodes(),
    );
    let label = Label::new(subnet.place_of("ipCidrRange"), "is not let in");
    let mut finding = Finding::new(&ROW, service, message, label)
        .detail(if draining { "draining" } else { "" })
        .because(first.endpoint.node, "an endpoint that they speak to")
        .help("let in the proxy-only subnet beside the ranges of the probes");
    if draining {
        finding = finding.severity(Severity::Warning);
    }
    let run = match &shut.cause {
        Cause::Rule(rule) => {
            let words = format!("{} keeps them out", rule.called());
            finding = finding.because(rule.place_of("priority"), words);
            None
        }
        Cause::Targets(rule) => {
            finding = finding.because(rule.place_of("targetTags"), "is for other nodes");
            shut.open(world, service)
        }
        Cause::ServicePort(rule, _) => {
            finding = finding.because(rule.place_of("allowed"), "opens other ports");
            shut.open(world, service)
        }
        Cause::Nothing(_) => shut.open(world, service),
    };
    Some(concerning(world, service, finding.run(run)))
}
