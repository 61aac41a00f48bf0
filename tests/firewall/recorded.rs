//! Recorded answers of `getEffectiveFirewalls`, asked what they let in.

use std::sync::Arc;

use neg_doctor::cidr::IpRange;
use neg_doctor::document::Document;
use neg_doctor::firewall::{Answer, Machine, Query, Verdict};
use neg_doctor::kind::cloud::Link;
use neg_doctor::snapshot::{Header, Snapshot};
use neg_doctor::world::{ClusterSet, Clusters, FirewallRule, Parts, World};
use serde_json::{Value, json};

/// A recorded network: its project was read whole.
struct Recorded {
    projects: Vec<Snapshot>,
    network: String,
}

impl Recorded {
    fn read(name: &str) -> Self {
        let text = std::fs::read_to_string(format!("fixtures/firewall/{name}.json")).unwrap();
        let mut answer: Value = serde_json::from_str(&text).unwrap();
        let network = answer["firewalls"][0]["network"]
            .as_str()
            .unwrap()
            .to_owned();
        answer["kind"] = json!("compute#effectiveFirewalls");
        answer["network"] = json!(network);
        let project = Link::parse(&network).unwrap().project.to_owned();
        let own = json!({"kind": "compute#network", "selfLink": network});
        let header = json!({"apiVersion": "neg-doctor.dev/v1", "kind": "Snapshot",
            "project": project});
        let header = Header::read(&Document::print("snapshot.yaml", &header)).unwrap();
        let documents = [("answer", &answer), ("network", &own)];
        let documents = documents.map(|(name, value)| Document::print(name, value));
        Self {
            projects: vec![Snapshot {
                header: Arc::new(header),
                documents: documents.into(),
            }],
            network,
        }
    }

    /// Who lets a source in to a port of a virtual machine with these tags and service accounts.
    fn ask(&self, from: &str, port: u16, tags: &[&str], accounts: &[&str]) -> String {
        let clusters = Clusters::default();
        let world = World::join(&Parts {
            declared: &[],
            clusters_of: &|_| ClusterSet::default(),
            snapshots: &[],
            projects: &self.projects,
            dumped: &[],
            clusters: &clusters,
        });
        let own = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let machine = Machine {
            tags: own(tags),
            service_accounts: own(accounts),
            secure_tags: None,
        };
        let network = Link::parse(&self.network).unwrap();
        let firewall = world.cloud().firewall(network, None);
        let answer: Answer<FirewallRule<'_>> = firewall.ask(&Query {
            range: IpRange::new(from).unwrap(),
            machines: false,
            protocol: 6,
            port,
            address: None,
            machine: &machine,
        });
        let parts = answer.parts.iter().map(|part| match &part.verdict {
            Verdict::Allowed(by) => format!("in by {}", by.called()),
            Verdict::Denied(Some(by)) => format!("out by {}", by.called()),
            Verdict::Denied(None) => "out".to_owned(),
            Verdict::Unclear(_, why) => why.clone(),
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

#[test]
fn a_deny_before_the_rule_of_an_ingress() {
    let recorded = Recorded::read("gke1");
    let node = "gke-gke4-3520a9df-node";
    let said = recorded.ask("35.191.0.0/16", 8080, &[node], &[]);
    assert_eq!(said, "out by firewall rule gke-gke4-ingress-test-deny");
    let said = recorded.ask("130.211.0.0/22", 8080, &[node], &[]);
    assert_eq!(said, "in by firewall rule k8s-fw-l7--8b12f35ea8442830");
    assert_eq!(recorded.ask("130.211.0.0/22", 8080, &["other"], &[]), "out");
    assert_eq!(recorded.ask("130.211.0.0/22", 30100, &[node], &[]), "out");
}

#[test]
fn a_policy_that_hands_the_probes_on_and_denies_the_rest() {
    let recorded = Recorded::read("gke2");
    let tags = ["http-server"];
    let said = recorded.ask("35.191.0.0/16", 80, &tags, &[]);
    assert_eq!(said, "in by firewall rule allow-http");
    let said = recorded.ask("203.0.113.0/24", 80, &tags, &[]);
    assert_eq!(
        said,
        "out by rule 700 of firewall policy default-firewall-policy"
    );
    assert_eq!(recorded.ask("35.191.0.0/16", 8080, &tags, &[]), "out");
}

#[test]
fn folders_after_each_other_and_targets_by_service_account() {
    let recorded = Recorded::read("fw-policy");
    let account = ["service-12340002@compute-system.iam.gserviceaccount.com"];
    for (from, port, tags, accounts, said) in [
        (
            "10.101.0.1",
            2000,
            &[][..],
            &[][..],
            "in by rule 9000 of firewall policy parent-folder-policy",
        ),
        (
            "10.101.0.1",
            2003,
            &[],
            &[],
            "in by rule 9000 of firewall policy sub-folder-policy",
        ),
        (
            "10.102.0.1",
            7,
            &[],
            &account,
            "in by rule 8999 of firewall policy sub-folder-policy",
        ),
        ("10.102.0.1", 7, &[], &[], "out"),
        (
            "10.100.0.0/24",
            1001,
            &[],
            &[],
            "out by firewall rule fw-test-800",
        ),
        (
            "10.100.0.0/24",
            1003,
            &[],
            &[],
            "in by firewall rule fw-test-900",
        ),
        (
            "10.100.0.0/24",
            1006,
            &[],
            &[],
            "in by firewall rule fw-test-900",
        ),
        (
            "192.0.2.1",
            1006,
            &[],
            &[],
            "out by firewall rule fw-test-950",
        ),
        (
            "192.0.2.1",
            1234,
            &["bar"],
            &[],
            "in by firewall rule fw-test-903",
        ),
        ("192.0.2.1", 1234, &["foo"], &[], "out"),
        (
            "192.0.2.1",
            4001,
            &[],
            &account,
            "in by firewall rule fw-test-902",
        ),
        ("192.0.2.1", 4000, &[], &account, "out"),
        (
            "10.104.0.1",
            80,
            &[],
            &[],
            "out by rule 1000 of firewall policy test-sorting-same-ip-policy",
        ),
    ] {
        assert_eq!(
            recorded.ask(from, port, tags, accounts),
            said,
            "{from} {port}"
        );
    }
}
