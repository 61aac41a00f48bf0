//! The events of the controller of Services of class `standalone-passthrough-lb-neg`, which have NEGs
//! behind forwarding rules that somebody else makes. Its words changed in its first year.

use super::{
    Format, LOAD_BALANCER_CONTROLLER, Meaning, Table,
    l4::ENSURED,
    meaning::Trouble::{ForwardingRulesPartlyUsable, ForwardingRulesUnusable, NoForwardingRule},
};
use Meaning::Trouble;

pub(super) static SERVICE: Table = Table {
    kind: "Service",
    component: LOAD_BALANCER_CONTROLLER,
    formats: &[
        Format::new(
            &["SyncLoadBalancerSuccessful"],
            "standalone",
            "Successfully ensured Standalone NEG LoadBalancer resources",
            ENSURED,
        ),
        Format::new(
            &["NoForwardingRuleRef"],
            "no-reference",
            "Service has no forwarding rule reference",
            Trouble(NoForwardingRule),
        ),
        Format::new(
            &["ForwardingRuleUnusable"],
            "none-usable",
            "Could not use any Forwarding Rule: {error}",
            Trouble(ForwardingRulesUnusable),
        ),
        Format::new(
            &["ForwardingRuleUnusable"],
            "some-unusable",
            "Could not use all Forwarding Rules: {error}",
            Trouble(ForwardingRulesPartlyUsable),
        ),
        Format::new(
            &["ForwardingRuleUnusable", "ForwardingRulesLimitExceeded"],
            "too-many",
            "Up to {limit} forwarding rules are supported. Skipping remaining forwarding rules ({rules})",
            Trouble(ForwardingRulesPartlyUsable),
        ),
        Format::new(
            &["SyncLoadBalancerSuccessful"],
            "programmed",
            "Successfully programmed Standalone NEG LoadBalancer IP(s)",
            ENSURED,
        ),
        Format::new(
            &["ForwardingRuleUnusable"],
            "none-could-be-used",
            "None of the Forwarding Rules could be used: {error}",
            Trouble(ForwardingRulesUnusable),
        ),
        Format::new(
            &["ForwardingRuleUnusable"],
            "some-could-not-be-used",
            "Some Forwarding Rules could not be used: {error}",
            Trouble(ForwardingRulesPartlyUsable),
        ),
    ],
};
