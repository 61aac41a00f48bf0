//! NEG642: a Service whose NEGs stand behind forwarding rules of others does not get their address.

use crate::controller::l4::LoadBalancerClass;
use crate::controller::rule_reference::CUSTOM_FORWARDING_RULE;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::kind::condition::Condition;
use crate::world::{GRACE, Joined, World, in_words};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG642",
    slug: "passthrough-neg-not-programmed",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &["NEG641"],
    check,
};

/// The condition, by its present name and its first one.
const PROGRAMMED: [&str; 2] = ["ExternalIPProgrammed", "IPProgrammed"];

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let object = &service.object;
        let class = LoadBalancerClass::of(service.spec_text("loadBalancerClass"));
        if class == LoadBalancerClass::StandaloneNeg
            && service.is_unchanged()
            && object.deletion().is_none()
        {
            verdicts.findings.extend(finding(world, service));
        }
    }
}

fn finding(world: &World<'_>, service: Joined<'_, '_>) -> Option<Finding> {
    let object = &service.service.object;
    let root = object.live?.root();
    let mut names = PROGRAMMED.iter();
    let condition = names.find_map(|name| Condition::find(root, name))?;
    let age = world.age(object, condition.since.max(object.changed()))?;
    if condition.status != "False" || age < GRACE {
        return None;
    }
    let (why, help) = meaning(condition.reason);
    let message = format!(
        "Service {} does not get the address of its forwarding rule: {}",
        object.name,
        why.unwrap_or(condition.message.trim_end_matches('.'))
    );
    let text = format!("{} for {}", condition.reason, in_words(age));
    let mut finding = Finding::new(&ROW, object, message, Label::new(condition.told(), text));
    if let Some(rules) = object.annotation(CUSTOM_FORWARDING_RULE) {
        finding = finding.because(rules.value, "the rules that it names");
    }
    Some(finding.help(help))
}

/// Why, in words, and what to do, by the condition's reason.
fn meaning(reason: &str) -> (Option<&'static str>, &'static str) {
    match reason {
        "BackendNotAttached" => (
            Some("none of its NEGs is in the backend service behind the rule"),
            "put the NEG of every zone, by the name in neg-status, into the backend service of the \
             forwarding rule (`gcloud compute backend-services add-backend`, or Terraform)",
        ),
        "NoForwardingRuleRef" => (
            Some("it names none"),
            "name the rules in the annotation networking.gke.io/custom-forwarding-rule",
        ),
        "InvalidForwardingRule" => (
            Some("what it names is no forwarding rule that can be used"),
            "name rules that exist in the cluster's project and region, with the protocol TCP, UDP or \
             L3_DEFAULT, an address and a backend service",
        ),
        "UnsupportedLBType" => (
            Some("the rule is not one of an external passthrough load balancer"),
            "name a rule whose load-balancing scheme is EXTERNAL and that leads to a backend service; \
             for an internal load balancer use class networking.gke.io/l4-regional-internal",
        ),
        "ProviderError" => (
            Some("Google Cloud fails, or refuses to show the rule"),
            "see the Service's events; the controller tries again",
        ),
        _ => (None, "see the Service's events"),
    }
}
