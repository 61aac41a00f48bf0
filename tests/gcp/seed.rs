//! The case that this tool was made for: a Service for mail with standalone NEGs in three zones, and the
//! global proxy load balancer before them, built by hand with the real gcloud, then broken in twelve ways.
//! Each is named first, and the advice of each is followed.

use fake_compute::Health;
use neg_doctor::card::{Example, Verdict};
use neg_doctor::finding::Finding;
use neg_doctor::report::Report;
use serde_json::{Value, json};

use crate::cards::staged::staged;
use crate::closed::{Loop, NOW, has_gcloud, remedies};

/// The cluster, its network and what its NEG controller made, but nothing of a load balancer.
const GROUND: &str = "scene: mail
without: [healthChecks/mail, backendServices/mail, targetTcpProxies/mail, forwardingRules/mail, addresses/mail]
---
kind: compute#effectiveFirewalls
network: https://www.googleapis.com/compute/v1/projects/acme-mail/global/networks/prod-vpc
firewallPolicys: []
firewalls: []
";

/// What the user's part is.
const BUILD: &[&str] = &[
    "firewall-rules create lb-to-mail --network=prod-vpc --direction=INGRESS --action=ALLOW --rules=tcp:2525 --source-ranges=35.191.0.0/16,130.211.0.0/22 --target-tags=gke-prod-1a2b3c4d-node",
    "health-checks create tcp mail --global --use-serving-port",
    "backend-services create mail --global --load-balancing-scheme=EXTERNAL_MANAGED --protocol=TCP --health-checks=mail --global-health-checks --timeout=3600s --connection-draining-timeout=60s",
    "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-b --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
    "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-c --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
    "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-d --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
    "target-tcp-proxies create mail --backend-service=mail",
    "addresses create mail --global",
    "forwarding-rules create mail --global --load-balancing-scheme=EXTERNAL_MANAGED --address=mail --target-tcp-proxy=mail --ports=25",
];

type Change = fn(&mut Value);

/// One way to break it.
struct Break {
    what: &'static str,
    /// The commands for gcloud that break it.
    by: &'static [&'static str],
    /// Where the API refuses to be brought there: links, and what is changed of the objects.
    state: &'static [(&'static str, Change)],
    /// What is then made or undone.
    then: &'static [&'static str],
    /// Whether the probes fail by it.
    unhealthy: bool,
    /// The rule that names it.
    rule: &'static str,
    /// What the advice in words comes to, where there is no command for it.
    mend: &'static [&'static str],
}

/// Nothing broken.
const PLAIN: Break = Break {
    what: "",
    by: &[],
    state: &[],
    then: &[],
    unhealthy: false,
    rule: "",
    mend: &[],
};

