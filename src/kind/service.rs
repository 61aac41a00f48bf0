//! Service.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::controller::claim::{Claim, ExposedPort};
use crate::controller::decode::Refused;
use crate::controller::status::StatusClaim;
use crate::document::{Inner, Node, Value, edit};
use crate::remedy::Edit;

use super::object::{Annotation, Object};

/// The annotation by which a Service asks for NEGs.
pub const NEG_ANNOTATION: &str = "cloud.google.com/neg";
/// The annotation in which the controller answers.
pub const NEG_STATUS_ANNOTATION: &str = "cloud.google.com/neg-status";

/// A Service as a manifest or a cluster states it.
#[derive(Debug, Clone)]
pub struct Service<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// `spec.type`, or the default.
    pub service_type: ServiceType,
    /// `spec.ports`.
    pub ports: Vec<ServicePort<'d>>,
    /// `spec.selector`; `None` where it is missing or empty.
    pub selector: Option<Vec<(&'d str, &'d str)>>,
    /// The annotation `cloud.google.com/neg`, whatever it says.
    pub neg: Option<Annotation<'d>>,
    /// What the controller makes of it; `None` where it is missing or no string, in which case the
    /// API server refuses the object.
    pub stated: Option<StatedClaim<'d>>,
    /// [`Object::changed`], which most rules ask.
    pub changed: Option<Timestamp>,
    /// What the controller answered on it; `None` where it did not, or where nothing was seen.
    pub status: Option<LiveStatus<'d>>,
}

/// The annotation `cloud.google.com/neg-status` of a live Service, read.
#[derive(Debug, Clone)]
pub struct LiveStatus<'d> {
    /// Its text; ranges of the status are ranges of it.
    pub inner: Inner<'d>,
    /// What it says.
    pub said: Result<StatusClaim, Refused>,
}

/// The text of a NEG annotation and what the controller makes of it.
#[derive(Debug, Clone)]
pub struct StatedClaim<'d> {
    /// The text; ranges of the claim are ranges of it.
    pub inner: Inner<'d>,
    /// The claim, or why the whole annotation is refused.
    pub decoded: Result<Claim, Refused>,
}

/// `spec.type` of a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceType {
    /// The default.
    ClusterIp,
    /// `NodePort`
    NodePort,
    /// `LoadBalancer`
    LoadBalancer,
    /// `ExternalName`: a DNS alias without Pods.
    ExternalName,
}

impl ServiceType {
    /// As the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClusterIp => "ClusterIP",
            Self::NodePort => "NodePort",
            Self::LoadBalancer => "LoadBalancer",
            Self::ExternalName => "ExternalName",
        }
    }
}

/// An entry of `spec.ports`.
#[derive(Debug, Clone, Copy)]
pub struct ServicePort<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// `port`.
    pub port: i64,
    /// The node of `port`.
    pub port_node: Node<'d>,
    /// `name`; empty where it has none.
    pub name: &'d str,
    /// `targetPort`; where it is missing it is `port`.
    pub target: TargetPort<'d>,
    /// The node of `targetPort`.
    pub target_node: Option<Node<'d>>,
    /// `nodePort`.
    pub node_port: Option<i64>,
    /// `protocol`, `TCP` where it is missing.
    pub protocol: &'d str,
    /// `appProtocol`.
    pub app_protocol: Option<&'d str>,
}

/// What a port of a Service leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetPort<'d> {
    /// A port number of the Pod.
    Number(i64),
    /// The name of a container port.
    Name(&'d str),
}

impl std::fmt::Display for TargetPort<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl<'d> Service<'d> {
    /// The view of an object.
    pub fn new(mut object: Object<'d>) -> Self {
        let spec = object.spec();
        let field = |name: &str| spec.and_then(|spec| spec.get(name));
        let service_type = match field("type").and_then(Node::text) {
            Some("NodePort") => ServiceType::NodePort,
            Some("LoadBalancer") => ServiceType::LoadBalancer,
            Some("ExternalName") => ServiceType::ExternalName,
            _ => ServiceType::ClusterIp,
        };
        let ports: Vec<_> = field("ports")
            .into_iter()
            .flat_map(Node::items)
            .filter_map(ServicePort::new)
            .collect();
        // A Service without ports is refused by the API server, so this one is a part of another.
        object.partial |= ports.is_empty() && service_type != ServiceType::ExternalName;
        let neg = object.annotation(NEG_ANNOTATION);
        Self {
            selector: field("selector")
                .map(pairs)
                .filter(|pairs| !pairs.is_empty()),
            service_type,
            ports,
            stated: neg.and_then(|neg| StatedClaim::new(&neg)),
            status: object
                .shown_annotation(NEG_STATUS_ANNOTATION)
                .and_then(|it| it.inner())
                .map(|inner| LiveStatus {
                    said: StatusClaim::read(inner.text()),
                    inner,
                }),
            neg,
            changed: object.changed(),
            object,
        }
    }

