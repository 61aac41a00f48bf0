//! Writes: insert, patch, update, delete and the `set…` methods of any kind, the members of groups,
//! and the rules of firewall policies.

use serde_json::{Map, Value, json};

use crate::discovery::{Call, Document};
use crate::dispatch::unknown;
use crate::link;
use crate::read::{Query, page};
use crate::refusal::{Refusal, Reply};
use crate::rules;
use crate::schema;
use crate::store::{self, Object, Store};

impl Store {
    /// Does what changes something, and answers with the operation.
    pub(crate) fn write(&mut self, call: &Call, query: &Query, mut body: Value) -> Reply {
        store::canonical(&mut body);
        let place = self.by_id(&call.place);
        self.known(&place)?;
        let method = call.method.name();
        if method == "insert" {
            return self.insert(call, query, body);
        }
        let object = self
            .object(&place)
            .ok_or_else(|| Refusal::not_found(&place))?
            .clone();
        let mut value = object.value.clone();
        match method {
            "delete" => {
                self.free(&place)?;
                let operation = self.operation("delete", &place);
                self.remove(&place);
                return Ok(operation);
            }
            "attachNetworkEndpoints"
            | "detachNetworkEndpoints"
            | "addInstances"
            | "removeInstances" => self.change_members(method, &place, &body)?,
            "patch" => self.replace(&place, &object, |value| merge(value, &body), &body)?,
            "update" => {
                let kept = output_only(&place, &value);
                self.replace(
                    &place,
                    &object,
                    |value| *value = updated(&body, &kept),
                    &body,
                )?;
            }
            "addRule" | "patchRule" | "removeRule" | "addAssociation" | "removeAssociation" => {
                policy(method, &mut value, query, &body)?;
                self.complete(place.clone(), value, true);
            }
            "setTags" => {
                let tags = json!({ "tags": body });
                self.replace(&place, &object, |value| merge(value, &tags), &Value::Null)?;
            }
            set if set.starts_with("set") => {
                let fields = settable(&place, &body).ok_or_else(|| unknown(call))?;
                self.replace(&place, &object, |value| overwrite(value, &fields), &body)?;
            }
            _ => return Err(unknown(call)),
        }
        Ok(self.operation(method, &place))
    }

    fn insert(&mut self, call: &Call, query: &Query, mut body: Value) -> Reply {
        let place = self.by_id(&call.place);
        let schema = call.method.request().unwrap_or_default();
        let policy = place == "locations/global/firewallPolicies";
        let name = if policy {
            (store::number_of(&body.to_string()) >> 1).to_string()
        } else {
            rules::name(&body)?.to_owned()
        };
        schema::without_output(schema, &mut body);
        if let (true, Some(parent)) = (policy, query.get("parentId")) {
            body["parent"] = parent.into();
            body["name"] = name.clone().into();
        }
        let key = format!("{place}/{name}");
        if self.object(&key).is_some() {
            return Err(Refusal::exists(&key));
        }
        self.fill(&key, &mut body)?;
        self.judge(&key, &body)?;
        self.complete(key.clone(), body, true);
        Ok(self.operation("insert", &key))
    }

    /// Puts a changed object in the place of the one before, if the rules let it.
    fn replace(
        &mut self,
        key: &str,
        before: &Object,
        change: impl FnOnce(&mut Value),
        asked: &Value,
    ) -> Result<(), Refusal> {
        for field in ["fingerprint", "labelFingerprint"] {
            let said = asked[field].as_str().filter(|said| !said.is_empty());
            // Clients write either alphabet of base64.
            let said = said.map(|said| said.replace('-', "+").replace('_', "/"));
            if said.is_some_and(|said| before.value[field] != said) {
                return Err(Refusal::new(412, "conditionNotMet", "Invalid fingerprint."));
            }
        }
        let mut value = before.value.clone();
        change(&mut value);
        for field in ["id", "creationTimestamp", "selfLink", "kind", "name"] {
            value[field] = before.value[field].clone();
        }
        self.judge(key, &value)?;
        self.complete(key.to_owned(), value, true);
        Ok(())
    }

    /// The objects that name another one.
    pub(crate) fn users<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s str> {
        self.all().filter_map(move |(user, object)| {
            let links = store::links(&object.value, link::project(user));
            let uses = links.iter().any(|(_, used)| self.by_id(used) == key);
            (uses && user != key).then_some(user)
        })
    }

    /// Whether nobody uses an object, so that it may go.
    fn free(&self, key: &str) -> Result<(), Refusal> {
        let Some(user) = self.users(key).next() else {
            return Ok(());
        };
        let kind = match link::collection(key) {
            "networkEndpointGroups" => "network_endpoint_group".to_owned(),
            collection => Document::get()
                .schema_of(collection)
                .and_then(|schema| Document::get().kind(schema)?.strip_prefix("compute#"))
                .unwrap_or(collection)
                .to_owned(),
        };
        let message = format!("The {kind} resource '{key}' is already being used by '{user}'");
        Err(Refusal::new(400, "resourceInUseByAnotherResource", message))
    }

