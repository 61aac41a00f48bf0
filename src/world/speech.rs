//! What the Pods behind a port of a Service speak, by what is said of them.

use crate::document::Node;
use crate::kind::probe::{Handler, Probe};
use crate::kind::service::{ServicePort, TargetPort};
use crate::kind::workload::{Container, Workload};
use crate::text::Place;

use super::Joined;

/// What Pods speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speech {
    /// In the clear.
    Plain,
    /// Over TLS.
    Tls,
}

/// Something that says what Pods speak.
#[derive(Debug, Clone)]
pub struct Said {
    /// Where.
    pub place: Place,
    /// In these words: `appProtocol HTTPS`.
    pub words: String,
    /// What.
    pub speech: Speech,
    /// True for gRPC, which HTTP/1.1 does not carry.
    pub grpc: bool,
    /// False for a mere name, which holds nobody to anything.
    pub firm: bool,
}

const PROBES: [&str; 3] = ["readinessProbe", "livenessProbe", "startupProbe"];

impl Said {
    fn new(node: Node<'_>, words: impl Into<String>, speech: Speech) -> Self {
        Self {
            place: node.place(),
            words: words.into(),
            speech,
            grpc: false,
            firm: true,
        }
    }
}

impl Joined<'_, '_> {
    /// All that says what the Pods behind a port of it speak; nothing where a mesh answers for them,
    /// which takes both.
    pub fn speech(self, port: &ServicePort<'_>) -> Vec<Said> {
        if self.is_in_mesh() {
            return Vec::new();
        }
        let mut said: Vec<Said> = app_protocol(port).into_iter().collect();
        said.extend(self.annotated(port));
        said.extend(self.probed_speech(port));
        said.extend(name(port));
        said
    }

    fn is_in_mesh(self) -> bool {
        self.workloads().any(Workload::is_injected)
    }

    /// What the probes of a port say; nothing where a mesh answers for the Pods.
    pub fn probed_speech(self, port: &ServicePort<'_>) -> Vec<Said> {
        if self.is_in_mesh() {
            return Vec::new();
        }
        let containers = self.workloads().flat_map(|it| &it.containers);
        let probes = containers.flat_map(|container| {
            let probes = PROBES.iter();
            probes.filter_map(move |name| probe(port, container, name))
        });
        probes.collect()
    }

    fn annotated(self, port: &ServicePort<'_>) -> Option<Said> {
        let read = self.app_protocols().next()?;
        let protocols = read.decoded.as_ref().ok()?;
        let stated = protocols.ports.get(port.name)?;
        let protocol = stated.protocol.as_ref().ok()?;
        let speech = match protocol.name() {
            "HTTP" => Speech::Plain,
            _ => Speech::Tls,
        };
        let words = format!("{} for port {}", protocol.name(), port.name);
        Some(Said {
            place: read.inner.place(stated.range.clone()),
            ..Said::new(read.annotation.value, words, speech)
        })
    }
}

fn app_protocol(port: &ServicePort<'_>) -> Option<Said> {
    let node = port.node.get("appProtocol")?;
    let stated = node.text()?;
    let speech = match stated.to_ascii_lowercase().as_str() {
        "http" | "kubernetes.io/ws" | "kubernetes.io/h2c" | "h2c" => Speech::Plain,
        "https" | "tls" | "kubernetes.io/wss" => Speech::Tls,
        // Over TLS for Google's controllers, in the clear for others; of gRPC nobody knows.
        _ => return None,
    };
    Some(Said::new(node, format!("appProtocol {stated}"), speech))
}

/// What a probe asks of the very port that serves.
fn probe(port: &ServicePort<'_>, container: &Container<'_>, name: &str) -> Option<Said> {
    let probe = Probe {
        node: container.node.get(name)?,
    };
    let handler = probe.handler()?;
    if !serves(port, container, handler.port()?) {
        return None;
    }
    match handler {
        Handler::Http(http) => {
            let scheme = http.get("scheme");
            let tls = scheme.and_then(Node::text) == Some("HTTPS");
            let (speech, words) = if tls {
                (Speech::Tls, "is probed by HTTPS")
            } else {
                (Speech::Plain, "is probed by HTTP")
            };
            Some(Said::new(scheme.unwrap_or(http), words, speech))
        }
        // A kubelet asks it in the clear.
        Handler::Grpc(grpc) => Some(Said {
            grpc: true,
            ..Said::new(grpc, "is probed by gRPC, in the clear", Speech::Plain)
        }),
        Handler::Tcp(_) | Handler::Exec(_) => None,
    }
}

/// Whether a port of a container is the one behind the Service's.
fn serves(port: &ServicePort<'_>, container: &Container<'_>, asked: TargetPort<'_>) -> bool {
    let target = port.target;
    if asked == target {
        return true;
    }
    let number = |port: TargetPort<'_>| match port {
        TargetPort::Number(number) => Some(number),
        TargetPort::Name(name) => {
            let mut ports = container.ports.iter();
            ports.find(|it| it.name == name).map(|it| it.number)
        }
    };
    number(asked).is_some_and(|asked| number(target) == Some(asked))
}

/// By convention a port's name begins with its protocol.
fn name(port: &ServicePort<'_>) -> Option<Said> {
    let name = port.name;
    let speech = match name.split('-').next()? {
        "https" | "tls" => Speech::Tls,
        "http" => Speech::Plain,
        _ => return None,
    };
    let node = port.node.get("name")?;
    Some(Said {
        firm: false,
        ..Said::new(node, format!("is called {name}"), speech)
    })
}
