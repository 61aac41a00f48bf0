//! What to do about a cause.

use super::google;
use crate::controller::event::cause::{
    BackendConfigFault, Cause, Conflicting, Description, EndpointFault, EndpointPlace, Reported,
};

pub(super) fn of(report: &Reported) -> Option<String> {
    if report.passes() {
        return Some(
            "wait some minutes, as the controller tries again by itself; if it goes on, see whether \
             something deletes or changes the same thing again and again (Terraform, a cleanup job), \
             and whether Google Cloud reports an outage"
                .to_owned(),
        );
    }
    match &report.cause {
        Cause::Google(refused) => google::of(refused),
        Cause::Endpoint {
            fault,
            place,
            detail,
        } => Some(endpoint(*fault, *place, detail)),
        cause => claim(cause)
            .or_else(|| ownership(cause))
            .or_else(|| ingress(cause))
            .or_else(|| frontend(cause))
            .or_else(|| target(cause)),
    }
}

fn claim(cause: &Cause) -> Option<String> {
    let advice = match cause {
        Cause::AnnotationInvalid => "correct the JSON of the annotation cloud.google.com/neg; \
             until then no NEG of the Service changes"
            .to_owned(),
        Cause::PortNotInService { port } => format!(
            "take port {port} out of exposed_ports in cloud.google.com/neg, or add it to \
             spec.ports[].port; until then endpoints of the other ports do not change either"
        ),
        Cause::CustomNameWithIngress { service } => format!(
            "remove either \"ingress\": true or the name in cloud.google.com/neg of Service \
             {service}"
        ),
        Cause::MergeConflict {
            port,
            difference,
            existing,
            merged,
        } => merge_conflict(port, *difference, existing, merged),
        Cause::Ipv6Only => "add IPv4 to spec.ipFamilies of the Service: NEGs need it".to_owned(),
        Cause::ZoneNotInRegion { zone, zones } => format!(
            "replace zone {zone} in cloud.google.com/neg by one of {zones}: one wrong zone, and \
             the whole list is passed over"
        ),
        Cause::NetworkMissing { network } => {
            format!("make the Network {network}, or correct networking.gke.io/network")
        }
        Cause::NetworkParametersMissing { name } => {
            format!("make the GKENetworkParamSet {name} that the Service's Network refers to")
        }
        Cause::NetworkUnsupported => {
            "use a Network of type L3 with a GKENetworkParamSet in the Service".to_owned()
        }
        Cause::NameTooLong => {
            "shorten the custom name to 56 characters: further subnets add a suffix".to_owned()
        }
        Cause::CustomNameForL4 => {
            "remove the custom name: the NEG of a passthrough load balancer takes none".to_owned()
        }
        Cause::ObjectName { name } => format!(
            "rename {name:?} in cloud.google.com/neg: lower case letters, digits and dashes only"
        ),
        _ => return None,
    };
    Some(advice)
}

fn merge_conflict(port: &str, difference: Conflicting, existing: &str, merged: &str) -> String {
    let port = if port.is_empty() { "the port" } else { port };
    match difference {
        Conflicting::Names => format!(
            "remove either \"ingress\": true or the name of {port} in cloud.google.com/neg: the \
             Ingress needs {existing}, exposed_ports wants {merged}"
        ),
        Conflicting::Ports => format!(
            "give {port} one meaning in spec.ports: {existing} and {merged} share the number, \
             mostly as TCP and UDP"
        ),
        Conflicting::Modes | Conflicting::Unknown => format!(
            "remove either \"ingress\": true or {port} in exposed_ports of cloud.google.com/neg: \
             they want it in two ways"
        ),
    }
}