    fn change_members(&mut self, method: &str, key: &str, body: &Value) -> Result<(), Refusal> {
        let mut members = self.members.get(key).cloned().unwrap_or_default();
        let list = ["networkEndpoints", "instances"];
        let asked = list.iter().find_map(|name| body[*name].as_array());
        for member in asked.into_iter().flatten() {
            for (field, used) in store::links(member, link::project(key)) {
                if field == "instance" && self.object(&used).is_none() {
                    return Err(Refusal::not_found(&used));
                }
            }
            if method.starts_with("add") || method.starts_with("attach") {
                let member = self.endpoint(key, member)?;
                if !members.iter().any(|other| fits(&member, other)) {
                    members.push(member);
                }
                continue;
            }
            let before = members.len();
            members.retain(|other| !fits(member, other));
            if members.len() == before {
                let message = format!(
                    "Invalid value for field 'resource.networkEndpoints': '{member}'. The endpoint is not attached."
                );
                return Err(Refusal::invalid(&message));
            }
        }
        self.set_members(key, members);
        Ok(())
    }

    /// `instanceGroups.listInstances`.
    pub(crate) fn list_instances(&self, group: &str, query: &Query) -> Reply {
        if self.object(group).is_none() {
            return Err(Refusal::not_found(group));
        }
        let members = self.members.get(group).cloned().unwrap_or_default();
        let (members, next) = page(members, query)?;
        let mut answer = json!({
            "kind": "compute#instanceGroupsListInstances",
            "id": group,
            "selfLink": link::link(&format!("{group}/listInstances")),
        });
        let items: Vec<Value> = members
            .into_iter()
            .map(|member| json!({"instance": member["instance"], "status": "RUNNING"}))
            .collect();
        if !items.is_empty() {
            answer["items"] = items.into();
        }
        if let Some(next) = next {
            answer["nextPageToken"] = next.into();
        }
        Ok(answer)
    }
}

/// Whether a member is the one that is asked for, by whatever tells it.
fn fits(asked: &Value, member: &Value) -> bool {
    ["instance", "ipAddress", "port", "fqdn"]
        .iter()
        .all(|field| {
            let said = asked.get(field);
            said.is_none() || said == member.get(field)
        })
}

/// A JSON merge patch, as the API's `patch` has it: null takes a field away.
fn merge(value: &mut Value, patch: &Value) {
    let Some(fields) = patch.as_object() else {
        *value = patch.clone();
        return;
    };
    if !value.is_object() {
        *value = json!({});
    }
    for (name, inner) in fields {
        if inner.is_null() {
            if let Some(fields) = value.as_object_mut() {
                fields.remove(name);
            }
        } else {
            merge(&mut value[name], inner);
        }
    }
}

fn overwrite(value: &mut Value, fields: &Map<String, Value>) {
    for (name, inner) in fields {
        value[name] = inner.clone();
    }
}

/// The fields of an object that no client may set, and that an update therefore keeps.
fn output_only(key: &str, value: &Value) -> Map<String, Value> {
    let schema = store::schema_of(key).unwrap_or_default();
    let properties = Document::get().properties(schema);
    let kept = value.as_object().into_iter().flatten().filter(|(name, _)| {
        let property = properties.and_then(|properties| properties.get(*name));
        property.is_some_and(|property| property["readOnly"] == true)
    });
    kept.map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn updated(body: &Value, kept: &Map<String, Value>) -> Value {
    let mut value = body.clone();
    overwrite(&mut value, kept);
    value
}

/// What a `set…` method sets: the fields of its request that the object has too.
fn settable(key: &str, body: &Value) -> Option<Map<String, Value>> {
    let properties = Document::get().properties(store::schema_of(key)?)?;
    let fields: Map<String, Value> = body
        .as_object()?
        .iter()
        .filter(|(name, _)| properties.contains_key(*name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    (!fields.is_empty()).then_some(fields)
}

/// Changes the rules or associations of a firewall policy.
fn policy(method: &str, value: &mut Value, query: &Query, body: &Value) -> Result<(), Refusal> {
    let (list, id) = if method.ends_with("Rule") {
        ("rules", "priority")
    } else {
        ("associations", "name")
    };
    let mut items = value[list].as_array().cloned().unwrap_or_default();
    let asked = query
        .get(id)
        .map(ToOwned::to_owned)
        .or_else(|| text(&body[id]));
    let at = items.iter().position(|item| text(&item[id]) == asked);
    match (method, at) {
        ("addRule" | "addAssociation", None) => items.push(body.clone()),
        ("patchRule", Some(at)) => {
            if let Some(item) = items.get_mut(at) {
                merge(item, body);
            }
        }
        ("removeRule" | "removeAssociation", Some(at)) => {
            items.remove(at);
        }
        (_, found) => {
            let why = if found.is_some() {
                "is already there"
            } else {
                "is not there"
            };
            let message = format!(
                "Invalid value for field '{id}': '{}'. It {why}.",
                asked.unwrap_or_default()
            );
            return Err(Refusal::invalid(&message));
        }
    }
    items.sort_by_key(|item| item["priority"].as_i64().unwrap_or_default());
    value[list] = items.into();
    Ok(())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
