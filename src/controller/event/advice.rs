//! What to do, in words, about trouble that an event tells of.

mod cause;
mod google;

use super::{Cause, Decoded, FirewallChange, Gate, Meaning, Reported, Trouble};

/// The most causes of one event that are spoken of.
const MAX_CAUSES: usize = 3;

pub(super) fn of(decoded: &Decoded) -> Option<String> {
    let general = match decoded.meaning {
        Meaning::Trouble(Trouble::XpnFirewall) => xpn(decoded),
        Meaning::Trouble(Trouble::Recreated) => recreated(decoded),
        Meaning::Trouble(trouble) => general(trouble).to_owned(),
        Meaning::GateReleased(gate) => gate_released(gate, decoded)?,
        _ => return None,
    };
    // Two controllers wait for each other: a NEG that is not there yet is no cause by itself.
    let waits = decoded.meaning == Meaning::Trouble(Trouble::L4Link);
    let mut told: Vec<String> = Vec::new();
    for report in decoded.causes.iter().filter(|_| !waits) {
        let advice = cause::of(report);
        told.extend(advice.filter(|advice| !told.contains(advice)));
    }
    if told.is_empty() {
        return Some(general);
    }
    told.truncate(MAX_CAUSES);
    let endpoint = |report: &Reported| matches!(report.cause, Cause::Endpoint { .. });
    if decoded.meaning == Meaning::Trouble(Trouble::Sync) && decoded.causes.iter().any(endpoint) {
        told.push("one such endpoint stops all updates of the NEG".to_owned());
    }
    Some(told.join("; "))
}

/// What to do about one cause alone.
pub(super) fn of_report(report: &Reported) -> Option<String> {
    cause::of(report)
}

fn xpn(decoded: &Decoded) -> String {
    let command = decoded.command().unwrap_or_default();
    match decoded.firewall_change() {
        Some(FirewallChange::Delete) => format!(
            "ask somebody with rights in the host project to run `{command}`; \
             until then a rule stays behind that is no longer needed"
        ),
        _ => format!(
            "ask somebody with rights in the host project to run `{command}`, \
             unless another rule lets the load balancer and its health checks in already"
        ),
    }
}

fn recreated(decoded: &Decoded) -> String {
    format!(
        "NEG {:?} in {} was in another network or subnet than the cluster, and was deleted and \
         made again: check that every backend service that had it has the new one",
        decoded.neg().unwrap_or_default(),
        decoded.zone().unwrap_or_default()
    )
}

fn gate_released(gate: Gate, decoded: &Decoded) -> Option<String> {
    let negs = decoded.negs().collect::<Vec<_>>().join(", ");
    match gate {
        Gate::Healthy | Gate::OtherSubnet => None,
        Gate::NoNeg => Some(
            "if a Service with a NEG selects this Pod, it was made after the Pod: restart the \
             rollout, so that new Pods wait until the load balancer finds them healthy"
                .to_owned(),
        ),
        Gate::WithoutHealthCheck => Some(format!(
            "put NEG {negs} into a backend service with a health check; until then rollouts go on \
             without waiting for the load balancer"
        )),
        Gate::Timeout => Some(format!(
            "no health check found the Pod healthy in {negs}: let the health check ranges through \
             the firewall, and check that its path and port answer 200 on the Pod"
        )),
    }
}

