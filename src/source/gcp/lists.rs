//! The answers of the API: lists page by page, the endpoints of a NEG, the firewalls of a network.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use crate::kind::cloud::Link;
use crate::kind::permissions::permission;
use crate::kind::resource::Resource;

use super::methods::{Form, Method};
use super::wire::{Failure, Question, Wire};

/// The objects of one list.
pub(super) struct List {
    pub(super) resource: &'static Resource,
    pub(super) objects: Vec<Value>,
    /// Why some are missing, and what would help.
    pub(super) gap: Option<(String, String)>,
    /// True where the project is not there.
    pub(super) missing: Option<String>,
}

/// Reads all pages of a list.
pub(super) async fn list(wire: &Wire<'_>, project: &str, method: Method) -> List {
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
pub(super) fn zonal(neg: &Value) -> Option<String> {
    let kind = neg.get("networkEndpointType")?.as_str()?;
    let listed = kind.starts_with("GCE_VM_IP") || kind == "NON_GCP_PRIVATE_IP_PORT";
    let link = neg.get("selfLink")?.as_str()?;
    (listed && Link::parse(link)?.zone().is_some()).then(|| link.to_owned())
}

/// Reads the endpoints of a NEG, with their health.
pub(super) async fn endpoints(
    wire: &Wire<'_>,
    project: &str,
    resource: &'static Resource,
    group: &str,
) -> List {
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
pub(super) async fn firewalls(
    wire: &Wire<'_>,
    project: &str,
    resource: &'static Resource,
    network: &str,
    region: Option<&str>,
) -> List {
    let mut list = List::empty(resource);
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
            if let Some(members) = answer.as_object_mut() {
                members.insert("network".to_owned(), json!(link));
                members.extend(region.map(|region| ("region".to_owned(), json!(region))));
            }
            list.objects.push(answer);
        }
        Err(failure) => list.gap = Some(gap(project, list.resource, &failure)),
    }
    list
}

impl List {
    fn empty(resource: &'static Resource) -> Self {
        Self {
            resource,
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
