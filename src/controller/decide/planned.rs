//! A NEG that the controller wants: its name, its type, and what asks for it.

use std::fmt;

use crate::controller::{
    input::ServicePort,
    names::{L4Pattern, L7Pattern, NegName},
    rejection::{Cause, Difference, tuple},
};

/// A NEG that the controller wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedNeg<'a> {
    /// `spec.ports[].port`, or 0 for the NEG of an L4 load balancer.
    pub port: i32,
    /// Its name in the default subnet.
    pub name: PlannedName,
    /// Its type.
    pub neg_type: NegType,
    /// What asks for it.
    pub sources: Vec<Source>,
    /// Whether Pods' readiness gates wait for it.
    pub readiness_gate: bool,
    /// The item of `spec.ports` whose endpoints it follows. Of several with one number, the
    /// controller takes any, and may take another in the next pass.
    pub follows: Vec<ServicePort<'a>>,
}

/// The name of a NEG, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlannedName {
    /// Stated in the annotation.
    Custom(NegName),
    /// Made up by the controller.
    Automatic(NegName),
    /// To be made up, in a cluster whose ingress UID is not known.
    L7(L7Pattern),
    /// To be made up, in a cluster whose `kube-system` UID is not known.
    L4(L4Pattern),
}

impl PlannedName {
    /// The whole name, if it is known.
    pub fn known(&self) -> Option<&NegName> {
        match self {
            Self::Custom(name) | Self::Automatic(name) => Some(name),
            Self::L7(_) | Self::L4(_) => None,
        }
    }

    /// Whether a NEG of this name can be the one.
    pub fn fits(&self, name: &str) -> bool {
        match self {
            Self::Custom(own) | Self::Automatic(own) => own.as_str() == name,
            Self::L7(pattern) => pattern.namer(name).is_some(),
            Self::L4(pattern) => pattern.namer(name).is_some(),
        }
    }
}

impl fmt::Display for PlannedName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Custom(name) | Self::Automatic(name) => name.fmt(f),
            Self::L7(pattern) => pattern.fmt(f),
            Self::L4(pattern) => pattern.fmt(f),
        }
    }
}

/// The type of a NEG that the controller makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NegType {
    /// `GCE_VM_IP_PORT`: Pods.
    GceVmIpPort,
    /// `GCE_VM_IP`: nodes.
    GceVmIp,
}

impl NegType {
    /// The type as Compute Engine writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GceVmIpPort => "GCE_VM_IP_PORT",
            Self::GceVmIp => "GCE_VM_IP",
        }
    }
}

/// What asks for a NEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The Service is the default backend of Ingresses that state none.
    DefaultBackend,
    /// `ingress: true`, and an Ingress that refers to the port.
    Ingress,
    /// `exposed_ports`
    Exposed,
    /// A passthrough load balancer.
    LoadBalancer,
}

impl<'a> PlannedNeg<'a> {
    /// Adds a reason. Within one source any number of items may share the number, and one of them
    /// is taken; between two sources the item taken must be the same.
    pub(super) fn merge(
        &mut self,
        port: ServicePort<'a>,
        name: &PlannedName,
        source: Source,
    ) -> Result<(), Cause> {
        let differs = |difference| Cause::MergeConflict {
            port: port.number,
            difference,
        };
        let others = self.sources.iter().any(|other| *other != source);
        let other = self.follows.iter().find(|other| **other != port);
        if let Some(other) = other.filter(|_| others) {
            let (existing, merged) = (tuple(other), tuple(&port));
            return Err(differs(Difference::Ports { existing, merged }));
        }
        if self.name != *name {
            let (existing, merged) = (self.name.to_string(), name.to_string());
            return Err(differs(Difference::Names { existing, merged }));
        }
        if !self.sources.contains(&source) {
            self.sources.push(source);
        }
        if !self.follows.contains(&port) {
            self.follows.push(port);
        }
        self.readiness_gate |= source != Source::DefaultBackend;
        Ok(())
    }
}