const BREAKS: &[Break] = &[
    Break {
        what: "a zone that nobody attached",
        by: &[
            "backend-services remove-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-d",
        ],
        rule: "NEG202",
        ..PLAIN
    },
    Break {
        what: "no firewall rule",
        by: &["firewall-rules delete lb-to-mail"],
        unhealthy: true,
        rule: "NEG401",
        ..PLAIN
    },
    Break {
        what: "a health check of the Service's port",
        by: &["health-checks update tcp mail --global --port=25"],
        unhealthy: true,
        rule: "NEG302",
        ..PLAIN
    },
    Break {
        what: "a regional backend service behind the global proxy",
        by: &[
            "health-checks create tcp mail --region=europe-west1 --use-serving-port",
            "backend-services create mail --region=europe-west1 --load-balancing-scheme=EXTERNAL_MANAGED --protocol=TCP --health-checks=mail --health-checks-region=europe-west1",
            "backend-services add-backend mail --region=europe-west1 --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-b --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "backend-services add-backend mail --region=europe-west1 --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-c --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "backend-services add-backend mail --region=europe-west1 --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-d --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
        ],
        state: &[("global/targetTcpProxies/mail", |proxy| {
            proxy["service"] = link("regions/europe-west1/backendServices/mail").into();
        })],
        then: &["backend-services delete mail --global"],
        rule: "NEG208",
        mend: &[
            "backend-services create mail --global --load-balancing-scheme=EXTERNAL_MANAGED --protocol=TCP --health-checks=mail --global-health-checks --timeout=3600s --connection-draining-timeout=60s",
            "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-b --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-c --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-d --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "target-tcp-proxies update mail --backend-service=mail",
            "backend-services delete mail --region=europe-west1",
            "health-checks delete mail --region=europe-west1",
        ],
        ..PLAIN
    },
    Break {
        what: "UTILIZATION",
        state: &[("global/backendServices/mail", |service| {
            service["backends"][0]["balancingMode"] = "UTILIZATION".into();
        })],
        rule: "NEG203",
        ..PLAIN
    },
    Break {
        what: "a NEG of another name",
        by: &[
            "network-endpoint-groups create mails --zone=europe-west1-b --network=prod-vpc --subnet=nodes",
            "backend-services add-backend mail --global --network-endpoint-group=mails --network-endpoint-group-zone=europe-west1-b --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "backend-services remove-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-b",
            "backend-services remove-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-c",
            "backend-services remove-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-d",
        ],
        rule: "NEG201",
        mend: &[
            "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-b --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-c --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "backend-services add-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-d --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
            "backend-services remove-backend mail --global --network-endpoint-group=mails --network-endpoint-group-zone=europe-west1-b",
            "network-endpoint-groups delete mails --zone=europe-west1-b",
        ],
        ..PLAIN
    },
    Break {
        what: "a PROXY header to a server that expects none",
        by: &["target-tcp-proxies update mail --proxy-header=PROXY_V1"],
        rule: "NEG307",
        mend: &["target-tcp-proxies update mail --proxy-header=NONE"],
        ..PLAIN
    },
    Break {
        what: "no forwarding rule",
        by: &["forwarding-rules delete mail --global"],
        rule: "NEG502",
        ..PLAIN
    },
    Break {
        what: "ports that overlap on one address",
        by: &[
            "forwarding-rules create mail-2 --global --load-balancing-scheme=EXTERNAL_MANAGED --address=mail --target-tcp-proxy=mail --ports=587",
        ],
        state: &[("global/forwardingRules/mail-2", |rule| {
            rule["portRange"] = "25-25".into();
        })],
        rule: "NEG503",
        mend: &["forwarding-rules delete mail-2 --global"],
        ..PLAIN
    },
    Break {
        what: "a NEG of a cluster that is gone",
        by: &[
            "network-endpoint-groups create mail-old --zone=europe-west1-b --network=prod-vpc --subnet=nodes",
            "network-endpoint-groups update mail-old --zone=europe-west1-b --add-endpoint=instance=gke-prod-pool-1-1a2b3c4d-b1,ip=10.4.0.99,port=2525",
            "backend-services add-backend mail --global --network-endpoint-group=mail-old --network-endpoint-group-zone=europe-west1-b --balancing-mode=CONNECTION --max-connections-per-endpoint=1000",
        ],
        state: &[(
            "zones/europe-west1-b/networkEndpointGroups/mail-old",
            of_a_dead_cluster,
        )],
        rule: "NEG207",
        ..PLAIN
    },
    Break {
        what: "capacity 0",
        by: &[
            "backend-services update-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-b --capacity-scaler=0",
            "backend-services update-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-c --capacity-scaler=0",
            "backend-services update-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-d --capacity-scaler=0",
        ],
        rule: "NEG206",
        ..PLAIN
    },
    Break {
        what: "a name that a NEG of another cluster has",
        by: &[
            "backend-services remove-backend mail --global --network-endpoint-group=mail --network-endpoint-group-zone=europe-west1-d",
        ],
        state: &[(TAKEN, of_a_dead_cluster)],
        rule: "NEG108",
        mend: &["network-endpoint-groups delete mail --zone=europe-west1-d"],
        ..PLAIN
    },
];

/// The NEG whose name is taken, and which the controller makes as soon as it is free.
const TAKEN: &str = "zones/europe-west1-d/networkEndpointGroups/mail";

/// What the controller does.
fn reconcile(seed: &Loop) {
    if seed.fake.object(&link(TAKEN)).is_none() {
        let own = link("zones/europe-west1-c/networkEndpointGroups/mail");
        let own = seed.fake.object(&own).unwrap().to_string();
        let own = own.replace("europe-west1-c", "europe-west1-d");
        seed.fake.load([serde_json::from_str(&own).unwrap()]);
        let instance = "gke-prod-pool-1-1a2b3c4d-d1";
        let endpoint = json!({"instance": instance, "ipAddress": "10.4.2.10", "port": 2525});
        seed.fake.endpoints(&link(TAKEN), vec![endpoint]);
    }
}

