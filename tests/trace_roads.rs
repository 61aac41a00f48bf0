//! What roads of worlds say of each thing on them: endpoints, parts that fail, what was not read,
//! what stands beside.
#![cfg(test)]

#[path = "cards/staged.rs"]
mod staged;
#[path = "trace/traced.rs"]
mod traced;

use neg_doctor::render::trace::TraceFormat;
use neg_doctor::trace::{Arrivals, Hop, State, Trace};

use traced::{drawn, traced};

const ACME: &str = "https://www.googleapis.com/compute/v1/projects/acme-mail";

fn hops<'t>(trace: &'t Trace, kind: &str, name: &str) -> Vec<&'t Hop> {
    let hops = trace.hops.iter();
    hops.filter(|hop| hop.kind == kind && hop.name == name)
        .collect()
}

fn only<'t>(trace: &'t Trace, kind: &str, name: &str) -> &'t Hop {
    let hops = hops(trace, kind, name);
    assert_eq!(
        hops.len(),
        1,
        "{kind} {name}: {}",
        drawn(trace, TraceFormat::Tree)
    );
    hops[0]
}

fn answer(text: &str, question: Option<&str>) -> String {
    traced(text, question).unwrap().answer()
}

/// A backend service of these NEGs, `zone/name`, each with what else its backend says.
fn service(name: &str, negs: &[(&str, &str)]) -> String {
    let group = |(neg, more): &(&str, &str)| {
        let (zone, neg) = neg.split_once('/').unwrap();
        format!(
            "- {{group: \"{ACME}/zones/{zone}/networkEndpointGroups/{neg}\", \
             balancingMode: CONNECTION, maxConnectionsPerEndpoint: 100{more}}}\n"
        )
    };
    let backends: String = negs.iter().map(group).collect();
    format!(
        "---\nkind: compute#backendService\nname: {name}\n\
         selfLink: {ACME}/global/backendServices/{name}\n\
         loadBalancingScheme: EXTERNAL_MANAGED\nprotocol: TCP\n\
         healthChecks: [{ACME}/global/healthChecks/mail]\nbackends:\n{backends}"
    )
}

/// The mail server that also takes port 587, over a NEG of its own in one zone; `state` is what
/// probers find there.
fn submission(state: &str) -> String {
    format!(
        r#"scene: mail
---
apiVersion: v1
kind: Service
metadata:
  name: mail
  namespace: mail
  creationTimestamp: "2026-11-20T08:00:00Z"
  annotations:
    cloud.google.com/neg: '{{"exposed_ports": {{"25": {{"name": "mail"}}, "587": {{"name": "mail-submit"}}}}}}'
    cloud.google.com/neg-status: '{{"network_endpoint_groups":{{"25":"mail","587":"mail-submit"}},"zones":["europe-west1-b","europe-west1-c","europe-west1-d"]}}'
spec:
  type: ClusterIP
  clusterIP: 10.8.0.25
  selector: {{app: mail}}
  ports:
  - {{name: smtp, port: 25, targetPort: 2525, protocol: TCP}}
  - {{name: submit, port: 587, targetPort: 5870, protocol: TCP}}
---
kind: compute#networkEndpointGroup
name: mail-submit
selfLink: {ACME}/zones/europe-west1-b/networkEndpointGroups/mail-submit
zone: {ACME}/zones/europe-west1-b
network: {ACME}/global/networks/prod-vpc
networkEndpointType: GCE_VM_IP_PORT
size: 1
---
kind: compute#networkEndpointGroupsListNetworkEndpoints
networkEndpointGroup: {ACME}/zones/europe-west1-b/networkEndpointGroups/mail-submit
items:
- networkEndpoint: {{instance: gke-prod-pool-1-1a2b3c4d-b1, ipAddress: 10.4.0.10, port: 5870}}
  healths: [{{healthState: {state}, backendService: {{backendService: "{ACME}/global/backendServices/submit"}}}}]
{service}---
kind: compute#targetTcpProxy
name: submit
selfLink: {ACME}/global/targetTcpProxies/submit
service: {ACME}/global/backendServices/submit
---
kind: compute#forwardingRule
name: submit
selfLink: {ACME}/global/forwardingRules/submit
IPAddress: 203.0.113.25
IPProtocol: TCP
portRange: 587-588
loadBalancingScheme: EXTERNAL_MANAGED
networkTier: PREMIUM
target: {ACME}/global/targetTcpProxies/submit
"#,
        service = service("submit", &[("europe-west1-b/mail-submit", "")])
    )
}

