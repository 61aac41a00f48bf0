//! The meanings that an event can have.

/// What an event says about the state of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Something failed, or works otherwise than it looks.
    Trouble(Trouble),
    /// Something was done, which ends earlier trouble of these kinds with the same object and, if
    /// both name one, the same NEG and zone. What is not over after all is told again.
    Progress(&'static [Trouble]),
    /// A Pod's readiness gate was opened.
    GateReleased(Gate),
    /// A Pod's readiness gate stays shut for now.
    GateWaiting,
    /// Neither good nor bad: a note, or something that heals by itself.
    Harmless,
    /// From a known controller, in no known form.
    Unknown,
}

impl Meaning {
    /// Whether somebody has to do something, or to know that traffic is at risk.
    pub fn is_trouble(self) -> bool {
        match self {
            Self::Trouble(_) => true,
            Self::GateReleased(gate) => !matches!(gate, Gate::Healthy | Gate::OtherSubnet),
            _ => false,
        }
    }

    /// Whether it says that earlier trouble of this kind is over.
    pub fn ends(self, trouble: Trouble) -> bool {
        matches!(self, Self::Progress(ended) if ended.contains(&trouble))
    }
}

/// Why a Pod's readiness gate was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// A health check found the Pod healthy.
    Healthy,
    /// The Pod's node is in another subnet, which this cluster's gates do not cover.
    OtherSubnet,
    /// No NEG has the Pod.
    NoNeg,
    /// The Pod's NEG is in no backend service with a health check.
    WithoutHealthCheck,
    /// The Pod did not become healthy within ten minutes.
    Timeout,
}

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// The NEG controller could not process the Service: nothing changes for it.
    ProcessService,
    /// An internal load balancer without the finalizer of the L4 controller: no NEG.
    ProcessSkipped,
    /// The list of zones in the annotation is passed over.
    ZonesIgnored,
    /// A `NetworkEndpointGroupBinding` could not be processed.
    ProcessBinding,
    /// The NEG could not be made or its endpoints not be computed.
    Sync,
    /// The NEG was deleted and made again, because its network or subnet was wrong.
    Recreated,
    /// Google Cloud refused endpoints.
    Attach,
    /// Google Cloud refused to remove endpoints.
    Detach,
    /// Attaching or detaching is not tried again for now.
    RetriesExhausted,
    /// The controller leaves out bad endpoints one by one.
    Degraded,
    /// The NEG could not be deleted.
    NegNotDeleted,
    /// A NEG's link in the status cannot be read.
    NegLinkUnreadable,
    /// The binding's Service or port does not do.
    BindingBackend,
    /// Another binding has the NEG.
    BindingOwnership,
    /// The binding's NEGs have no endpoints attached.
    BindingAttach,
    /// This class of Ingress has no controller here.
    ClassNotSupported,
    /// An Ingress refers to something that does not do: the whole Ingress stops.
    Translate,
    /// The load balancer of an Ingress could not be made as wanted.
    IngressSync,
    /// A TLS certificate is missing.
    Certificate,
    /// All TLS certificates are missing: HTTP only.
    HttpOnly,
    /// The `FrontendConfig` could not be used.
    FrontendConfig,
    /// What is no longer wanted could not be removed.
    Cleanup,
    /// An internal Ingress wants HTTP and HTTPS without a shared address.
    FrontendNotConfigured,
    /// A firewall rule has to be changed by somebody with rights in the host project.
    XpnFirewall,
    /// A transparent health check was asked for, which this cluster does not have.
    TransparentHealthCheckOff,
    /// A `BackendConfig` sets aside the transparent health check.
    TransparentHealthCheckOverridden,
    /// A transparent health check was asked for without a NEG.
    TransparentHealthCheckWithoutNeg,
    /// The load balancer of a Service could not be made as wanted.
    L4Sync,
    /// The NEG or instance group of a Service's load balancer could not be put into its backend
    /// service. The first failures are normal: two controllers wait for each other.
    L4Link,
    /// `loadBalancerClass` and the annotation contradict each other.
    L4ClassConflict,
    /// The old controller made a target pool for a Service of the new one.
    TargetPoolRace,
    /// A Service with a target pool cannot change over.
    CannotMigrate,
    /// A finalizer was removed by somebody else.
    FinalizerRemoved,
    /// A standalone Service without a reference to a forwarding rule.
    NoForwardingRule,
    /// No referenced forwarding rule can be used.
    ForwardingRulesUnusable,
    /// Some referenced forwarding rules cannot be used.
    ForwardingRulesPartlyUsable,
    /// A setting of the Service has no effect here.
    SettingWithoutEffect,
    /// A `ServiceAttachment` could not be made as wanted.
    ServiceAttachment,
    /// A `ServiceAttachment` could not be removed.
    ServiceAttachmentCleanup,
    /// Autoneg cannot read what a Service asks of it.
    AutonegConfig,
    /// Autoneg could not put a Service's NEGs into a backend service, or take them out.
    AutonegBackend,
    /// The load balancer of a Gateway could not be made as wanted.
    GatewaySync,
}

/// What a command does to a firewall rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirewallChange {
    /// Makes it: until then traffic is blocked, unless another rule lets it in.
    Create,
    /// Changes it.
    Update,
    /// Removes it: no traffic is lost if nobody does.
    Delete,
}

impl FirewallChange {
    pub(super) fn of(command: &str) -> Option<Self> {
        let (_, rest) = command.split_once("firewall-rules ")?;
        match rest.split_whitespace().next()? {
            "create" => Some(Self::Create),
            "update" => Some(Self::Update),
            "delete" => Some(Self::Delete),
            _ => None,
        }
    }
}
