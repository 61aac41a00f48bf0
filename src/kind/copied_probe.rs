//! Which readiness probe the Ingress controller makes a health check of. All others it passes over
//! without a word, and asks `GET /` on the serving port.

use crate::controller::app_protocols::AppProtocol;
use crate::document::{Node, Value};

use super::probe::{Handler, Probe};
use super::service::{ServicePort, TargetPort};
use super::workload::{Container, ContainerPort, Workload};

/// What becomes of a workload's readiness probe.
#[derive(Debug, Clone)]
pub enum Copying<'d> {
    /// This probe of a container is copied.
    Copied(Probe<'d>),
    /// The probe of the container that serves is passed over.
    PassedOver(PassedOver<'d>),
    /// The container that serves has none, or cannot be told.
    NoProbe,
}

/// Why a probe is not copied.
#[derive(Debug, Clone)]
pub struct PassedOver<'d> {
    /// The bytes of the probe that are the reason.
    pub node: Node<'d>,
    /// Why, in a few words.
    pub reason: String,
    /// What it says of the application.
    pub shows: Shows,
}

/// What a probe that is not copied says of the application's answer to `GET /`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// Most likely 200: the same is asked of the same port.
    Answers,
    /// Nothing.
    Nothing,
    /// Most likely something else: health is asked for elsewhere, or in another protocol.
    AsksElsewhere,
    /// No gRPC server answers it.
    Grpc,
}

impl<'d> Workload<'d> {
    /// What becomes of its readiness probe behind this port of a Service.
    pub fn copying(&self, port: &ServicePort<'_>, protocol: AppProtocol) -> Copying<'d> {
        let serving = Serving {
            target: port.target,
            protocol,
        };
        let spec = self.pod_spec().and_then(|pod| pod.get("containers"));
        // Sidecars, which come last, are not looked at.
        let count = spec.map_or(0, |containers| containers.items().count());
        let own = || self.containers.iter().take(count);
        let judged = |container: &Container<'d>| {
            let probe = container.readiness_probe?;
            serving.passes_over(container, probe)
        };
        let copied = |it: &Container<'d>| it.readiness_probe.filter(|_| judged(it).is_none());
        if let Some(probe) = own().find_map(copied) {
            return Copying::Copied(probe);
        }
        let declares = |container: &&Container<'_>| {
            let mut ports = container.ports.iter();
            ports.any(|port| serving.is_on(port))
        };
        let asks = |container: &&Container<'_>| {
            let handler = container.readiness_probe.and_then(|probe| probe.handler());
            handler.and_then(Handler::port) == Some(port.target)
        };
        let only = || own().next().filter(|_| count == 1);
        let container = own()
            .find(declares)
            .or_else(|| own().find(asks))
            .or_else(only);
        container
            .and_then(judged)
            .map_or(Copying::NoProbe, Copying::PassedOver)
    }
}

/// Where the endpoints of a port are, and what is spoken there.
struct Serving<'s> {
    target: TargetPort<'s>,
    protocol: AppProtocol,
}

impl Serving<'_> {
    fn is_on(&self, port: &ContainerPort<'_>) -> bool {
        match self.target {
            TargetPort::Number(number) => port.number == number,
            TargetPort::Name(name) => port.name == name,
        }
    }

    fn passes_over<'d>(
        &self,
        container: &Container<'d>,
        probe: Probe<'d>,
    ) -> Option<PassedOver<'d>> {
        let (name, shows) = match probe.handler() {
            Some(Handler::Http(http)) => return self.passes_over_http(container, http),
            Some(Handler::Tcp(_)) => ("tcpSocket", Shows::Nothing),
            Some(Handler::Exec(_)) => ("exec", Shows::Nothing),
            Some(Handler::Grpc(_)) => ("grpc", Shows::Grpc),
            None => ("", Shows::Nothing),
        };
        let key = probe.node.entry(name).map(|(key, _)| key);
        Some(PassedOver {
            node: key.unwrap_or(probe.node),
            reason: "not copied: only httpGet is".to_owned(),
            shows,
        })
    }

    fn passes_over_http<'d>(
        &self,
        container: &Container<'d>,
        http: Node<'d>,
    ) -> Option<PassedOver<'d>> {
        let port = http.get("port");
        let asked = port.and_then(TargetPort::new);
        let asks = |port: &ContainerPort<'_>| match asked {
            Some(TargetPort::Number(number)) => port.number == number,
            Some(TargetPort::Name(name)) => port.name == name,
            None => false,
        };
        let mut declared = container
            .ports
            .iter()
            .filter(|port| self.is_on(port))
            .peekable();
        let is_declared = declared.peek().is_some();
        let is_served = declared.any(asks) || (!is_declared && asked == Some(self.target));
        let path = http.get("path").and_then(Node::text).unwrap_or_default();
        let root = matches!(path, "" | "/");
        let target = self.target;
        let (node, reason, shows) = if let Some(host) = other_host(http) {
            (host, "not copied: it has a host".to_owned(), Shows::Nothing)
        } else if let Some(header) = other_header(http) {
            let reason = "not copied: it has headers beside Host";
            (header, reason.to_owned(), Shows::Nothing)
        } else if let Some((node, reason)) = self.other_scheme(http) {
            let shows = if is_served {
                Shows::AsksElsewhere
            } else {
                Shows::Nothing
            };
            (node, reason, shows)
        } else if !is_declared {
            let reason = format!("not copied: the container declares no port {target}");
            let shows = if is_served {
                Shows::Answers
            } else {
                Shows::Nothing
            };
            (port.unwrap_or(http), reason, shows)
        } else if !is_served {
            let reason = format!("not copied: not port {target}, which serves");
            (port.unwrap_or(http), reason, Shows::Nothing)
        } else {
            return None;
        };
        Some(PassedOver {
            node,
            reason,
            shows: if root { shows } else { Shows::AsksElsewhere },
        })
    }

    /// The scheme where it is not the one of the port's protocol; HTTP/2 is spoken over TLS.
    fn other_scheme<'d>(&self, http: Node<'d>) -> Option<(Node<'d>, String)> {
        let scheme = http.get("scheme").filter(|it| it.value() != Value::Null);
        let asked = scheme.and_then(Node::text).unwrap_or("HTTP");
        let spoken = match self.protocol {
            AppProtocol::Http => "HTTP",
            AppProtocol::Https | AppProtocol::Http2 => "HTTPS",
        };
        let reason = format!("not copied: {asked}, where the load balancer speaks {spoken}");
        (asked != spoken).then_some((scheme.unwrap_or(http), reason))
    }
}

fn other_host(http: Node<'_>) -> Option<Node<'_>> {
    http.get("host").filter(|host| {
        host.text().is_some_and(|host| !host.is_empty()) && host.value() != Value::Null
    })
}

/// A header that keeps the probe from being copied: any but a single `Host`.
fn other_header(http: Node<'_>) -> Option<Node<'_>> {
    let headers: Vec<_> = http.get("httpHeaders")?.items().collect();
    let is_host = |header: &Node<'_>| header.get("name").and_then(Node::text) == Some("Host");
    match headers.as_slice() {
        [] => None,
        [only] if is_host(only) => None,
        all => {
            let header = all.iter().find(|header| !is_host(header)).or(all.last())?;
            Some(header.get("name").unwrap_or(*header))
        }
    }
}