fn link(path: &str) -> String {
    format!("https://www.googleapis.com/compute/v1/projects/acme-mail/{path}")
}

fn of_a_dead_cluster(group: &mut Value) {
    let by = json!({
        "cluster-uid": "00000000-dead-4000-8000-000000000000",
        "namespace": "mail",
        "service-name": "mail",
        "port": "25",
    });
    group["description"] = by.to_string().into();
}

#[test]
fn each_break_of_the_seed_is_named_first_and_mended() {
    if !has_gcloud() {
        return;
    }
    let seed = Loop::new(&text_of(GROUND));
    for command in BUILD {
        compute(&seed, command);
    }
    assert_silent("built", &seed.check());
    for it in BREAKS {
        for command in it.by {
            compute(&seed, command);
        }
        for (path, change) in it.state {
            let mut object = seed.fake.object(&link(path)).unwrap();
            change(&mut object);
            seed.fake.load([object]);
        }
        for command in it.then {
            compute(&seed, command);
        }
        if it.unhealthy {
            set_health(&seed, Health::Unhealthy);
        }
        let report = seed.check();
        let named = gravest(&report).map_or("nothing", |it| it.rule.id);
        assert_eq!(named, it.rule, "{}: {:#?}", it.what, said(&report));
        for command in it.mend {
            compute(&seed, command);
        }
        reconcile(&seed);
        follow(&seed);
        set_health(&seed, Health::Healthy);
        assert_silent(it.what, &seed.check());
    }
}

/// The first of the gravest findings, of which others are only consequences.
fn gravest(report: &Report) -> Option<&Finding> {
    let worst = report.worst(false)?;
    report.headlines().find(|it| it.severity == worst)
}

/// Does what the findings advise, one after the other, as long as there is a command for it.
fn follow(seed: &Loop) {
    for _ in 0..4 {
        let report = seed.check();
        let Some(run) = gravest(&report).and_then(|it| remedies(it).into_iter().next()) else {
            return;
        };
        seed.run(&run).unwrap();
    }
}

fn set_health(seed: &Loop, health: Health) {
    for (zone, address) in [("b", "10.4.0.10"), ("c", "10.4.1.10"), ("d", "10.4.2.10")] {
        let group = link(&format!(
            "zones/europe-west1-{zone}/networkEndpointGroups/mail"
        ));
        seed.fake.set_health(&group, address, health);
    }
}

/// Runs `gcloud compute`.
fn compute(seed: &Loop, command: &str) {
    let mut gcloud = seed.fake.gcloud();
    gcloud.args(["compute", "--project=acme-mail", "--quiet"]);
    let ran = gcloud.args(command.split(' ')).output().unwrap();
    assert!(
        ran.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

fn assert_silent(when: &str, report: &Report) {
    let said: Vec<_> = said(report);
    assert!(said.is_empty(), "{when}: {said:#?}");
    let open: Vec<_> = report
        .undecided
        .iter()
        .map(|it| (it.rule.id, &it.reason))
        .collect();
    assert!(open.is_empty(), "{when}: {open:#?}");
}

fn said(report: &Report) -> Vec<String> {
    report
        .findings
        .iter()
        .map(|it| format!("{} {}: {}", it.rule.id, it.subject, it.message))
        .collect()
}

fn text_of(scene: &str) -> String {
    let example = Example {
        verdict: Verdict::Passes,
        title: String::new(),
        shows: Vec::new(),
        prose: String::new(),
        files: vec![("seed.yaml".to_owned(), scene.to_owned())],
        config: None,
        markers: Vec::new(),
        fixed: Vec::new(),
    };
    let text = staged(example).files.remove(0).1;
    // The cluster is seen, and its NEGs were synced, when the project is read.
    let seen = ["2026-11-25T12:00:00Z", "2026-11-25T11:58:00Z"];
    seen.iter().fold(text, |text, time| text.replace(time, NOW))
}
