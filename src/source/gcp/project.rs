//! One project: its lists side by side, then the endpoints of its NEGs and the firewalls of the
//! networks that these lie in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::kind::Kind;
use crate::kind::cloud::Link;
use crate::kind::permissions::permission;
use crate::kind::resource::Resource;
use crate::snapshot::{API_VERSION, Header, KIND, Snapshot, cloud_object};

use super::GcpError;
use super::methods::{Form, Method, methods};
use super::wire::{Failure, Question, Wire};

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

/// The objects of one list.
struct List {
    resource: &'static Resource,
    objects: Vec<Value>,
    gap: Option<(String, String)>,
    /// True where the project is not there.
    missing: Option<String>,
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
    if kinds.contains(&Kind::Endpoints) {
        let lists = stream::iter(&groups).map(|group| endpoints(wire, id, group));
        let lists: Vec<List> = lists.buffer_unordered(SIDE_BY_SIDE).collect().await;
        project.ask("networkEndpoints");
        lists.into_iter().for_each(|list| project.take(list));
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
    lists.into_iter().for_each(|list| project.take(list));
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
        self.ask("effectiveFirewalls");
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
            .map(|(network, region)| firewalls(wire, &id, network, region.as_deref()));
        let lists: Vec<List> = lists.buffered(SIDE_BY_SIDE).collect().await;
        lists.into_iter().for_each(|list| self.take(list));
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

/// Reads all pages of a list.
async fn list(wire: &Wire<'_>, project: &str, method: Method) -> List {
    let mut list = List {
        resource: method.resource,
        objects: Vec::new(),
        gap: None,
        missing: None,
    };
    let mut question = Question {
        resource: method.resource.plural,
        url: match method.form {
            Form::Clusters => wire.container(project, method.path),
            _ => wire.compute(project, method.path),
        },
        query: match method.form {
            Form::Aggregated => vec![
                ("maxResults", "500".to_owned()),
                // A region that does not answer must not hide the others.
                ("returnPartialSuccess", "true".to_owned()),
            ],
            Form::List => vec![("maxResults", "500".to_owned())],
            Form::Object | Form::Clusters => Vec::new(),
        },
        body: None,
    };
    loop {
        let mut answer = match wire.ask(&question).await {
            Ok(answer) => answer,
            Err(failure) => {
                if failure.status() == Some(StatusCode::NOT_FOUND) {
                    list.missing = Some(failure.words());
                }
                list.gap = Some(gap(project, method.resource, &failure));
                return list;
            }
        };
        list.unpack(&mut answer, method.form);
        wire.watch()
            .read(method.resource.plural, list.objects.len());
        let next = answer.get("nextPageToken").and_then(Value::as_str);
        let Some(next) = next.filter(|next| !next.is_empty()) else {
            return list;
        };
        question.query.retain(|(name, _)| *name != "pageToken");
        question.query.push(("pageToken", next.to_owned()));
    }
}

impl List {
    /// Takes the objects out of an answer, and notes what it says is missing.
    fn unpack(&mut self, answer: &mut Value, form: Form) {
        let mut unreachable: BTreeSet<String> = BTreeSet::new();
        let texts = answer.get("unreachables").and_then(Value::as_array);
        unreachable.extend(
            texts
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(scope_name),
        );
        let warns = |value: &Value| {
            let code = value.pointer("/warning/code").and_then(Value::as_str);
            code.is_some_and(|code| code != "NO_RESULTS_ON_PAGE")
        };
        if warns(answer) && unreachable.is_empty() {
            unreachable.insert("a part of the project".to_owned());
        }
        match form {
            Form::Object => self.objects.push(answer.take()),
            Form::List | Form::Clusters => {
                let field = if form == Form::Clusters {
                    "clusters"
                } else {
                    "items"
                };
                let items = answer.get_mut(field).and_then(Value::as_array_mut);
                self.objects
                    .extend(items.into_iter().flat_map(std::mem::take));
                let zones = answer.get("missingZones").and_then(Value::as_array);
                let zones = zones.into_iter().flatten().filter_map(Value::as_str);
                unreachable.extend(zones.map(str::to_owned));
            }
            Form::Aggregated => {
                let scopes = answer.get_mut("items").and_then(Value::as_object_mut);
                for (scope, held) in scopes.into_iter().flatten() {
                    if warns(held) {
                        unreachable.insert(scope_name(scope));
                    }
                    let items = held
                        .get_mut(self.resource.plural)
                        .and_then(Value::as_array_mut);
                    self.objects
                        .extend(items.into_iter().flat_map(std::mem::take));
                }
            }
        }
        if !unreachable.is_empty() {
            let scopes: Vec<String> = unreachable.into_iter().collect();
            let reason = format!("Google Cloud did not reach {}", scopes.join(", "));
            self.gap = Some((reason, "another run, when it does".to_owned()));
        }
    }
}

/// `europe-west1` for `regions/europe-west1`, also at the end of a link.
fn scope_name(scope: &str) -> String {
    scope.rsplit('/').next().unwrap_or(scope).to_owned()
}

/// The link of a NEG whose endpoints are listed: those of a zone.
fn zonal(neg: &Value) -> Option<String> {
    let kind = neg.get("networkEndpointType")?.as_str()?;
    let listed = kind.starts_with("GCE_VM_IP") || kind == "NON_GCP_PRIVATE_IP_PORT";
    let link = neg.get("selfLink")?.as_str()?;
    (listed && Link::parse(link)?.zone().is_some()).then(|| link.to_owned())
}

/// Reads the endpoints of a NEG, with their health.
async fn endpoints(wire: &Wire<'_>, project: &str, group: &str) -> List {
    let resource = Resource::of_collection("networkEndpoints");
    let mut list = List::empty(resource);
    let path = Link::parse(group).and_then(|link| {
        let zone = link.zone()?;
        Some(format!(
            "zones/{zone}/networkEndpointGroups/{}/listNetworkEndpoints",
            link.name
        ))
    });
    let mut question = Question {
        resource: "networkEndpoints",
        url: wire.compute(project, &path.unwrap_or_default()),
        query: vec![("maxResults", "500".to_owned())],
        body: Some(json!({"healthStatus": "SHOW"})),
    };
    let mut items = Vec::new();
    loop {
        match wire.ask(&question).await {
            Ok(mut answer) => {
                let page = answer.get_mut("items").and_then(Value::as_array_mut);
                items.extend(page.into_iter().flat_map(std::mem::take));
                let next = answer.get("nextPageToken").and_then(Value::as_str);
                if let Some(next) = next.filter(|next| !next.is_empty()) {
                    question.query.retain(|(name, _)| *name != "pageToken");
                    question.query.push(("pageToken", next.to_owned()));
                    continue;
                }
            }
            // It went while the project was read.
            Err(failure) if failure.status() == Some(StatusCode::NOT_FOUND) => return list,
            Err(failure) => {
                list.gap = Some(gap(project, list.resource, &failure));
                return list;
            }
        }
        break;
    }
    list.objects
        .push(json!({"networkEndpointGroup": group, "items": items}));
    list
}

/// Reads what works on a network, on the whole or in a region.
async fn firewalls(wire: &Wire<'_>, project: &str, network: &str, region: Option<&str>) -> List {
    let mut list = List::empty(Resource::of_collection("effectiveFirewalls"));
    let link = format!(
        "https://www.googleapis.com/compute/v1/projects/{project}/global/networks/{network}"
    );
    let path = match region {
        None => format!("global/networks/{network}/getEffectiveFirewalls"),
        Some(region) => format!("regions/{region}/firewallPolicies/getEffectiveFirewalls"),
    };
    let question = Question {
        resource: "effectiveFirewalls",
        url: wire.compute(project, &path),
        query: region
            .map(|_| ("network", link.clone()))
            .into_iter()
            .collect(),
        body: None,
    };
    match wire.ask(&question).await {
        Ok(mut answer) => {
            answer["network"] = json!(link);
            if let Some(region) = region {
                answer["region"] = json!(region);
            }
            list.objects.push(answer);
        }
        Err(failure) => list.gap = Some(gap(project, list.resource, &failure)),
    }
    list
}

impl List {
    fn empty(resource: Option<&'static Resource>) -> Self {
        Self {
            // The table has what this file names.
            resource: resource.unwrap_or(&crate::kind::resource::ALL[0]),
            objects: Vec::new(),
            gap: None,
            missing: None,
        }
    }
}

/// Why something was not read, and what would let it be.
fn gap(project: &str, resource: &Resource, failure: &Failure) -> (String, String) {
    let api = resource.group;
    let needs = match failure {
        Failure::Late(_) => "a longer --timeout".to_owned(),
        Failure::Credentials(_) => "credentials that Google Cloud takes".to_owned(),
        failure if failure.is_disabled() => format!("{api} switched on in project {project}"),
        failure => match failure.status() {
            Some(StatusCode::FORBIDDEN) => {
                let named = failure.words();
                let named = named
                    .split('\'')
                    .find(|it| it.starts_with("compute.") || it.starts_with("container."));
                let usual = permission(resource);
                format!("{} on project {project}", named.unwrap_or(usual))
            }
            Some(StatusCode::UNAUTHORIZED) => "credentials that Google Cloud takes".to_owned(),
            _ => "another run, when the API answers".to_owned(),
        },
    };
    (failure.words(), needs)
}
