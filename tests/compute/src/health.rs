//! The members of groups and their health: attach, detach, list, and who probes them.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use crate::Health;
use crate::link;
use crate::read::{Query, page};
use crate::refusal::{Refusal, Reply};
use crate::store::{self, Store};

/// The services that probe a group, by the group's key.
pub(crate) type Probes = HashMap<String, Vec<Probe>>;

/// One service that probes a group, and a rule that lets it.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    service: String,
    rule: String,
}

/// What lies between a forwarding rule and a service.
const ROAD: &[&str] = &[
    "targetHttpProxies",
    "targetHttpsProxies",
    "targetTcpProxies",
    "targetSslProxies",
    "targetGrpcProxies",
    "urlMaps",
];

impl Store {
    /// Every service that a forwarding rule leads to, with the first such rule.
    fn served(&self) -> HashMap<String, String> {
        let mut served = HashMap::new();
        for (rule, object) in self.of(&["forwardingRules"]) {
            let mut pending = vec![object];
            let mut seen = HashSet::new();
            while let Some(object) = pending.pop() {
                for (_, key) in store::links(&object.value, link::project(rule)) {
                    let key = self.by_id(&key);
                    match link::collection(&key) {
                        "backendServices" => {
                            served.entry(key).or_insert_with(|| rule.to_owned());
                        }
                        road if ROAD.contains(&road) && seen.insert(key.clone()) => {
                            pending.extend(self.object(&key));
                        }
                        _ => {}
                    }
                }
            }
        }
        served
    }

    /// A service is probed where a rule leads to it and it has a health check.
    fn probes(&mut self) -> &Probes {
        if self.probes.is_none() {
            let mut probes = Probes::new();
            for (service, rule) in self.served() {
                let Some(value) = self.value(&service) else {
                    continue;
                };
                if value["healthChecks"].as_array().is_none_or(Vec::is_empty) {
                    continue;
                }
                for group in groups(value, &service) {
                    let group = self.by_id(&group);
                    let (service, rule) = (service.clone(), rule.clone());
                    if !self.by_envoy(&group, &service) {
                        probes
                            .entry(group)
                            .or_default()
                            .push(Probe { service, rule });
                    }
                }
            }
            for probes in probes.values_mut() {
                probes.sort_by(|left, right| left.service.cmp(&right.service));
            }
            self.probes = Some(probes);
        }
        self.probes.get_or_insert_default()
    }

    /// Whether the proxies themselves probe a group, so that the API knows no health of it.
    fn by_envoy(&self, group: &str, service: &str) -> bool {
        let kind = |key: &str, field: &str| {
            let value = self.value(key).and_then(|value| value[field].as_str());
            value.unwrap_or_default().to_owned()
        };
        let scheme = kind(service, "loadBalancingScheme");
        let regional = link::scope(service) != "global";
        let envoy = scheme == "INTERNAL_MANAGED" || (scheme == "EXTERNAL_MANAGED" && regional);
        match kind(group, "networkEndpointType").as_str() {
            "NON_GCP_PRIVATE_IP_PORT" => envoy,
            "INTERNET_FQDN_PORT" | "INTERNET_IP_PORT" => true,
            _ => false,
        }
    }

    /// What a test has said of a member's health; healthy where it said nothing.
    fn verdict(&self, group: &str, member: &Value) -> Health {
        let address = member["ipAddress"].as_str().or(member["instance"].as_str());
        let said = [address.unwrap_or_default(), ""]
            .into_iter()
            .find_map(|address| self.health.get(&(group.to_owned(), address.to_owned())));
        said.copied().unwrap_or(Health::Healthy)
    }

    fn members_of(&self, group: &str) -> Result<Vec<Value>, Refusal> {
        if self.object(group).is_none() {
            return Err(Refusal::not_found(group));
        }
        Ok(self
            .members
            .get(&self.by_id(group))
            .cloned()
            .unwrap_or_default())
    }

