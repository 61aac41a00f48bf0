//! What the controllers say when they refuse: the reasons and texts of their events, word for
//! word, so that a live event can be recognised by them.

use std::fmt;

use super::{
    input::{PortRef, ServicePort},
    names::NegName,
};

/// Something that a controller refuses to do, as the Service's or Ingress's event says it.
/// `Display` gives the event's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The Service, `namespace/name`.
    pub service: String,
    /// Why.
    pub cause: Cause,
}

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The annotation's value is not what Go's decoder takes.
    AnnotationInvalid,
    /// `exposed_ports` has numbers that no `spec.ports[].port` has, in rising order.
    PortsNotInService(Vec<i32>),
    /// `ingress: true` together with a custom name.
    CustomNameWithIngress,
    /// One port is wanted in two ways that differ. With TCP and UDP on one number this depends on
    /// the order of a Go map, and comes and goes from pass to pass.
    MergeConflict {
        /// `spec.ports[].port`
        port: i32,
        /// In what they differ.
        difference: Difference,
    },
    /// The Service has IPv6 addresses only.
    Ipv6OnlyUnsupported,
    /// The `ServiceNetworkEndpointGroup` of the wanted name belongs to something else.
    LabelConflict(Box<LabelConflict>),
    /// A custom name that does not do. The controller does not look; others refuse it.
    NegNameInvalid {
        /// `spec.ports[].port`
        port: i32,
        /// The name.
        name: NegName,
        /// Who refuses it.
        refused_by: RefusedBy,
    },
    /// Without NEGs an Ingress needs a Service with node ports.
    BadServiceType(String),
    /// An Ingress refers to a port that the Service does not have.
    IngressPortNotFound {
        /// The name, or empty.
        name: String,
        /// The number, or 0.
        number: i32,
    },
    /// The value of an `app-protocols` annotation; the text is Go's only where it is a protocol
    /// that is refused, and ours where the JSON is.
    AppProtocolsInvalid(String),
}

/// In what two wishes for one port differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The port's name or target.
    Ports {
        /// As the Ingress has it: `{name}/{port}-{targetPort}`.
        existing: String,
        /// As `exposed_ports` has it.
        merged: String,
    },
    /// The NEG's name.
    Names {
        /// The automatic one.
        existing: String,
        /// The custom one.
        merged: String,
    },
}

/// A `ServiceNetworkEndpointGroup` that has another owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelConflict {
    /// `spec.ports[].port`
    pub port: i32,
    /// The name that both want.
    pub neg: String,
    /// The label that differs.
    pub label: &'static str,
    /// The value that this Service needs there.
    pub want: String,
    /// The value that stands there.
    pub have: String,
    /// The Service in the owner reference; empty if there is not just one.
    pub owner: String,
}

/// Who refuses a NEG's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedBy {
    /// The API server, as the name of a `ServiceNetworkEndpointGroup`.
    ApiServer,
    /// Compute Engine, as the name of a NEG.
    ComputeEngine,
}

impl Cause {
    /// A short name of the class of errors this belongs to.
    pub fn class(&self) -> &'static str {
        match self {
            Self::AnnotationInvalid => "annotation-invalid",
            Self::PortsNotInService(_) => "port-not-in-service",
            Self::CustomNameWithIngress => "custom-name-with-ingress",
            Self::MergeConflict { .. } => "port-tuple-conflict",
            Self::Ipv6OnlyUnsupported => "ipv6-only-unsupported",
            Self::LabelConflict(_) => "svcneg-label-conflict",
            Self::NegNameInvalid { .. } => "neg-name-invalid",
            Self::BadServiceType(_) => "bad-service-type",
            Self::IngressPortNotFound { .. } => "ingress-port-not-found",
            Self::AppProtocolsInvalid(_) => "app-protocols-invalid",
        }
    }

    /// The reason of the event: on the Service, or for `Translate` on the Ingress.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::BadServiceType(_)
            | Self::IngressPortNotFound { .. }
            | Self::AppProtocolsInvalid(_) => "Translate",
            Self::NegNameInvalid {
                refused_by: RefusedBy::ComputeEngine,
                ..
            } => "SyncNetworkEndpointGroupFailed",
            _ => "ProcessServiceFailed",
        }
    }

    /// Whether nothing is made or changed for the whole Service, not only for one port.
    pub fn stops_the_pass(&self) -> bool {
        !matches!(self, Self::LabelConflict(_) | Self::NegNameInvalid { .. })
    }

    pub(super) fn port_not_found(port: PortRef) -> Self {
        match port {
            PortRef::Name(name) => Self::IngressPortNotFound {
                name: name.to_owned(),
                number: 0,
            },
            PortRef::Number(number) => Self::IngressPortNotFound {
                name: String::new(),
                number,
            },
        }
    }
}

impl Rejection {
    /// The error's own text, which the event's message wraps.
    pub fn error(&self) -> String {
        let service = &self.service;
        match &self.cause {
            Cause::AnnotationInvalid => "NEG annotation is invalid.".to_owned(),
            Cause::PortsNotInService(ports) => unknown_ports(ports),
            Cause::CustomNameWithIngress => format!(
                "configuration for negs in service ({service}) is invalid, \
                 custom neg name cannot be used with ingress enabled"
            ),
            Cause::MergeConflict { port, difference } => merge_conflict(*port, difference),
            Cause::Ipv6OnlyUnsupported => {
                "NEG is not supported for ipv6 only service (*v1.Service)".to_owned()
            }
            Cause::LabelConflict(conflict) => conflict.error(self.namespace()),
            Cause::NegNameInvalid {
                port,
                name,
                refused_by,
            } => match refused_by {
                RefusedBy::ApiServer => {
                    not_ensured(self.namespace(), name.as_str(), *port, &api_server(name))
                }
                RefusedBy::ComputeEngine => compute_engine(name),
            },
            Cause::BadServiceType(service_type) => format!(
                "service {service:?} is type {service_type:?}, \
                 expected \"NodePort\" or \"LoadBalancer\" when not using NEGs"
            ),
            Cause::IngressPortNotFound { name, number } => format!(
                "could not find port \"&ServiceBackendPort{{Name:{name},Number:{number},}}\" \
                 in service {service:?}"
            ),
            Cause::AppProtocolsInvalid(error) => format!(
                "could not parse \"service.alpha.kubernetes.io/app-protocols\" annotation \
                 on service {service:?}, err: {error}"
            ),
        }
    }

