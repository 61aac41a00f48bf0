//! What is read of a project, call by call: lists, the endpoints of a NEG, the firewalls of a
//! network.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::{Value, json};

use crate::kind::cloud::Link;
use crate::kind::fields::Fields;
use crate::kind::permissions::permission;
use crate::kind::resource::Resource;

use super::methods::{Form, Method};
use super::wire::{Failure, Question, Wire};

/// Objects in one page, the most that the API gives.
const PAGE: &str = "500";

/// What calls gave of a resource.
#[derive(Debug)]
pub(super) struct List {
    pub(super) resource: &'static Resource,
    pub(super) objects: Vec<Value>,
    /// What is missing.
    pub(super) gap: Option<Gap>,
    /// The status of a refusal.
    pub(super) refused: Option<StatusCode>,
}

/// What of a resource was not read.
#[derive(Debug, Clone)]
pub(super) struct Gap {
    /// Why.
    pub(super) reason: String,
    /// What would let it be read.
    pub(super) needs: String,
}

/// Reads all pages of a list. What was read before a fault stays.
pub(super) async fn list(wire: &Wire<'_>, project: &str, method: Method) -> List {
    let mut list = List::new(method.resource);
    let url = match method.form {
        Form::Clusters => wire.container(project, method.path),
        _ => wire.compute(project, method.path),
    };
    let keep = method.answer();
    let mut question = Question::new(method.resource.plural, url, &keep);
    question.ask_for("fields", method.mask());
    if matches!(method.form, Form::Aggregated | Form::List) {
        question.ask_for("maxResults", PAGE);
    }
    if method.form == Form::Aggregated {
        // A region that does not answer must not hide the others.
        question.ask_for("returnPartialSuccess", "true");
    }
    let asked = pages(wire, &mut question, |mut answer| {
        list.unpack(&mut answer, method.form);
        wire.watch()
            .read(method.resource.plural, list.objects.len());
    });
    if let Err(failure) = asked.await {
        list.fail(project, &failure, "");
    }
    list
}

/// Reads the endpoints of a zonal NEG, with their health: all of them, or none.
pub(super) async fn endpoints(
    wire: &Wire<'_>,
    project: &str,
    resource: &'static Resource,
    group: &str,
) -> List {
    let mut list = List::new(resource);
    let Some((name, zone)) = Link::parse(group).and_then(|link| Some((link.name, link.zone()?)))
    else {
        return list;
    };
    let path = format!("zones/{zone}/networkEndpointGroups/{name}/listNetworkEndpoints");
    let of_object = Fields::of(resource);
    let items = of_object.member("items").unwrap_or(&Fields::Whole);
    let keep = Fields::Only(vec![
        ("items".to_owned(), items.clone()),
        ("nextPageToken".to_owned(), Fields::Whole),
    ]);
    let mut question = Question::new(resource.plural, wire.compute(project, &path), &keep);
    question.body = Some(json!({"healthStatus": "SHOW"}));
    question.ask_for("fields", keep.mask());
    question.ask_for("maxResults", PAGE);
    let mut items = Vec::new();
    let asked = pages(wire, &mut question, |mut answer| {
        items.extend(taken(&mut answer, "items"));
    });
    match asked.await {
        Ok(()) => {
            let object = json!({"networkEndpointGroup": group, "items": items});
            list.objects.push(object);
        }
        // It went while the project was read.
        Err(failure) if failure.status() == Some(StatusCode::NOT_FOUND) => {}
        Err(failure) => list.fail(project, &failure, &format!("NEG {name} in {zone}: ")),
    }
    list
}

/// Reads what works on a network, on the whole or by the policies of a region.
pub(super) async fn firewalls(
    wire: &Wire<'_>,
    project: &str,
    resource: &'static Resource,
    network: &str,
    region: Option<&str>,
) -> List {
    let mut list = List::new(resource);
    let link = format!(
        "https://www.googleapis.com/compute/v1/projects/{project}/global/networks/{network}"
    );
    let path = match region {
        None => format!("global/networks/{network}/getEffectiveFirewalls"),
        Some(region) => format!("regions/{region}/firewallPolicies/getEffectiveFirewalls"),
    };
    let keep = Fields::of(resource);
    let mut question = Question::new(resource.plural, wire.compute(project, &path), keep);
    if region.is_some() {
        question.ask_for("network", link.as_str());
    }
    match wire.ask(&question).await {
        Ok(mut answer) => {
            if let Some(members) = answer.as_object_mut() {
                members.insert("network".to_owned(), json!(link));
                members.extend(region.map(|region| ("region".to_owned(), json!(region))));
            }
            list.objects.push(answer);
        }
        Err(failure) => list.fail(project, &failure, &format!("network {network}: ")),
    }
    list
}

