//! The Ingress controller's view: which Ingresses it serves, and what it makes of a Service's
//! port. It reads the same annotation as the NEG controller, and draws other conclusions.

use super::{
    NEG_ANNOTATION,
    app_protocols::{APP_PROTOCOLS, APP_PROTOCOLS_OLD, AppProtocol, AppProtocols},
    claim::Claim,
    decode::Refused,
    input::{Flags, PortRef, ServiceInput},
    rejection::{Cause, Rejection},
};

/// Who serves an Ingress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IngressClass {
    /// A global external load balancer (class `gce`, or no class at all).
    GlobalExternal,
    /// An internal load balancer (class `gce-internal`), which always uses NEGs.
    Internal,
    /// A regional external load balancer (class `gce-regional-external`), likewise.
    RegionalExternal,
    /// The multi-cluster controller (class `gce-multi-cluster`).
    MultiCluster,
    /// Nobody here, and without any event.
    Ignored(Ignored),
}

/// Why an Ingress is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    /// The class annotation names another controller's class.
    ForeignClass,
    /// `spec.ingressClassName` is set and the annotation is not: these controllers have no
    /// `IngressClass`, so that even the name `gce` belongs to nobody.
    ClassName,
    /// The class is one of theirs, but not enabled.
    FlagOff,
}

impl IngressClass {
    /// The class by the annotation `kubernetes.io/ingress.class` and `spec.ingressClassName`.
    /// The latter is not even read where the annotation has a value.
    pub fn of(annotation: Option<&str>, class_name: Option<&str>, flags: &Flags) -> Self {
        let class = annotation.unwrap_or_default();
        let by_flag = !class.is_empty() && flags.ingress_class.as_deref() == Some(class);
        let served = |served: bool, class| {
            if served || by_flag {
                class
            } else {
                Self::Ignored(Ignored::FlagOff)
            }
        };
        match class {
            "" if class_name.is_some() => Self::Ignored(Ignored::ClassName),
            "" => Self::GlobalExternal,
            "gce" => served(flags.enable_ingress_global_external, Self::GlobalExternal),
            "gce-internal" => Self::Internal,
            "gce-regional-external" => served(
                flags.enable_ingress_regional_external,
                Self::RegionalExternal,
            ),
            "gce-multi-cluster" => Self::MultiCluster,
            _ if by_flag => Self::GlobalExternal,
            _ => Self::Ignored(Ignored::ForeignClass),
        }
    }

    /// Whether one of the controllers here serves it.
    pub fn is_managed(self) -> bool {
        !matches!(self, Self::Ignored(_))
    }

    /// Whether the controller of the cluster itself builds a load balancer for it.
    pub fn is_gce(self) -> bool {
        self.is_managed() && self != Self::MultiCluster
    }

    /// Whether its backends are NEGs whatever the Service says.
    pub fn needs_negs(self) -> bool {
        matches!(self, Self::Internal | Self::RegionalExternal)
    }
}

/// What an Ingress backend becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IngressBackend {
    /// Where the endpoints are.
    pub group: BackendGroup,
    /// What the load balancer speaks to them.
    pub protocol: AppProtocol,
}

/// Where the endpoints of an Ingress backend are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackendGroup {
    /// In the NEG with the automatic name.
    Neg,
    /// In the NEG with the automatic name, which nobody makes: linking ends in a Warning `Sync`
    /// on the Ingress, `Error syncing to GCP: …` with a 404.
    MissingNeg,
    /// In instance groups, behind a node port.
    InstanceGroup,
}

/// What the Ingress controller makes of a backend. A rejection of one backend stops the whole
/// Ingress.
pub fn backend(
    service: &ServiceInput,
    port: PortRef,
    class: IngressClass,
) -> Result<IngressBackend, Rejection> {
    judge(service, port, class).map_err(|cause| Rejection {
        service: service.key(),
        cause,
    })
}

fn judge(
    service: &ServiceInput,
    port: PortRef,
    class: IngressClass,
) -> Result<IngressBackend, Cause> {
    let found = service
        .port(port)
        .ok_or_else(|| Cause::port_not_found(port))?;
    // Here a malformed annotation counts as none.
    let claim = service
        .annotation(NEG_ANNOTATION)
        .and_then(|value| Claim::read(value).ok());
    let for_ingress = claim.as_ref().is_some_and(Claim::for_ingress);
    let service_type = service.service_type.unwrap_or("ClusterIP");
    // The type is looked at before the class forces NEGs.
    if !for_ingress && !matches!(service_type, "NodePort" | "LoadBalancer") {
        return Err(Cause::BadServiceType(service_type.to_owned()));
    }
    let exposed = claim.iter().flat_map(|claim| &claim.exposed);
    let made = |port: i32| {
        exposed
            .into_iter()
            .any(|exposed| exposed.port == port && exposed.custom_name().is_none())
    };
    let group = match (for_ingress, class.needs_negs()) {
        (true, _) => BackendGroup::Neg,
        (false, true) if made(found.number) => BackendGroup::Neg,
        (false, true) => BackendGroup::MissingNeg,
        (false, false) => BackendGroup::InstanceGroup,
    };
    let protocol = app_protocol(service, found.name).map_err(Cause::AppProtocolsInvalid)?;
    Ok(IngressBackend { group, protocol })
}

/// The protocol of a port; the error is the one that the controller stops with.
fn app_protocol(service: &ServiceInput, port_name: &str) -> Result<AppProtocol, String> {
    let annotation = service.annotation(APP_PROTOCOLS_OLD);
    let Some(text) = annotation.or_else(|| service.annotation(APP_PROTOCOLS)) else {
        return Ok(AppProtocol::Http);
    };
    let protocols = AppProtocols::read(text).map_err(|refused| match refused {
        Refused::Syntax(error) => error.message,
        Refused::Types(errors) => errors.first().map(ToString::to_string).unwrap_or_default(),
    })?;
    for port in protocols.ports.values() {
        if let Err(other) = &port.protocol {
            return Err(format!("invalid port application protocol: {other}"));
        }
    }
    Ok(protocols.of_port(port_name))
}
