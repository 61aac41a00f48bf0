//! The texts of errors, as far as they are constant.

mod ingress;

use super::{Cause, Conflicting, Description, EndpointFault, EndpointPlace};
use crate::controller::event::{
    google::{Refusal, Refused},
    pattern::{Parameters, begins_with, read},
};

/// An error's text and what it means.
struct Known {
    text: &'static str,
    cause: for<'e> fn(&Parameters<'e>) -> Cause<'e>,
}

const fn known(text: &'static str, cause: for<'e> fn(&Parameters<'e>) -> Cause<'e>) -> Known {
    Known { text, cause }
}

fn tables() -> impl Iterator<Item = &'static Known> {
    let annotation = CLAIM.iter().chain(OWNERSHIP);
    annotation.chain(ingress::KNOWN).chain(OTHERS)
}

/// The known error that a text is.
pub(super) fn at(text: &str) -> Option<Cause<'_>> {
    tables()
        .find_map(|known| Some((known.cause)(&read(known.text, text)?)))
        .or_else(|| endpoint(text, None))
        .or_else(|| Refused::at(text).map(Cause::Google))
}

/// Whether a text begins with a known error, whatever follows it.
pub(super) fn begins(text: &str) -> bool {
    tables().any(|known| begins_with(known.text, text))
        || FAULTS.iter().any(|(start, _)| text.starts_with(start))
        || text.starts_with("googleapi: ")
}

/// What a text that begins with nothing known tells by a word in its middle.
pub(super) fn within(text: &str) -> Cause<'_> {
    const NO_ANSWER: [&str; 4] = [
        "context deadline exceeded",
        "i/o timeout",
        "connection refused",
        "connection reset",
    ];
    if let Some(refused) = Refused::within(text) {
        return Cause::Google(refused);
    }
    if NO_ANSWER.iter().any(|words| text.contains(words)) {
        return Cause::NoAnswer;
    }
    if text.contains("the object has been modified") {
        return Cause::Passing;
    }
    if text.contains("failed to find forwarding rule") {
        return Cause::ForwardingRuleMissing;
    }
    if text.contains("failed to merge service ports") {
        return Cause::MergeConflict {
            port: "",
            difference: Conflicting::Unknown,
            existing: "",
            merged: "",
        };
    }
    Cause::Unknown
}

/// What is wrong with an endpoint, by the beginning of the error's text.
const FAULTS: &[(&str, EndpointFault)] = &[
    (
        "endpoint has missing nodeName field",
        EndpointFault::NodeMissing,
    ),
    (
        "endpoint corresponds to an non-existing node",
        EndpointFault::NodeNotFound,
    ),
    (
        "endpoint corresponds to a node with PodCIDR not set",
        EndpointFault::NoPodCidr,
    ),
    ("Node not in default subnet", EndpointFault::OtherSubnet),
    (
        "endpoint has missing zone field",
        EndpointFault::ZoneMissing,
    ),
    ("endpoint has missing pod field", EndpointFault::PodMissing),
    (
        "endpoint corresponds to an non-existing pod",
        EndpointFault::PodNotFound,
    ),
    (
        "endpoint corresponds to a terminal pod",
        EndpointFault::PodTerminal,
    ),
    (
        "endpoint corresponds to a pod with labels not matching",
        EndpointFault::PodLabels,
    ),
    ("endpoint has an invalid IP address", EndpointFault::Address),
    (
        "endpoint has an IP that does not correspond to its pod",
        EndpointFault::Address,
    ),
    (
        "endpoint corresponds to a pod with IP out of PodCIDR range",
        EndpointFault::Address,
    ),
    (
        "endpoint corresponds to a non-existent service",
        EndpointFault::ServiceNotFound,
    ),
    (
        "endpoint information for attach operation is incorrect",
        EndpointFault::RefusedByGoogle,
    ),
    (
        "endpoint information for detach operation is incorrect",
        EndpointFault::RefusedByGoogle,
    ),
];

fn endpoint<'e>(text: &'e str, place: Option<EndpointPlace<'e>>) -> Option<Cause<'e>> {
    let (rest, fault) = FAULTS
        .iter()
        .find_map(|(start, fault)| Some((text.strip_prefix(start)?, *fault)))?;
    let detail = rest.trim_start_matches([':', ' ']);
    // Google Cloud's own words say more.
    if let (EndpointFault::RefusedByGoogle, Some(refused)) = (fault, Refused::at(detail)) {
        return Some(Cause::Google(refused));
    }
    Some(Cause::Endpoint {
        fault,
        place,
        detail,
    })
}

