//! Why something failed, from the error at the end of an event's or a condition's message.
//! Errors come wrapped (`failed to get NEG for service: …`) and in lists (`[a, b]`, `a; b`).

mod description;
mod known;
mod reported;

pub use self::description::Description;
pub use self::reported::{Reported, Step};
use super::google::Refused;

/// Why something failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause<'e> {
    /// The value of `cloud.google.com/neg` is not what the controller reads.
    AnnotationInvalid,
    /// `exposed_ports` names a port that the Service does not have.
    PortNotInService {
        /// The number.
        port: &'e str,
    },
    /// `ingress: true` together with a custom name.
    CustomNameWithIngress {
        /// `namespace/name` of the Service.
        service: &'e str,
    },
    /// The Ingress and `exposed_ports` want one port in two ways.
    MergeConflict {
        /// `spec.ports[].port`, empty where it cannot be read.
        port: &'e str,
        /// In what they differ.
        difference: Conflicting,
        /// As the Ingress wants it.
        existing: &'e str,
        /// As `exposed_ports` wants it.
        merged: &'e str,
    },
    /// The Service has IPv6 addresses only.
    Ipv6Only,
    /// The `ServiceNetworkEndpointGroup` of the wanted name belongs to something else.
    LabelConflict {
        /// Its namespace.
        namespace: &'e str,
        /// The name that both want.
        neg: &'e str,
        /// The label that differs.
        label: &'e str,
        /// The value that this Service needs there.
        want: &'e str,
        /// The value that stands there.
        have: &'e str,
        /// The Service that has it; empty if it is not told.
        owner: &'e str,
    },
    /// The API server refuses the NEG's name as the name of an object.
    ObjectName {
        /// The name.
        name: &'e str,
    },
    /// A custom name that leaves no room for the suffix of a further subnet.
    NameTooLong,
    /// A passthrough load balancer takes no custom name.
    CustomNameForL4,
    /// It passes by itself: an object that is just being deleted, a syncer that is restarting,
    /// two writers of one object.
    Passing,
    /// The Service selects a `Network` that does not exist.
    NetworkMissing {
        /// Its name.
        network: &'e str,
    },
    /// The `GKENetworkParamSet` of the Service's `Network` does not exist.
    NetworkParametersMissing {
        /// Its name.
        name: &'e str,
    },
    /// The Service's `Network` is not of a kind that load balancers support.
    NetworkUnsupported,
    /// `zones` names a zone of another region, so that the whole list is passed over.
    ZoneNotInRegion {
        /// The zone.
        zone: &'e str,
        /// The zones of the region, in quotes.
        zones: &'e str,
    },
    /// The region's zones could not be listed; nothing is wrong with the annotation.
    ZonesUnverifiable,
    /// The NEG of this name belongs to something else, as its description says.
    ForeignDescription {
        /// Its name.
        neg: &'e str,
        /// Its zone.
        zone: &'e str,
        /// What this Service would have written there.
        want: Box<Description<'e>>,
        /// What stands there.
        have: Box<Description<'e>>,
        /// Whether the owner is another Service or port of this cluster and namespace.
        same_namespace: bool,
    },
    /// A NEG of this name was made by hand, without a description that names its owner.
    EmptyDescription {
        /// Its name.
        neg: &'e str,
    },
    /// The description of a binding's NEG is not JSON.
    UnreadableDescription {
        /// Its name.
        neg: &'e str,
    },
    /// The binding's NEG is in another network or subnet than the cluster.
    WrongNetwork {
        /// Its name.
        neg: &'e str,
        /// Its zone.
        zone: &'e str,
    },
    /// One endpoint that does not do stops all updates of the NEG.
    Endpoint {
        /// What is wrong with it.
        fault: EndpointFault,
        /// Where it stands, if told.
        place: Option<EndpointPlace<'e>>,
        /// What follows the fault's own text, such as the node's name.
        detail: &'e str,
    },
    /// No endpoint is left, or not as many as the slices have. Also on a scale to zero.
    EndpointCounts {
        /// In the slices, if told.
        slices: Option<&'e str>,
        /// After the calculation, if told.
        calculated: Option<&'e str>,
    },
    /// Fifteen tries failed.
    RetriesExceeded,
    /// A label of a Pod is too long to be passed on.
    LabelTooLong,
    /// The Service of an Ingress backend does not exist.
    ServiceMissing {
        /// `namespace/name`
        service: &'e str,
    },
    /// The Service of an Ingress backend has no such port.
    IngressPortMissing {
        /// The port's name, or its number.
        port: &'e str,
        /// `namespace/name` of the Service.
        service: &'e str,
    },
    /// Without a NEG, an Ingress needs node ports.
    ServiceType {
        /// `namespace/name` of the Service.
        service: &'e str,
        /// `spec.type`
        service_type: &'e str,
    },
    /// The `app-protocols` annotation does not do.
    AppProtocols {
        /// `namespace/name` of the Service.
        service: &'e str,
        /// Why.
        error: &'e str,
    },
    /// The `BackendConfig` of a port cannot be had.
    BackendConfig {
        /// The port's name, or its number.
        port: &'e str,
        /// `namespace/name` of the Service.
        service: &'e str,
        /// Why.
        fault: BackendConfigFault,
    },
    /// A `BackendConfig` with values that contradict each other or are out of range.
    BackendConfigInvalid {
        /// Its namespace.
        namespace: &'e str,
        /// Its name.
        name: &'e str,
        /// Why.
        error: &'e str,
    },
    /// An Ingress backend of kind resource.
    ResourceBackend,
    /// The cluster's own default backend cannot be used.
    DefaultBackend {
        /// `namespace/name` of its Service.
        service: &'e str,
    },
    /// A path type that the controller does not know.
    PathType {
        /// `pathType`
        path_type: &'e str,
    },
    /// A path that does not suit its type.
    Path {
        /// `pathType`, in lower case.
        path_type: &'e str,
        /// The path; empty if it is empty.
        path: &'e str,
    },
    /// A TLS secret that does not exist or lacks one of its two parts.
    Secret {
        /// Its name.
        secret: &'e str,
        /// What it lacks; `None` if it does not exist.
        lacks: Option<&'e str>,
    },
    /// HTTP is switched off and there is no certificate: nothing is left to serve.
    NothingToServe,
    /// An internal Ingress wants HTTP and HTTPS and names no address that both could share.
    NoSharedAddress,
    /// An HTTPS redirect where the load balancer cannot have one.
    RedirectRefused {
        /// What cannot have one: `L7 ILB`, or the names of an old Ingress.
        by: &'e str,
    },
    /// The reserved address does not exist under this name and in this scope.
    StaticAddress {
        /// The name.
        name: &'e str,
    },
    /// The `FrontendConfig` does not exist.
    FrontendConfigMissing,
    /// A value of a Service annotation that Google Cloud would not take.
    AnnotationValue {
        /// The annotation.
        annotation: &'e str,
        /// The value.
        value: &'e str,
    },
    /// The forwarding rule of a Service is not there (yet).
    ForwardingRuleMissing,
    /// The address of the forwarding rule is not the Service's.
    AddressMismatch,
    /// A subnet for Private Service Connect cannot be found.
    NatSubnets,
    /// A `ServiceAttachment` refers to something that is no Service.
    AttachmentTarget,
    /// A `ServiceAttachment` cannot be led to another load balancer.
    AttachmentMoved,
    /// A Service, in the words of the PSC controller or of a binding, that does not exist.
    TargetServiceMissing {
        /// `namespace/name`
        service: &'e str,
    },
    /// A binding without a backend, or with one that is no Service.
    BindingBackend,
    /// The binding's port is not in `spec.ports[].port`.
    BindingPort {
        /// The number.
        port: &'e str,
        /// `namespace/name` of the Service.
        service: &'e str,
    },
    /// A binding cannot have a Service of another network.
    BindingNetwork,
    /// Another binding has the NEG.
    NegOwned {
        /// The NEG.
        neg: &'e str,
        /// `namespace/name` of the binding.
        owner: &'e str,
    },
    /// Google Cloud refused.
    Google(Refused<'e>),
    /// Google Cloud or the API server did not answer in time.
    NoAnswer,
    /// None of these.
    Unknown,
}

