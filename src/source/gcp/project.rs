//! One project: its lists side by side, then the endpoints of its NEGs and the firewalls of the
//! networks that these lie in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::kind::Kind;
use crate::kind::cloud::Link;
use crate::kind::resource::Resource;
use crate::snapshot::{API_VERSION, Header, KIND, Snapshot, cloud_object};

use super::GcpError;
use super::lists::{List, endpoints, firewalls, list, zonal};
use super::methods::methods;
use super::wire::Wire;

/// Requests under way at a time.
const SIDE_BY_SIDE: usize = 16;

/// What was read of one project.
pub(super) struct Project {
    id: String,
    documents: Vec<Document>,
    /// What was asked for, with what is missing of it: a reason and what would help.
    asked: BTreeMap<&'static str, Option<(String, String)>>,
    /// The networks that were named, by project and name, with the regions of their NEGs.
    networks: BTreeMap<(String, String), BTreeSet<String>>,
}

/// Reads a project.
pub(super) async fn read(wire: &Wire<'_>, id: &str, kinds: &[Kind]) -> Result<Project, GcpError> {
    let mut project = Project::new(id);
    let lists = methods(kinds);
    let lists = stream::iter(&lists).map(|method| list(wire, id, *method));
    let lists: Vec<List> = lists.buffered(SIDE_BY_SIDE).collect().await;
    if let Some(reason) = lists.iter().find_map(|list| list.missing.clone()) {
        return Err(GcpError::NoProject {
            project: id.to_owned(),
            reason,
        });
    }
    let mut groups = Vec::new();
    for list in lists {
        for object in &list.objects {
            project.note_network(object);
            if list.resource.kind == Kind::Neg {
                groups.extend(zonal(object));
            }
        }
        project.take(list);
    }
    let resource = Resource::of_collection("networkEndpoints");
    if let Some(resource) = resource.filter(|_| kinds.contains(&Kind::Endpoints)) {
        let lists = stream::iter(&groups).map(|group| endpoints(wire, id, resource, group));
        let lists: Vec<List> = lists.buffer_unordered(SIDE_BY_SIDE).collect().await;
        project.ask(resource.plural);
        for list in lists {
            project.take(list);
        }
    }
    if kinds.contains(&Kind::Firewall) {
        let networks = project.networks.clone().into_iter();
        let own = networks.filter(|((owner, _), _)| owner == id);
        let own = own.map(|((_, name), regions)| (name, regions)).collect();
        project.read_firewalls(wire, own).await;
    }
    Ok(project)
}

/// Reads of a host project what belongs to these networks.
pub(super) async fn read_host(
    wire: &Wire<'_>,
    id: &str,
    networks: Vec<(String, BTreeSet<String>)>,
    kinds: &[Kind],
) -> Project {
    let mut project = Project::new(id);
    let shared = [Kind::Network, Kind::Subnetwork];
    let kinds_here: Vec<Kind> = kinds
        .iter()
        .copied()
        .filter(|it| shared.contains(it))
        .collect();
    let lists = methods(&kinds_here);
    let lists = stream::iter(&lists).map(|method| list(wire, id, *method));
    let lists: Vec<List> = lists.buffered(SIDE_BY_SIDE).collect().await;
    for list in lists {
        project.take(list);
    }
    if kinds.contains(&Kind::Firewall) {
        project.read_firewalls(wire, networks).await;
    }
    project
}

impl Project {
    fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            documents: Vec::new(),
            asked: BTreeMap::new(),
            networks: BTreeMap::new(),
        }
    }

    /// The networks of other projects that were named, with the regions of their NEGs.
    pub(super) fn hosts(&self) -> Vec<(String, (String, BTreeSet<String>))> {
        let others = self
            .networks
            .iter()
            .filter(|((owner, _), _)| *owner != self.id);
        let host = |((owner, name), regions): (&(String, String), &BTreeSet<String>)| {
            (owner.clone(), (name.clone(), regions.clone()))
        };
        others.map(host).collect()
    }

    fn ask(&mut self, resource: &'static str) {
        self.asked.entry(resource).or_default();
    }

    fn take(&mut self, list: List) {
        self.ask(list.resource.plural);
        for object in list.objects {
            self.documents
                .extend(cloud_object(&self.id, list.resource, object));
        }
        if let Some(gap) = list.gap {
            self.asked.insert(list.resource.plural, Some(gap));
        }
    }

    /// Keeps the network that a NEG or a forwarding rule lies in.
    fn note_network(&mut self, object: &Value) {
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let holder = text("selfLink").and_then(Link::parse);
        let network = text("network").and_then(Link::parse);
        let holds = ["networkEndpointGroups", "forwardingRules"];
        let (Some(holder), Some(network)) = (holder, network) else {
            return;
        };
        if holds.contains(&holder.collection) {
            let key = (network.project.to_owned(), network.name.to_owned());
            let regions = self.networks.entry(key).or_default();
            regions.extend(holder.region().map(str::to_owned));
        }
    }

    /// Reads what works on networks of this project: on the whole, and by the policies of regions.
    async fn read_firewalls(&mut self, wire: &Wire<'_>, networks: Vec<(String, BTreeSet<String>)>) {
        let Some(resource) = Resource::of_collection("effectiveFirewalls") else {
            return;
        };
        self.ask(resource.plural);
        // The VPC rules are among what works.
        self.ask("firewalls");
        let id = self.id.clone();
        let scopes = networks.into_iter().flat_map(|(network, regions)| {
            let regions = regions.into_iter().map(Some);
            let scopes = std::iter::once(None).chain(regions);
            scopes.map(move |region| (network.clone(), region))
        });
        let scopes: Vec<(String, Option<String>)> = scopes.collect();
        let lists = stream::iter(&scopes)
            .map(|(network, region)| firewalls(wire, &id, resource, network, region.as_deref()));
        let lists: Vec<List> = lists.buffered(SIDE_BY_SIDE).collect().await;
        for list in lists {
            self.take(list);
        }
    }

    /// All of it as a snapshot.
    pub(super) fn snapshot(self, time: Timestamp) -> Result<Snapshot, GcpError> {
        let name = |plural: &str| format!("{plural}.compute.googleapis.com");
        let name = |plural: &str| match Resource::of_collection(plural) {
            Some(resource) => resource.name(),
            None => name(plural),
        };
        let mut header = Map::new();
        let mut say = |name: &str, value: Value| header.insert(name.to_owned(), value);
        say("apiVersion", json!(API_VERSION));
        say("kind", json!(KIND));
        say("metadata", json!({ "name": self.id }));
        say("project", json!(self.id));
        let time = Timestamp::from_second(time.as_second()).unwrap_or(time);
        say("time", json!(time.to_string()));
        let whole = self.asked.iter().filter(|(_, gap)| gap.is_none());
        say(
            "read",
            whole.map(|(plural, _)| json!(name(plural))).collect(),
        );
        let gaps = self.asked.iter().filter_map(|(plural, gap)| {
            let (reason, needs) = gap.as_ref()?;
            let of = |it: &&Document| {
                let (api_version, kind) = it.type_meta();
                Resource::of(api_version, kind).is_some_and(|it| it.plural == *plural)
            };
            let part = self.documents.iter().find(of).is_some();
            Some(json!({"resource": name(plural), "part": part, "reason": reason, "needs": needs}))
        });
        say("unread", gaps.collect());
        let origin = format!("{}/snapshot.yaml", self.id);
        let header = Document::print(origin, &Value::Object(header));
        Ok(Snapshot {
            header: Arc::new(Header::read(&header).map_err(GcpError::Header)?),
            documents: self.documents,
        })
    }
}
