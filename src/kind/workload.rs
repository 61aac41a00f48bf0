//! What makes Pods: Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, Pod, Rollout and the
//! like, seen as the Pod they make.

use crate::document::{Node, Value};

use super::object::Object;
use super::probe::Probe;
use super::service::{ServicePort, TargetPort, pairs};

/// The readiness gate that GKE injects for NEGs.
pub const NEG_READINESS_GATE: &str = "cloud.google.com/load-balancer-neg-ready";

/// A workload and the Pod it makes.
#[derive(Debug, Clone)]
pub struct Workload<'d> {
    /// Its head.
    pub object: Object<'d>,
    /// The Pod template; the object itself for a Pod.
    pub template: Option<Node<'d>>,
    /// The labels that its Pods get.
    pub labels: Vec<(&'d str, &'d str)>,
    /// Its containers; sidecar init containers (`restartPolicy: Always`) come last.
    pub containers: Vec<Container<'d>>,
}

/// A container of a Pod.
#[derive(Debug, Clone)]
pub struct Container<'d> {
    /// Its entry.
    pub node: Node<'d>,
    /// `name`.
    pub name: &'d str,
    /// `ports`.
    pub ports: Vec<ContainerPort<'d>>,
    /// `readinessProbe`.
    pub readiness_probe: Option<Probe<'d>>,
}

/// An entry of a container's `ports`.
#[derive(Debug, Clone, Copy)]
pub struct ContainerPort<'d> {
    /// The entry.
    pub node: Node<'d>,
    /// `containerPort`.
    pub number: i64,
    /// `name`; empty where it has none.
    pub name: &'d str,
    /// `protocol`, `TCP` where it is missing.
    pub protocol: &'d str,
}

impl<'d> Workload<'d> {
    /// The view of an object.
    pub fn new(mut object: Object<'d>) -> Self {
        let root = object.root();
        let template = match object.kind_name {
            "Pod" => Some(root),
            "CronJob" => root.at(&["spec", "jobTemplate", "spec", "template"]),
            _ => root.at(&["spec", "template"]),
        };
        let pod = template.and_then(|template| template.get("spec"));
        let list = |name: &str| {
            pod.and_then(|pod| pod.get(name))
                .into_iter()
                .flat_map(Node::items)
        };
        let sidecars = list("initContainers").filter(|container| {
            container.get("restartPolicy").and_then(Node::text) == Some("Always")
        });
        let containers: Vec<_> = list("containers")
            .chain(sidecars)
            .map(Container::new)
            .collect();
        // Every container needs an image, so one without is a patch.
        object.partial |= containers.is_empty()
            || containers
                .iter()
                .any(|container| container.node.get("image").is_none());
        let labels = template.and_then(|template| template.at(&["metadata", "labels"]));
        Self {
            template,
            labels: labels.map(pairs).unwrap_or_default(),
            containers,
            object,
        }
    }

    /// The Pod's `spec`.
    pub fn pod_spec(&self) -> Option<Node<'d>> {
        self.template?.get("spec")
    }

    /// `spec.replicas`; 1 where a kind that has it leaves it out, `None` where it is not stated
    /// because an autoscaler may set it or the kind has none.
    pub fn replicas(&self) -> Option<i64> {
        self.object.spec()?.get("replicas")?.integer()
    }

    /// The named port among all containers' ports.
    pub fn port_named(&self, name: &str) -> Option<ContainerPort<'d>> {
        self.ports().find(|port| port.name == name)
    }

    /// The container port that a port of a Service leads to. As in Kubernetes, a name is looked up
    /// together with the protocol.
    pub fn port_for(&self, port: &ServicePort<'_>) -> Option<ContainerPort<'d>> {
        self.ports().find(|declared| declared.answers(port))
    }

    /// The containers that declare the port that a port of a Service leads to; where none does, any
    /// of them may serve it.
    pub fn serving(&self, port: &ServicePort<'_>) -> Vec<&Container<'d>> {
        let declares =
            |container: &&Container<'d>| container.ports.iter().any(|own| own.answers(port));
        let serving: Vec<_> = self.containers.iter().filter(declares).collect();
        if serving.is_empty() {
            return self.containers.iter().collect();
        }
        serving
    }

    /// True where a mesh puts its proxy into the Pods, which brings ports that no manifest states.
    pub fn is_injected(&self) -> bool {
        let metadata = self.template.and_then(|template| template.get("metadata"));
        let stated = |part: &str| {
            let entries = metadata.and_then(|metadata| metadata.get(part));
            let names = entries.into_iter().flat_map(Node::entries);
            names.filter_map(|(name, _)| name.text()).any(|name| {
                name.contains("istio.io/") || matches!(name, "istio" | "linkerd.io/inject")
            })
        };
        let placeholder = |container: &Container<'d>| {
            container.node.get("image").and_then(Node::text) == Some("auto")
        };
        stated("labels") || stated("annotations") || self.containers.iter().any(placeholder)
    }

    /// All container ports.
    pub fn ports(&self) -> impl Iterator<Item = ContainerPort<'d>> {
        self.containers
            .iter()
            .flat_map(|container| container.ports.iter().copied())
    }

    /// `spec.readinessGates[].conditionType` of the Pod.
    pub fn readiness_gates(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let gates = self.pod_spec().and_then(|pod| pod.get("readinessGates"));
        gates
            .into_iter()
            .flat_map(Node::items)
            .filter_map(|gate| gate.get("conditionType"))
    }

    /// True where its Pods use the network of their node.
    pub fn host_network(&self) -> bool {
        let field = self.pod_spec().and_then(|pod| pod.get("hostNetwork"));
        field.and_then(Node::boolean) == Some(true)
    }
}

impl<'d> Container<'d> {
    fn new(node: Node<'d>) -> Self {
        let ports = node.get("ports").into_iter().flat_map(Node::items);
        Self {
            node,
            name: node.get("name").and_then(Node::text).unwrap_or_default(),
            ports: ports.filter_map(ContainerPort::new).collect(),
            readiness_probe: node
                .get("readinessProbe")
                .filter(|probe| probe.value() == Value::Mapping)
                .map(|probe| Probe { node: probe }),
        }
    }
}

impl<'d> ContainerPort<'d> {
    /// True where a port of a Service leads here.
    pub fn answers(&self, port: &ServicePort<'_>) -> bool {
        let named = match port.target {
            TargetPort::Number(number) => self.number == number,
            TargetPort::Name(name) => self.name == name,
        };
        named && self.protocol == port.protocol
    }

    fn new(node: Node<'d>) -> Option<Self> {
        let text = |name: &str| node.get(name).and_then(Node::text);
        Some(Self {
            node,
            number: node.get("containerPort")?.integer()?,
            name: text("name").unwrap_or_default(),
            protocol: text("protocol").unwrap_or("TCP"),
        })
    }
}