fn placed_endpoint<'e>(it: &Parameters<'e>) -> Cause<'e> {
    let place = EndpointPlace {
        ips: it.text("ips"),
        namespace: it.text("namespace"),
        slice: it.text("slice"),
    };
    let detail = it.text("fault");
    endpoint(detail, Some(place)).unwrap_or(Cause::Endpoint {
        fault: EndpointFault::Unknown,
        place: Some(place),
        detail,
    })
}

/// The annotation and its ports.
static CLAIM: &[Known] = &[
    known("NEG annotation is invalid.{rest}", |_| {
        Cause::AnnotationInvalid
    }),
    known(
        r#"port {port} specified in "cloud.google.com/neg" doesn't exist in the service{rest}"#,
        |it| Cause::PortNotInService {
            port: it.text("port"),
        },
    ),
    known(
        "configuration for negs in service ({service}) is invalid, custom neg name cannot be used with ingress enabled",
        |it| Cause::CustomNameWithIngress {
            service: it.text("service"),
        },
    ),
    known(
        r#"for service port {port}, port tuple in existing map is "{existing}", but the merge map has "{merged}""#,
        |it| merge_conflict(it, Conflicting::Ports),
    ),
    known(
        r#"for service port {port}, NEG name in existing map is "{existing}", but the merge map has "{merged}""#,
        |it| merge_conflict(it, Conflicting::Names),
    ),
    known(
        "For service port {port}, Existing map has Calculator mode {existing}, but the merge map has {merged}",
        |it| merge_conflict(it, Conflicting::Modes),
    ),
    known("NEG is not supported for ipv6 only service{rest}", |_| {
        Cause::Ipv6Only
    }),
    known("Service not found", |_| Cause::Passing),
    known("NEG syncer for {syncer_key} is shutting down", |_| {
        Cause::Passing
    }),
    known("NEG syncer for {syncer_key} is already running", |_| {
        Cause::Passing
    }),
    known("network {network} does not exist", |it| {
        Cause::NetworkMissing {
            network: it.text("network"),
        }
    }),
    known("GKENetworkParamSet {name} was not found", |it| {
        Cause::NetworkParametersMissing {
            name: it.text("name"),
        }
    }),
    known("network.Spec.{rest}", |_| Cause::NetworkUnsupported),
    known(
        r#"incorrect value: zone "{zone}" is not in the cluster's region zones: [{zones}]"#,
        |it| Cause::ZoneNotInRegion {
            zone: it.text("zone"),
            zones: it.text("zones"),
        },
    ),
    known(
        "unable to verify preprovisioning zones values because {rest}",
        |_| Cause::ZonesUnverifiable,
    ),
];

fn merge_conflict<'e>(it: &Parameters<'e>, difference: Conflicting) -> Cause<'e> {
    Cause::MergeConflict {
        port: it.text("port").trim_matches(['{', '}']),
        difference,
        existing: it.text("existing"),
        merged: it.text("merged"),
    }
}

