//! Effective firewalls: which rules and policies hold for a network.

use serde_json::{Value, json};

use crate::link;
use crate::refusal::{Refusal, Reply};
use crate::store::{Object, Store};

impl Store {
    /// `networks.getEffectiveFirewalls`: the rules of the network, the hierarchical policies, and
    /// the global policies of the network. The fake knows one organization: every policy that is
    /// associated with an organization or a folder holds for every project, organizations first.
    pub(crate) fn effective_firewalls(&self, network: &str) -> Reply {
        if self.object(network).is_none() {
            return Err(Refusal::not_found(network));
        }
        let policies = self.policies(network);
        Ok(self.effective(network, policies))
    }

    /// `regionNetworkFirewallPolicies.getEffectiveFirewalls`: as above, and the policies of
    /// the region.
    pub(crate) fn regional_firewalls(&self, place: &str, network: Option<&str>) -> Reply {
        self.known(place)?;
        let said = network.unwrap_or_default();
        let network = link::key(said, link::project(place))
            .filter(|key| link::collection(key) == "networks")
            .ok_or_else(|| {
                let message =
                    format!("Invalid value for field 'network': '{said}'. The URL is malformed.");
                Refusal::invalid(&message)
            })?;
        if self.object(&network).is_none() {
            return Err(Refusal::not_found(&network));
        }
        let mut policies = self.policies(&network);
        policies.extend(self.policies_of(&network, place, "NETWORK_REGIONAL"));
        Ok(self.effective(&network, policies))
    }

    /// The policies above the network and its global ones.
    fn policies(&self, network: &str) -> Vec<Value> {
        let mut policies = Vec::new();
        for level in ["organizations/", "folders/"] {
            let above = self.below("locations/global/firewallPolicies");
            policies.extend(above.filter_map(|(_, policy)| {
                let target = associated(policy, |target| target.contains(level))?;
                Some(shown(policy, "HIERARCHY", &target))
            }));
        }
        let place = format!(
            "projects/{}/global/firewallPolicies",
            link::project(network)
        );
        policies.extend(self.policies_of(network, &place, "NETWORK"));
        policies
    }

    fn policies_of(&self, network: &str, place: &str, kind: &str) -> Vec<Value> {
        let here = self.below(place);
        here.filter_map(|(_, policy)| {
            let target = associated(policy, |target| self.is(target, network))?;
            Some(shown(policy, kind, &target))
        })
        .collect()
    }

    fn effective(&self, network: &str, policies: Vec<Value>) -> Value {
        let place = format!("projects/{}/global/firewalls", link::project(network));
        let rules = self.below(&place);
        let firewalls: Vec<Value> = rules
            .filter(|(_, rule)| {
                let of = rule.value["network"].as_str().unwrap_or_default();
                self.is(of, network)
            })
            .map(|(_, rule)| rule.value.clone())
            .collect();
        let mut answer = json!({});
        if !firewalls.is_empty() {
            answer["firewalls"] = firewalls.into();
        }
        if !policies.is_empty() {
            answer["firewallPolicys"] = policies.into();
        }
        answer
    }

    /// Whether a link means the network of this key.
    fn is(&self, said: &str, network: &str) -> bool {
        let meant = link::key(said, link::project(network));
        meant.is_some_and(|meant| self.by_id(&meant) == self.by_id(network))
    }
}

/// The association of a policy whose target fits.
fn associated(policy: &Object, fits: impl Fn(&str) -> bool) -> Option<Value> {
    let associations = policy.value["associations"].as_array()?;
    let mut fitting = associations.iter().filter(|association| {
        let target = association["attachmentTarget"].as_str();
        target.is_some_and(&fits)
    });
    fitting.next().cloned()
}

/// A policy as effective firewalls show it.
fn shown(policy: &Object, kind: &str, association: &Value) -> Value {
    let mut answer = json!({"type": kind, "name": policy.value["name"]});
    if let Some(rules) = policy.value.get("rules") {
        answer["rules"] = rules.clone();
    }
    if let Some(short) = policy.value.get("shortName") {
        answer["displayName"] = short.clone();
    }
    if let Some(priority) = association.get("priority") {
        answer["priority"] = priority.clone();
    }
    answer
}
