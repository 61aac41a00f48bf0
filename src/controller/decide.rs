//! One pass of the NEG controller over one Service: which NEGs it wants, or why it gives up.

use std::collections::BTreeMap;

use super::{
    NEG_ANNOTATION,
    claim::Claim,
    decode::Refused,
    ingress::IngressClass,
    input::{Flags, PortRef, ServiceInput, ServicePort, Surroundings},
    l4,
    names::{L4Pattern, L7Pattern, NegName},
    rejection::{Cause, Rejection, Warning},
};

mod planned;
mod settle;

pub use planned::{NegType, PlannedName, PlannedNeg, Source};

/// What the NEG controller makes of a Service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The annotation decoded, if there is one.
    pub claim: Option<Result<Claim, Refused>>,
    /// The NEGs that it wants, by port, as `neg-status` will state them. A port that one of the
    /// rejections is about gets none all the same.
    pub negs: Vec<PlannedNeg<'a>>,
    /// What is refused. If the first one stops the pass there are no NEGs, and those of earlier
    /// passes stay as they are.
    pub rejections: Vec<Rejection>,
    /// Warnings that stop nothing.
    pub warnings: Vec<Warning>,
    /// What is asked for and passed over without any event.
    pub silences: Vec<Silence<'a>>,
    /// The zones in which NEGs are made even without nodes.
    pub preprovisioned: Preprovisioned,
}

/// Something that is asked for and passed over without any event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence<'a> {
    /// The controllers are in read-only mode.
    ReadOnly,
    /// The annotation asks for nothing.
    NoEffect,
    /// `ingress: true`, and no managed Ingress refers to a port of the Service.
    NotReferenced,
    /// `ingress: true`, and the flag for it is off.
    IngressFlagOff,
    /// An Ingress refers to a port that the Service does not have.
    UnknownIngressPort(PortRef<'a>),
    /// `zones`, and the flag for it is off.
    ZonesFlagOff,
    /// `spec.loadBalancerClass` belongs to another controller.
    ForeignLoadBalancerClass(&'a str),
}

/// The zones in which NEGs are made even without nodes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Preprovisioned {
    /// None: not asked for, or passed over.
    #[default]
    No,
    /// These.
    Zones(Vec<String>),
    /// What the annotation says, if it holds; the region's zones are not known.
    Unchecked(Vec<String>),
}

/// The Service that stands in for a missing `spec.defaultBackend` of an Ingress.
const DEFAULT_BACKEND: &str = "kube-system/default-http-backend";

/// Runs one pass of the NEG controller. `refs` are the backends that refer to this Service in the
/// Ingresses of its namespace that [`IngressClass::is_managed`].
pub fn decide<'a>(
    service: &ServiceInput<'a>,
    refs: &[PortRef<'a>],
    flags: &Flags,
    around: &Surroundings<'a>,
) -> Decision<'a> {
    let claim = service.annotation(NEG_ANNOTATION).map(Claim::read);
    let decision = Decision {
        claim,
        ..Decision::default()
    };
    let mut pass = Pass {
        service,
        refs,
        flags,
        around,
        decision,
    };
    if let Err(cause) = pass.run() {
        pass.decision.negs.clear();
        pass.reject(cause);
    }
    pass.decision
}

struct Pass<'p, 'a> {
    service: &'p ServiceInput<'a>,
    refs: &'p [PortRef<'a>],
    flags: &'p Flags,
    around: &'p Surroundings<'a>,
    decision: Decision<'a>,
}

