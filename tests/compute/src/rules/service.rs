//! What the API refuses of backend services.

use std::collections::HashSet;

use serde_json::Value;

use crate::link;
use crate::refusal::Refusal;
use crate::rules::field_fault;
use crate::store::Store;

/// As many groups may stand behind one service.
const MOST: usize = 50;

/// Groups without a balancing mode of their own; they read back as if they had one.
const MODELESS: &[&str] = &[
    "SERVERLESS",
    "PRIVATE_SERVICE_CONNECT",
    "INTERNET_FQDN_PORT",
    "INTERNET_IP_PORT",
];

/// What is known of the group behind a backend.
struct Group {
    /// The type of a network endpoint group; `None` for an instance group.
    neg: Option<String>,
}

/// Fills in what depends on the groups.
pub(super) fn fill(store: &Store, key: &str, value: &mut Value) {
    let (passthrough, _) = family(store, key, value);
    let backends = value.get_mut("backends").and_then(Value::as_array_mut);
    for backend in backends.into_iter().flatten() {
        let group = group(store, key, backend);
        if backend.get("balancingMode").is_none() {
            let mode = if passthrough {
                "CONNECTION"
            } else {
                "UTILIZATION"
            };
            backend["balancingMode"] = mode.into();
        }
        if group.is_some() && !passthrough && backend.get("capacityScaler").is_none() {
            backend["capacityScaler"] = 1.0.into();
        }
    }
}

/// Whether a service is of a passthrough product, and whether its protocol is of HTTP.
fn family(store: &Store, key: &str, value: &Value) -> (bool, bool) {
    let scheme = value["loadBalancingScheme"].as_str().unwrap_or_default();
    let http = ["HTTP", "HTTPS", "HTTP2", "H2C", "GRPC"];
    let http = http.contains(&value["protocol"].as_str().unwrap_or_default());
    let by_ip = value["backends"]
        .as_array()
        .into_iter()
        .flatten()
        .any(|backend| {
            let group = group(store, key, backend).and_then(|group| group.neg);
            group.is_some_and(|kind| kind == "GCE_VM_IP")
        });
    let regional = link::scope(key) != "global";
    let external = scheme == "EXTERNAL" && (by_ip || (regional && !http));
    (scheme == "INTERNAL" || external, http)
}

fn group(store: &Store, key: &str, backend: &Value) -> Option<Group> {
    let group = link::key(backend["group"].as_str()?, link::project(key))?;
    let value = store.value(&group)?;
    let neg = link::collection(&group) == "networkEndpointGroups";
    let kind = value["networkEndpointType"].as_str().unwrap_or_default();
    Some(Group {
        neg: neg.then(|| kind.to_owned()),
    })
}

impl Store {
    pub(super) fn judge_service(&self, key: &str, value: &Value) -> Result<(), Refusal> {
        let (passthrough, http) = family(self, key, value);
        let backends = value["backends"].as_array().map_or(&[][..], Vec::as_slice);
        let mut groups = HashSet::new();
        let mut kinds = HashSet::new();
        for (index, backend) in backends.iter().enumerate() {
            let at = |field: &str| format!("backends[{index}].{field}");
            let said = backend["group"].as_str().unwrap_or_default();
            let Some(group) = group(self, key, backend) else {
                return Err(field_fault(&at("group"), said, "The URL is malformed."));
            };
            // The text is ours.
            if !groups.insert(link::key(said, link::project(key))) {
                return Err(field_fault(&at("group"), said, "Duplicate instance group."));
            }
            kinds.insert(group.neg.is_some());
            if let Some(kind) = &group.neg {
                serverless(key, value, kind)?;
                if MODELESS.contains(&kind.as_str()) {
                    modeless(backend, kind, &at)?;
                    continue;
                }
                zonal(value, backend, kind, (passthrough, http), &at)?;
            }
            if passthrough {
                of_passthrough(value, backend, &at)?;
            }
        }
        // The texts are ours.
        if kinds.len() > 1 {
            let why = "Network endpoint groups and instance groups cannot be mixed.";
            return Err(field_fault("backends", "", why));
        }
        if backends.len() > MOST {
            let why = format!("No more than {MOST} backends are allowed.");
            return Err(field_fault("backends", &backends.len().to_string(), &why));
        }
        Ok(())
    }
}

fn modeless(backend: &Value, kind: &str, at: &dyn Fn(&str) -> String) -> Result<(), Refusal> {
    let mode = backend["balancingMode"].as_str().unwrap_or_default();
    if mode == "UTILIZATION" || kind != "PRIVATE_SERVICE_CONNECT" {
        return Ok(());
    }
    let why =
        "Balancing mode is not supported for Private Service Connect network endpoint groups.";
    Err(field_fault(&at("balancingMode"), mode, why))
}

