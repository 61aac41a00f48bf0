//! NEG021: NEGs for a Service that has IPv6 addresses only.

use crate::document::Node;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::service::{Service, ServiceType};
use crate::world::World;

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG021",
    slug: "ipv6-only-service",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services().filter(|service| !service.object.partial) {
        let Some((_, claim)) = service.claim() else {
            continue;
        };
        let (Some(family), Some(neg)) = (only_ipv6(&service), service.neg) else {
            continue;
        };
        if !claim.has_effect() {
            continue;
        }
        let message = format!(
            "Service {} is IPv6-only: the controller refuses it, so no port gets a NEG",
            service.object.name
        );
        let label = Label::new(family, "its only address family");
        let mut finding =
            Finding::new(&ROW, &service.object, message, label).because(neg.key, "asks for NEGs");
        if let Some(policy) = service
            .object
            .spec()
            .and_then(|spec| spec.get("ipFamilyPolicy"))
        {
            finding = finding.because(policy, "one family");
        }
        verdicts.find(finding.help(
            "the endpoints of these NEGs have IPv4 addresses: make it a dual-stack Service \
             (ipFamilyPolicy: PreferDualStack, families IPv4 and IPv6) or an IPv4 one",
        ));
    }
}

/// The sole family where it is IPv6 and the controller takes the Service for an IPv6-only one.
/// Services of type LoadBalancer it lets through.
fn only_ipv6<'d>(service: &Service<'d>) -> Option<Node<'d>> {
    let has_no_other = matches!(
        service.service_type,
        ServiceType::ClusterIp | ServiceType::NodePort
    ) && service
        .spec_text("ipFamilyPolicy")
        .is_none_or(|policy| policy == "SingleStack");
    let mut families = service.object.spec()?.get("ipFamilies")?.items();
    let family = families.next().filter(|_| has_no_other)?;
    (family.text() == Some("IPv6") && families.next().is_none()).then_some(family)
}
