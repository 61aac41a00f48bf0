//! NetworkPolicy: who may reach Pods.

use crate::document::{Node, Value};

use super::object::Object;
use super::selector;
use super::workload::ContainerPort;
use crate::cidr::IpRange;

/// A NetworkPolicy.
#[derive(Debug, Clone)]
pub struct NetworkPolicy<'d> {
    /// Its head.
    pub object: Object<'d>,
}

impl<'d> NetworkPolicy<'d> {
    /// The view of an object.
    pub fn new(mut object: Object<'d>) -> Self {
        let selector = object.spec().and_then(|spec| spec.get("podSelector"));
        object.partial |= selector.is_none_or(|selector| selector.value() != Value::Mapping);
        Self { object }
    }

    /// `spec.podSelector`.
    pub fn pod_selector(&self) -> Option<Node<'d>> {
        self.object.spec()?.get("podSelector")
    }

    /// True where it takes Pods with these labels; an operator that is none takes none.
    pub fn selects(&self, labels: &[(&str, &str)]) -> bool {
        self.pod_selector()
            .is_some_and(|selector| selector::takes(selector, labels))
    }

    /// True where the Pods that it selects are reached only by whom a policy admits.
    pub fn isolates_ingress(&self) -> bool {
        let types = self.object.spec().and_then(|spec| spec.get("policyTypes"));
        let mut types = types.into_iter().flat_map(Node::items).peekable();
        types.peek().is_none() || types.any(|name| name.text() == Some("Ingress"))
    }

    /// `spec.ingress`.
    pub fn ingress_rules(&self) -> impl Iterator<Item = IngressRule<'d>> + use<'d> {
        let rules = self.object.spec().and_then(|spec| spec.get("ingress"));
        let rules = rules.into_iter().flat_map(Node::items);
        rules.map(|node| IngressRule { node })
    }
}

/// An entry of a policy's `spec.ingress`.
#[derive(Debug, Clone, Copy)]
pub struct IngressRule<'d> {
    /// The entry.
    pub node: Node<'d>,
}

impl IngressRule<'_> {
    /// True where it opens this TCP port; `declared` are the ports that names stand for.
    pub fn opens(self, number: i64, declared: &[ContainerPort<'_>]) -> bool {
        let ports = self.node.get("ports").into_iter().flat_map(Node::items);
        let mut ports = ports.peekable();
        let is_it = |entry: Node<'_>| {
            let field = |name: &str| entry.get(name).filter(|node| node.value() != Value::Null);
            let is_tcp = field("protocol")
                .and_then(Node::text)
                .is_none_or(|name| name == "TCP");
            is_tcp
                && match field("port").map(Node::value) {
                    None => true,
                    Some(Value::Int(first)) => {
                        let last = field("endPort").and_then(Node::integer).unwrap_or(first);
                        (first..=last).contains(&number)
                    }
                    Some(Value::String(name)) => declared.iter().any(|own| {
                        own.name == name && own.number == number && own.protocol == "TCP"
                    }),
                    Some(_) => false,
                }
        };
        ports.peek().is_none() || ports.any(is_it)
    }

    /// The IPv4 addresses outside the cluster that it admits. A block that is no CIDR counts as all:
    /// what it was meant for cannot be told.
    pub fn admits(self) -> Vec<IpRange> {
        let peers = self.node.get("from").into_iter().flat_map(Node::items);
        let mut peers = peers.peekable();
        if peers.peek().is_none() {
            return vec![IpRange::ALL_V4];
        }
        let admitted = |block: Node<'_>| {
            let range = |node: Node<'_>| node.text().and_then(IpRange::new);
            let cidr = block.get("cidr");
            if cidr
                .and_then(Node::text)
                .is_some_and(|cidr| cidr.contains(':'))
            {
                return Vec::new();
            }
            let except = block.get("except").into_iter().flat_map(Node::items);
            let except: Vec<_> = except.filter_map(range).collect();
            cidr.and_then(range)
                .unwrap_or(IpRange::ALL_V4)
                .without(&except)
        };
        let blocks = peers.filter_map(|peer| peer.get("ipBlock"));
        blocks.flat_map(admitted).collect()
    }
}
