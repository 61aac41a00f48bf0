//! The simulation against the controllers' own test cases and names, all of them.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's helpers may fail loudly"
)]

use std::collections::BTreeMap;

use neg_doctor::controller::{
    decide::{Decision, Preprovisioned, decide},
    ingress::{BackendGroup, IngressClass, backend},
    input::{Flags, IngressSummary, PortRef, ServiceInput, ServicePort, Surroundings, SvcNeg},
    names::{L4Namer, L4Pattern, L7Namer, L7Pattern, NegName, looks_generated},
    rejection::Cause,
};
use serde_json::{Map, Value};

const CASES: &str = include_str!("../fixtures/controller/neg-annotation-cases.json");
const NAMES: &str = include_str!("../fixtures/controller/neg-names.json");

fn rows(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

fn map(value: &Value) -> BTreeMap<&str, &str> {
    let members = value.as_object().into_iter().flatten();
    members
        .map(|(key, value)| (key.as_str(), value.as_str().unwrap()))
        .collect()
}

fn list(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| it.as_str().unwrap())
        .collect()
}

fn number(value: &Value) -> i32 {
    i32::try_from(value.as_i64().unwrap()).unwrap()
}

/// Target ports that are numbers in the file, as text.
fn targets(row: &Value) -> Vec<String> {
    let target = |port: &Value| match &port["targetPort"] {
        Value::String(name) => name.clone(),
        number => number.to_string(),
    };
    row["servicePorts"]
        .as_array()
        .unwrap()
        .iter()
        .map(target)
        .collect()
}

fn service<'a>(row: &'a Value, targets: &'a [String]) -> ServiceInput<'a> {
    let ports = row["servicePorts"].as_array().unwrap().iter().zip(targets);
    let port = |(port, target): (&'a Value, &'a String)| ServicePort {
        name: port["name"].as_str().unwrap(),
        number: number(&port["port"]),
        target,
    };
    ServiceInput {
        namespace: row["namespace"].as_str().unwrap(),
        name: row["service"].as_str().unwrap(),
        ports: ports.map(port).collect(),
        annotations: map(&row["annotations"]),
        service_type: row["serviceType"].as_str(),
        finalizers: list(&row["finalizers"]),
        load_balancer_class: row["loadBalancerClass"].as_str(),
        ip_families: list(&row["ipFamilies"]),
        ip_family_policy: row["ipFamilyPolicy"].as_str(),
        network: row["network"].as_str(),
    }
}

fn refs(row: &Value) -> Vec<PortRef<'_>> {
    let reference = |it: &'_ Value| match it.as_str() {
        Some(_) => None,
        None => Some(PortRef::Number(number(it))),
    };
    let items = row["ingressRefs"].as_array().map_or(&[][..], Vec::as_slice);
    let refs = items.iter();
    refs.map(|it| reference(it).unwrap_or_else(|| PortRef::Name(it.as_str().unwrap())))
        .collect()
}

fn flags(row: &Value) -> Flags {
    let mut flags = Flags::default();
    for (name, value) in row["flags"].as_object().into_iter().flatten() {
        let flag = match name.as_str() {
            "enable-ingress-regional-external" => &mut flags.enable_ingress_regional_external,
            "enable-ipv6-only-neg" => &mut flags.enable_ipv6_only_neg,
            "enable-l4-neg" => &mut flags.enable_l4_neg,
            "enable-l4-netlb-neg" => &mut flags.enable_l4_netlb_neg,
            "enable-l4-standalone-negs" => &mut flags.enable_l4_standalone_negs,
            "enable-neg-preprovisioning" => &mut flags.enable_neg_preprovisioning,
            "enable-negs-for-ingress" => &mut flags.enable_negs_for_ingress,
            "read-only-controllers" => &mut flags.read_only_controllers,
            other => panic!("unknown flag {other}"),
        };
        *flag = value.as_bool().unwrap();
    }
    flags
}

fn surroundings(row: &Value) -> Surroundings<'_> {
    let svcneg = row["existingSvcNeg"].as_object().map(|it| {
        let labels = map(&it["labels"]);
        (
            it["name"].as_str().unwrap(),
            SvcNeg {
                labels,
                owner: None,
            },
        )
    });
    let ingress = &row["ingress"];
    let summary = (ingress["exists"] == true).then(|| IngressSummary {
        class_annotation: ingress["class"].as_str(),
        class_name: None,
        has_default_backend: ingress["hasDefaultBackend"].as_bool().unwrap(),
    });
    Surroundings {
        l7: Some(L7Namer::new("clusterid")),
        l4: Some(L4Namer::new("kube-system-uid")),
        region_zones: row["regionZones"]
            .as_array()
            .map(|_| list(&row["regionZones"])),
        svcnegs: svcneg.into_iter().collect(),
        ingresses: summary.into_iter().collect(),
    }
}

fn numbers(cause: &Cause) -> Vec<i32> {
    match cause {
        Cause::PortsNotInService(ports) => ports.clone(),
        other => panic!("no ports in {other:?}"),
    }
}

/// What the decision comes to, with the file's words, for the members that the case states.
fn answer(decision: &Decision, expect: &Map<String, Value>) -> Map<String, Value> {
    let mut answer = Map::new();
    if let Some(rejection) = decision.rejections.first() {
        answer.insert("error".to_owned(), rejection.cause.class().into());
        if expect.contains_key("detail") {
            answer.insert("detail".to_owned(), numbers(&rejection.cause).into());
        }
    } else {
        let port = |neg: &neg_doctor::controller::decide::PlannedNeg| serde_json::json!({"port": neg.port, "neg": neg.name.to_string()});
        answer.insert("ports".to_owned(), decision.negs.iter().map(port).collect());
    }
    if let Some(warning) = decision.warnings.first() {
        let word = match warning.reason() {
            "IgnoreZonePreprovisioningAnnotation" => "zones-ignored",
            reason => reason,
        };
        answer.insert("warning".to_owned(), word.into());
    }
    if expect.contains_key("negType") {
        let mut types = decision.negs.iter().map(|neg| neg.neg_type.as_str());
        answer.insert("negType".to_owned(), types.next().into());
        assert!(types.next().is_none());
    }
    answer
}

