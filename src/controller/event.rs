//! What an event of GKE's controllers means: which format it has, its parameters, whether it tells
//! of trouble or of its end, the cause behind it, and what to do. Texts are data: what no format
//! fits is [`Meaning::Unknown`]. Source: kubernetes/ingress-gce at acbcf5d66dd9 (2026-08-21).

mod advice;
mod autoneg;
mod cause;
mod firewall_command;
mod gateway;
mod google;
mod ingress;
mod l4;
mod meaning;
mod neg;
mod pattern;
mod psc;
mod readiness;
mod standalone;
mod syncer_key;
mod words;

use std::fmt;

pub use self::{
    cause::{
        BackendConfigFault, Cause, Conflicting, Description, EndpointFault, EndpointPlace,
        Reported, Step,
    },
    firewall_command::FirewallCommand,
    gateway::GatewayError,
    google::{Refusal, Refused},
    meaning::{FirewallChange, Gate, Meaning, Trouble},
    pattern::Parameters,
    syncer_key::{NegType, SyncerKey},
};

/// An event as the API has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventText<'e> {
    /// `involvedObject.kind`
    pub kind: &'e str,
    /// `Normal` or `Warning`. It decides nothing: a gate that gives up is Normal.
    pub event_type: &'e str,
    /// `reason`
    pub reason: &'e str,
    /// `source.component` or `reportingComponent`; empty if neither is stated.
    pub component: &'e str,
    /// `message`, or `note` of the newer API.
    pub message: &'e str,
}

/// An event's or a condition's meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'e> {
    /// The format, or `None` for a text of a known controller that no known format fits.
    pub matched: Option<Matched>,
    /// What stands in the format's holes.
    pub parameters: Parameters<'e>,
    /// Whether it is trouble.
    pub meaning: Meaning,
    /// What its error says, in the order of the text; empty where there is no error.
    pub causes: Vec<Reported<'e>>,
    /// The whole message.
    pub message: &'e str,
}

/// The format that a text has. `Display` gives a stable key: `Service/AttachFailed/refused`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched {
    /// The kind of the object.
    pub kind: &'static str,
    /// The reason.
    pub reason: &'static str,
    /// The format.
    pub format: &'static Format,
}

impl fmt::Display for Matched {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}/{}", self.kind, self.reason, self.format.name)
    }
}

/// A message that a controller sends.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// A name that is unique among the formats of one kind and reason.
    pub name: &'static str,
    /// The reasons it is sent with.
    pub reasons: &'static [&'static str],
    /// Its text, with holes: `Deleted NEG "{neg}" for {syncer_key} in "{zone}".`
    pub text: &'static str,
    /// What it means.
    pub meaning: Meaning,
}

impl Format {
    const fn new(
        reason: &'static [&'static str],
        name: &'static str,
        text: &'static str,
        meaning: Meaning,
    ) -> Self {
        Self {
            name,
            reasons: reason,
            text,
            meaning,
        }
    }
}

/// The formats that one controller sends about one kind of object.
struct Table {
    kind: &'static str,
    component: &'static str,
    formats: &'static [Format],
}

/// The NEG controller.
pub const NEG_CONTROLLER: &str = "neg-controller";
const READINESS_REFLECTOR: &str = "neg-readiness-reflector";
/// The Ingress, L4, firewall and PSC controllers; in old clusters all of them.
pub const LOAD_BALANCER_CONTROLLER: &str = "loadbalancer-controller";

/// All events.
static EVENTS: &[&Table] = &[
    &neg::SERVICE,
    &neg::SERVICE_NEG,
    &neg::BINDING,
    &neg::POD,
    &readiness::POD,
    &ingress::INGRESS,
    &ingress::HEALTH_CHECK,
    &l4::SERVICE,
    &standalone::SERVICE,
    &l4::CLEANUP,
    &l4::CHANGES,
    &l4::SETTINGS,
    &psc::SERVICE_ATTACHMENT,
    &autoneg::SERVICE,
    &gateway::GATEWAY,
];

/// All conditions, whose messages are those of events or their errors.
static CONDITIONS: &[&Table] = &[
    &neg::SERVICE_NEG_CONDITIONS,
    &neg::BINDING_CONDITIONS,
    &readiness::POD,
];

/// Reasons that other controllers use too: ours only if the component says so.
const BARE_REASONS: &[&str] = &[
    "ADD",
    "Annotations",
    "Attach",
    "BackendError",
    "CREATE",
    "ConfigError",
    "Create",
    "Delete",
    "DeleteLoadBalancer",
    "DeleteLoadBalancerFailed",
    "DeletedLoadBalancer",
    "DeletingLoadBalancer",
    "Detach",
    "ExternalIP",
    "ExternalTrafficPolicy",
    "GarbageCollection",
    "HealthCheckNodePort",
    "IPChanged",
    "IPFamilies",
    "LoadBalancerSourceRanges",
    "LoadbalancerIP",
    "Ports",
    "Ports/SessionAffinity",
    "SessionAffinity",
    "SessionAffinityConfig",
    "SYNC",
    "Sync",
    "SyncLoadBalancerFailed",
    "TrafficDistribution",
    "Translate",
    "Type",
    "UID",
];

