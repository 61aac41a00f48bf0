//! What the API refuses of forwarding rules.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde_json::Value;

use crate::link;
use crate::refusal::Refusal;
use crate::rules::field_fault;
use crate::store::{self, Store};

impl Store {
    /// The address as a number, the port as a range, and a scheme unless it is an endpoint of
    /// Private Service Connect.
    pub(super) fn fill_forwarding_rule(
        &mut self,
        key: &str,
        value: &mut Value,
    ) -> Result<(), Refusal> {
        let target = value["target"].as_str().unwrap_or_default();
        let service =
            target.contains("/serviceAttachments/") || matches!(target, "all-apis" | "vpc-sc");
        let scheme = value["loadBalancingScheme"].as_str().unwrap_or_default();
        if scheme.is_empty() && service {
            if let Some(fields) = value.as_object_mut() {
                fields.remove("loadBalancingScheme");
            }
        } else if scheme.is_empty() {
            value["loadBalancingScheme"] = "EXTERNAL".into();
        }
        if value.get("IPProtocol").is_none() {
            value["IPProtocol"] = "TCP".into();
        }
        if let Some(port) = value["portRange"].as_str()
            && !port.contains('-')
        {
            value["portRange"] = format!("{port}-{port}").into();
        }
        let scheme = value["loadBalancingScheme"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let said = value["IPAddress"].as_str().unwrap_or_default().to_owned();
        let internal = scheme.starts_with("INTERNAL");
        if said.is_empty() {
            let subnet = value["subnetwork"].as_str().map(ToOwned::to_owned);
            value["IPAddress"] = self.allocate(key, internal, subnet.as_deref()).into();
            return Ok(());
        }
        if value.get("ipVersion").is_some() {
            return Err(Refusal::invalid(
                "Both IP Version and IP Address cannot be specified.",
            ));
        }
        if let Some(address) = link::key(&said, link::project(key)) {
            let object = self
                .value(&address)
                .ok_or_else(|| Refusal::not_found(&address))?;
            let fits = link::scope(&address) == link::scope(key) || scheme == "INTERNAL_MANAGED";
            if !fits {
                let number = object["address"].as_str().unwrap_or_default();
                return Err(field_fault(
                    "IPAddress",
                    number,
                    "Invalid IP address specified.",
                ));
            }
            value["IPAddress"] = object["address"].clone();
        }
        Ok(())
    }

    pub(super) fn judge_forwarding_rule(&self, key: &str, value: &Value) -> Result<(), Refusal> {
        let scheme = value["loadBalancingScheme"].as_str().unwrap_or_default();
        if scheme.is_empty() {
            return Ok(());
        }
        let ends = ["target", "backendService"];
        if ends.iter().filter(|end| value.get(**end).is_some()).count() != 1 {
            // The text is ours.
            let why = "Exactly one of target and backendService must be specified.";
            return Err(field_fault("target", "", why));
        }
        self.schemes(key, value, scheme)?;
        let regional = link::scope(key) != "global";
        if regional && ["INTERNAL_MANAGED", "EXTERNAL_MANAGED"].contains(&scheme) {
            self.proxy_subnet(key, value)?;
        }
        if value.get("target").is_some() && ports(value).is_none() {
            return Err(field_fault("portRange", "", "A port is required."));
        }
        self.tier(key, value)?;
        self.conflict(key, value, scheme)
    }

    /// Every service behind a rule is of its scheme, or on its way from one to another.
    fn schemes(&self, key: &str, value: &Value, scheme: &str) -> Result<(), Refusal> {
        let mut pending = vec![value.clone()];
        let mut seen = BTreeSet::new();
        while let Some(object) = pending.pop() {
            for (_, used) in store::links(&object, link::project(key)) {
                let Some(value) = self.value(&used) else {
                    continue;
                };
                let collection = link::collection(&used);
                let on_the_road = collection.starts_with("target") || collection == "urlMaps";
                if on_the_road && seen.insert(used.clone()) {
                    pending.push(value.clone());
                }
                let other = value["loadBalancingScheme"].as_str().unwrap_or_default();
                let migrating = scheme == "EXTERNAL" && other == "EXTERNAL_MANAGED";
                if collection == "backendServices" && other != scheme && !migrating {
                    let why = format!(
                        "Load balancing scheme {scheme} does not match the backend service load balancing scheme {other}."
                    );
                    return Err(field_fault("backendService", "", &why));
                }
            }
        }
        Ok(())
    }

    /// Proxies that live in a region need a subnet of their own there.
    fn proxy_subnet(&self, key: &str, value: &Value) -> Result<(), Refusal> {
        let project = link::project(key);
        let network = value["network"]
            .as_str()
            .and_then(|said| link::key(said, project));
        let place = format!("projects/{project}/{}/subnetworks", link::scope(key));
        let serves = self.below(&place).any(|(_, subnet)| {
            let value = &subnet.value;
            let of = value["network"]
                .as_str()
                .and_then(|said| link::key(said, project));
            let purposes = ["REGIONAL_MANAGED_PROXY", "INTERNAL_HTTPS_LOAD_BALANCER"];
            purposes.contains(&value["purpose"].as_str().unwrap_or_default())
                && value["role"] == "ACTIVE"
                && (network.is_none() || of == network)
        });
        if serves {
            return Ok(());
        }
        let why = "An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule.";
        Err(Refusal::invalid(why))
    }

    /// A reserved address and the rule that uses it are of one tier.
    fn tier(&self, key: &str, value: &Value) -> Result<(), Refusal> {
        let mut addresses = self.of(&["addresses"]);
        let same = addresses.find(|(address, object)| {
            link::project(address) == link::project(key)
                && object.value["address"] == value["IPAddress"]
                && object.value["addressType"] != "INTERNAL"
        });
        let Some((_, address)) = same else {
            return Ok(());
        };
        let tier = value["networkTier"].as_str().unwrap_or_default();
        if address.value["networkTier"] == tier {
            return Ok(());
        }
        let why =
            format!("The network tier of external IP is {tier}, that of Address must be the same.");
        Err(Refusal::invalid(&why))
    }

    /// No two rules take the same port of one address.
    fn conflict(&self, key: &str, value: &Value, scheme: &str) -> Result<(), Refusal> {
        let ip = value["IPAddress"].as_str().unwrap_or_default();
        let protocol = value["IPProtocol"].as_str().unwrap_or_default();
        let own = ports(value).unwrap_or_else(|| vec![0..=65535]);
        for (other, object) in self.of(&["forwardingRules"]) {
            let there = &object.value;
            let same = other != key
                && link::project(other) == link::project(key)
                && there["IPAddress"] == ip
                && (there["IPProtocol"] == protocol
                    || [protocol, there["IPProtocol"].as_str().unwrap_or_default()]
                        .contains(&"L3_DEFAULT"))
                && there["network"] == value["network"];
            let theirs = ports(there).unwrap_or_else(|| vec![0..=65535]);
            let overlap = own.iter().any(|own| {
                theirs
                    .iter()
                    .any(|other| own.start() <= other.end() && other.start() <= own.end())
            });
            if !(same && overlap) {
                continue;
            }
            if scheme.starts_with("INTERNAL") {
                let message = format!(
                    "IP_IN_USE_BY_ANOTHER_RESOURCE - IP '{ip}' is already being used by another resource."
                );
                return Err(Refusal::new(409, "IP_IN_USE_BY_ANOTHER_RESOURCE", message));
            }
            let why = "Specified IP address is in-use and would result in a conflict.";
            return Err(field_fault("IPAddress", ip, why));
        }
        Ok(())
    }
}

/// The ports that a rule takes; `None` where it names none, which is all of them or a mistake.
fn ports(value: &Value) -> Option<Vec<RangeInclusive<u16>>> {
    let range = |text: &str| {
        let (low, high) = text.split_once('-').unwrap_or((text, text));
        Some(low.parse().ok()?..=high.parse().ok()?)
    };
    if let Some(text) = value["portRange"].as_str() {
        return Some(vec![range(text)?]);
    }
    let ports = value["ports"].as_array()?.iter();
    Some(ports.filter_map(|port| range(port.as_str()?)).collect())
}
