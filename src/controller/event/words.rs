//! Why something failed, as a part of a sentence: `the quota NETWORK_ENDPOINT_GROUPS is used up`.

use super::Decoded;
use super::cause::{BackendConfigFault, Cause, Conflicting, EndpointFault, Reported, Step};
use super::google::{Refusal, Refused};

/// The most characters of an unknown error that are quoted.
const MAX_QUOTED: usize = 120;

impl Reported<'_> {
    /// Why it failed, in a few words without a full stop: those of the error itself where it is not
    /// known; `None` where there are none.
    pub fn words(&self) -> Option<String> {
        match (&self.cause, self.step) {
            (Cause::Google(refused), Some(Step::ListEndpoints { .. }))
                if matches!(refused.refusal, Refusal::NotFound { .. }) =>
            {
                Some("somebody deleted it".to_owned())
            }
            (Cause::Google(refused), _) => Some(refusal(refused)),
            (Cause::Unknown, _) => Some(quoted(self.text)).filter(|_| !self.text.is_empty()),
            (Cause::Endpoint { fault, .. }, _) => Some(endpoint(*fault).to_owned()),
            (cause, _) => claim(cause)
                .or_else(|| surroundings(cause))
                .or_else(|| ingress(cause))
                .or_else(|| attachment(cause)),
        }
    }

    /// The same as the end of a sentence, `: the quota … is used up`; empty where there are none.
    pub fn why(&self) -> String {
        self.words()
            .map_or_else(String::new, |words| format!(": {words}"))
    }
}

impl Decoded<'_> {
    /// Why it failed, as the end of a sentence: the first of its errors that has words.
    pub fn why(&self) -> String {
        let mut reasons = self.causes.iter().map(Reported::why);
        reasons.find(|why| !why.is_empty()).unwrap_or_default()
    }
}

fn claim(cause: &Cause) -> Option<String> {
    let words = match cause {
        Cause::AnnotationInvalid => "it cannot read the annotation cloud.google.com/neg".to_owned(),
        Cause::PortNotInService { port } => {
            format!("exposed_ports names port {port}, which the Service does not have")
        }
        Cause::CustomNameWithIngress { .. } => {
            "the claim has both a name and \"ingress\": true".to_owned()
        }
        Cause::MergeConflict {
            port, difference, ..
        } => {
            let port = match *port {
                "" => "a port".to_owned(),
                port => format!("port {}", port.split_whitespace().next().unwrap_or(port)),
            };
            let what = match difference {
                Conflicting::Ports => "with two meanings",
                Conflicting::Names => "under two names",
                Conflicting::Modes | Conflicting::Unknown => "in two ways",
            };
            format!("an Ingress and exposed_ports want {port} {what}")
        }
        Cause::Ipv6Only => "the Service has IPv6 addresses only".to_owned(),
        Cause::ObjectName { name } => format!("{name:?} is no valid name"),
        Cause::NameTooLong => {
            "its name is too long for an additional subnet, beyond 56 characters".to_owned()
        }
        Cause::CustomNameForL4 => {
            "the NEG of a passthrough load balancer takes no custom name".to_owned()
        }
        _ => return None,
    };
    Some(words)
}

fn surroundings(cause: &Cause) -> Option<String> {
    let words = match cause {
        Cause::NetworkMissing { network } => format!("Network {network} does not exist"),
        Cause::NetworkParametersMissing { name } => {
            format!("GKENetworkParamSet {name} does not exist")
        }
        Cause::NetworkUnsupported => "its Network is not of a supported kind".to_owned(),
        Cause::WrongNetwork { .. } => {
            "it is in another network or subnet than the cluster".to_owned()
        }
        Cause::UnreadableDescription { neg } => {
            format!("the description of NEG {neg} is no JSON, and so names no owner")
        }
        Cause::NegOwned { neg, owner } => format!("NEG {neg} belongs to binding {owner}"),
        Cause::BindingBackend => "its backendRef names no Service".to_owned(),
        Cause::BindingPort { port, service } => format!("Service {service} has no port {port}"),
        Cause::BindingNetwork => "its Service is of an additional network".to_owned(),
        Cause::EndpointCounts { .. } => {
            "its endpoints are not as many as the EndpointSlices have".to_owned()
        }
        Cause::RetriesExceeded => "fifteen tries failed".to_owned(),
        Cause::ForwardingRuleMissing => "the Service's forwarding rule does not exist".to_owned(),
        Cause::AnnotationValue { annotation, value } => {
            format!("annotation {annotation} is {value:?}")
        }
        Cause::NoAnswer => "there was no answer in time".to_owned(),
        _ => return None,
    };
    Some(words)
}

