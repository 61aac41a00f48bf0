//! Ingress, in every API version: `networking.k8s.io/v1` and the two removed ones.

mod to_v1;

pub use to_v1::V1;

use crate::controller::ingress::{Ignored, IngressClass};
use crate::controller::input::Flags;
use crate::document::{Node, Value};

use super::object::{Annotation, Object};

/// The annotation by which the GCE controller recognises its Ingresses.
pub const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// How annotations of other controllers start. An Ingress that carries one and states no class is
/// meant for that controller, whoever takes it in the end.
const OTHERS: [&str; 7] = [
    "nginx.ingress.kubernetes.io/",
    "nginx.org/",
    "alb.ingress.kubernetes.io/",
    "appgw.ingress.kubernetes.io/",
    "traefik.ingress.kubernetes.io/",
    "haproxy.org/",
    "konghq.com/",
];

/// An Ingress.
#[derive(Debug, Clone)]
pub struct Ingress<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// Default backend first, then those of the paths in order.
    pub backends: Vec<IngressBackend<'d>>,
    /// `spec.rules`.
    pub rules: Vec<IngressRule<'d>>,
    is_served_by_gce: bool,
}

/// A rule of an Ingress.
#[derive(Debug, Clone)]
pub struct IngressRule<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// `host`; `None` stands for any.
    pub host: Option<Node<'d>>,
    /// `http`; without it the rule does nothing.
    pub http: Option<Node<'d>>,
    /// `http.paths`.
    pub paths: Vec<IngressPath<'d>>,
}

/// A path of a rule.
#[derive(Debug, Clone)]
pub struct IngressPath<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// `path`.
    pub path: Option<Node<'d>>,
    /// `pathType`.
    pub path_type: Option<Node<'d>>,
    /// `backend`.
    pub backend: Option<IngressBackend<'d>>,
}

/// A backend of an Ingress.
#[derive(Debug, Clone, Copy)]
pub struct IngressBackend<'d> {
    /// The backend.
    pub node: Node<'d>,
    /// The Service's name; `None` for a resource backend or a broken one.
    pub service: Option<Node<'d>>,
    /// The port's node.
    pub port_node: Option<Node<'d>>,
    /// The port.
    pub port: Option<PortRef<'d>>,
    /// True where it is the default backend of the Ingress.
    pub is_default: bool,
}

/// A port of a Service as an Ingress names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortRef<'d> {
    /// By number.
    Number(i64),
    /// By name; a name is never compared with numbers.
    Name(&'d str),
}

impl std::fmt::Display for PortRef<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl<'d> Ingress<'d> {
    /// Who serves it. The regional external class is taken for enabled, as GKE has it.
    pub fn class(&self) -> IngressClass {
        let flags = Flags {
            enable_ingress_regional_external: true,
            ..Flags::default()
        };
        let field = self.class_name().and_then(Node::text);
        IngressClass::of(self.class_annotation(), field, &flags)
    }

    /// `spec.ingressClassName` where it alone speaks: no GCE controller reads it.
    pub fn class_by_field(&self) -> Option<&'d str> {
        let alone = self.class() == IngressClass::Ignored(Ignored::ClassName);
        self.class_name().filter(|_| alone)?.text()
    }

    /// The view of an object.
    pub fn new(mut object: Object<'d>) -> Self {
        let spec = object.spec();
        let field = |name: &str| spec.and_then(|spec| spec.get(name));
        let default = field("defaultBackend")
            .or_else(|| field("backend"))
            .and_then(|node| IngressBackend::new(node, true));
        let rules: Vec<_> = field("rules")
            .into_iter()
            .flat_map(Node::items)
            .map(IngressRule::new)
            .collect();
        let of_paths = rules
            .iter()
            .flat_map(|rule| &rule.paths)
            .filter_map(|path| path.backend);
        let backends: Vec<_> = default.into_iter().chain(of_paths).collect();
        object.partial |= backends.is_empty() && rules.is_empty();
        let mut ingress = Self {
            object,
            backends,
            rules,
            is_served_by_gce: false,
        };
        ingress.is_served_by_gce = !ingress.object.partial
            && ingress.object.deletion().is_none()
            && ingress.class().is_gce()
            && !ingress.is_meant_for_another();
        ingress
    }

    /// `kubernetes.io/ingress.class`.
    pub fn class_annotation(&self) -> Option<&'d str> {
        self.object.annotation_text(CLASS_ANNOTATION)
    }

    /// `spec.ingressClassName`.
    pub fn class_name(&self) -> Option<Node<'d>> {
        let node = self.object.spec()?.get("ingressClassName")?;
        (node.value() != Value::Null).then_some(node)
    }

    /// True where the GCE controller certainly builds its load balancer: the whole object is
    /// there, its class says so, nothing in it speaks to another controller, and nobody deletes it.
    pub fn is_served_by_gce(&self) -> bool {
        self.is_served_by_gce
    }

    /// True where it states no class and carries annotations of another controller, to which a
    /// default `IngressClass` may give it.
    fn is_meant_for_another(&self) -> bool {
        self.class_annotation().is_none_or(str::is_empty) && self.of_another().next().is_some()
    }

    /// Its annotations that speak to controllers of other vendors.
    pub fn of_another(&self) -> impl Iterator<Item = Annotation<'d>> + use<'d> {
        let speaks_to_another = |name: &str| OTHERS.iter().any(|start| name.starts_with(start));
        let annotations = self.object.annotations();
        annotations.filter(move |annotation| speaks_to_another(annotation.name()))
    }

    /// `spec.tls`.
    pub fn tls(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let tls = self.object.spec().and_then(|spec| spec.get("tls"));
        tls.into_iter().flat_map(Node::items)
    }
}

impl<'d> IngressRule<'d> {
    fn new(node: Node<'d>) -> Self {
        let http = node
            .get("http")
            .filter(|http| http.value() == Value::Mapping);
        let paths = http
            .and_then(|http| http.get("paths"))
            .into_iter()
            .flat_map(Node::items);
        Self {
            node,
            host: node
                .get("host")
                .filter(|host| host.text().is_some_and(|host| !host.is_empty())),
            http,
            paths: paths.map(IngressPath::new).collect(),
        }
    }
}

impl<'d> IngressPath<'d> {
    fn new(node: Node<'d>) -> Self {
        Self {
            node,
            path: node.get("path"),
            path_type: node.get("pathType"),
            backend: node
                .get("backend")
                .and_then(|node| IngressBackend::new(node, false)),
        }
    }
}

impl<'d> IngressBackend<'d> {
    /// The name of the Service; empty for a resource backend or a broken one.
    pub fn service_name(&self) -> &'d str {
        self.service.and_then(Node::text).unwrap_or_default()
    }

    fn new(node: Node<'d>, is_default: bool) -> Option<Self> {
        if node.value() != Value::Mapping {
            return None;
        }
        let (service, port_node) = match node.get("service") {
            Some(service) => {
                let port = service.get("port");
                let port = port.and_then(|port| port.get("name").or_else(|| port.get("number")));
                (service.get("name"), port)
            }
            None => (node.get("serviceName"), node.get("servicePort")),
        };
        let port = port_node.and_then(|node| match node.value() {
            Value::Int(number) => Some(PortRef::Number(number)),
            Value::String(name) => Some(PortRef::Name(name)),
            _ => None,
        });
        Some(Self {
            node,
            service,
            port_node,
            port,
            is_default,
        })
    }
}
