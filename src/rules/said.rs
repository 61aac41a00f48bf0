//! What a controller does or does not do, in words, where it says that it failed.

use crate::controller::event::{BackendConfigFault, Cause, Refusal, Refused};
use crate::finding::{Finding, Label, Severity};
use crate::kind::event::Event;
use crate::kind::object::Object;
use crate::rules::Row;
use crate::world::World;

/// What a cause says, in words.
pub(super) struct Said {
    /// What tells it from other causes.
    pub(super) detail: String,
    /// What its controller does or does not do.
    pub(super) words: String,
    /// The rules of Ingresses that find it without the event.
    pub(super) follows: &'static [&'static str],
}

impl Said {
    fn new(
        follows: &'static [&'static str],
        detail: impl Into<String>,
        words: impl Into<String>,
    ) -> Self {
        Self {
            detail: detail.into(),
            words: words.into(),
            follows,
        }
    }

    pub(super) fn of(cause: &Cause<'_>) -> Self {
        match cause {
            Cause::ServiceMissing { service } => {
                Self::new(&["NEG604"], *service, format!("finds no Service {service}"))
            }
            Cause::IngressPortMissing { port, service } => Self::new(
                &["NEG605"],
                format!("{service} {port}"),
                format!("finds no port {port} in Service {service}"),
            ),
            Cause::ServiceType {
                service,
                service_type,
            } => Self::new(
                &["NEG617", "NEG606"],
                *service,
                format!(
                    "cannot reach Service {service}, which is of type {service_type} and without NEGs"
                ),
            ),
            Cause::AppProtocols { service, .. } => Self::new(
                &["NEG610"],
                format!("{service} app-protocols"),
                format!("cannot read the protocols in the annotation of Service {service}"),
            ),
            Cause::BackendConfig {
                port,
                service,
                fault,
            } => Self::new(
                &["NEG609", "NEG607"],
                format!("{service} {port} backend-config"),
                match fault {
                    BackendConfigFault::InvalidJson | BackendConfigFault::NoneNamed => {
                        format!("cannot read which BackendConfigs Service {service} names")
                    }
                    BackendConfigFault::Missing | BackendConfigFault::Other => {
                        format!("finds no BackendConfig for port {port} of Service {service}")
                    }
                },
            ),
            cause => Self::of_others(cause),
        }
    }

    fn of_others(cause: &Cause<'_>) -> Self {
        match cause {
            Cause::BackendConfigInvalid {
                namespace, name, ..
            } => Self::new(
                &["NEG639"],
                format!("{namespace}/{name}"),
                format!("refuses BackendConfig {namespace}/{name}"),
            ),
            Cause::ResourceBackend => {
                Self::new(&["NEG638"], "resource", "takes no backend of kind resource")
            }
            Cause::DefaultBackend { service } => Self::new(
                &[],
                "default-backend",
                format!("cannot use Service {service}, the default backend of the cluster"),
            ),
            Cause::PathType { path_type } => Self::new(
                &["NEG612"],
                format!("path type {path_type}"),
                format!("knows no path type {path_type}"),
            ),
            Cause::Path {
                path_type,
                path: "",
            } => Self::new(
                &["NEG612"],
                "path",
                format!("takes no empty path of type {path_type}"),
            ),
            Cause::Path { path_type, path } => Self::new(
                &["NEG612"],
                format!("path {path}"),
                format!("takes no wildcard in path {path} of type {path_type}"),
            ),
            cause => Self::of_front_end(cause),
        }
    }

    fn of_front_end(cause: &Cause<'_>) -> Self {
        match cause {
            Cause::StaticAddress { name } => Self::new(
                &["NEG613"],
                "address",
                format!("finds no reserved address {name}"),
            ),
            Cause::ForwardingRuleMissing => Self::new(
                &[],
                "forwarding-rule",
                "finds no load balancer of the Service",
            ),
            Cause::AddressMismatch => Self::new(
                &[],
                "address",
                "finds another address at the load balancer than the Service has",
            ),
            Cause::NatSubnets => Self::new(
                &[],
                "nat-subnets",
                "does not find all subnets of spec.natSubnets",
            ),
            Cause::TargetServiceMissing { service } => {
                Self::new(&[], *service, format!("finds no Service {service}"))
            }
            Cause::AttachmentTarget => Self::new(&[], "target", "takes no target but a Service"),
            Cause::AttachmentMoved => Self::new(
                &[],
                "target",
                "cannot lead it to another load balancer than before",
            ),
            Cause::NothingToServe => Self::new(
                &["NEG629"],
                "frontend",
                "has nothing to serve: HTTP is off, and there is no certificate",
            ),
            Cause::Google(refused) => Self::refused(refused),
            Cause::NoAnswer => Self::new(&[], "answer", "gets no answer in time"),
            _ => Self::new(&[], "", "fails, as its event says"),
        }
    }

    fn refused(refused: &Refused<'_>) -> Self {
        let words = match &refused.refusal {
            Refusal::Quota { quota } => format!("has used up the quota {quota}"),
            Refusal::RateLimit => "sends more requests than Google Cloud takes".to_owned(),
            Refusal::Permission { permission: "", .. } => "lacks a right".to_owned(),
            Refusal::Permission { permission, .. } => format!("lacks the right {permission}"),
            Refusal::ApiDisabled { project } => {
                format!("needs an API that is off in project {project}")
            }
            Refusal::CrossProject => {
                "makes a resource in another project than that of the network".to_owned()
            }
            Refusal::NotFound { resource } if neg_in(resource).is_some() => {
                let name = neg_in(resource).unwrap_or_default();
                let follows = &["NEG617", "NEG603", "NEG108", "NEG109", "NEG101", "NEG103"];
                return Self::new(follows, name, format!("finds no NEG {name}"));
            }
            Refusal::NotFound { resource } if !resource.is_empty() => {
                format!("finds no {resource}")
            }
            Refusal::InUse { resource, user } if !user.is_empty() => format!(
                "cannot take {} away from {}",
                last_segment(resource),
                last_segment(user)
            ),
            Refusal::SecondInstanceGroup { instance } => format!(
                "cannot put node {} into its instance group",
                last_segment(instance)
            ),
            Refusal::AddressInUse { address } => {
                format!("cannot have the address {address}, which is in use")
            }
            Refusal::NoProxyOnlySubnet => "finds no proxy-only subnet in the region".to_owned(),
            Refusal::InvalidValue { field, .. } => format!("has {field} refused"),
            _ => "is refused by Google Cloud, as its event says".to_owned(),
        };
        Self::new(&[], words.clone(), words)
    }
}

/// Notes of a controller's warnings about an object that are not known: they are shown as they are.
pub(super) fn unknown(
    row: &'static Row,
    world: &World<'_>,
    object: &Object<'_>,
    component: &str,
) -> Vec<Finding> {
    let warnings = world.unknown_warnings(object, component).into_iter();
    let finding = |event: &Event<'_>| {
        let message = format!(
            "{component} warns of {} {} in words that are not known here, under {}",
            object.kind_name, object.name, event.reason
        );
        Finding::new(row, object, message, Label::new(event.told(), "its words"))
            .severity(Severity::Note)
            .detail(format!("unknown {}", event.reason))
            .following(&[])
            .help("whether it matters is for you to judge; the whole text is the event's message")
    };
    warnings.map(finding).collect()
}

fn last_segment(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The name of the NEG that a resource is, if it is one.
pub(super) fn neg_in(resource: &str) -> Option<&str> {
    let is_neg = resource.contains("/networkEndpointGroups/");
    is_neg.then(|| last_segment(resource))
}
