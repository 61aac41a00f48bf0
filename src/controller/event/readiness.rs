//! What the readiness reflector says of a Pod: the reason and message of its event are those of
//! the condition `cloud.google.com/load-balancer-neg-ready`.

use super::{Format, Gate, Meaning, READINESS_REFLECTOR, Table};
use Meaning::{GateReleased, GateWaiting};

pub(super) static POD: Table = Table {
    kind: "Pod",
    component: READINESS_REFLECTOR,
    formats: &[
        Format::new(
            &["LoadBalancerNegReady"],
            "healthy",
            r#"Pod has become Healthy in NEG "{neg}" attached to BackendService "{backend_service}". Marking condition "cloud.google.com/load-balancer-neg-ready" to True."#,
            GateReleased(Gate::Healthy),
        ),
        Format::new(
            &["LoadBalancerNegReady"],
            "no-neg",
            r#"Pod does not belong to any NEG. Marking condition "cloud.google.com/load-balancer-neg-ready" to True."#,
            GateReleased(Gate::NoNeg),
        ),
        Format::new(
            &["LoadBalancerNegReady"],
            "other-subnet",
            r#"Pod belongs to a node in non-default subnet. Marking condition "cloud.google.com/load-balancer-neg-ready" to True."#,
            GateReleased(Gate::OtherSubnet),
        ),
        Format::new(
            &["LoadBalancerNegWithoutHealthCheck"],
            "no-health-check",
            r#"Pod is in NEG "{neg}". NEG is not attached to any BackendService with health checking. Marking condition "cloud.google.com/load-balancer-neg-ready" to True."#,
            GateReleased(Gate::WithoutHealthCheck),
        ),
        Format::new(
            &["LoadBalancerNegTimeout"],
            "timeout",
            r#"Timeout waiting for pod to become healthy in at least one of the NEG(s): [{negs}]. Marking condition "cloud.google.com/load-balancer-neg-ready" to True."#,
            GateReleased(Gate::Timeout),
        ),
        Format::new(
            &["LoadBalancerNegNotReady"],
            "waiting",
            "Waiting for pod to become healthy in at least one of the NEG(s): [{negs}]",
            GateWaiting,
        ),
        Format::new(
            &["LoadBalancerNegNotReady"],
            "node-unknown",
            "Unable to determine the pod's node name.",
            GateWaiting,
        ),
        Format::new(
            &["LoadBalancerNegNotReady"],
            "subnet-unknown",
            "Unable to determine if the pod is in the default subnet.",
            GateWaiting,
        ),
    ],
};

/// The name in a resource's key as the reflector prints it: `Key{\"name\", zone: \"z\"}`, with its
/// quotes escaped or not. What is no key is a name already.
pub(super) fn key_name(text: &str) -> &str {
    let inner = text.strip_prefix("Key{").and_then(unescaped);
    inner.unwrap_or(text)
}

/// The zone in such a key.
pub(super) fn key_zone(text: &str) -> Option<&str> {
    let (_, zone) = text.split_once("zone: ")?;
    unescaped(zone)
}

/// What stands in the quotes that a text begins with.
fn unescaped(text: &str) -> Option<&str> {
    let text = text.trim_start_matches('\\').strip_prefix('"')?;
    text.split(['\\', '"']).next()
}
