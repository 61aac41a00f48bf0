//! What events and conditions mean: trouble, its end, gates, and what is not known.
#![cfg(test)]

use neg_doctor::controller::event::{
    Cause, Decoded, EventText, FirewallChange, Gate, Meaning, Step, Trouble, condition, decode,
};

fn event<'e>(kind: &'e str, reason: &'e str, message: &'e str) -> Decoded<'e> {
    let component = match kind {
        "Service" => "neg-controller",
        "Pod" => "neg-readiness-reflector",
        _ => "loadbalancer-controller",
    };
    decode(&EventText {
        kind,
        event_type: "Warning",
        reason,
        component,
        message,
    })
    .unwrap()
}

#[test]
fn retries_and_degraded_mode() {
    let key = "shop/web-n-http/80-8080-GCE_VM_IP_PORT-L7";
    let retry = |error| format!("Failed to retry NEG sync for \"{key}\": {error}");
    let harmless = retry("retry handler is retrying");
    let bad = retry("maximum retry exceeded");
    assert_eq!(
        event("Service", "RetryFailed", &harmless).meaning,
        Meaning::Harmless
    );
    let decoded = event("Service", "RetryFailed", &bad);
    assert_eq!(decoded.meaning, Meaning::Trouble(Trouble::RetriesExhausted));
    assert_eq!(
        decoded.syncer_key().unwrap().port_name("web", "n"),
        Some("http")
    );
    let left = format!("NEG {key} is no longer in degraded mode");
    let decoded = event("Service", "ExitDegradedMode", &left);
    assert!(decoded.meaning.ends(Trouble::Degraded) && decoded.advice().is_none());
}

#[test]
fn a_pods_gate_is_read_from_event_and_condition() {
    let end = r#"Marking condition "cloud.google.com/load-balancer-neg-ready" to True."#;
    let without = format!(
        r#"Pod is in NEG "Key{{\"k8s1-a\", zone: \"us-central1-a\"}}". NEG is not attached to any BackendService with health checking. {end}"#
    );
    let reason = "LoadBalancerNegWithoutHealthCheck";
    let decoded = condition("Pod", reason, &without).unwrap();
    assert_eq!(decoded, event("Pod", reason, &without));
    assert_eq!(
        decoded.meaning,
        Meaning::GateReleased(Gate::WithoutHealthCheck)
    );
    assert_eq!(
        (decoded.neg(), decoded.zone()),
        (Some("k8s1-a"), Some("us-central1-a"))
    );

    let timeout = format!(
        "Timeout waiting for pod to become healthy in at least one of the NEG(s): [a b]. {end}"
    );
    let decoded = condition("Pod", "LoadBalancerNegTimeout", &timeout).unwrap();
    assert!(decoded.meaning.is_trouble());
    assert_eq!(decoded.negs().collect::<Vec<_>>(), ["a", "b"]);

    let healthy = format!(
        r#"Pod has become Healthy in NEG "Key{{\"a\", zone: \"z\"}}" attached to BackendService "Key{{\"b\"}}". {end}"#
    );
    let decoded = condition("Pod", "LoadBalancerNegReady", &healthy).unwrap();
    assert_eq!(decoded.meaning, Meaning::GateReleased(Gate::Healthy));
    assert_eq!(decoded.backend_service(), Some("b"));
    assert_eq!(condition("Pod", "ContainersReady", ""), None);
}

#[test]
fn conditions_of_negs_and_bindings() {
    let neg = |reason, message| condition("ServiceNetworkEndpointGroup", reason, message).unwrap();
    let failed = neg("NegSyncFailed", "failed to get EPS for service: x");
    assert_eq!(failed.meaning, Meaning::Trouble(Trouble::Sync));
    assert_eq!(failed.causes[0].step, Some(Step::ReadSlices));
    assert!(neg("NegSyncSuccessful", "").meaning.ends(Trouble::Sync));

    let owned = condition(
        "NetworkEndpointGroupBinding",
        "NEGOwnershipConflict",
        r#"NEG "n" is owned by "shop/first""#,
    );
    let cause = &owned.unwrap().causes[0].cause;
    assert_eq!(
        *cause,
        Cause::NegOwned {
            neg: "n",
            owner: "shop/first"
        }
    );
}

#[test]
fn a_firewall_command_is_given_whole() {
    let command = "gcloud compute firewall-rules create k8s-fw --network n --project host";
    let message = format!("Firewall change required by security admin: `{command}`");
    let decoded = decode(&EventText {
        kind: "Ingress",
        event_type: "Normal",
        reason: "XPN",
        component: "loadbalancer-controller",
        message: &message,
    })
    .unwrap();
    assert!(decoded.meaning.is_trouble());
    assert_eq!(decoded.command(), Some(command));
    assert_eq!(decoded.firewall_change(), Some(FirewallChange::Create));
}

#[test]
fn what_is_not_known_is_shown_whole() {
    let decoded = event("Service", "Brand", "new words");
    assert_eq!(
        (decoded.meaning, decoded.message),
        (Meaning::Unknown, "new words")
    );
    let nameless = EventText {
        kind: "Service",
        reason: "AttachFailed",
        message: "?",
        ..EventText::default()
    };
    assert_eq!(decode(&nameless).unwrap().meaning, Meaning::Unknown);
    let foreign = EventText {
        reason: "Killing",
        component: "kubelet",
        ..nameless
    };
    assert_eq!(decode(&foreign), None);
}
