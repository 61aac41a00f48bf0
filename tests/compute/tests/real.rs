//! Clients that were not written for the fake: the real gcloud, and Google's Python clients.
//! `NEGDOC_REAL=1 cargo test -p fake-compute --test real`; says aloud what it skips.
#![cfg(test)]

mod real {
    pub(crate) mod tools;
}

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use fake_compute::{Fake, Fault, Health};
use real::tools::{python, wanted};
use serde_json::json;

const PROJECT: &str = "p1";

/// Runs gcloud with the words of a line; what it said, and whether it went well.
fn gcloud(fake: &Fake, line: &str) -> (bool, String) {
    let output = fake
        .gcloud()
        .arg("compute")
        .args(line.split_whitespace())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[track_caller]
fn must(fake: &Fake, line: &str) -> String {
    let (well, said) = gcloud(fake, line);
    assert!(well, "gcloud compute {line}\n{said}\n{:#?}", fake.broken());
    said
}

/// In the order of making: the group of commands, the object's name and place, how it is made.
const OBJECTS: &[(&str, &str, &str)] = &[
    ("networks", "net", "--subnet-mode=custom"),
    (
        "networks subnets",
        "sub --region=us-central1",
        "--network=net --range=10.0.0.0/20",
    ),
    (
        "networks subnets",
        "proxies --region=us-central1",
        "--network=net --range=10.1.0.0/23 --purpose=REGIONAL_MANAGED_PROXY --role=ACTIVE",
    ),
    (
        "firewall-rules",
        "probes",
        "--network=net --allow=tcp:8080 --source-ranges=35.191.0.0/16",
    ),
    ("network-firewall-policies", "policy --global", ""),
    (
        "network-firewall-policies",
        "policy --region=us-central1",
        "",
    ),
    ("addresses", "front --global", ""),
    ("addresses", "vip --region=us-central1", "--subnet=sub"),
    (
        "instances",
        "vm --zone=us-central1-a",
        "--subnet=sub --machine-type=e2-small --image=https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12",
    ),
    (
        "instance-groups unmanaged",
        "group --zone=us-central1-a",
        "",
    ),
    (
        "network-endpoint-groups",
        "neg --zone=us-central1-a",
        "--network=net --subnet=sub --network-endpoint-type=gce-vm-ip-port",
    ),
    (
        "network-endpoint-groups",
        "run --region=us-central1",
        "--network-endpoint-type=serverless --cloud-run-service=s",
    ),
    (
        "network-endpoint-groups",
        "far --global",
        "--network-endpoint-type=internet-fqdn-port",
    ),
    ("health-checks", "check --global", "tcp --use-serving-port"),
    (
        "health-checks",
        "check --region=us-central1",
        "http --use-serving-port",
    ),
    ("http-health-checks", "old", ""),
    ("https-health-checks", "old", ""),
    (
        "backend-services",
        "web --global",
        "--load-balancing-scheme=EXTERNAL_MANAGED --protocol=HTTP --health-checks=check --global-health-checks",
    ),
    (
        "backend-services",
        "tcp --global",
        "--load-balancing-scheme=EXTERNAL_MANAGED --protocol=TCP --health-checks=check --global-health-checks",
    ),
    (
        "backend-services",
        "web --region=us-central1",
        "--load-balancing-scheme=INTERNAL_MANAGED --protocol=HTTP --health-checks=check --health-checks-region=us-central1",
    ),
    (
        "backend-services",
        "tcp --region=us-central1",
        "--load-balancing-scheme=INTERNAL_MANAGED --protocol=TCP --health-checks=check --health-checks-region=us-central1",
    ),
    (
        "ssl-certificates",
        "cert --global",
        "--certificate=PEM --private-key=PEM",
    ),
    (
        "ssl-certificates",
        "cert --region=us-central1",
        "--certificate=PEM --private-key=PEM",
    ),
    ("url-maps", "map --global", "--default-service=web"),
    (
        "url-maps",
        "map --region=us-central1",
        "--default-service=web",
    ),
    ("target-http-proxies", "http --global", "--url-map=map"),
    (
        "target-http-proxies",
        "http --region=us-central1",
        "--url-map=map --url-map-region=us-central1",
    ),
    (
        "target-https-proxies",
        "https --global",
        "--url-map=map --ssl-certificates=cert",
    ),
    (
        "target-https-proxies",
        "https --region=us-central1",
        "--url-map=map --url-map-region=us-central1 --ssl-certificates=cert",
    ),
    ("target-tcp-proxies", "tcp", "--backend-service=tcp"),
    (
        "target-tcp-proxies",
        "tcp --region=us-central1",
        "--backend-service=tcp --backend-service-region=us-central1",
    ),
    (
        "target-ssl-proxies",
        "ssl",
        "--backend-service=tcp --ssl-certificates=cert",
    ),
    (
        "forwarding-rules",
        "http --global",
        "--load-balancing-scheme=EXTERNAL_MANAGED --target-http-proxy=http --ports=80 --address=front",
    ),
    (
        "forwarding-rules",
        "tcp --region=us-central1",
        "--load-balancing-scheme=INTERNAL_MANAGED --target-tcp-proxy=tcp --target-tcp-proxy-region=us-central1 --ports=443 --network=net --subnet=sub --address=vip",
    ),
];

/// What gcloud says in its own words to make an object.
fn create(pem: &Path, (group, name, how): (&str, &str, &str)) -> String {
    let how = how.replace("PEM", &pem.to_string_lossy());
    match how.split_once(' ') {
        // The type of a health check comes before its name.
        Some((kind, how)) if group == "health-checks" => {
            format!("{group} create {kind} {name} {how}")
        }
        _ => format!("{group} create {name} {how}"),
    }
}

#[test]
fn gcloud_makes_lists_describes_and_deletes_every_kind() {
    if !wanted(&["gcloud"]) {
        return;
    }
    let fake = Fake::start();
    fake.project(PROJECT);
    let pem = fake.folder().join("pem");
    std::fs::write(&pem, "-----BEGIN CERTIFICATE-----").unwrap();
    for object in OBJECTS {
        must(&fake, &create(&pem, *object));
    }
    for line in [
        "network-endpoint-groups update neg --zone=us-central1-a --add-endpoint=instance=vm,ip=10.0.0.9,port=8080",
        "backend-services add-backend tcp --global --network-endpoint-group=neg --network-endpoint-group-zone=us-central1-a --balancing-mode=CONNECTION --max-connections-per-endpoint=10",
        "backend-services add-backend web --global --network-endpoint-group=neg --network-endpoint-group-zone=us-central1-a --balancing-mode=RATE --max-rate-per-endpoint=10",
        "backend-services update-backend web --global --network-endpoint-group=neg --network-endpoint-group-zone=us-central1-a --capacity-scaler=0.5",
        "instance-groups unmanaged add-instances group --zone=us-central1-a --instances=vm",
        "network-firewall-policies rules create 1000 --firewall-policy=policy --global-firewall-policy --action=allow --direction=INGRESS --src-ip-ranges=35.191.0.0/16 --layer4-configs=tcp:8080",
        "network-firewall-policies associations create --firewall-policy=policy --network=net --global-firewall-policy --name=of-net",
    ] {
        must(&fake, line);
    }
    reads(&fake);
    refusals(&fake);

    must(
        &fake,
        "network-firewall-policies associations delete --firewall-policy=policy --global-firewall-policy --name=of-net",
    );
    let mut left: Vec<(&str, String, &str)> = Vec::new();
    for (group, name, _) in OBJECTS.iter().rev() {
        let (name, place) = name.split_once(' ').unwrap_or((name, ""));
        match left.last_mut() {
            // Several at once go as one batch.
            Some((same, names, there)) if (*same, *there) == (*group, place) => {
                *names += " ";
                *names += name;
            }
            _ => left.push((group, name.to_owned(), place)),
        }
    }
    for (group, names, place) in left {
        must(&fake, &format!("{group} delete {names} {place}"));
    }
    let left = [
        "networks",
        "network-endpoint-groups",
        "backend-services",
        "forwarding-rules",
    ];
    side_by_side(left.into_iter(), |group| {
        let said = must(&fake, &format!("{group} list"));
        assert!(said.contains("Listed 0 items."), "{group}: {said}");
    });
    assert_eq!(fake.broken(), [""; 0]);
}

/// What gcloud reads of all that was made.
fn reads(fake: &Fake) {
    let groups: BTreeSet<&str> = OBJECTS.iter().map(|(group, ..)| *group).collect();
    side_by_side(OBJECTS.iter(), |(group, name, _)| {
        let said = must(
            fake,
            &format!("{group} describe {name} --format=value(name)"),
        );
        assert_eq!(
            said.trim(),
            name.split(' ').next().unwrap(),
            "{group} {name}"
        );
    });
    side_by_side(groups.into_iter(), |group| {
        let said = must(fake, &format!("{group} list --format=value(name)"));
        let mut found: Vec<&str> = said.split_whitespace().collect();
        let objects = OBJECTS.iter().filter(|(other, ..)| *other == group);
        let mut wanted: Vec<&str> = objects
            .map(|(_, name, _)| name.split(' ').next().unwrap())
            .collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{group}");
    });
    let health = "backend-services get-health web --global --format=value(status.healthStatus[].healthState)";
    assert!(must(fake, health).contains("HEALTHY"));
    let neg = "https://www.googleapis.com/compute/v1/projects/p1/zones/us-central1-a/networkEndpointGroups/neg";
    fake.set_health(neg, "10.0.0.9", Health::Unhealthy);
    assert!(must(fake, health).contains("UNHEALTHY"));
    let endpoints = must(
        fake,
        "network-endpoint-groups list-network-endpoints neg --zone=us-central1-a",
    );
    assert!(endpoints.contains("10.0.0.9"), "{endpoints}");
    let firewalls = must(fake, "networks get-effective-firewalls net --format=json");
    assert!(
        firewalls.contains("probes") && firewalls.contains("policy"),
        "{firewalls}"
    );
}

/// What gcloud shows of refusals and faults.
fn refusals(fake: &Fake) {
    for (line, wanted) in [
        (
            "network-endpoint-groups delete neg --zone=us-central1-a",
            "The network_endpoint_group resource 'projects/p1/zones/us-central1-a/networkEndpointGroups/neg' is already being used by",
        ),
        (
            "networks create net --subnet-mode=custom",
            "The resource 'projects/p1/global/networks/net' already exists",
        ),
        (
            "backend-services describe none --global",
            "The resource 'projects/p1/global/backendServices/none' was not found",
        ),
    ] {
        let (well, said) = gcloud(fake, line);
        assert!(!well && said.contains(wanted), "{line}: {said}");
    }
    fake.fault(
        "aggregated/backendServices",
        Fault::Unreachable(vec!["regions/us-central1".to_owned()]),
    );
    fake.fault("healthChecks.aggregatedList", Fault::Forbidden);
    let (_, said) = gcloud(fake, "backend-services list");
    assert!(
        said.contains("could not be read") || said.contains("could not be reached"),
        "{said}"
    );
    let (_, said) = gcloud(fake, "health-checks list");
    assert!(said.contains("compute.healthChecks.list"), "{said}");
    fake.heal();
}

/// Does work on a few threads: gcloud takes a second each time.
fn side_by_side<T: Send>(work: impl Iterator<Item = T> + Send, each: impl Fn(T) + Sync) {
    let work = Mutex::new(work);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(item) = work.lock().unwrap().next() else {
                        return;
                    };
                    each(item);
                }
            });
        }
    });
}

#[test]
fn gcloud_lists_clusters() {
    if !wanted(&["gcloud"]) {
        return;
    }
    let fake = Fake::start();
    let link =
        "https://container.googleapis.com/v1/projects/p1/locations/us-central1/clusters/shop";
    fake.load([json!({"name": "shop", "location": "us-central1", "selfLink": link})]);
    let mut gcloud = fake.gcloud();
    let output = gcloud
        .args(["container", "clusters", "list", "--format=value(name)"])
        .output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.stdout, b"shop\n", "{said}");
}

#[test]
fn googles_python_clients_make_list_describe_and_delete_every_kind() {
    if !wanted(&["python3"]) {
        return;
    }
    let fake = Fake::start();
    fake.project(PROJECT);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients.py");
    let output = Command::new(python())
        .arg(script)
        .args([&fake.base_url(), PROJECT])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{:#?}", fake.broken());
    assert_eq!(fake.broken(), [""; 0]);
}