/// Asks for page after page.
async fn pages(
    wire: &Wire<'_>,
    question: &mut Question<'_>,
    mut take: impl FnMut(Value),
) -> Result<(), Failure> {
    loop {
        let answer = match wire.ask(question).await {
            // A mask that an API of another version does not take costs bandwidth, and no list.
            Err(failure)
                if failure.status() == Some(StatusCode::BAD_REQUEST) && question.drop("fields") =>
            {
                wire.ask(question).await?
            }
            answer => answer?,
        };
        let next = answer.get("nextPageToken").and_then(Value::as_str);
        let next = next.filter(|next| !next.is_empty()).map(str::to_owned);
        take(answer);
        match next {
            None => return Ok(()),
            Some(next) if question.asks("pageToken", &next) => {
                return Err(Failure::Broken("a page leads to itself".to_owned()));
            }
            Some(next) => question.ask_for("pageToken", next),
        }
    }
}

impl List {
    fn new(resource: &'static Resource) -> Self {
        Self {
            resource,
            objects: Vec::new(),
            gap: None,
            refused: None,
        }
    }

    /// Takes the objects out of an answer, and notes what it says is missing.
    fn unpack(&mut self, answer: &mut Value, form: Form) {
        let texts = answer.get("unreachables").and_then(Value::as_array);
        let texts = texts.into_iter().flatten().filter_map(Value::as_str);
        let mut unreached: BTreeSet<String> = texts.map(scope_name).collect();
        let mut partial = warns(answer);
        match form {
            Form::Object => self.objects.push(answer.take()),
            Form::List => self.objects.extend(taken(answer, "items")),
            Form::Clusters => {
                self.objects.extend(taken(answer, "clusters"));
                let zones = taken(answer, "missingZones");
                unreached.extend(zones.iter().filter_map(Value::as_str).map(scope_name));
            }
            Form::Aggregated => {
                let scopes = answer.get_mut("items").and_then(Value::as_object_mut);
                for (scope, held) in scopes.into_iter().flatten() {
                    if warns(held) {
                        unreached.insert(scope_name(scope));
                    }
                    self.objects.extend(taken(held, self.resource.plural));
                }
            }
        }
        partial &= unreached.is_empty();
        unreached.extend(partial.then(|| "a part of the project".to_owned()));
        if unreached.is_empty() {
            return;
        }
        let scopes: Vec<String> = unreached.into_iter().collect();
        let told = format!("Google Cloud did not reach {}", scopes.join(", "));
        match &mut self.gap {
            // Of an earlier page.
            Some(gap) if gap.reason != told => gap.reason = format!("{}; {told}", gap.reason),
            Some(_) => {}
            None => {
                self.gap = Some(Gap {
                    reason: told,
                    needs: "another run, when it does".to_owned(),
                });
            }
        }
    }

    fn fail(&mut self, project: &str, failure: &Failure, of: &str) {
        self.refused = failure.status();
        let mut gap = gap(project, self.resource, failure);
        gap.reason.insert_str(0, of);
        self.gap = Some(gap);
    }
}

/// The items of a member that is a list.
fn taken(answer: &mut Value, member: &str) -> Vec<Value> {
    match answer.get_mut(member).map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// True where an answer says that it is not whole: that a page has nothing of a scope says nothing.
fn warns(answer: &Value) -> bool {
    let code = answer.pointer("/warning/code").and_then(Value::as_str);
    code.is_some_and(|code| code != "NO_RESULTS_ON_PAGE")
}

/// `europe-west1` for `regions/europe-west1`, also at the end of a link.
fn scope_name(scope: &str) -> String {
    scope.rsplit('/').next().unwrap_or(scope).to_owned()
}

/// Why something was not read, and what would let it be.
fn gap(project: &str, resource: &Resource, failure: &Failure) -> Gap {
    let credentials = || "credentials that Google Cloud takes".to_owned();
    let needs = match failure {
        Failure::Late(_) => "a longer --timeout".to_owned(),
        Failure::Credentials(_) => credentials(),
        failure if failure.is_disabled() => {
            format!("{} switched on in project {project}", resource.group)
        }
        failure => match failure.status() {
            Some(StatusCode::FORBIDDEN) => {
                let words = failure.words();
                let apis = ["compute.", "container."];
                let named = words
                    .split('\'')
                    .find(|word| apis.iter().any(|api| word.starts_with(api)));
                let usual = permission(resource);
                format!("{} on project {project}", named.unwrap_or(usual))
            }
            Some(StatusCode::UNAUTHORIZED) => credentials(),
            _ => "another run, when the API answers".to_owned(),
        },
    };
    Gap {
        reason: failure.words(),
        needs,
    }
}