#[test]
fn a_pod_is_an_end_in_each_of_its_negs() {
    let trace = traced(&submission("UNHEALTHY"), None).unwrap();
    let ends = hops(&trace, "Pod", "mail-6d5f4-b");
    let states: Vec<&str> = ends.iter().map(|hop| hop.state.name()).collect();
    assert_eq!(states, ["fine", "broken"]);
    assert_eq!(ends[0].facts, ["10.4.0.10:2525", "healthy"]);
    assert_eq!(ends[1].facts, ["10.4.0.10:5870", "unhealthy"]);
    // It is one Pod, and traffic comes to it on one of its ports.
    let arrivals = Arrivals {
        total: 3,
        sure: 3,
        unsure: 0,
    };
    assert_eq!(trace.arrivals(), arrivals);
    // In a question for the other port it is not reached.
    let other = answer(&submission("UNHEALTHY"), Some("203.0.113.25:587"));
    let start = "Traffic to 203.0.113.25:587 breaks at firewall prod-vpc for";
    assert!(other.starts_with(start), "{other}");
    let fine = answer(&submission("HEALTHY"), Some("203.0.113.25:588"));
    assert_eq!(fine, "Traffic to 203.0.113.25:588 arrives at 1 of 1 Pod");
}

/// What the probers of two backend services find in one NEG is not the same.
#[test]
fn a_neg_is_as_each_backend_service_finds_it() {
    let of = |state: &str| {
        format!(
            r#"scene: mail
---
kind: compute#networkEndpointGroupsListNetworkEndpoints
networkEndpointGroup: {ACME}/zones/europe-west1-b/networkEndpointGroups/mail
items:
- networkEndpoint: {{instance: gke-prod-pool-1-1a2b3c4d-b1, ipAddress: 10.4.0.10, port: 2525}}
  healths:
  - {{healthState: HEALTHY, backendService: {{backendService: "{ACME}/global/backendServices/mail"}}}}
  - {{healthState: {state}, backendService: {{backendService: "{ACME}/global/backendServices/second"}}}}
{second}"#,
            second = service("second", &[("europe-west1-b/mail", "")])
        )
    };
    let trace = traced(&of("UNHEALTHY"), None).unwrap();
    let ends = hops(&trace, "Pod", "mail-6d5f4-b");
    let states: Vec<&str> = ends.iter().map(|hop| hop.state.name()).collect();
    assert_eq!(states, ["fine", "broken"]);
    assert_eq!(trace.arrivals().sure, 3);
    // Where they agree it is one.
    let trace = traced(&of("HEALTHY"), None).unwrap();
    only(&trace, "Pod", "mail-6d5f4-b");
}

/// An error about one zone does not stop what the others get.
#[test]
fn an_error_about_a_part_stops_a_part() {
    let negs = [("europe-west1-b/mail", ""), ("europe-west1-c/mail", "")];
    let text = format!("scene: mail\n{}", service("mail", &negs));
    let trace = traced(&text, Some("mail/mail")).unwrap();
    let service = only(&trace, "backend service", "mail");
    assert_eq!(service.findings[0].id, "NEG202");
    assert_eq!(service.state.name(), "warned");
    assert_eq!(
        trace.answer(),
        "Traffic to mail/mail arrives at 2 of 3 Pods"
    );
    // No front leads to the third, so nothing arrives there.
    let last = only(&trace, "Pod", "mail-6d5f4-d");
    assert_eq!(last.state, State::Unread("not probed".to_owned()));
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Tree));
}