/// Names, and whose they are.
static OWNERSHIP: &[Known] = &[
    // The glued `ervice` is the controller's own slip.
    known(
        "Neg {namespace}/{neg} has a label mismatch. Expected key {label} to have the value {want} but found {have}. Neg is likely taken by {owner}ervice. Please {rest}",
        label_conflict,
    ),
    known(
        "Neg {namespace}/{neg} has a label mismatch. Expected key {label} to have the value {want} but found {have}. {rest}",
        label_conflict,
    ),
    known(
        r#"ServiceNetworkEndpointGroup.networking.gke.io "{name}" is invalid: metadata.name: {rest}"#,
        |it| Cause::ObjectName {
            name: it.text("name"),
        },
    ),
    known("custom NEG name exceeds 56 characters limit", |_| {
        Cause::NameTooLong
    }),
    known("Custom NEG is not allowed for L4", |_| {
        Cause::CustomNameForL4
    }),
    known(
        r#"found conflicting description in neg {neg}: NEG is used by another syncer in the same cluster and namespace: expected description of NEG object "{zone}"/"{name}" to be {want}, but got {have}"#,
        |it| foreign_description(it, true),
    ),
    known(
        r#"found conflicting description in neg {neg}: expected description of NEG object "{zone}"/"{name}" to be {want}, but got {have}"#,
        |it| foreign_description(it, false),
    ),
    known(
        "found a custom named neg {neg} with an empty description",
        |it| Cause::EmptyDescription {
            neg: it.text("neg"),
        },
    ),
    known(
        "Error unmarshalling Neg Description {neg} err:{rest}",
        |it| Cause::UnreadableDescription {
            neg: it.text("neg"),
        },
    ),
    known(
        "NEG {neg} in zone {zone} does not match network and subnetwork of the cluster{rest}",
        |it| Cause::WrongNetwork {
            neg: it.text("neg"),
            zone: it.text("zone"),
        },
    ),
    known(
        "unexpected error when getting {what} for endpoint [{ips}] in endpoint slice {namespace}/{slice}: {fault}",
        placed_endpoint,
    ),
    known(
        "endpoint counts from endpointData and endpointPodMap should be equal: Detect endpoint mismatch, count from endpoint slice={slices}, count after calculation={calculated}",
        |it| Cause::EndpointCounts {
            slices: it.get("slices"),
            calculated: it.get("calculated"),
        },
    ),
    known("endpoint count{rest}", |_| Cause::EndpointCounts {
        slices: None,
        calculated: None,
    }),
    known(r#"NEG "{neg}" is owned by "{owner}""#, |it| {
        Cause::NegOwned {
            neg: it.text("neg"),
            owner: it.text("owner"),
        }
    }),
];

fn label_conflict<'e>(it: &Parameters<'e>) -> Cause<'e> {
    Cause::LabelConflict {
        namespace: it.text("namespace"),
        neg: it.text("neg"),
        label: it.text("label"),
        want: it.text("want"),
        have: it.text("have"),
        owner: it.text("owner"),
    }
}

fn foreign_description<'e>(it: &Parameters<'e>, same_namespace: bool) -> Cause<'e> {
    Cause::ForeignDescription {
        neg: it.text("neg"),
        zone: it.text("zone"),
        want: Box::new(Description::of(it.text("want"))),
        have: Box::new(Description::of(it.text("have"))),
        same_namespace,
    }
}

/// Retries, Private Service Connect and bindings.
static OTHERS: &[Known] = &[
    known("maximum retry exceeded", |_| Cause::RetriesExceeded),
    known("label is truncated: {rest}", |_| Cause::LabelTooLong),
    known("failed to truncate label: {rest}", |_| Cause::LabelTooLong),
    known("failed to find nat subnets: {rest}", |_| Cause::NatSubnets),
    known(
        "forwarding rule does not have matching IPAddr{rest}",
        |_| Cause::AddressMismatch,
    ),
    known(
        "failed to get Forwarding Rule {rule}: {error}",
        forwarding_rule,
    ),
    known("failed to get Service {service}: {rest}", target_service),
    known("errored getting service {service}: {rest}", target_service),
    known("service not found in cache: {service}", target_service),
    known(
        "invalid resource reference {kind}, kind must be {rest}",
        |_| Cause::AttachmentTarget,
    ),
    known(
        "serviceAttachment target service cannot be updated{rest}",
        |_| Cause::AttachmentMoved,
    ),
    known("BackendRef is nil", |_| Cause::BindingBackend),
    known("unsupported BackendRef Kind{rest}", |_| {
        Cause::BindingBackend
    }),
    known("port {port} not found in service {service} spec", |it| {
        Cause::BindingPort {
            port: it.text("port"),
            service: it.text("service"),
        }
    }),
    known("NEGBinding does not support multi-network{rest}", |_| {
        Cause::BindingNetwork
    }),
];

fn forwarding_rule<'e>(it: &Parameters<'e>) -> Cause<'e> {
    match Refused::at(it.text("error")) {
        Some(refused) if !matches!(refused.refusal, Refusal::NotFound { .. }) => {
            Cause::Google(refused)
        }
        _ => Cause::ForwardingRuleMissing,
    }
}

fn target_service<'e>(it: &Parameters<'e>) -> Cause<'e> {
    Cause::TargetServiceMissing {
        service: it.text("service"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of errors is parted where a known one begins: a hole must not begin one.
    #[test]
    fn every_text_begins_with_words() {
        for Known { text, .. } in tables() {
            let opening = text.split('{').next().unwrap();
            assert!(opening.len() >= 4, "{text}");
        }
    }
}