/// What an event means; `None` where no controller of load balancing is known to send it.
pub fn decode<'e>(event: &EventText<'e>) -> Option<Decoded<'e>> {
    let component = match event.component {
        "sc-gateway-controller" | "mc-gateway-controller" => gateway::GATEWAY_CONTROLLER,
        component => component,
    };
    let ours = |table: &&&Table| match component {
        "" => !BARE_REASONS.contains(&event.reason),
        component => component == table.component || component == LOAD_BALANCER_CONTROLLER,
    };
    let tables = EVENTS.iter().filter(ours);
    let known_controller = matches!(
        component,
        NEG_CONTROLLER | READINESS_REFLECTOR | LOAD_BALANCER_CONTROLLER
    );
    Decoded::by(
        tables,
        event.kind,
        event.reason,
        event.message,
        known_controller,
    )
}

/// What a condition of a `ServiceNetworkEndpointGroup`, of a `NetworkEndpointGroupBinding` or a
/// Pod's condition `cloud.google.com/load-balancer-neg-ready` means, from its reason and message.
pub fn condition<'e>(kind: &str, reason: &str, message: &'e str) -> Option<Decoded<'e>> {
    Decoded::by(CONDITIONS.iter(), kind, reason, message, false)
}

impl<'e> Decoded<'e> {
    fn by<'t>(
        tables: impl Iterator<Item = &'t &'static Table>,
        kind: &str,
        reason: &str,
        message: &'e str,
        known_controller: bool,
    ) -> Option<Self> {
        let text = pattern::bounded(message);
        let mut known_reason = false;
        for table in tables.filter(|table| table.kind == kind) {
            for format in table.formats {
                let Some(reason) = format.reasons.iter().find(|it| **it == reason) else {
                    continue;
                };
                known_reason = true;
                if let Some(parameters) = pattern::read(format.text, text) {
                    let matched = Matched {
                        kind: table.kind,
                        reason,
                        format,
                    };
                    return Some(Self::of(matched, parameters, message));
                }
            }
        }
        (known_reason || known_controller).then(|| Self {
            matched: None,
            parameters: Parameters::default(),
            meaning: Meaning::Unknown,
            causes: Vec::new(),
            message,
        })
    }

    fn of(matched: Matched, parameters: Parameters<'e>, message: &'e str) -> Self {
        Self {
            matched: Some(matched),
            meaning: matched.format.meaning,
            causes: parameters.get("error").map_or_else(Vec::new, Reported::all),
            parameters,
            message,
        }
    }

    /// The name of the NEG that it is about, if it is one.
    pub fn neg(&self) -> Option<&'e str> {
        self.parameters.get("neg").map(readiness::key_name)
    }

    /// The names of the NEGs that it is about.
    pub fn negs(&self) -> impl Iterator<Item = &'e str> {
        let listed = self.parameters.get("negs").unwrap_or_default();
        self.neg().into_iter().chain(listed.split_whitespace())
    }

    /// The zone that it is about.
    pub fn zone(&self) -> Option<&'e str> {
        let key = || readiness::key_zone(self.parameters.get("neg")?);
        self.parameters.get("zone").or_else(key)
    }

    /// The name of the backend service that it is about.
    pub fn backend_service(&self) -> Option<&'e str> {
        let key = self.parameters.get("backend_service")?;
        Some(readiness::key_name(key))
    }

    /// The key of the NEG controller's syncer, which names the Service, the NEG and the port.
    pub fn syncer_key(&self) -> Option<SyncerKey<'e>> {
        self.parameters.get("syncer_key").map(SyncerKey)
    }

    /// Whether the controller tries again by itself after this failure, where it says so. Even a
    /// last failure is not final: any later change, or the resync, starts one more try.
    pub fn will_retry(&self) -> Option<bool> {
        let retry = self.parameters.get("retry")?;
        Some(retry == "(will retry)")
    }

    /// The gcloud command that somebody with rights in the host project has to run.
    pub fn command(&self) -> Option<&'e str> {
        self.parameters.get("command")
    }

    /// What that command does to the firewall rule.
    pub fn firewall_change(&self) -> Option<FirewallChange> {
        FirewallChange::of(self.command()?)
    }

    /// What to do about it, in a sentence or two; `None` where nothing is to be done or known.
    pub fn advice(&self) -> Option<String> {
        advice::of(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_are_unique() {
        let mut keys = BTreeSet::new();
        for tables in [EVENTS, CONDITIONS] {
            for table in tables.iter().filter(|table| table.kind != "Pod") {
                for format in table.formats {
                    for reason in format.reasons {
                        let key = (table.kind, reason, format.name);
                        assert!(keys.insert(key), "{key:?}");
                    }
                }
            }
        }
    }
}