/// What has no capacity gets nothing, however healthy it is; and that is no break.
#[test]
fn a_drained_backend_is_a_closed_way() {
    let negs = [
        ("europe-west1-b/mail", ", capacityScaler: 0"),
        ("europe-west1-c/mail", ""),
        ("europe-west1-d/mail", ""),
    ];
    let text = format!("scene: mail\n{}", service("mail", &negs));
    let trace = traced(&text, None).unwrap();
    let service = only(&trace, "backend service", "mail");
    let closed: Vec<bool> = service.next.iter().map(|edge| edge.closed).collect();
    assert_eq!(closed, [true, false, false]);
    let answer = trace.answer();
    assert_eq!(answer, "Traffic to 203.0.113.25:25 arrives at 2 of 3 Pods");
    assert!(trace.breaks().is_empty());
}

/// A dump of some lists: what they lead to was not read, and nothing is said to be fine.
#[test]
fn what_was_not_read_is_not_fine() {
    let text = format!(
        r#"kind: compute#forwardingRule
name: mail
selfLink: {ACME}/global/forwardingRules/mail
IPAddress: 203.0.113.25
IPProtocol: TCP
portRange: 25-25
loadBalancingScheme: EXTERNAL_MANAGED
target: {ACME}/global/targetTcpProxies/mail
---
kind: compute#targetTcpProxy
name: mail
selfLink: {ACME}/global/targetTcpProxies/mail
service: {ACME}/global/backendServices/mail
---
kind: compute#backendService
name: mail
selfLink: {ACME}/global/backendServices/mail
loadBalancingScheme: EXTERNAL_MANAGED
protocol: TCP
healthChecks: [{ACME}/global/healthChecks/mail]
backends:
- {{group: "{ACME}/zones/europe-west1-b/networkEndpointGroups/mail"}}
- {{group: "{ACME}/zones/europe-west1-c/networkEndpointGroups/mail"}}
- {{group: "{ACME}/zones/europe-west1-b/instanceGroups/old"}}
---
kind: compute#networkEndpointGroup
name: mail
selfLink: {ACME}/zones/europe-west1-b/networkEndpointGroups/mail
networkEndpointType: GCE_VM_IP_PORT
size: 2
"#
    );
    let trace = traced(&text, None).unwrap();
    let fine = trace.hops.iter().filter(|hop| hop.state == State::Fine);
    assert_eq!(fine.count(), 0);
    insta::assert_snapshot!(drawn(&trace, TraceFormat::Tree));
    let old = only(&trace, "instance group", "old");
    assert_eq!(old.state.name(), "unread");
}

/// Addresses, certificates, proxy-only subnets, health checks and firewalls, with where each is
/// written.
#[test]
fn what_stands_beside_is_shown() {
    for scene in ["orders", "shop", "web", "move"] {
        let trace = traced(&format!("scene: {scene}\n"), None).unwrap();
        insta::assert_snapshot!(scene, drawn(&trace, TraceFormat::Tree));
        let without: Vec<&str> = trace
            .hops
            .iter()
            .filter(|hop| hop.place.is_none())
            .map(|hop| hop.kind)
            .collect();
        assert!(without.is_empty(), "{scene}: {without:?}");
    }
    let trace = traced("scene: mail\n", None).unwrap();
    let rule = only(&trace, "forwarding rule", "mail");
    let place = rule.place.as_ref().unwrap();
    assert_eq!(place.text(), "mail");
    assert!(place.start().line > 300, "{place}");
}

