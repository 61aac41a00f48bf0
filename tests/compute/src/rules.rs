//! What the API refuses: references that lead nowhere, and states that cannot work. Texts are the
//! API's own where they are known from reports; a comment marks those that are not.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::discovery::Document;
use crate::link;
use crate::refusal::Refusal;
use crate::store::{self, Store};

mod forwarding;
mod service;

/// What a kind of field may name.
const ALLOWED: &[(&str, &[&str])] = &[
    (
        "target",
        &[
            "serviceAttachments",
            "targetGrpcProxies",
            "targetHttpProxies",
            "targetHttpsProxies",
            "targetInstances",
            "targetPools",
            "targetSslProxies",
            "targetTcpProxies",
            "targetVpnGateways",
        ],
    ),
    ("urlMap", &["urlMaps"]),
    ("service", &["backendServices", "backendBuckets"]),
    ("backendService", &["backendServices"]),
    ("defaultService", &["backendServices", "backendBuckets"]),
    (
        "healthChecks",
        &["healthChecks", "httpHealthChecks", "httpsHealthChecks"],
    ),
    ("group", &["networkEndpointGroups", "instanceGroups"]),
    ("network", &["networks"]),
    ("subnetwork", &["subnetworks"]),
    ("sslCertificates", &["sslCertificates"]),
];

impl Store {
    /// Fills in what the API itself decides for a new object.
    pub(crate) fn fill(&mut self, key: &str, value: &mut Value) -> Result<(), Refusal> {
        static DEFAULTS: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
        let defaults = DEFAULTS.get_or_init(|| {
            let text = include_str!("../defaults.json");
            serde_json::from_str(text).expect("defaults.json is well-formed")
        });
        let collection = link::collection(key);
        let known = defaults.get(collection).and_then(Value::as_object);
        for (name, default) in known.into_iter().flatten() {
            if value.get(name).is_none_or(Value::is_null) {
                value[name] = default.clone();
            }
        }
        match collection {
            "backendServices" => service::fill(self, key, value),
            "forwardingRules" => self.fill_forwarding_rule(key, value)?,
            "addresses" if value.get("address").is_none() => {
                let subnet = value["subnetwork"].as_str().map(ToOwned::to_owned);
                let internal = value["addressType"] == "INTERNAL";
                value["address"] = self.allocate(key, internal, subnet.as_deref()).into();
            }
            "healthChecks" => fill_health_check(value),
            _ => {}
        }
        Ok(())
    }