/// In what two wishes for one port differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflicting {
    /// The port's name or target.
    Ports,
    /// The NEG's name.
    Names,
    /// How endpoints are computed.
    Modes,
    /// It is not told.
    Unknown,
}

/// What makes an endpoint useless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndpointFault {
    /// `nodeName` is missing in the slice.
    NodeMissing,
    /// The node does not exist.
    NodeNotFound,
    /// The node has no `spec.podCIDR`.
    NoPodCidr,
    /// The node is in another subnet.
    OtherSubnet,
    /// The node's `spec.providerID` tells no zone.
    ZoneMissing,
    /// `targetRef` is missing in the slice.
    PodMissing,
    /// The Pod does not exist.
    PodNotFound,
    /// The Pod has ended.
    PodTerminal,
    /// The Pod's labels do not fit the Service's selector.
    PodLabels,
    /// The address is none, or not the Pod's, or outside the node's range.
    Address,
    /// The Service does not exist.
    ServiceNotFound,
    /// Google Cloud refuses it for attaching or detaching.
    RefusedByGoogle,
    /// Something else, in the detail.
    Unknown,
}

/// Where a bad endpoint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointPlace<'e> {
    /// Its addresses, in quotes.
    pub ips: &'e str,
    /// The namespace.
    pub namespace: &'e str,
    /// The `EndpointSlice`.
    pub slice: &'e str,
}

/// Why a `BackendConfig` cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackendConfigFault {
    /// The annotation is not JSON.
    InvalidJson,
    /// The annotation names none.
    NoneNamed,
    /// The one it names does not exist.
    Missing,
    /// Something else.
    Other,
}

impl<'e> Cause<'e> {
    /// The cause that an error tells; the first one that is known if it tells several.
    pub fn of(text: &'e str) -> Self {
        let mut causes = Reported::all(text).into_iter().map(|report| report.cause);
        let first = causes.find(|cause| *cause != Self::Unknown);
        first.unwrap_or(Self::Unknown)
    }

    /// Whether it heals by itself.
    pub fn passes(&self) -> bool {
        match self {
            Self::Passing | Self::NoAnswer | Self::ZonesUnverifiable => true,
            Self::Google(refused) => refused.passes(),
            _ => false,
        }
    }
}