    /// `networkEndpointGroups.listNetworkEndpoints`.
    pub(crate) fn list_endpoints(&mut self, group: &str, body: &Value, query: &Query) -> Reply {
        let members = self.members_of(group)?;
        let key = self.by_id(group);
        let probes = self.probes().get(&key).cloned().unwrap_or_default();
        let (members, next) = page(members, query)?;
        let show = body["healthStatus"] == "SHOW";
        let shown: Vec<Value> = members
            .iter()
            .map(|member| {
                let state = self.verdict(&key, member);
                let mut item = json!({"networkEndpoint": member});
                if let (true, false, Some(state)) = (show, probes.is_empty(), state.text()) {
                    let by = |probe: &Probe| {
                        json!({
                            "backendService": {"backendService": link::link(&probe.service)},
                            "healthState": state,
                        })
                    };
                    item["healths"] = probes.iter().map(by).collect();
                }
                item
            })
            .collect();
        let mut answer = json!({
            "kind": "compute#networkEndpointGroupsListNetworkEndpoints",
            "id": format!("{group}/listNetworkEndpoints"),
        });
        if shown.is_empty() {
            let message = format!(
                "There are no results for scope '{}' on this page.",
                link::scope(group)
            );
            answer["warning"] = json!({"code": "NO_RESULTS_ON_PAGE", "message": message});
        } else {
            answer["items"] = shown.into();
        }
        if let Some(next) = next {
            answer["nextPageToken"] = next.into();
        }
        Ok(answer)
    }

    /// `backendServices.getHealth`.
    pub(crate) fn get_health(&mut self, service: &str, body: &Value) -> Reply {
        let said = body["group"].as_str().unwrap_or_default();
        let value = self
            .value(service)
            .ok_or_else(|| Refusal::not_found(service))?;
        let group = link::key(said, link::project(service)).map(|key| self.by_id(&key));
        let backends: Vec<String> = groups(value, service).map(|key| self.by_id(&key)).collect();
        let group = group.filter(|group| backends.contains(group)).ok_or_else(|| {
            Refusal::invalid(&format!(
                "Invalid value for field 'resource.group': '{said}'. The group is not a backend of the service."
            ))
        })?;
        let mut answer = json!({"kind": "compute#backendServiceGroupHealth"});
        let service = self.by_id(service);
        let probes = self.probes().get(&group).cloned().unwrap_or_default();
        let Some(probe) = probes.iter().find(|probe| probe.service == service) else {
            return Ok(answer);
        };
        let rule = self.value(&probe.rule).cloned().unwrap_or_default();
        let passthrough = rule.get("backendService").is_some();
        let states: Vec<Value> = self
            .members_of(&group)?
            .into_iter()
            .filter_map(|mut member| {
                let state = match self.verdict(&group, &member) {
                    Health::Unreported => return None,
                    Health::Healthy => "HEALTHY",
                    _ => "UNHEALTHY",
                };
                member["healthState"] = state.into();
                if let Some(fields) = member.as_object_mut() {
                    fields.retain(|name, _| name != "fqdn" && name != "clientDestinationPort");
                }
                if passthrough {
                    member["forwardingRule"] = link::link(&probe.rule).into();
                    member["forwardingRuleIp"] = rule["IPAddress"].clone();
                }
                Some(member)
            })
            .collect();
        if !states.is_empty() {
            answer["healthStatus"] = states.into();
        }
        Ok(answer)
    }

    /// Sets the members of a group, and the size that the group says it has.
    pub(crate) fn set_members(&mut self, group: &str, members: Vec<Value>) {
        if let Some(object) = self.object(group) {
            let mut object = object.clone();
            object.value["size"] = members.len().into();
            self.put(group.to_owned(), object);
        }
        self.members.insert(group.to_owned(), members);
    }
}

/// The keys of the groups behind a service.
fn groups<'v>(service: &'v Value, key: &'v str) -> impl Iterator<Item = String> + 'v {
    let backends = service["backends"].as_array().into_iter().flatten();
    backends.filter_map(|backend| link::key(backend["group"].as_str()?, link::project(key)))
}
