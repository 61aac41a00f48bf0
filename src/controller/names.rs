//! The names that the controllers give to NEGs and to what stands around them.
//! Source: `pkg/utils/namer` of kubernetes/ingress-gce.

use std::fmt::{self, Write};

use sha2::{Digest, Sha256};
use thiserror::Error;

/// The name of a NEG in Google Cloud, which is also the name of its `ServiceNetworkEndpointGroup`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NegName(String);

/// The longest custom name that leaves room for the suffix of a further subnet.
pub const MAX_CUSTOM_NAME_WITH_SUBNET: usize = 56;

/// A custom name that is too long to be used in a subnet other than the default one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("custom NEG name exceeds {MAX_CUSTOM_NAME_WITH_SUBNET} characters limit")]
pub struct CustomNameTooLong;

impl NegName {
    /// A name that is stated somewhere.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// A custom name's form in a subnet other than the default one.
    pub fn custom_in_subnet(custom: &str, subnet: &str) -> Result<Self, CustomNameTooLong> {
        if custom.len() > MAX_CUSTOM_NAME_WITH_SUBNET {
            return Err(CustomNameTooLong);
        }
        Ok(Self(format!("{custom}-{}", hex_hash(subnet, 6))))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the API server takes it as the name of an object: a DNS subdomain.
    pub fn is_object_name(&self) -> bool {
        let label = |label: &str| {
            let bytes = label.as_bytes();
            let inner = |byte: &u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
            bytes.iter().all(inner)
                && bytes.first().is_some_and(|byte| *byte != b'-')
                && bytes.last().is_some_and(|byte| *byte != b'-')
        };
        self.0.len() <= 253 && self.0.split('.').all(label)
    }

    /// Whether Compute Engine takes it as the name of a resource (RFC 1035, 63 characters).
    pub fn is_resource_name(&self) -> bool {
        self.is_object_name()
            && self.0.len() <= 63
            && !self.0.contains('.')
            && self.0.starts_with(|first: char| first.is_ascii_lowercase())
    }

    /// Whether it has the form of a generated name: made by this controller or by one like it,
    /// whatever the cluster.
    pub fn looks_generated(&self) -> bool {
        looks_generated(&self.0)
    }
}

impl fmt::Display for NegName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What generated names of L7 NEGs begin with, by who makes them.
const L7_PREFIXES: [&str; 3] = ["k8s1-", "mci1-", "gk3-mt1-"];

/// Whether a name begins as a controller's own do, those of Gateways (`gkegw1-`) among them.
pub fn begins_generated(name: &str) -> bool {
    let mut prefixes = L7_PREFIXES.into_iter().chain(["gkegw1-"]);
    prefixes.any(|prefix| name.starts_with(prefix))
}

/// Whether a name has the form of a generated one: `k8s1-…-{8 hexadecimal digits}` of L7,
/// `k8s2-…-{8 digits or letters}` of L4, or the same with another prefix (`mci1`, `gk3-mt1`).
pub fn looks_generated(name: &str) -> bool {
    let Some((head, hash)) = name.rsplit_once('-') else {
        return false;
    };
    let l7 = L7_PREFIXES.iter().any(|prefix| head.starts_with(prefix));
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let base36 = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'z');
    hash.len() == 8
        && (l7 && hash.bytes().all(hex) || head.starts_with("k8s2-") && hash.bytes().all(base36))
}

/// How many characters namespace, Service and port share in the name of an L7 NEG.
const L7_ROOM: usize = 38;

/// What all L7 names of one cluster have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct L7Namer {
    head: &'static str,
    uid: String,
    room: usize,
}

impl L7Namer {
    /// The namer of a cluster by its ingress UID (`uid` in the ConfigMap `kube-system/ingress-uid`;
    /// not the UID of the namespace). Of what stands after its last `--`, eight characters count.
    pub fn new(cluster_uid: &str) -> Self {
        Self::with_head("k8s1", cluster_uid, L7_ROOM)
    }

    /// The namer of multi-cluster Ingress.
    pub fn multi_cluster(cluster_uid: &str) -> Self {
        Self::with_head("mci1", cluster_uid, L7_ROOM)
    }

    /// The namer for a tenant of a multi-project cluster, by the tenant's UID.
    pub fn tenant(tenant_uid: &str) -> Self {
        Self::with_head("gk3-mt1", tenant_uid, 35)
    }

    fn with_head(head: &'static str, uid: &str, room: usize) -> Self {
        let uid = uid.rsplit_once("--").map_or(uid, |(_, last)| last);
        Self {
            head,
            uid: prefix(uid, 8).to_owned(),
            room,
        }
    }

    /// The eight or fewer characters by which names tell clusters apart.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// What every name begins with. The controller takes a NEG whose name begins so for its own.
    pub fn prefix(&self) -> String {
        format!("{}-{}", self.head, self.uid)
    }

    /// The NEG of a Service's port (`spec.ports[].port`) in the default subnet. Its backend
    /// service and health check have the same name.
    pub fn neg(&self, namespace: &str, service: &str, port: i32) -> NegName {
        let parts = l7_parts(self.room, namespace, service, port);
        NegName(format!(
            "{}-{parts}-{}",
            self.prefix(),
            self.hash(namespace, service, port)
        ))
    }

    /// The NEG of a Service's port in another subnet.
    pub fn neg_in_subnet(&self, ns: &str, service: &str, port: i32, subnet: &str) -> NegName {
        let parts = l7_parts(self.room - 7, ns, service, port);
        let (subnet, hash) = (hex_hash(subnet, 6), self.hash(ns, service, port));
        NegName(format!("{}-{parts}-{subnet}-{hash}", self.prefix()))
    }