fn ownership(cause: &Cause) -> Option<String> {
    let advice = match cause {
        Cause::LabelConflict {
            namespace,
            neg,
            label,
            want,
            have,
            owner,
        } => {
            let owner = if owner.is_empty() { have } else { owner };
            format!(
                "choose another NEG name than {neg}: ServiceNetworkEndpointGroup {namespace}/{neg} \
                 belongs to {owner} ({label} is {have}, not {want})"
            )
        }
        Cause::ForeignDescription {
            neg,
            zone,
            want,
            have,
            same_namespace,
        } => foreign(neg, zone, want, have, *same_namespace),
        Cause::EmptyDescription { neg } => format!(
            "delete NEG {neg}, which was made by hand, so that the controller makes its own; or \
             choose another name"
        ),
        Cause::UnreadableDescription { neg } => format!(
            "write the description of NEG {neg} as JSON with cluster-name, namespace and \
             backend-ref: that is how a binding finds that it may use it"
        ),
        Cause::WrongNetwork { neg, zone } => {
            format!("make NEG {neg} in {zone} again in the network and subnet of the cluster")
        }
        Cause::EndpointCounts { .. } => {
            "nothing after a scale to zero, or where IPv6 slices stand beside IPv4 ones; otherwise \
             look for endpoints without a Pod or a node in the Service's EndpointSlices"
                .to_owned()
        }
        Cause::NegOwned { neg, owner } => {
            format!("take NEG {neg} out of this binding, or out of {owner}")
        }
        _ => return None,
    };
    Some(advice)
}

fn foreign(
    neg: &str,
    zone: &str,
    want: &Description,
    have: &Description,
    same_namespace: bool,
) -> String {
    let owner = if !have.unreadable.is_empty() {
        have.unreadable.to_owned()
    } else if same_namespace || have.cluster_uid == want.cluster_uid {
        format!("Service {} port {}", have.service(), have.port)
    } else {
        format!(
            "Service {} of another cluster ({})",
            have.service(),
            have.cluster_uid
        )
    };
    format!(
        "choose another NEG name than {neg}, which belongs to {owner} in {zone}; if that is gone, \
         delete the NEG"
    )
}

fn endpoint(fault: EndpointFault, place: Option<EndpointPlace>, detail: &str) -> String {
    let which = place.map_or("the endpoint".to_owned(), |place| {
        format!(
            "endpoint {} of EndpointSlice {}/{}",
            place.ips.replace('"', ""),
            place.namespace,
            place.slice
        )
    });
    let what = match fault {
        EndpointFault::NodeMissing => "give it a nodeName (slices made by hand lack it)",
        EndpointFault::NodeNotFound => "its node does not exist any more",
        EndpointFault::NoPodCidr => "its node has no spec.podCIDR",
        EndpointFault::OtherSubnet => {
            "its node is in another subnet than the cluster's default one"
        }
        EndpointFault::ZoneMissing => "its node's spec.providerID tells no zone",
        EndpointFault::PodMissing => "give it a targetRef to its Pod",
        EndpointFault::PodNotFound => "its Pod does not exist any more",
        EndpointFault::PodTerminal => "its Pod has ended",
        EndpointFault::PodLabels => "its Pod's labels do not fit the Service's selector",
        EndpointFault::Address => "its address is not one that its Pod can have on its node",
        EndpointFault::ServiceNotFound => "its Service does not exist",
        EndpointFault::RefusedByGoogle => "Google Cloud refuses its data",
        EndpointFault::Unknown => "the controller cannot use it",
    };
    let detail = if detail.is_empty() {
        String::new()
    } else {
        format!(" ({detail})")
    };
    format!("repair or remove {which}: {what}{detail}")
}

fn ingress(cause: &Cause) -> Option<String> {
    let advice = match cause {
        Cause::ServiceMissing { service } => {
            format!("make Service {service}, or correct the backend's service.name")
        }
        Cause::IngressPortMissing { port, service } => format!(
            "add port {port} to Service {service}, or correct the backend's service.port: a name \
             is compared with names only"
        ),
        Cause::ServiceType {
            service,
            service_type,
        } => format!(
            "set cloud.google.com/neg: '{{\"ingress\": true}}' on Service {service}, or make it \
             NodePort instead of {service_type}"
        ),
        Cause::AppProtocols { service, error } => format!(
            "correct the app-protocols annotation of Service {service} to JSON of port names and \
             HTTP, HTTPS or HTTP2 ({error})"
        ),
        Cause::BackendConfig {
            port,
            service,
            fault,
        } => backend_config(port, service, *fault),
        Cause::BackendConfigInvalid {
            namespace,
            name,
            error,
        } => format!("correct BackendConfig {namespace}/{name}: {error}"),
        Cause::ResourceBackend => {
            "use a backend of kind service: this controller takes no resource".to_owned()
        }
        Cause::DefaultBackend { service } => format!(
            "give the Ingress a spec.defaultBackend of its own, or restore Service {service}"
        ),
        Cause::PathType { path_type } => {
            format!("use pathType ImplementationSpecific, Exact or Prefix instead of {path_type}")
        }
        Cause::Path {
            path_type,
            path: "",
        } => {
            format!("give every path of type {path_type} a path")
        }
        Cause::Path { path_type, path } => format!(
            "remove the * from path {path}, which a path of type {path_type} must not have, or use \
             ImplementationSpecific"
        ),
        _ => return None,
    };
    Some(advice)
}