fn ingress_answer(row: &Value, service: &ServiceInput, flags: &Flags) -> Map<String, Value> {
    let class = IngressClass::of(row["ingressClass"].as_str(), None, flags);
    assert!(class.is_managed());
    let mut answer = Map::new();
    let mut insert = |key: &str, value: &str| answer.insert(key.to_owned(), value.into());
    match backend(service, refs(row)[0], class) {
        Err(rejection) => {
            insert("error", rejection.cause.class());
            insert("event", rejection.cause.reason());
        }
        Ok(backend) => match backend.group {
            BackendGroup::InstanceGroup => drop(insert("backend", "instance-group")),
            BackendGroup::Neg => drop(insert("backend", "neg")),
            BackendGroup::MissingNeg => {
                insert("backend", "neg");
                insert("neg", "never-created");
                insert("event", "Sync");
            }
        },
    }
    answer
}

#[test]
fn every_case_of_the_controllers_comes_out_the_same() {
    let rows = rows(CASES);
    assert_eq!(rows.len(), 160);
    let mut failures = Vec::new();
    for row in &rows {
        let (targets, flags) = (targets(row), flags(row));
        let service = service(row, &targets);
        let mut expect = row["expect"].as_object().unwrap().clone();
        expect.remove("note");
        expect.remove("inferred");
        let answer = if row["view"] == "ingress-controller" {
            ingress_answer(row, &service, &flags)
        } else {
            let decision = decide(&service, &refs(row), &flags, &surroundings(row));
            if row["preprovisionedZones"].is_array() {
                let zones = match &decision.preprovisioned {
                    Preprovisioned::No => Vec::new(),
                    Preprovisioned::Zones(zones) => zones.clone(),
                    Preprovisioned::Unchecked(_) => panic!("the region is known"),
                };
                assert_eq!(list(&row["preprovisionedZones"]), zones, "{}", row["id"]);
            }
            answer(&decision, &expect)
        };
        if answer != expect {
            failures.push(format!("{}: {answer:?}, expected {expect:?}", row["id"]));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn name_of(row: &Value) -> Result<String, String> {
    let text = |key: &str| row["inputs"][key].as_str().unwrap_or_default();
    let (namespace, service, subnet) = (text("namespace"), text("service"), text("subnet"));
    let uid = text("clusterUID");
    let port = row["inputs"]["port"]
        .as_i64()
        .map_or(0, |port| i32::try_from(port).unwrap());
    let l7 = match text("prefix") {
        "mci" => L7Namer::multi_cluster(uid),
        "gk3-mt" => L7Namer::tenant(uid),
        _ => L7Namer::new(uid),
    };
    let l4 = L4Namer::new(text("kubeSystemUID"));
    let name = match row["algorithm"].as_str().unwrap() {
        "neg-v1" | "neg-multi-project-tenant" => l7.neg(namespace, service, port),
        "neg-v1-nondefault-subnet" => l7.neg_in_subnet(namespace, service, port, subnet),
        "l4-vm-ip-neg-v2" => l4.neg(namespace, service),
        "l4-vm-ip-neg-v2-nondefault-subnet" => l4.neg_in_subnet(namespace, service, subnet),
        "custom-nondefault-subnet" => NegName::custom_in_subnet(text("customName"), subnet)
            .map_err(|error| error.to_string())?,
        "regional-xlb-backend-service (NOT a NEG name)" => {
            return Ok(l7.regional_backend_service(namespace, service, port));
        }
        other => panic!("unknown algorithm {other}"),
    };
    Ok(name.to_string())
}

#[test]
fn every_name_comes_out_the_same() {
    let rows = rows(NAMES);
    assert_eq!(rows.len(), 45);
    for row in &rows {
        let expected = match row["name"].as_str() {
            Some(name) => Ok(name.to_owned()),
            None => Err(row["error"].as_str().unwrap().to_owned()),
        };
        let name = name_of(row);
        assert_eq!(name, expected, "{row}");
        let custom = row["algorithm"] == "custom-nondefault-subnet";
        assert_eq!(
            name.is_ok_and(|name| looks_generated(&name)),
            !custom,
            "{row}"
        );
    }
}

#[test]
fn a_generated_name_tells_its_cluster() {
    for row in rows(NAMES) {
        let text = |key: &str| row["inputs"][key].as_str().unwrap_or_default();
        let name = row["name"].as_str().unwrap_or_default();
        match row["algorithm"].as_str().unwrap() {
            "neg-v1" if text("prefix") == "k8s" => {
                let pattern = L7Pattern::new(
                    text("namespace"),
                    text("service"),
                    number(&row["inputs"]["port"]),
                );
                assert_eq!(pattern.namer(name), Some(L7Namer::new(text("clusterUID"))));
                assert_eq!(pattern.namer(&name.replace("k8s1-", "k8s1-0")), None);
            }
            "l4-vm-ip-neg-v2" => {
                let pattern = L4Pattern::new(text("namespace"), text("service"));
                assert_eq!(
                    pattern.namer(name),
                    Some(L4Namer::new(text("kubeSystemUID")))
                );
                assert_eq!(pattern.namer(&name.replace("k8s2-7", "k8s2-8")), None);
            }
            _ => {}
        }
    }
}