fn serverless(key: &str, value: &Value, kind: &str) -> Result<(), Refusal> {
    if kind != "SERVERLESS" {
        return Ok(());
    }
    if value["healthChecks"]
        .as_array()
        .is_some_and(|all| !all.is_empty())
    {
        let why = "A backend service cannot have a healthcheck with Serverless network endpoint group backends.";
        return Err(field_fault("healthChecks", "", why));
    }
    if value.get("portName").is_some() {
        let why = "Port name is not supported for a backend service with Serverless network endpoint groups.";
        return Err(field_fault(
            "portName",
            value["portName"].as_str().unwrap_or_default(),
            why,
        ));
    }
    if value["loadBalancingScheme"] == "EXTERNAL" && link::scope(key) != "global" {
        let why = "Invalid load balancing scheme for regional backend service with Serverless network endpoint group.";
        return Err(field_fault("loadBalancingScheme", "EXTERNAL", why));
    }
    Ok(())
}

/// Groups of endpoints of one zone.
fn zonal(
    value: &Value,
    backend: &Value,
    kind: &str,
    (passthrough, http): (bool, bool),
    at: &dyn Fn(&str) -> String,
) -> Result<(), Refusal> {
    let mode = backend["balancingMode"].as_str().unwrap_or_default();
    let protocol = value["protocol"].as_str().unwrap_or_default();
    let any = |fields: [&str; 2]| fields.iter().any(|field| backend.get(*field).is_some());
    let fault = |why: &str| Err(field_fault(&at("balancingMode"), mode, why));
    // The texts of this one are ours.
    let by_ip = kind == "GCE_VM_IP" || kind == "GCE_VM_IP_PORTMAP";
    if by_ip != passthrough {
        let why = format!(
            "Network endpoint groups of type {kind} are not supported for this load balancing scheme."
        );
        let group = backend["group"].as_str().unwrap_or_default();
        return Err(field_fault(&at("group"), group, &why));
    }
    if passthrough {
        return Ok(());
    }
    match mode {
        "UTILIZATION" => {
            fault("UTILIZATION balancing mode is not supported for network endpoint groups.")
        }
        "CONNECTION" if http => {
            let why = format!("CONNECTION balancing mode is not supported for protocol {protocol}");
            Err(Refusal::invalid(&why))
        }
        "CONNECTION" if !any(["maxConnections", "maxConnectionsPerEndpoint"]) => fault(
            "Either maxConnections or maxConnectionsPerEndpoint should be set with CONNECTION mode.",
        ),
        "RATE" if !http => {
            let why = format!("RATE balancing mode is not supported for protocol {protocol}");
            Err(Refusal::invalid(&why))
        }
        "RATE" if !any(["maxRate", "maxRatePerEndpoint"]) => {
            fault("Either maxRate or maxRatePerEndpoint should be set with RATE mode.")
        }
        "RATE"
            if backend["maxRate"] == 0 || backend["maxRatePerEndpoint"].as_f64() == Some(0.0) =>
        {
            Err(Refusal::invalid(
                "None of the backends have a valid capacity",
            ))
        }
        _ => scaler(backend, at),
    }
}

fn scaler(backend: &Value, at: &dyn Fn(&str) -> String) -> Result<(), Refusal> {
    let scaler = backend["capacityScaler"].as_f64().unwrap_or(1.0);
    if scaler == 0.0 || (0.1..=1.0).contains(&scaler) {
        return Ok(());
    }
    // The text is ours.
    let why = "It must be 0 or between 0.1 and 1.0.";
    Err(field_fault(
        &at("capacityScaler"),
        &format!("{scaler:.2}"),
        why,
    ))
}

fn of_passthrough(
    value: &Value,
    backend: &Value,
    at: &dyn Fn(&str) -> String,
) -> Result<(), Refusal> {
    let scheme = value["loadBalancingScheme"].as_str().unwrap_or_default();
    let article = if scheme == "INTERNAL" {
        "an INTERNAL"
    } else {
        "an EXTERNAL"
    };
    let mode = backend["balancingMode"].as_str().unwrap_or_default();
    if mode != "CONNECTION" {
        let why = format!("Balancing mode must be CONNECTION for {article} backend service.");
        return Err(field_fault(&at("balancingMode"), mode, &why));
    }
    if let Some(scaler) = backend["capacityScaler"].as_f64() {
        let why = format!("Capacity scaler must not be set for {article} backend service.");
        return Err(field_fault(
            &at("capacityScaler"),
            &format!("{scaler:.2}"),
            &why,
        ));
    }
    Ok(())
}