/// What the firewall keeps out stands on the firewall, and what gets in is the evidence against it.
#[test]
fn firewalls_break_roads_unless_probes_arrive() {
    let shut = |state: &str| {
        let zones = ["b", "c", "d"].into_iter().enumerate();
        let endpoints = zones.map(|(index, zone)| format!(
            "---\nkind: compute#networkEndpointGroupsListNetworkEndpoints\nnetworkEndpointGroup: {ACME}/zones/europe-west1-{zone}/networkEndpointGroups/mail\nitems:\n- networkEndpoint: {{instance: gke-prod-pool-1-1a2b3c4d-{zone}1, ipAddress: 10.4.{index}.10, port: 2525}}\n  healths: [{{healthState: {state}, backendService: {{backendService: \"{ACME}/global/backendServices/mail\"}}}}]\n"
        ));
        let endpoints: String = endpoints.collect();
        format!(
            "scene: mail\n---\nkind: compute#effectiveFirewalls\nnetwork: {ACME}/global/networks/prod-vpc\nfirewalls: []\n{endpoints}"
        )
    };
    let trace = traced(&shut("UNHEALTHY"), None).unwrap();
    let firewall = only(&trace, "firewall", "prod-vpc for health checks");
    assert_eq!(firewall.findings[0].id, "NEG401");
    assert!(firewall.state.is_broken());
    let answer = trace.answer();
    let start = "Traffic to 203.0.113.25:25 breaks at firewall prod-vpc for health checks: No";
    assert!(answer.starts_with(start), "{answer}");
    let trace = traced(&shut("HEALTHY"), None).unwrap();
    let firewall = only(&trace, "firewall", "prod-vpc for health checks");
    assert_eq!(firewall.state.name(), "warned");
    assert_eq!(trace.arrivals().sure, 3);
}

/// A Pod that no NEG holds gets nothing, and is counted all the same.
#[test]
fn pods_outside_of_every_neg_are_counted() {
    let text = format!(
        "scene: mail\n---\nkind: compute#networkEndpointGroupsListNetworkEndpoints\n\
         networkEndpointGroup: {ACME}/zones/europe-west1-d/networkEndpointGroups/mail\nitems: []\n"
    );
    let trace = traced(&text, Some("mail/mail")).unwrap();
    let answer = trace.answer();
    assert_eq!(answer, "Traffic to mail/mail arrives at 2 of 3 Pods");
    let pod = only(&trace, "Pod", "mail-6d5f4-d");
    assert_eq!(pod.state.why(), "no NEG holds it");
}

/// What is not read by kind is not said to be missing.
#[test]
fn other_targets_and_lost_certificates_break_nothing() {
    let text = format!(
        r"scene: mail
---
kind: compute#forwardingRule
name: mesh
selfLink: {ACME}/global/forwardingRules/mesh
IPAddress: 0.0.0.0
IPProtocol: TCP
portRange: 80-80
loadBalancingScheme: INTERNAL_SELF_MANAGED
target: {ACME}/global/targetGrpcProxies/mesh
---
kind: compute#forwardingRule
name: tls
selfLink: {ACME}/global/forwardingRules/tls
IPAddress: 203.0.113.25
IPProtocol: TCP
portRange: 465-465
loadBalancingScheme: EXTERNAL_MANAGED
networkTier: PREMIUM
target: {ACME}/global/targetSslProxies/tls
---
kind: compute#targetSslProxy
name: tls
selfLink: {ACME}/global/targetSslProxies/tls
service: {ACME}/global/backendServices/mail
sslCertificates: [{ACME}/global/sslCertificates/gone]
"
    );
    let trace = traced(&text, None).unwrap();
    assert_eq!(only(&trace, "target", "mesh").state.name(), "unread");
    assert_eq!(only(&trace, "certificate", "gone").state.name(), "unknown");
    assert!(trace.breaks().is_empty());
    let answer = answer(&text, Some("203.0.113.25:465"));
    assert_eq!(
        answer,
        "Traffic to 203.0.113.25:465 may arrive at 3 of 3 Pods (certificate gone: no certificate of \
         this name was read)"
    );
}