/// What to do where the cause is not known.
fn general(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::ProcessService => {
            "repair what the message names in the Service; until then none of its NEGs changes"
        }
        Trouble::ProcessSkipped => {
            "if it lasts longer than a few minutes, check that the cluster has subsetting for \
             internal load balancers, then delete and make the Service again"
        }
        Trouble::ZonesIgnored => {
            "correct zones in the annotation cloud.google.com/neg; the whole list is passed over"
        }
        Trouble::ProcessBinding | Trouble::BindingBackend | Trouble::BindingAttach => {
            "correct what the message names in the NetworkEndpointGroupBinding or its Service"
        }
        Trouble::BindingOwnership => {
            "take the NEG out of one of the two bindings: a NEG belongs to one binding at a time"
        }
        Trouble::Sync => {
            "repair what the message names; until then the NEG keeps the endpoints that it has"
        }
        Trouble::Attach => {
            "look up what Google Cloud refuses in the message: all endpoints of this call are \
             missing in the NEG, up to 500"
        }
        Trouble::Detach => {
            "look up what Google Cloud refuses in the message: endpoints that are gone still get \
             traffic until health checks fail"
        }
        Trouble::RetriesExhausted => {
            "repair what earlier AttachFailed or DetachFailed events name; the next change of the \
             Service's endpoints, or the resync within ten minutes, tries again"
        }
        Trouble::Degraded => {
            "repair the endpoint that the message names; until then it is left out of the NEG. \
             A scale to zero does this too, and passes"
        }
        Trouble::NegNotDeleted => {
            "take the NEG out of every backend service that still has it; the controller deletes it \
             within two minutes then. Do not remove the finalizer by hand"
        }
        Trouble::NegLinkUnreadable => {
            "delete the NEG by hand, and take its entry out of the status of the \
             ServiceNetworkEndpointGroup"
        }
        trouble => load_balancer(trouble),
    }
}

fn load_balancer(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::ClassNotSupported => {
            "use the class that the message names in the annotation kubernetes.io/ingress.class"
        }
        Trouble::Translate => {
            "correct the backend that the message names: one bad backend stops the whole Ingress"
        }
        Trouble::IngressSync => {
            "repair what the message names; until then the load balancer stays as it is"
        }
        Trouble::Certificate => {
            "make the TLS secret that the message names, with tls.crt and tls.key"
        }
        Trouble::HttpOnly => {
            "make the secrets that spec.tls names: the load balancer serves HTTP only"
        }
        Trouble::FrontendConfig => {
            "make the FrontendConfig that networking.gke.io/v1beta1.FrontendConfig names, in the \
             Ingress's namespace"
        }
        Trouble::Cleanup => {
            "free what the message names: until it can be removed, the finalizer stays and the \
             object cannot go away"
        }
        Trouble::FrontendNotConfigured => {
            "reserve an address with purpose SHARED_LOADBALANCER_VIP and name it in \
             kubernetes.io/ingress.regional-static-ip-name, or serve only one of HTTP and HTTPS"
        }
        Trouble::TransparentHealthCheckOff => {
            "remove the annotation for transparent health checks: this cluster does not have them"
        }
        Trouble::TransparentHealthCheckOverridden => {
            "keep one of the two: the annotation for transparent health checks, or spec.healthCheck \
             of the BackendConfig, which wins"
        }
        Trouble::TransparentHealthCheckWithoutNeg => {
            "use NEGs for the Service (ingress: true in cloud.google.com/neg): transparent health \
             checks need them"
        }
        trouble => passthrough(trouble),
    }
}

fn passthrough(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::L4Link => {
            "nothing in the first minutes; later, look for events of the NEG controller that say \
             why the Service has no NEG"
        }
        Trouble::L4ClassConflict => {
            "remove the annotation networking.gke.io/load-balancer-type, or use the class for \
             internal load balancers in a new Service: this one got a public address"
        }
        Trouble::TargetPoolRace => {
            "delete the Service and make it again with the annotation cloud.google.com/l4-rbs from \
             the start"
        }
        Trouble::CannotMigrate => {
            "remove cloud.google.com/l4-rbs from the manifests, and make a new Service that has it \
             from the start"
        }
        Trouble::FinalizerRemoved => {
            "stop the tool that removes finalizers from the Service: parts of its load balancer are \
             left behind otherwise"
        }
        Trouble::NoForwardingRule => {
            "name a forwarding rule in the annotation networking.gke.io/custom-forwarding-rule"
        }
        Trouble::ForwardingRulesUnusable | Trouble::ForwardingRulesPartlyUsable => {
            "correct the forwarding rules that the message names"
        }
        Trouble::SettingWithoutEffect => {
            "remove the setting that the message names, or use it where it is supported"
        }
        Trouble::L4Sync => {
            "repair what the message names; until then the Service's load balancer stays as it is"
        }
        Trouble::ServiceAttachment | Trouble::ServiceAttachmentCleanup => {
            "correct what the message names in the ServiceAttachment, its Service or its subnets"
        }
        _ => "repair what the message names",
    }
}
