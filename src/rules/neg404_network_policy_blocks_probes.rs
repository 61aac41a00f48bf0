//! NEG404: network policies shut the health checks' ranges out of Pods behind a NEG.

use std::collections::BTreeMap;

use crate::cidr::IpRange;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::ingress::Ingress;
use crate::kind::network_policy::{IngressRule, NetworkPolicy};
use crate::kind::object::Object;
use crate::kind::service::TargetPort;
use crate::kind::workload::Workload;
use crate::world::{Behind, Joined, NegPort, Policies, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG404",
    slug: "network-policy-blocks-probes",
    severity: Severity::Error,
    reads: &[
        Kind::Service,
        Kind::Ingress,
        Kind::Gateway,
        Kind::Route,
        Kind::Workload,
        Kind::NetworkPolicy,
        Kind::VendorPolicy,
    ],
    follows: &[],
    check,
};

/// Where health checks, and most load balancers' requests, come from:
/// <https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges>.
const PROBES: [&str; 2] = ["35.191.0.0/16", "130.211.0.0/22"];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let policies = Policies::new(world);
    // Of a port that several workloads serve one finding is enough.
    let mut blocked = BTreeMap::new();
    for behind in world.behind_negs() {
        let isolating = policies.isolating(behind.workload);
        let Some(first) = isolating.first() else {
            continue;
        };
        for (service, port) in &behind.ports {
            let Some(block) = Block::new(&behind, *service, *port, &isolating) else {
                continue;
            };
            if let Err(missing) = policies.complete(&first.object) {
                verdicts.leave(missing.undecided(&ROW, &first.object, first.object.head()));
                continue;
            }
            let key = (
                first.object.subject(),
                service.object.subject(),
                port.port.port,
            );
            blocked.entry(key).or_insert_with(|| block.finding(first));
        }
    }
    verdicts.findings.extend(blocked.into_values());
}

/// A port that the probes do not reach.
struct Block<'b, 'w, 'd> {
    workload: &'w Workload<'d>,
    service: Joined<'w, 'd>,
    port: NegPort<'w, 'd>,
    /// The port of the Pod.
    number: i64,
    /// The ranges that are shut out, wholly or in part.
    ranges: Vec<&'static str>,
    policies: &'b [&'w NetworkPolicy<'d>],
}

impl<'b, 'w, 'd> Block<'b, 'w, 'd> {
    fn new(
        behind: &Behind<'w, 'd>,
        service: Joined<'w, 'd>,
        port: NegPort<'w, 'd>,
        policies: &'b [&'w NetworkPolicy<'d>],
    ) -> Option<Self> {
        let workload = behind.workload;
        let number = match port.port.target {
            TargetPort::Number(number) => number,
            TargetPort::Name(_) => workload.port_for(port.port)?.number,
        };
        let declared: Vec<_> = workload.ports().collect();
        let rules = policies.iter().flat_map(|policy| policy.ingress_rules());
        let rules = rules.filter(|rule| rule.opens(number, &declared));
        let admitted: Vec<_> = rules.flat_map(IngressRule::admits).collect();
        let shut = |cidr: &&str| {
            IpRange::new(cidr).is_some_and(|range| !range.without(&admitted).is_empty())
        };
        let ranges: Vec<_> = PROBES.into_iter().filter(shut).collect();
        (!ranges.is_empty() && port.port.protocol == "TCP").then_some(Self {
            workload,
            service,
            port,
            number,
            ranges,
            policies,
        })
    }

    fn finding(&self, first: &NetworkPolicy<'d>) -> Finding {
        let Object {
            kind_name, name, ..
        } = self.workload.object;
        let (service, number) = (self.service.object.name, self.number);
        let ranges = self.ranges.join(" and ");
        let message = format!(
            "NetworkPolicy {} lets no health check from {ranges} in to port {number} of {kind_name} \
             {name}: the NEG of Service {service} turns unhealthy",
            first.object.name
        );
        let partly = self.ranges.len() < PROBES.len();
        let head = |policy: &NetworkPolicy<'d>| {
            let entry = policy
                .object
                .spec()
                .and_then(|spec| spec.entry("podSelector"));
            entry.map_or_else(|| policy.object.head(), |(key, _)| key.place())
        };
        let primary = Label::new(head(first), format!("shuts {ranges} out of these Pods"));
        let mut finding = Finding::new(&ROW, &first.object, message, primary)
            .detail(format!("{service}:{}", self.port.port.port))
            .concerning(&self.service.object)
            .severity(if partly {
                Severity::Warning
            } else {
                Severity::Error
            })
            .because(
                self.port
                    .port
                    .target_node
                    .unwrap_or(self.port.port.port_node),
                format!("endpoints are asked on port {number}"),
            );
        for other in self.policies.iter().skip(1) {
            finding = finding.because(head(other), "selects them too, and lets none in either");
        }
        let finding = self.shut_doors(finding);
        let proxies = match self.port.ingress.map(Ingress::class) {
            Some(class) if class.needs_negs() => {
                "; requests come from the proxy-only subnet, which it must admit too"
            }
            _ => "",
        };
        finding.help(format!(
            "a load balancer with NEGs reaches the Pods themselves: admit {} by ipBlock to port \
             {number}{proxies}. A cluster that enforces no network policy ignores all this",
            PROBES.join(" and ")
        ))
    }

    /// Marks what each rule of the policies opens instead.
    fn shut_doors(&self, mut finding: Finding) -> Finding {
        let number = self.number;
        let declared: Vec<_> = self.workload.ports().collect();
        for rule in self
            .policies
            .iter()
            .flat_map(|policy| policy.ingress_rules())
        {
            let (key, text) = if rule.opens(number, &declared) {
                ("from", "does not hold the ranges")
            } else {
                ("ports", "opens other ports")
            };
            if let Some((key, _)) = rule.node.entry(key) {
                finding = finding.because(key, text);
            }
        }
        finding
    }
}