    fn namespace(&self) -> &str {
        self.service.split('/').next().unwrap_or_default()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (service, error) = (&self.service, self.error());
        match &self.cause {
            Cause::NegNameInvalid {
                name,
                refused_by: RefusedBy::ComputeEngine,
                ..
            } => {
                let name = name.as_str();
                write!(f, "Failed to sync NEG {name:?} (will retry): {error}")
            }
            cause if cause.reason() == "Translate" => {
                write!(f, "Translation failed: invalid ingress spec: {error}")
            }
            _ => write!(f, "error processing service {service:?}: {error}"),
        }
    }
}

fn unknown_ports(ports: &[i32]) -> String {
    let unknown = |port| {
        format!("port {port} specified in \"cloud.google.com/neg\" doesn't exist in the service")
    };
    let errors: Vec<String> = ports.iter().map(unknown).collect();
    match errors.as_slice() {
        [error] => error.clone(),
        errors => format!("[{}]", errors.join(", ")),
    }
}

/// The controller also dumps both port maps in the middle, which stand here as `…`.
fn merge_conflict(port: i32, difference: &Difference) -> String {
    let head = "failed to merge service ports exposed as standalone NEGs (…) \
                into ingress referenced service ports (…)";
    let (what, existing, merged) = match difference {
        Difference::Ports { existing, merged } => ("port tuple", existing, merged),
        Difference::Names { existing, merged } => ("NEG name", existing, merged),
    };
    format!(
        "{head}: for service port {{{port}}}, {what} in existing map is {existing:?}, \
         but the merge map has {merged:?}"
    )
}

fn not_ensured(namespace: &str, neg: &str, port: i32, error: &str) -> String {
    format!("failed to ensure svc neg cr {namespace}/{neg}/{port} for port: {error} ")
}

fn api_server(name: &NegName) -> String {
    let name = name.as_str();
    format!(
        "ServiceNetworkEndpointGroup.networking.gke.io {name:?} is invalid: \
         metadata.name: Invalid value: {name:?}: a lowercase RFC 1123 subdomain must consist of \
         lower case alphanumeric characters, '-' or '.', and must start and end with an \
         alphanumeric character (e.g. 'example.com', regex used for validation is \
         '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    )
}

fn compute_engine(name: &NegName) -> String {
    format!(
        "failed to get NEG for service: googleapi: Error 400: Invalid value for field \
         'resource.name': '{name}'. Must be a match of regex \
         '(?:[a-z](?:[-a-z0-9]{{0,61}}[a-z0-9])?)', invalid"
    )
}

impl LabelConflict {
    /// The controller's text; the glued `ervice` is its own slip.
    fn error(&self, namespace: &str) -> String {
        let Self {
            port,
            neg,
            label,
            want,
            have,
            owner,
        } = self;
        let mismatch = format!(
            "Neg {namespace}/{neg} has a label mismatch. Expected key {label} to have the value \
             {want} but found {have}. Neg is likely taken by {owner}ervice. \
             Please remove previous neg before creating this configuration"
        );
        not_ensured(namespace, neg, *port, &mismatch)
    }
}

/// A port as the controller prints it: `{name}/{port}-{targetPort}`.
pub(super) fn tuple(port: &ServicePort) -> String {
    format!("{}/{}-{}", port.name, port.number, port.target)
}

/// A Warning event that stops nothing. `Display` gives its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// An internal load balancer without the finalizer of the L4 controller: no NEG yet.
    NoInternalFinalizer {
        /// The Service's namespace.
        namespace: String,
        /// Its name.
        service: String,
    },
    /// The list of zones is passed over as a whole, because this one is not in the region.
    ZoneNotInRegion {
        /// The zone.
        zone: String,
        /// The zones of the region.
        region_zones: Vec<String>,
    },
    /// The list of zones is passed over, because the region's zones could not be listed.
    NoRegionZones,
}

impl Warning {
    /// The reason of the event.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoInternalFinalizer { .. } => "ProcessServiceSkipped",
            _ => "IgnoreZonePreprovisioningAnnotation",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let ignored = "Ignore zone pre-provisioning annotation err";
        match self {
            Self::NoInternalFinalizer { namespace, service } => write!(
                f,
                "Ignoring ILB Service {service}, namespace {namespace} \
                 as it does not have the v2 finalizer"
            ),
            Self::ZoneNotInRegion { zone, region_zones } => {
                let zones: Vec<String> = region_zones.iter().map(|it| format!("{it:?}")).collect();
                write!(
                    f,
                    "{ignored}: incorrect value: zone {zone:?} is not in the cluster's region \
                     zones: [{}]",
                    zones.join(" ")
                )
            }
            Self::NoRegionZones => write!(
                f,
                "{ignored}: unable to verify preprovisioning zones values \
                 because list of region zones is empty"
            ),
        }
    }
}
