//! One project: its lists side by side, then the endpoints of its NEGs and the firewalls of the
//! networks that NEGs and forwarding rules lie in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::kind::Kind;
use crate::kind::cloud::Link;
use crate::kind::resource::Resource;
use crate::snapshot::{API_VERSION, Header, KIND, Snapshot, cloud_object};

use super::GcpError;
use super::lists::{Gap, List, endpoints, firewalls, list};
use super::methods::{OF_SHARED, methods};
use super::wire::Wire;

/// Requests under way at a time.
const SIDE_BY_SIDE: usize = 16;

/// Networks by project and name, with the regions of the NEGs that lie in them.
pub(super) type Networks = BTreeMap<(String, String), BTreeSet<String>>;

/// What was read of one project.
pub(super) struct Project {
    id: String,
    documents: Vec<Document>,
    /// What was asked for, with what is missing of it.
    asked: BTreeMap<&'static str, Option<Gap>>,
    /// The networks that were named.
    networks: Networks,
    /// The links of the NEGs whose endpoints are listed; `None` where NEGs are not its matter.
    groups: Option<Vec<String>>,
}

impl Project {
    /// Reads the lists of a project.
    pub(super) async fn read(wire: &Wire<'_>, id: &str, kinds: &[Kind]) -> Result<Self, GcpError> {
        let mut project = Self::new(id);
        let lists = project.lists(wire, kinds).await;
        project.refused(&lists)?;
        let mut groups = Vec::new();
        for list in lists {
            for object in &list.objects {
                project.note_network(object);
                groups.extend(zonal(object).map(str::to_owned));
            }
            project.take(list);
        }
        project.groups = Some(groups);
        Ok(project)
    }

    /// Reads of a host project what others use.
    pub(super) async fn read_host(wire: &Wire<'_>, id: &str, kinds: &[Kind]) -> Self {
        let mut project = Self::new(id);
        let shared = kinds.iter().copied().filter(|it| OF_SHARED.contains(it));
        let lists = project.lists(wire, &shared.collect::<Vec<_>>()).await;
        for list in lists {
            project.take(list);
        }
        project
    }

    /// Reads what only the lists of all projects tell to ask for: the endpoints of the NEGs, and what
    /// works on those of these networks that are its own.
    pub(super) async fn read_within(
        &mut self,
        wire: &Wire<'_>,
        kinds: &[Kind],
        networks: &Networks,
    ) {
        let groups = self
            .groups
            .take()
            .filter(|_| kinds.contains(&Kind::Endpoints));
        let resource = Resource::of_collection("networkEndpoints");
        if let (Some(groups), Some(resource)) = (groups, resource) {
            let asked = stream::iter(&groups);
            let asked = asked.map(|group| endpoints(wire, &self.id, resource, group));
            let lists: Vec<List> = asked.buffered(SIDE_BY_SIDE).collect().await;
            self.ask(resource.plural);
            for list in lists {
                self.take(list);
            }
            self.know_no_more_than_groups(resource.plural);
        }
        let resource = Resource::of_collection("effectiveFirewalls");
        if let Some(resource) = resource.filter(|_| kinds.contains(&Kind::Firewall)) {
            self.read_firewalls(wire, resource, networks).await;
            self.know_no_more_than_groups(resource.plural);
        }
    }

    /// The networks that were named.
    pub(super) fn networks(&self) -> &Networks {
        &self.networks
    }

    fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            documents: Vec::new(),
            asked: BTreeMap::new(),
            networks: Networks::new(),
            groups: None,
        }
    }

    async fn lists(&self, wire: &Wire<'_>, kinds: &[Kind]) -> Vec<List> {
        let methods = methods(kinds);
        let lists = stream::iter(&methods).map(|method| list(wire, &self.id, *method));
        lists.buffered(SIDE_BY_SIDE).collect().await
    }

    /// An error where no list of Compute Engine came because of the project, or of who asks.
    fn refused(&self, lists: &[List]) -> Result<(), GcpError> {
        let compute = |list: &&List| list.resource.group == "compute.googleapis.com";
        let is_all = |code| {
            let mut lists = lists.iter().filter(compute);
            lists.all(|list| list.refused == Some(code))
        };
        let first = lists
            .iter()
            .find(compute)
            .and_then(|list| list.gap.as_ref());
        let Some(Gap { reason, .. }) = first else {
            return Ok(());
        };
        if is_all(StatusCode::NOT_FOUND) || is_all(StatusCode::BAD_REQUEST) {
            return Err(GcpError::no_project(&self.id, reason));
        }
        if is_all(StatusCode::UNAUTHORIZED) {
            return Err(GcpError::Refused(reason.clone()));
        }
        Ok(())
    }

    fn ask(&mut self, resource: &'static str) {
        self.asked.entry(resource).or_default();
    }

    fn take(&mut self, list: List) {
        let missing = self.asked.entry(list.resource.plural).or_default();
        // The first of several is told.
        *missing = missing.take().or(list.gap);
        for object in list.objects {
            self.documents
                .extend(cloud_object(&self.id, list.resource, object));
        }
    }

    /// What is asked for NEG by NEG is not known of NEGs that are not known.
    fn know_no_more_than_groups(&mut self, resource: &'static str) {
        if let Some(Some(gap)) = self.asked.get("networkEndpointGroups").cloned() {
            let reason = format!("not all NEGs are known: {}", gap.reason);
            let missing = self.asked.entry(resource).or_default();
            missing.get_or_insert(Gap { reason, ..gap });
        }
    }

    /// Keeps the network that a NEG or a forwarding rule lies in, and the regions of NEGs.
    fn note_network(&mut self, object: &Value) {
        let text = |name: &str| object.get(name).and_then(Value::as_str);
        let holder = text("selfLink").and_then(Link::parse);
        let network = text("network").and_then(Link::parse);
        let (Some(holder), Some(network)) = (holder, network) else {
            return;
        };
        let group = zonal(object).is_some();
        let fits = is_name(network.project) && is_name(network.name);
        if fits && (group || holder.collection == "forwardingRules") {
            let key = (network.project.to_owned(), network.name.to_owned());
            let regions = self.networks.entry(key).or_default();
            let region = holder.region().filter(|_| group);
            regions.extend(region.map(str::to_owned));
        }
    }

    /// Reads what works on networks of this project: on the whole, and by the policies of regions.
    async fn read_firewalls(
        &mut self,
        wire: &Wire<'_>,
        resource: &'static Resource,
        networks: &Networks,
    ) {
        let own = networks.iter().filter(|((owner, _), _)| *owner == self.id);
        let scopes: Vec<(&str, Option<&str>)> = own
            .flat_map(|((_, network), regions)| {
                let regions = regions.iter().map(|region| Some(region.as_str()));
                let scopes = std::iter::once(None).chain(regions);
                scopes.map(move |region| (network.as_str(), region))
            })
            .collect();
        let id = self.id.clone();
        let asked = stream::iter(&scopes);
        let asked = asked.map(|(network, region)| firewalls(wire, &id, resource, network, *region));
        let lists: Vec<List> = asked.buffered(SIDE_BY_SIDE).collect().await;
        self.ask(resource.plural);
        // The VPC rules are among what works.
        self.ask("firewalls");
        for list in lists {
            self.take(list);
        }
    }

    /// All of it as a snapshot.
    pub(super) fn snapshot(self, time: Timestamp) -> Result<Snapshot, GcpError> {
        let origin = format!("{}/snapshot.yaml", self.id);
        let header = Document::print(origin, &self.header(time));
        Ok(Snapshot {
            header: Arc::new(Header::read(&header).map_err(GcpError::Header)?),
            documents: self.documents,
        })
    }

    fn header(&self, time: Timestamp) -> Value {
        let resources = || {
            let asked = self.asked.iter();
            asked.filter_map(|(plural, gap)| Some((Resource::of_collection(plural)?, gap)))
        };
        let read = resources().filter(|(_, gap)| gap.is_none());
        let read: Vec<String> = read.map(|(resource, _)| resource.name()).collect();
        let unread = resources().filter_map(|(resource, gap)| {
            let Gap { reason, needs } = gap.as_ref()?;
            let mut kinds = self.documents.iter().map(|document| document.type_meta().1);
            let part = kinds.any(|kind| kind == resource.kind_name);
            let name = resource.name();
            Some(json!({"resource": name, "part": part, "reason": reason, "needs": needs}))
        });
        let time = Timestamp::from_second(time.as_second()).unwrap_or(time);
        let mut header = Map::new();
        let mut say = |name: &str, value: Value| header.insert(name.to_owned(), value);
        say("apiVersion", json!(API_VERSION));
        say("kind", json!(KIND));
        say("metadata", json!({ "name": self.id }));
        say("project", json!(self.id));
        say("time", json!(time.to_string()));
        say("read", json!(read));
        say("unread", unread.collect());
        Value::Object(header)
    }
}

/// The link of a NEG whose endpoints are listed: those of a zone. Those of serverless backends, of
/// Private Service Connect and of the internet have none of their own.
fn zonal(object: &Value) -> Option<&str> {
    let kind = object.get("networkEndpointType")?.as_str()?;
    let listed = kind.starts_with("GCE_VM_IP") || kind == "NON_GCP_PRIVATE_IP_PORT";
    let text = object.get("selfLink")?.as_str()?;
    let link = Link::parse(text)?;
    (listed && is_name(link.name) && is_name(link.zone()?)).then_some(text)
}

/// True for what can be a name, or a project's id, and so stand in the path of a request.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}