    /// The claim where the controller accepts its grammar, with the text that it stands in; `None`
    /// too where another tool fills in a placeholder of it first.
    pub fn claim(&self) -> Option<(&Inner<'d>, &Claim)> {
        let stated = self
            .stated
            .as_ref()
            .filter(|it| it.inner.placeholder().is_none())?;
        Some((&stated.inner, stated.decoded.as_ref().ok()?))
    }

    /// Why the controller refuses the annotation as a whole, where it does.
    pub fn refused(&self) -> Option<(&Inner<'d>, &Refused)> {
        let stated = self.stated.as_ref()?;
        Some((&stated.inner, stated.decoded.as_ref().err()?))
    }

    /// The edit that makes it ask for NEGs for the ports that an Ingress refers to; `None` where
    /// the opt-out is written, where a custom name forbids it, or where the text cannot take it.
    pub fn ask_for_ingress(&self) -> Option<Edit> {
        let title = format!(
            "let Service {} ask for NEGs for its Ingress",
            self.object.name
        );
        let Some(neg) = self.neg else {
            let claim = "{\"ingress\": true}";
            let change = edit::insert_annotation(self.object.root(), NEG_ANNOTATION, claim)?;
            return Some(Edit::risky(title, change));
        };
        let (inner, claim) = self.claim().filter(|_| !neg.value.is_alias())?;
        let named = claim
            .exposed
            .iter()
            .any(|port| port.custom_name().is_some());
        if claim.ingress.is_some() || named || claim.exposed.is_empty() {
            return None;
        }
        let first = inner.text().find('"')?;
        let change = inner.change(first..first + 1, "\"ingress\": true, \"")?;
        Some(Edit::risky(title, change))
    }

    /// Whether the controller would take this claim from this Service: every exposed port is one
    /// of its own, as far as it shows them, and no custom name stands beside `ingress: true`.
    pub fn admits(&self, claim: &Claim) -> bool {
        let named = |port: &ExposedPort| port.custom_name().is_some();
        let ports_exist = self.object.partial
            || claim
                .exposed
                .iter()
                .all(|exposed| self.ports_numbered(exposed.port.into()).next().is_some());
        ports_exist && !(claim.for_ingress() && claim.exposed.iter().any(named))
    }

    /// A field of `spec` as text.
    pub fn spec_text(&self, field: &str) -> Option<&'d str> {
        self.object.spec()?.get(field)?.text()
    }

    /// `spec.ipFamilies`.
    pub fn ip_families(&self) -> Vec<&'d str> {
        let families = self.object.spec().and_then(|spec| spec.get("ipFamilies"));
        families
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::text)
            .collect()
    }

    /// The entries of `spec.ports` with this number.
    pub fn ports_numbered(&self, number: i64) -> impl Iterator<Item = &ServicePort<'d>> {
        self.ports.iter().filter(move |port| port.port == number)
    }

    /// True where the selector takes Pods with these labels.
    pub fn selects(&self, labels: &[(&str, &str)]) -> bool {
        self.selector
            .as_ref()
            .is_some_and(|selector| selector.iter().all(|pair| labels.contains(pair)))
    }
}

impl<'d> StatedClaim<'d> {
    fn new(annotation: &Annotation<'d>) -> Option<Self> {
        let text = annotation.string()?;
        Some(Self {
            inner: annotation.inner()?,
            decoded: Claim::read(text),
        })
    }
}

impl<'d> ServicePort<'d> {
    fn new(node: Node<'d>) -> Option<Self> {
        let port_node = node.get("port")?;
        let port = port_node.integer()?;
        let text = |name: &str| node.get(name).and_then(Node::text);
        let target_node = node.get("targetPort");
        Some(Self {
            node,
            port,
            port_node,
            name: text("name").unwrap_or_default(),
            target: target_node
                .and_then(TargetPort::new)
                .unwrap_or(TargetPort::Number(port)),
            target_node,
            node_port: node.get("nodePort").and_then(Node::integer),
            protocol: text("protocol").unwrap_or("TCP"),
            app_protocol: text("appProtocol"),
        })
    }

    /// How a message names it: its number, and its name where it has one.
    pub fn label(&self) -> Cow<'d, str> {
        match self.name {
            "" => Cow::Owned(self.port.to_string()),
            name => Cow::Owned(format!("{} ({name})", self.port)),
        }
    }
}

impl<'d> TargetPort<'d> {
    /// A port given by number or by name.
    pub fn new(node: Node<'d>) -> Option<Self> {
        match node.value() {
            Value::Int(number) => Some(Self::Number(number)),
            Value::String(name) => Some(Self::Name(name)),
            _ => None,
        }
    }
}

/// A mapping of strings, such as labels.
pub fn pairs<'d>(node: Node<'d>) -> Vec<(&'d str, &'d str)> {
    node.entries()
        .filter_map(|(key, value)| Some((key.text()?, value.text()?)))
        .collect()
}
