//! Reads: get, list and aggregated list of any kind, page by page.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::discovery::{Call, Document};
use crate::filter;
use crate::link;
use crate::refusal::{Refusal, Reply};
use crate::schema;
use crate::store::Store;

/// As many as one page may hold.
const MOST: usize = 500;

/// The query of a call, decoded.
#[derive(Debug, Default, Clone)]
pub(crate) struct Query {
    pub(crate) fields: BTreeMap<String, String>,
    /// A page size that a test forces upon the call.
    pub(crate) forced: Option<usize>,
}

impl Query {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    pub(crate) fn says(&self, name: &str) -> bool {
        self.get(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Whether all parameters are of the method and well written.
    pub(crate) fn check(&self, call: &Call) -> Result<(), Refusal> {
        for (name, text) in &self.fields {
            // Clients send these, though the document does not have them.
            let partial = name == "returnPartialSuccess" && call.method.verb == "GET";
            if partial || name.starts_with('$') {
                continue;
            }
            let fault = match Document::get().parameter(call.method, name) {
                Some(schema) => schema::parameter_fault(schema, name, text),
                None => Some(format!(
                    "Invalid JSON payload received. Unknown name \"{name}\": Cannot bind query parameter. Field '{name}' could not be found in request message."
                )),
            };
            if let Some(fault) = fault {
                return Err(Refusal::invalid(&fault));
            }
        }
        Ok(())
    }

    fn size(&self) -> usize {
        let asked = self.get("maxResults").and_then(|text| text.parse().ok());
        let asked = asked.filter(|asked| *asked > 0).unwrap_or(MOST);
        asked.min(self.forced.unwrap_or(MOST)).min(MOST)
    }

    /// Where the page begins.
    fn start(&self) -> Result<usize, Refusal> {
        let Some(token) = self.get("pageToken").filter(|token| !token.is_empty()) else {
            return Ok(0);
        };
        let start = token
            .strip_prefix("CAEQ")
            .and_then(|start| start.parse().ok());
        start.ok_or_else(|| {
            let message = format!("Invalid value for field 'pageToken': '{token}'.");
            Refusal::invalid(&message)
        })
    }
}

/// One page of `all`, and the token of the next.
pub(crate) fn page<T>(all: Vec<T>, query: &Query) -> Result<(Vec<T>, Option<String>), Refusal> {
    let (start, size, count) = (query.start()?, query.size(), all.len());
    let next = (start + size < count).then(|| format!("CAEQ{}", start + size));
    Ok((all.into_iter().skip(start).take(size).collect(), next))
}

impl Store {
    /// `get` of any kind.
    pub(crate) fn get(&self, key: &str) -> Reply {
        if link::collection(key) == "operations" {
            let operation = self.operations.get(key);
            return operation
                .map(|operation| operation.value.clone())
                .ok_or_else(|| Refusal::not_found(key));
        }
        self.shown(key).ok_or_else(|| Refusal::not_found(key))
    }

    /// An object as the API shows it: those that came in by it say who uses them.
    fn shown(&self, key: &str) -> Option<Value> {
        let object = self.object(key)?;
        let mut value = object.value.clone();
        if object.made {
            self.used_by(&self.by_id(key), &mut value);
        }
        Some(value)
    }

    fn used_by(&self, key: &str, value: &mut Value) {
        match link::collection(key) {
            "addresses" => {
                let address = value["address"].clone();
                let rules = self.of(&["forwardingRules"]);
                let users: Vec<Value> = rules
                    .filter(|(rule, object)| {
                        object.value["IPAddress"] == address
                            && link::project(rule) == link::project(key)
                    })
                    .map(|(rule, _)| link::link(rule).into())
                    .collect();
                if !users.is_empty() {
                    value["status"] = "IN_USE".into();
                    value["users"] = users.into();
                }
            }
            "backendServices" => {
                let users: Vec<Value> = self
                    .users(key)
                    .map(|user| json!({"reference": link::link(user)}))
                    .collect();
                if !users.is_empty() {
                    value["usedBy"] = users.into();
                }
            }
            _ => {}
        }
    }