fn ingress(cause: &Cause) -> Option<String> {
    let words = match cause {
        Cause::ServiceMissing { service } | Cause::TargetServiceMissing { service } => {
            format!("Service {service} does not exist")
        }
        Cause::IngressPortMissing { port, service } => {
            format!("Service {service} has no port {port}")
        }
        Cause::ServiceType {
            service,
            service_type,
        } => format!(
            "Service {service} has no NEGs, and being of type {service_type} no node ports either"
        ),
        Cause::AppProtocols { service, .. } => {
            format!("the annotation of Service {service} for the ports' protocols cannot be read")
        }
        Cause::BackendConfig {
            port,
            service,
            fault,
        } => match fault {
            BackendConfigFault::InvalidJson | BackendConfigFault::NoneNamed => {
                format!("cloud.google.com/backend-config of Service {service} names none")
            }
            BackendConfigFault::Missing | BackendConfigFault::Other => {
                format!("the BackendConfig for port {port} of Service {service} is not found")
            }
        },
        Cause::BackendConfigInvalid {
            namespace, name, ..
        } => format!("BackendConfig {namespace}/{name} is refused"),
        Cause::ResourceBackend => "a backend is of kind resource".to_owned(),
        Cause::DefaultBackend { service } => {
            format!("Service {service}, the default backend of the cluster, cannot be used")
        }
        Cause::PathType { path_type } => format!("path type {path_type} is not known"),
        Cause::Path {
            path_type,
            path: "",
        } => format!("a path of type {path_type} is empty"),
        Cause::Path { path_type, path } => {
            format!("path {path} of type {path_type} has a wildcard")
        }
        Cause::StaticAddress { name } => format!("no address {name} is reserved"),
        Cause::NothingToServe => "HTTP is off, and there is no certificate".to_owned(),
        Cause::NoSharedAddress => "HTTP and HTTPS have no address that they can share".to_owned(),
        Cause::RedirectRefused { by } if by.starts_with("L7 ILB") => {
            "an internal load balancer cannot redirect to HTTPS".to_owned()
        }
        Cause::RedirectRefused { .. } => {
            "a load balancer with names of the first scheme cannot redirect to HTTPS".to_owned()
        }
        _ => return None,
    };
    Some(words)
}

/// Of a `ServiceAttachment`.
fn attachment(cause: &Cause) -> Option<String> {
    let words = match cause {
        Cause::AddressMismatch => "the load balancer has another address than the Service's status",
        Cause::NatSubnets => "a subnet of spec.natSubnets does not exist",
        Cause::AttachmentTarget => "spec.resourceRef names no Service",
        Cause::AttachmentMoved => "it cannot change over to another load balancer",
        _ => return None,
    };
    Some(words.to_owned())
}

fn endpoint(fault: EndpointFault) -> &'static str {
    match fault {
        EndpointFault::NodeMissing => "it has no nodeName",
        EndpointFault::NodeNotFound => "its Node does not exist",
        EndpointFault::NoPodCidr => "its Node has no spec.podCIDR",
        EndpointFault::OtherSubnet => {
            "its Node is in another subnet than the cluster's default one"
        }
        EndpointFault::ZoneMissing => "its Node's spec.providerID tells no zone",
        EndpointFault::PodMissing => "it has no targetRef to a Pod",
        EndpointFault::PodNotFound => "its Pod does not exist",
        EndpointFault::PodTerminal => "its Pod has ended",
        EndpointFault::PodLabels => "its Pod's labels do not fit the selector",
        EndpointFault::Address => "its address is not one that its Pod can have",
        EndpointFault::ServiceNotFound => "its Service does not exist",
        EndpointFault::RefusedByGoogle => "Google Cloud refuses it",
        EndpointFault::Unknown => "the controller cannot use it",
    }
}

fn refusal(refused: &Refused) -> String {
    match &refused.refusal {
        Refusal::Quota { quota: "" } => "a quota is used up".to_owned(),
        Refusal::Quota { quota } => format!("the quota {quota} is used up"),
        Refusal::RateLimit => "there were too many requests".to_owned(),
        Refusal::Permission { permission: "", .. } => "a permission is missing".to_owned(),
        Refusal::Permission {
            permission,
            resource: "",
            ..
        } => format!("the permission {permission} is missing"),
        Refusal::Permission {
            permission,
            resource,
            ..
        } => format!("the permission {permission} on {resource} is missing"),
        Refusal::ApiDisabled { project } => format!("an API is disabled in project {project}"),
        Refusal::CrossProject => "the network is another project's and not shared".to_owned(),
        Refusal::NotFound { resource } => format!("{} does not exist", short(resource)),
        Refusal::AlreadyExists { resource } => format!("{} exists already", short(resource)),
        Refusal::InUse { resource, user } => {
            let user = match *user {
                "" => "something else".to_owned(),
                user => short(user),
            };
            format!("{} is used by {user}", short(resource))
        }
        Refusal::SecondInstanceGroup { instance } => {
            let node = instance.rsplit('/').next().unwrap_or(instance);
            format!("node {node} is in another instance group already")
        }
        Refusal::AddressInUse { address } => format!("address {address} is in use"),
        Refusal::InvalidName { name } => format!("{name:?} is no valid name"),
        Refusal::ForeignAddress { address, .. } => match *address {
            "" => "an address is not one of its Node's".to_owned(),
            address => format!("{address} is not an address of its Node"),
        },
        Refusal::NoProxyOnlySubnet => "there is no proxy-only subnet".to_owned(),
        Refusal::InvalidValue { field, value } => format!("{field} cannot be {value:?}"),
        Refusal::Conflict => "something else changed it at the same time".to_owned(),
        Refusal::Server => "Google Cloud failed".to_owned(),
        Refusal::Other => format!("Google Cloud says: {}", quoted(refused.message)),
    }
}

/// As it is, on one line.
fn quoted(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let plain = |char: char| if char.is_control() { ' ' } else { char };
    let mut short: String = text.chars().take(MAX_QUOTED).map(plain).collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        short.push('…');
    }
    short
}

/// `projects/p/global/backendServices/web` as `backend service web`.
fn short(resource: &str) -> String {
    let mut parts = resource.rsplit('/');
    match (parts.next(), parts.next()) {
        (Some("") | None, _) => "something".to_owned(),
        (Some(name), Some(collection)) => match collection {
            "networkEndpointGroups" => format!("NEG {name}"),
            "backendServices" => format!("backend service {name}"),
            "forwardingRules" => format!("forwarding rule {name}"),
            "subnetworks" => format!("subnet {name}"),
            collection => format!("{collection}/{name}"),
        },
        (Some(name), None) => name.to_owned(),
    }
}