    /// Whether the API would take an object as it is.
    pub(crate) fn judge(&self, key: &str, value: &Value) -> Result<(), Refusal> {
        for (field, used) in store::links(value, link::project(key)) {
            self.reference(key, value, &field, &used)?;
        }
        match link::collection(key) {
            "backendServices" => self.judge_service(key, value),
            "forwardingRules" => self.judge_forwarding_rule(key, value),
            "healthChecks" => judge_health_check(value),
            // The text is ours.
            "targetHttpsProxies" | "targetSslProxies" => {
                let certificates = ["sslCertificates", "certificateMap", "serverTlsPolicy"];
                let any = certificates
                    .iter()
                    .any(|field| value.get(*field).is_some_and(|value| *value != json!([])));
                if any {
                    return Ok(());
                }
                Err(field_fault(
                    "sslCertificates",
                    "",
                    "At least 1 SSL certificate must be specified.",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Whether a field may name what it names, and whether that is there.
    fn reference(&self, key: &str, value: &Value, field: &str, used: &str) -> Result<(), Refusal> {
        let collection = link::collection(used);
        let last = field.rsplit('.').next().unwrap_or(field);
        let last = last.split('[').next().unwrap_or(last);
        let allowed = ALLOWED.iter().find(|(name, _)| *name == last);
        if allowed.is_some_and(|(_, allowed)| !allowed.contains(&collection)) {
            return Err(field_fault(
                field,
                &link::link(used),
                "The URL is malformed.",
            ));
        }
        if Document::get().schema_of(collection).is_none() {
            return Ok(());
        }
        if self.object(used).is_none() {
            return Err(Refusal::not_found(used));
        }
        if may_name(key, value, used) {
            return Ok(());
        }
        // The text is ours.
        let why = format!("It is of another scope than {}.", link::scope(key));
        Err(field_fault(field, &link::link(used), &why))
    }

    /// An endpoint as it is attached.
    pub(crate) fn endpoint(&self, group: &str, member: &Value) -> Result<Value, Refusal> {
        let mut member = member.clone();
        let value = self.value(group).cloned().unwrap_or_default();
        let kind = value["networkEndpointType"].as_str().unwrap_or_default();
        if kind.ends_with("_PORT") && member.get("port").is_none() {
            match value.get("defaultPort") {
                Some(port) => member["port"] = port.clone(),
                None => {
                    return Err(field_fault(
                        "networkEndpoints[0].port",
                        "",
                        "A port is required.",
                    ));
                }
            }
        }
        if kind == "GCE_VM_IP_PORT" && member.get("instance").is_none() {
            return Err(field_fault(
                "networkEndpoints[0].instance",
                "",
                "An instance is required.",
            ));
        }
        Ok(member)
    }

    /// An address that nobody has: of a subnet, or of the Internet.
    fn allocate(&mut self, key: &str, internal: bool, subnet: Option<&str>) -> String {
        let number = self.tick();
        let (high, low) = (number / 250 % 250, number % 250 + 2);
        if !internal {
            return format!("34.117.{high}.{low}");
        }
        let subnet = subnet.and_then(|said| link::key(said, link::project(key)));
        let range = subnet.and_then(|key| {
            self.value(&key)?["ipCidrRange"]
                .as_str()
                .map(ToOwned::to_owned)
        });
        let range = range.unwrap_or_else(|| "10.128.0.0/20".to_owned());
        let prefix: Vec<&str> = range.split('.').take(3).collect();
        format!("{}.{low}", prefix.join("."))
    }
}

/// Whether an object of one scope may name one of another.
fn may_name(key: &str, value: &Value, used: &str) -> bool {
    let (own, other) = (link::scope(key), link::scope(used));
    let scheme = value["loadBalancingScheme"].as_str().unwrap_or_default();
    let own_kind = link::collection(key);
    match link::collection(used) {
        // Global things that everything may name.
        "firewallPolicies" | "httpHealthChecks" | "httpsHealthChecks" | "networks" | "projects"
        | "regions" | "sslPolicies" | "zones" => true,
        // A global rule for internal clients lies in a subnet; so do groups, by their zone.
        "subnetworks" | "instances" => own == "global" || link::region(own) == link::region(other),
        "networkEndpointGroups" | "instanceGroups" => {
            own == "global" || link::region(own) == link::region(other)
        }
        "healthChecks" if own_kind == "backendServices" && scheme == "INTERNAL" => {
            other == "global" || own == other
        }
        // The classic products in the Standard tier have regional rules before global proxies.
        _ if own_kind == "forwardingRules" && scheme == "EXTERNAL" => {
            other == "global" || own == other
        }
        _ if own_kind == "forwardingRules" && scheme.is_empty() => true,
        _ => own == other,
    }
}

/// The API's words for a field with a wrong value.
pub(crate) fn field_fault(field: &str, said: &str, why: &str) -> Refusal {
    let message = format!("Invalid value for field 'resource.{field}': '{said}'. {why}");
    Refusal::invalid(&message)
}

/// The name of a new object.
pub(crate) fn name(body: &Value) -> Result<&str, Refusal> {
    let name = body["name"].as_str().unwrap_or_default();
    let begins = name.starts_with(|first: char| first.is_ascii_lowercase());
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if begins && name.len() <= 63 && name.chars().all(plain) && !name.ends_with('-') {
        return Ok(name);
    }
    let why = "Must be a match of regex '(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)'";
    Err(field_fault("name", name, why))
}

/// The block of a health check that belongs to its type, such as `tcpHealthCheck`, and its port.
fn block(value: &Value) -> Option<(&'static str, u32)> {
    Some(match value["type"].as_str()? {
        "TCP" => ("tcpHealthCheck", 80),
        "SSL" => ("sslHealthCheck", 443),
        "HTTP" => ("httpHealthCheck", 80),
        "HTTPS" => ("httpsHealthCheck", 443),
        "HTTP2" => ("http2HealthCheck", 443),
        "GRPC" => ("grpcHealthCheck", 0),
        "GRPC_WITH_TLS" => ("grpcTlsHealthCheck", 0),
        _ => return None,
    })
}

fn fill_health_check(value: &mut Value) {
    let Some((name, port)) = block(value) else {
        return;
    };
    let grpc = name.starts_with("grpc");
    let http = name.starts_with("http");
    if let Some(block) = value.get_mut(name).and_then(Value::as_object_mut) {
        let fixed = !block.contains_key("portSpecification");
        if fixed && !grpc && !block.contains_key("port") {
            block.insert("port".to_owned(), port.into());
        }
        if !grpc {
            block.entry("proxyHeader").or_insert("NONE".into());
        }
        if http {
            block.entry("requestPath").or_insert("/".into());
        }
    }
}

fn judge_health_check(value: &Value) -> Result<(), Refusal> {
    let Some((name, _)) = block(value) else {
        return Err(field_fault("type", "", "A type is required."));
    };
    if value.get(name).is_none() {
        let kind = value["type"].as_str().unwrap_or_default();
        return Err(Refusal::invalid(&format!("{kind} healthCheck missing.")));
    }
    // The text is ours.
    if value["timeoutSec"].as_i64() > value["checkIntervalSec"].as_i64() {
        let said = value["timeoutSec"].to_string();
        return Err(field_fault(
            "timeoutSec",
            &said,
            "It is longer than the check interval.",
        ));
    }
    Ok(())
}
