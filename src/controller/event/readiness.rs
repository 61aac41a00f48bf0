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