    /// The backend service of a regional external Ingress; its NEG has the name of [`Self::neg`].
    pub fn regional_backend_service(&self, namespace: &str, service: &str, port: i32) -> String {
        let parts = l7_parts(self.room - 2, namespace, service, port);
        format!(
            "{}-e-{parts}-{}",
            self.prefix(),
            self.hash(namespace, service, port)
        )
    }

    fn hash(&self, namespace: &str, service: &str, port: i32) -> String {
        hex_hash(&format!("{};{namespace};{service};{port}", self.uid), 8)
    }
}

/// What all L4 names of one cluster have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct L4Namer {
    cluster: String,
}

impl L4Namer {
    /// The namer of a cluster by the UID of its namespace `kube-system`.
    pub fn new(kube_system_uid: &str) -> Self {
        Self {
            cluster: content_hash(kube_system_uid),
        }
    }

    /// The `GCE_VM_IP` NEG of a Service in the default subnet, which is also the name of its
    /// backend service, firewall rule and own health check.
    pub fn neg(&self, namespace: &str, service: &str) -> NegName {
        let parts = trim_evenly(39, &[namespace, service]);
        NegName(format!(
            "k8s2-{}-{parts}-{}",
            self.cluster,
            self.hash(namespace, service)
        ))
    }

    /// The `GCE_VM_IP` NEG of a Service in another subnet.
    pub fn neg_in_subnet(&self, namespace: &str, service: &str, subnet: &str) -> NegName {
        let parts = trim_evenly(32, &[namespace, service]);
        let (subnet, hash) = (hex_hash(subnet, 6), self.hash(namespace, service));
        NegName(format!("k8s2-{}-{parts}-{subnet}-{hash}", self.cluster))
    }

    fn hash(&self, namespace: &str, service: &str) -> String {
        content_hash(&format!("{};{namespace};{service}", self.cluster))
    }
}

/// An L7 NEG's name of which the cluster's part is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct L7Pattern {
    namespace: String,
    service: String,
    port: i32,
}

impl L7Pattern {
    /// The name of this port's NEG in some cluster.
    pub fn new(namespace: &str, service: &str, port: i32) -> Self {
        Self {
            namespace: namespace.to_owned(),
            service: service.to_owned(),
            port,
        }
    }

    /// The namer of the cluster in which this port's NEG has this name, if there is one.
    /// With it every other name of the cluster is known too.
    pub fn namer(&self, name: &str) -> Option<L7Namer> {
        let (head, _hash) = name.strip_prefix("k8s1-")?.rsplit_once('-')?;
        let uid = head.strip_suffix(&self.parts())?.strip_suffix('-')?;
        let namer = L7Namer::new(uid);
        let own = namer.neg(&self.namespace, &self.service, self.port);
        (own.as_str() == name).then_some(namer)
    }

    fn parts(&self) -> String {
        l7_parts(L7_ROOM, &self.namespace, &self.service, self.port)
    }
}

impl fmt::Display for L7Pattern {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "k8s1-*-{}-*", self.parts())
    }
}

/// An L4 NEG's name of which the cluster's part is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct L4Pattern {
    namespace: String,
    service: String,
}

impl L4Pattern {
    /// The name of this Service's NEG in some cluster.
    pub fn new(namespace: &str, service: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            service: service.to_owned(),
        }
    }

    /// The namer of the cluster in which this Service's NEG has this name, if there is one.
    pub fn namer(&self, name: &str) -> Option<L4Namer> {
        let cluster = name.strip_prefix("k8s2-")?.split('-').next()?.to_owned();
        let namer = L4Namer { cluster };
        (namer.neg(&self.namespace, &self.service).as_str() == name).then_some(namer)
    }
}

impl fmt::Display for L4Pattern {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "k8s2-*-{}-*",
            trim_evenly(39, &[&self.namespace, &self.service])
        )
    }
}

fn l7_parts(room: usize, namespace: &str, service: &str, port: i32) -> String {
    trim_evenly(room, &[namespace, service, &port.to_string()])
}

/// Joins fields by `-`, shortened so that together they have at most `room` characters: each in
/// proportion to its length, and what rounding leaves goes to the first ones.
fn trim_evenly(room: usize, fields: &[&str]) -> String {
    let total: usize = fields.iter().map(|field| field.len()).sum();
    let excess = total.saturating_sub(room);
    if excess == 0 {
        return fields.join("-");
    }
    let shorten = |field: &&str| (field.len() - field.len() * excess / total).saturating_sub(1);
    let lengths: Vec<usize> = fields.iter().map(shorten).collect();
    let left = room - lengths.iter().sum::<usize>().min(room);
    let parts = fields.iter().zip(&lengths).enumerate();
    let parts =
        parts.map(|(index, (field, length))| prefix(field, length + usize::from(index < left)));
    parts.collect::<Vec<_>>().join("-")
}

/// The first characters of a text that fit into so many bytes.
fn prefix(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

fn hex_hash(text: &str, digits: usize) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(text).iter().take(digits.div_ceil(2)) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

fn content_hash(text: &str) -> String {
    let digest = Sha256::digest(text);
    let digits = digest.iter().take(8).map(|byte| u32::from(byte % 36));
    digits
        .filter_map(|digit| char::from_digit(digit, 36))
        .collect()
}
