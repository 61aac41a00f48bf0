//! Typed views of the objects of Google Cloud: what rules ask of a backend service, a forwarding
//! rule, a NEG. They borrow from the documents, so every value still knows its bytes.

mod address;
mod backend_service;
mod certificate;
mod endpoints;
mod firewalls;
mod forwarding_rule;
mod gke_cluster;
mod health_check;
mod instance;
mod link;
mod neg;
mod network;
mod quota;
mod target_proxy;
mod url_map;

use jiff::Timestamp;

use crate::document::{Document, Node};
use crate::finding::Subject;
use crate::text::Place;

use super::Kind;
use super::condition::time;
use super::resource::Resource;

pub use address::Address;
pub use backend_service::{Backend, BackendService, MadeFor};
pub use certificate::Certificate;
pub use endpoints::{Endpoint, Endpoints, Health};
pub use firewalls::Firewalls;
pub use forwarding_rule::ForwardingRule;
pub use gke_cluster::GkeCluster;
pub use health_check::{HealthCheck, MadeFrom};
pub use instance::Instance;
pub use link::{Link, Location};
pub use neg::{Neg, Owner};
pub use network::{Network, Subnetwork};
pub use quota::{Quota, Quotas};
pub use target_proxy::TargetProxy;
pub use url_map::{Leads, UrlMap, UrlMapEdge};

/// What all objects of Google Cloud have: a kind, a link that is their identity, a name.
#[derive(Debug, Clone, Copy)]
pub struct CloudObject<'d> {
    /// Its text.
    pub document: &'d Document,
    /// What it is.
    pub resource: &'static Resource,
    /// What it is known by.
    pub link: Link<'d>,
}

/// What `backendServices.getHealth` answers, which does not say of which group it is.
pub const GROUP_HEALTH: &str = "compute#backendServiceGroupHealth";

impl<'d> CloudObject<'d> {
    /// The head of a document's object; `None` where it is none, or has no link to be known by.
    pub fn new(document: &'d Document) -> Option<Self> {
        let (api_version, kind) = document.type_meta();
        let resource = Resource::of(api_version, kind).filter(|it| it.is_cloud())?;
        // What Google's answers do not name is named by what it was asked of.
        let root = document.root();
        let fields = ["selfLink", "networkEndpointGroup", "backend", "network"];
        let link = fields.iter().find_map(|name| root.get(name));
        let link = link.or_else(|| root.get("firewalls")?.items().next()?.get("network"))?;
        Some(Self {
            document,
            resource,
            link: Link::parse(link.text()?)?,
        })
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.resource.kind
    }

    /// The root of its text.
    pub fn root(&self) -> Node<'d> {
        self.document.root()
    }

    /// Its name.
    pub fn name(&self) -> &'d str {
        self.link.name
    }

    /// The field of this name.
    pub fn get(&self, field: &str) -> Option<Node<'d>> {
        self.root().get(field)
    }

    /// The text of the field of this name.
    pub fn text(&self, field: &str) -> Option<&'d str> {
        self.get(field).and_then(Node::text)
    }

    /// The number of the field of this name; the API writes large ones as strings.
    pub fn number(&self, field: &str) -> Option<i64> {
        number(self.get(field))
    }

    /// What the field of this name refers to.
    pub fn link(&self, field: &str) -> Option<Reference<'d>> {
        self.get(field).and_then(|node| self.reference(node))
    }

    /// What the field of this name lists.
    pub fn links(&self, field: &str) -> impl Iterator<Item = Reference<'d>> + use<'d> {
        let own = *self;
        let list = self.get(field).into_iter().flat_map(Node::items);
        list.filter_map(move |node| own.reference(node))
    }

    /// What a node of it refers to.
    pub fn reference(&self, node: Node<'d>) -> Option<Reference<'d>> {
        let link = Link::parse_within(node.text()?, self.link)?;
        Some(Reference { node, link })
    }

    /// `creationTimestamp`.
    pub fn created(&self) -> Option<Timestamp> {
        time(self.get("creationTimestamp"))
    }

    /// Where to point when the object as a whole is meant: its name, or else its link.
    pub fn head(&self) -> Place {
        let fields = ["name", "selfLink"];
        let node = fields.iter().find_map(|name| self.get(name));
        node.map_or_else(|| self.root().place(), Node::place)
    }

    /// Where to point at a field: at its value, or at the whole where it is absent.
    pub fn place_of(&self, field: &str) -> Place {
        self.get(field).map_or_else(|| self.head(), Node::place)
    }

    /// `BackendService`, `TargetTcpProxy`: what it is, as the field writes it.
    pub fn kind_name(&self) -> String {
        kind_name(self.resource)
    }

    /// Its identity in findings: the project stands for the cluster, the location for the
    /// namespace.
    pub fn subject(&self) -> Subject {
        Subject {
            cluster: self.link.project.to_owned(),
            kind: self.kind_name(),
            namespace: self.link.location.name().to_owned(),
            name: self.link.name.to_owned(),
        }
    }
}

impl From<&CloudObject<'_>> for Subject {
    fn from(object: &CloudObject<'_>) -> Self {
        object.subject()
    }
}

/// A link that an object holds.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'d> {
    /// Where it stands.
    pub node: Node<'d>,
    /// Where it leads.
    pub link: Link<'d>,
}

/// `BackendService` for `compute#backendService`.
fn kind_name(resource: &Resource) -> String {
    let name = resource.kind_name;
    let name = name.split_once('#').map_or(name, |(_, name)| name);
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

/// A number, also one that the API writes as a string.
fn number(node: Option<Node<'_>>) -> Option<i64> {
    let node = node?;
    node.integer().or_else(|| node.text()?.parse().ok())
}

/// A number with a fraction.
fn fraction(node: Option<Node<'_>>) -> Option<f64> {
    node?.text()?.parse().ok()
}

/// A view of one kind of object: it is made of any object and behaves like one.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'d> {
            /// Its head.
            pub object: super::CloudObject<'d>,
        }

        impl<'d> std::ops::Deref for $name<'d> {
            type Target = super::CloudObject<'d>;

            fn deref(&self) -> &super::CloudObject<'d> {
                &self.object
            }
        }

        impl<'d> From<super::CloudObject<'d>> for $name<'d> {
            fn from(object: super::CloudObject<'d>) -> Self {
                Self { object }
            }
        }

        impl From<&$name<'_>> for crate::finding::Subject {
            fn from(view: &$name<'_>) -> Self {
                view.object.subject()
            }
        }
    };
}
use view;