impl<'a> Pass<'_, 'a> {
    /// The controller's own order: the first error ends the pass.
    fn run(&mut self) -> Result<(), Cause> {
        if self.flags.read_only_controllers {
            self.silent(Silence::ReadOnly);
            return Ok(());
        }
        let claim = self.default_backend()?;
        self.ingress(&claim)?;
        self.exposed(&claim)?;
        self.load_balancer();
        if self.decision.claim.is_some() && !claim.has_effect() {
            self.silent(Silence::NoEffect);
        }
        if self.decision.negs.is_empty() {
            return Ok(());
        }
        let refused = self.service.is_ipv6_only() && !self.service.is_load_balancer();
        if refused && !self.flags.enable_ipv6_only_neg {
            return Err(Cause::Ipv6OnlyUnsupported);
        }
        self.zones(&claim);
        self.negs_of_others();
        Ok(())
    }

    /// The default backend needs no annotation under an internal or regional Ingress. A malformed
    /// one is an error under any.
    fn default_backend(&mut self) -> Result<Claim, Cause> {
        let claim = match &self.decision.claim {
            None => Claim::default(),
            Some(Ok(claim)) => claim.clone(),
            Some(Err(_)) => return Err(Cause::AnnotationInvalid),
        };
        if !self.flags.enable_negs_for_ingress || self.service.key() != DEFAULT_BACKEND {
            return Ok(claim);
        }
        let bare = self
            .around
            .ingresses
            .iter()
            .filter(|ingress| !ingress.has_default_backend);
        let wanted = bare.into_iter().any(|ingress| {
            let (annotation, name) = (ingress.class_annotation, ingress.class_name);
            match IngressClass::of(annotation, name, self.flags) {
                IngressClass::Ignored(_) | IngressClass::MultiCluster => false,
                class => class.needs_negs() || claim.for_ingress(),
            }
        });
        if let Some(port) = self.service.port(PortRef::Name("http")).filter(|_| wanted) {
            self.want(*port, None, Source::DefaultBackend)?;
        }
        Ok(claim)
    }

    fn ingress(&mut self, claim: &Claim) -> Result<(), Cause> {
        if !claim.for_ingress() {
            return Ok(());
        }
        if !self.flags.enable_negs_for_ingress {
            self.silent(Silence::IngressFlagOff);
            return Ok(());
        }
        for port in self.refs {
            match self.service.port(*port) {
                Some(port) => self.want(*port, None, Source::Ingress)?,
                None => self.silent(Silence::UnknownIngressPort(*port)),
            }
        }
        if self.decision.negs.is_empty() {
            self.silent(Silence::NotReferenced);
        }
        Ok(())
    }

    fn exposed(&mut self, claim: &Claim) -> Result<(), Cause> {
        let mut served: BTreeMap<i32, Vec<ServicePort>> = BTreeMap::new();
        for port in &self.service.ports {
            served.entry(port.number).or_default().push(*port);
        }
        let unknown = claim.exposed.iter().map(|exposed| exposed.port);
        let unknown: Vec<i32> = unknown.filter(|port| !served.contains_key(port)).collect();
        if !unknown.is_empty() {
            return Err(Cause::PortsNotInService(unknown));
        }
        let named = claim
            .exposed
            .iter()
            .any(|exposed| exposed.custom_name().is_some());
        if claim.for_ingress() && named {
            return Err(Cause::CustomNameWithIngress);
        }
        for exposed in &claim.exposed {
            for port in served.get(&exposed.port).into_iter().flatten() {
                self.want(*port, exposed.custom_name(), Source::Exposed)?;
            }
        }
        Ok(())
    }

    fn load_balancer(&mut self) {
        match l4::wants_neg(self.service, self.flags) {
            Ok(true) => self.want_l4(),
            Ok(false) => {}
            Err(warning) => self.decision.warnings.push(warning),
        }
        let class = self.service.load_balancer_class;
        if let (Some(name), l4::LoadBalancerClass::Foreign) =
            (class, l4::LoadBalancerClass::of(class))
        {
            self.silent(Silence::ForeignLoadBalancerClass(name));
        }
    }

    /// Adds a NEG for an item of `spec.ports`, or another reason for one that is wanted already.
    fn want(
        &mut self,
        port: ServicePort<'a>,
        custom: Option<&str>,
        source: Source,
    ) -> Result<(), Cause> {
        let name = self.l7_name(port.number, custom);
        let gate = source != Source::DefaultBackend;
        let negs = &mut self.decision.negs;
        let at = match negs.binary_search_by_key(&port.number, |neg| neg.port) {
            Ok(at) => at,
            Err(at) => {
                let (port, neg_type) = (port.number, NegType::GceVmIpPort);
                let (sources, follows) = (Vec::new(), Vec::new());
                let neg = PlannedNeg {
                    port,
                    name: name.clone(),
                    neg_type,
                    sources,
                    readiness_gate: gate,
                    follows,
                };
                negs.insert(at, neg);
                at
            }
        };
        let Some(neg) = negs.get_mut(at) else {
            return Ok(());
        };
        neg.merge(port, &name, source)
    }

    fn want_l4(&mut self) {
        let (namespace, service) = (self.service.namespace, self.service.name);
        let name = match &self.around.l4 {
            Some(namer) => PlannedName::Automatic(namer.neg(namespace, service)),
            None => PlannedName::L4(L4Pattern::new(namespace, service)),
        };
        let neg = PlannedNeg {
            port: 0,
            name,
            neg_type: NegType::GceVmIp,
            sources: vec![Source::LoadBalancer],
            readiness_gate: false,
            follows: Vec::new(),
        };
        self.decision.negs.insert(0, neg);
    }

    fn l7_name(&self, port: i32, custom: Option<&str>) -> PlannedName {
        let (namespace, service) = (self.service.namespace, self.service.name);
        match (custom, &self.around.l7) {
            (Some(custom), _) => PlannedName::Custom(NegName::new(custom)),
            (None, Some(namer)) => PlannedName::Automatic(namer.neg(namespace, service, port)),
            (None, None) => PlannedName::L7(L7Pattern::new(namespace, service, port)),
        }
    }

    fn silent(&mut self, silence: Silence<'a>) {
        self.decision.silences.push(silence);
    }

    fn reject(&mut self, cause: Cause) {
        self.decision.rejections.push(Rejection {
            service: self.service.key(),
            cause,
        });
    }
}