    /// `list` of any kind.
    pub(crate) fn list(&self, call: &Call, query: &Query) -> Reply {
        let place = self.by_id(&call.place);
        self.known(&place)?;
        let mut items = Vec::new();
        if link::collection(&format!("{place}/x")) == "operations" {
            let prefix = format!("{place}/");
            let operations = self.operations.range(prefix.clone()..);
            let here = operations.take_while(|(key, _)| key.starts_with(&prefix));
            items.extend(here.map(|(_, operation)| operation.value.clone()));
        } else {
            items.extend(self.below(&place).filter_map(|(key, _)| self.shown(key)));
        }
        if let Some(parent) = query.get("parentId") {
            items.retain(|item| item["parent"] == parent);
        }
        if let Some(filter) = query.get("filter") {
            filter::retain(&mut items, filter)?;
        }
        let (items, next) = page(items, query)?;
        let mut answer = envelope(call, &place, next);
        if !items.is_empty() {
            answer["items"] = items.into();
        }
        Ok(answer)
    }

    /// `aggregatedList` of any kind: one entry for each scope that the kind may lie in.
    pub(crate) fn aggregated(&self, call: &Call, query: &Query) -> Reply {
        self.known(&call.place)?;
        let collection = link::name(&call.place);
        let project = self.by_id(&format!("projects/{}", link::project(&call.place)));
        let mut all: Vec<(String, Value)> = Vec::new();
        let scopes = self.scopes(&project, collection);
        for scope in &scopes {
            let place = format!("{project}/{scope}/{collection}");
            let mut items: Vec<Value> = self
                .below(&place)
                .filter_map(|(key, _)| self.shown(key))
                .collect();
            if let Some(filter) = query.get("filter") {
                filter::retain(&mut items, filter)?;
            }
            all.extend(items.into_iter().map(|item| (scope.clone(), item)));
        }
        let (found, next) = page(all, query)?;
        let mut by_scope: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (scope, item) in found {
            by_scope.entry(scope).or_default().push(item);
        }
        let name = items_name(call).unwrap_or(collection);
        let mut items = Map::new();
        for scope in scopes {
            let entry = match by_scope.remove(&scope) {
                Some(found) => json!({name: found}),
                None => json!({"warning": {
                    "code": "NO_RESULTS_ON_PAGE",
                    "message": format!("There are no results for scope '{scope}' on this page."),
                    "data": [{"key": "scope", "value": scope}],
                }}),
            };
            items.insert(scope, entry);
        }
        let mut answer = envelope(call, &call.place, next);
        answer["items"] = items.into();
        Ok(answer)
    }

    /// The scopes of a project that a collection may lie in.
    fn scopes(&self, project: &str, collection: &str) -> BTreeSet<String> {
        let mut scopes = BTreeSet::new();
        for kind in Document::get().scopes(collection) {
            if kind == "global" {
                scopes.insert(kind.to_owned());
            } else {
                let places = self.below(&format!("{project}/{kind}"));
                scopes.extend(places.map(|(key, _)| link::scope(key).to_owned()));
            }
        }
        scopes
    }

    /// Whether the project and the region or zone of a place are there.
    pub(crate) fn known(&self, place: &str) -> Result<(), Refusal> {
        if !place.starts_with("projects/") {
            return Ok(());
        }
        let project = format!("projects/{}", link::project(place));
        let scope = link::scope(place);
        let within = format!("{project}/{scope}");
        let scoped =
            scope.contains('/') && scope.split('/').nth(1).is_some_and(|id| !id.is_empty());
        for key in [Some(project), scoped.then_some(within)]
            .into_iter()
            .flatten()
        {
            if self.object(&key).is_none() {
                return Err(Refusal::not_found(&key));
            }
        }
        Ok(())
    }
}

/// What every list says besides its items.
fn envelope(call: &Call, place: &str, next: Option<String>) -> Value {
    let document = Document::get();
    let schema = call.method.response().unwrap_or_default();
    let mut answer = json!({"id": place, "selfLink": link::link(place)});
    if let Some(kind) = document.kind(schema) {
        answer["kind"] = kind.into();
    }
    if let Some(next) = next {
        answer["nextPageToken"] = next.into();
    }
    if let (Some(properties), Some(fields)) = (document.properties(schema), answer.as_object_mut())
    {
        fields.retain(|name, _| properties.contains_key(name));
    }
    answer
}

/// What the objects of a scope stand under in an aggregated list.
fn items_name(call: &Call) -> Option<&'static str> {
    let document = Document::get();
    let items = document.properties(call.method.response()?)?.get("items")?;
    let scoped = items["additionalProperties"]["$ref"].as_str()?;
    let mut names = document.properties(scoped)?.keys();
    names.find(|name| *name != "warning").map(String::as_str)
}