fn backend_config(port: &str, service: &str, fault: BackendConfigFault) -> String {
    match fault {
        BackendConfigFault::InvalidJson | BackendConfigFault::NoneNamed => format!(
            "correct cloud.google.com/backend-config of Service {service}: \
             '{{\"default\": \"NAME\"}}' or '{{\"ports\": {{\"{port}\": \"NAME\"}}}}'"
        ),
        BackendConfigFault::Missing | BackendConfigFault::Other => format!(
            "make the BackendConfig that cloud.google.com/backend-config of Service {service} \
             names for port {port}, in the Service's namespace"
        ),
    }
}

fn frontend(cause: &Cause) -> Option<String> {
    let advice = match cause {
        Cause::Secret {
            secret,
            lacks: None,
        } => format!("make the TLS secret {secret} in the Ingress's namespace, or correct spec.tls"),
        Cause::Secret {
            secret,
            lacks: Some(lacks),
        } => format!("add the {lacks} to secret {secret}: it needs tls.crt and tls.key"),
        Cause::NothingToServe => {
            "add a certificate to the Ingress, or remove kubernetes.io/ingress.allow-http: \"false\""
                .to_owned()
        }
        Cause::NoSharedAddress => {
            "reserve an address with purpose SHARED_LOADBALANCER_VIP and name it in \
             kubernetes.io/ingress.regional-static-ip-name, or serve only one of HTTP and HTTPS"
                .to_owned()
        }
        Cause::RedirectRefused { by } if by.starts_with("L7 ILB") => {
            "take spec.redirectToHttps out of the FrontendConfig, and let the application redirect"
                .to_owned()
        }
        Cause::RedirectRefused { .. } => {
            "make the Ingress anew, which gives its load balancer names of the second scheme and \
             another address unless it is reserved; or take spec.redirectToHttps out of the \
             FrontendConfig"
                .to_owned()
        }
        Cause::StaticAddress { name } => format!(
            "reserve an address with the name {name}: global for an external Ingress, regional for \
             the others. The annotation takes a name, no address"
        ),
        Cause::AnnotationValue { annotation, value } => {
            format!("correct annotation {annotation}, which is {value:?}")
        }
        _ => return None,
    };
    Some(advice)
}

/// What a `ServiceAttachment` or a binding refers to.
fn target(cause: &Cause) -> Option<String> {
    let advice = match cause {
        Cause::ForwardingRuleMissing => {
            "wait until the target Service has its load balancer, or look at the Service's own \
             events"
                .to_owned()
        }
        Cause::AddressMismatch => {
            "wait until the Service's status shows its new address; if it stays, delete and make \
             the ServiceAttachment again"
                .to_owned()
        }
        Cause::AttachmentTarget => {
            "refer to a Service of type LoadBalancer in spec.resourceRef; for another front end, \
             such as a Gateway, make the service attachment in Google Cloud itself"
                .to_owned()
        }
        Cause::AttachmentMoved => {
            "delete the ServiceAttachment and make it again, which cuts off its consumers; or let \
             it refer to the former Service"
                .to_owned()
        }
        Cause::NatSubnets => {
            "make the subnets that spec.natSubnets names, with purpose PRIVATE_SERVICE_CONNECT, in \
             the region of the Service"
                .to_owned()
        }
        Cause::TargetServiceMissing { service } => {
            format!("make Service {service}, or correct the reference to it")
        }
        Cause::BindingBackend => {
            "refer to a Service in spec.backendRef of the binding: kind Service, with name and port"
                .to_owned()
        }
        Cause::BindingPort { port, service } => format!(
            "add port {port} to spec.ports of Service {service}; a binding's backendRef cannot be \
             changed, only made anew"
        ),
        Cause::BindingNetwork => {
            "use a Service of the cluster's default network in the binding".to_owned()
        }
        _ => return None,
    };
    Some(advice)
}
