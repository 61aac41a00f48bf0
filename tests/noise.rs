//! What is kept silent on purpose can be shown: a test for each entry of the list in
//! docs/noise.md that a run can see. Showing it changes nothing else.
#![cfg(test)]

use neg_doctor::check::{self, Settings};
use neg_doctor::report::Report;
use neg_doctor::rules;
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;

/// A healthy mail server on a cluster and in its project.
const SCENE: &str = include_str!("../fixtures/scenes/mail.yaml");

/// The scene with objects added to its cluster, and with texts in the place of others.
fn scene(added: &str, replaced: &[(&str, &str)]) -> String {
    let project = "---\napiVersion: neg-doctor.dev/v1\nkind: Snapshot\n";
    let (cluster, rest) = SCENE.split_once(project).unwrap();
    let mut text = format!("{cluster}---\n{added}{project}{rest}");
    for (old, new) in replaced {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    text
}

fn report(text: &str, noise: bool) -> Report {
    let mut settings = Settings::plain(rules::rows(), Cluster::default());
    settings.noise = noise;
    check::check(&[Source::new("scene.yaml", text)], &[], &settings, &[])
}

/// What is shown, and that nothing else changes by it.
fn noise(text: &str) -> Vec<String> {
    let (silent, shown) = (report(text, false), report(text, true));
    assert!(silent.noise.is_empty());
    assert_eq!(silent.summary, shown.summary);
    assert_eq!(silent.worst(false), shown.worst(false));
    let lines = shown.noise.iter().map(|it| {
        let rule = it.rule.map_or("-", |rule| rule.id);
        format!("{rule} {}: {}; {}", it.subject, it.seen, it.why)
    });
    lines.collect()
}

/// One thing, in a scene without a finding.
#[track_caller]
fn shows(text: &str, expected: &[&str]) {
    assert_eq!(noise(text), expected);
    let summary = report(text, true).summary;
    assert_eq!((summary.errors, summary.warnings, summary.notes), (0, 0, 0));
}

/// An event about an object of namespace mail: `Service mail`.
fn event(about: &str, reason: &str, times: (i64, &str, &str), message: &str) -> String {
    let (kind, name) = about.split_once(' ').unwrap();
    let (count, first, last) = times;
    let kind_of_event = if reason.ends_with("Failed") || reason == "LabelsExceededLimit" {
        "Warning"
    } else {
        "Normal"
    };
    let component = match reason {
        "LoadBalancerNegNotReady" => "neg-readiness-reflector",
        "Sync" | "IPChanged" | "MixedStaticIP" | "XPN" => "loadbalancer-controller",
        _ => "neg-controller",
    };
    let message = message.replace('\'', "''");
    format!(
        "apiVersion: v1\nkind: Event\nmetadata: {{name: {name}.{reason}.{first}, namespace: mail}}\n\
         involvedObject: {{kind: {kind}, namespace: mail, name: {name}}}\ntype: {kind_of_event}\n\
         reason: {reason}\nsource: {{component: {component}}}\n\
         firstTimestamp: \"2026-11-25T{first}:00Z\"\nlastTimestamp: \"2026-11-25T{last}:00Z\"\n\
         count: {count}\nmessage: '{message}'\n---\n"
    )
}

fn once(about: &str, reason: &str, time: &str, message: &str) -> String {
    event(about, reason, (1, time, time), message)
}

const DONE: &str = "it tells of work that was done";
const SEEN: &str = "it tells of a change that was seen or made";

#[test]
fn entry_1_endpoints_and_negs_that_come_and_go() {
    let message = r#"Attach 1 network endpoint(s) (NEG "mail" in zone "europe-west1-b")"#;
    let created = r#"Created NEG "mail" for mail/mail-mail-smtp/25-2525-GCE_VM_IP_PORT-L7 in "europe-west1-b"."#;
    let events = event("Service mail", "Attach", (3, "11:20", "11:40"), message)
        + &once("Service mail", "Attach", "11:50", message)
        + &once("Service mail", "Create", "11:10", created);
    let attach = format!("- Service mail/mail: event Attach, 4 times; {DONE}");
    let create = format!("- Service mail/mail: event Create; {DONE}");
    shows(&scene(&events, &[]), &[&attach, &create]);
}

#[test]
fn entry_2_degraded_mode_that_was_left() {
    let key = "mail/mail-mail-smtp/25-2525-GCE_VM_IP_PORT-L7";
    let enter = format!(
        "Entering degraded mode for NEG {key} due to sync err: endpoint has missing nodeName field"
    );
    let exit = format!("NEG {key} is no longer in degraded mode");
    let entered = once("Service mail", "EnterDegradedMode", "11:20", &enter);
    let left = entered.clone() + &once("Service mail", "ExitDegradedMode", "11:22", &exit);
    shows(
        &scene(&left, &[]),
        &[
            "- Service mail/mail: event EnterDegradedMode; a later event says that it is over",
            &format!("- Service mail/mail: event ExitDegradedMode; {DONE}"),
        ],
    );
    // It stays: a finding, and no noise.
    let stays = report(&scene(&entered, &[]), true);
    assert_eq!(stays.findings[0].rule.id, "NEG107");
    assert!(stays.noise.is_empty(), "{:?}", stays.noise);
}

/// A Pod whose gate is shut since this time of the day, beside an event that says so.
fn shut(since: &str) -> String {
    let mut lines: Vec<String> = SCENE.lines().map(str::to_owned).collect();
    let condition = lines
        .iter_mut()
        .find(|line| line.contains("Pod has become Healthy"))
        .unwrap();
    *condition = format!(
        "  - {{type: cloud.google.com/load-balancer-neg-ready, status: \"False\", reason: \
         LoadBalancerNegNotReady, message: \"Waiting for pod to become healthy in at least one of \
         the NEG(s): [mail]\"}}\n  - {{type: ContainersReady, status: \"True\", \
         lastTransitionTime: \"2026-11-25T{since}:00Z\"}}"
    );
    let text = lines.join("\n");
    text.replacen(
        "creationTimestamp: \"2026-11-20T09:00:00Z\"",
        &format!("creationTimestamp: \"2026-11-25T{since}:00Z\""),
        1,
    )
}

#[test]
fn entry_3_a_readiness_gate_that_is_shut_for_minutes() {
    let young = noise(&shut("11:57"));
    assert_eq!(
        young,
        [
            "NEG702 Deployment mail/mail: its readiness gate of NEGs holds back 1 of 3 Pods of \
             Deployment mail; a load balancer may take five minutes to find a new Pod healthy"
        ]
    );
    let old = report(&shut("11:50"), true);
    assert!(old.findings.iter().any(|it| it.rule.id == "NEG702"));
    assert!(old.noise.is_empty(), "{:?}", old.noise);
    let message = "Waiting for pod to become healthy in at least one of the NEG(s): [mail]";
    let told = once(
        "Pod mail-6d5f4-b",
        "LoadBalancerNegNotReady",
        "11:30",
        message,
    );
    shows(
        &scene(&told, &[]),
        &[
            "- Pod mail/mail-6d5f4-b: event LoadBalancerNegNotReady; every new Pod waits so, and its \
            readiness gate is shut no more",
        ],
    );
}

const FAILED: &str = r#"Failed to sync NEG "mail" (will retry): the object has been modified; please apply your changes to the latest version and try again"#;

#[test]
fn entry_4_failures_that_were_told_once_or_passed() {
    let line =
        |why: &str| format!("- Service mail/mail: event SyncNetworkEndpointGroupFailed{why}");
    let failed = |times| {
        event(
            "Service mail",
            "SyncNetworkEndpointGroupFailed",
            times,
            FAILED,
        )
    };
    shows(
        &scene(&failed((1, "11:55", "11:55")), &[]),
        &[&line("; it was said once: what lasts is said again")],
    );
    shows(
        &scene(&failed((4, "11:00", "11:10")), &[]),
        &[&line(
            ", 4 times; it was not said again for so long that it has passed",
        )],
    );
    shows(
        &scene(&failed((2, "11:57", "11:59")), &[]),
        &[&line(
            ", 2 times; it has been said for less than five minutes, and may pass",
        )],
    );
    let changed = [(
        "  name: mail\n  namespace: mail\n  creationTimestamp: \"2026-11-20T08:00:00Z\"\n  annotations",
        "  name: mail\n  namespace: mail\n  creationTimestamp: \"2026-11-20T08:00:00Z\"\n  lastChanged: \"2026-11-25T11:40:00Z\"\n  annotations",
    )];
    shows(
        &scene(&failed((4, "11:00", "11:35")), &changed),
        &[&line(
            ", 4 times; it was said before the object was last changed",
        )],
    );
    let busy = r#"Failed to retry NEG sync for "mail/mail-mail-smtp/25-2525-GCE_VM_IP_PORT-L7": retry handler is retrying"#;
    shows(
        &scene(&once("Service mail", "RetryFailed", "11:55", busy), &[]),
        &["- Service mail/mail: event RetryFailed; it heals by itself, or takes no traffic away"],
    );
}

#[test]
fn entry_5_a_new_internal_load_balancer_that_waits_for_its_finalizer() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: inner, namespace: mail, \
                   creationTimestamp: \"2026-11-25T11:58:00Z\", annotations: \
                   {networking.gke.io/load-balancer-type: Internal}}\nspec: {type: LoadBalancer, \
                   selector: {app: mail}, ports: [{name: smtp, port: 25, targetPort: 2525}]}\n---\n";
    let message = "Ignoring ILB Service inner, namespace mail as it does not have the v2 finalizer";
    let told = once("Service inner", "ProcessServiceSkipped", "11:58", message);
    let noise = noise(&scene(&format!("{service}{told}"), &[]));
    assert_eq!(
        noise,
        [
            "NEG628 Service mail/inner: skipped for want of finalizer gke.networking.io/l4-ilb-v2; a \
             new Service gets its finalizer within minutes, and what waits longer is said again"
        ]
    );
}

#[test]
fn entry_6_labels_that_are_not_passed_on() {
    let message = "Label Propagation Error: label value length exceeds the limit";
    let told = once("Pod mail-6d5f4-b", "LabelsExceededLimit", "11:30", message);
    shows(
        &scene(&told, &[]),
        &[
            "- Pod mail/mail-6d5f4-b: event LabelsExceededLimit; it heals by itself, or takes no \
            traffic away",
        ],
    );
}

#[test]
fn entry_7_the_diary_of_the_ingress_and_l4_controllers() {
    let two = r#"Found both .Spec.LoadBalancerIP and "networking.gke.io/load-balancer-ip-addresses" annotation. Consider using annotation only."#;
    let events = once("Ingress old", "Sync", "11:30", "Scheduled for sync")
        + &once("Ingress old", "IPChanged", "11:31", "IP is now 203.0.113.7")
        + &once("Service mail", "MixedStaticIP", "11:32", two);
    shows(
        &scene(&events, &[]),
        &[
            &format!("- Ingress mail/old: event Sync; {SEEN}"),
            &format!("- Ingress mail/old: event IPChanged; {DONE}"),
            &format!("- Service mail/mail: event MixedStaticIP; {SEEN}"),
        ],
    );
}

#[test]
fn entry_8_a_firewall_rule_that_is_asked_for_and_not_needed() {
    let command = "Firewall change required by security admin: `gcloud compute firewall-rules create \
                   lb-to-mail --network prod-vpc --description \"L4\" --allow tcp:2525 \
                   --source-ranges 130.211.0.0/22,35.191.0.0/16 --target-tags \
                   gke-prod-1a2b3c4d-node --project acme-mail`";
    let asks = "the controller asks for a firewall rule that it may not change itself";
    let told = event("Service mail", "XPN", (12, "11:10", "11:58"), command);
    let open = format!(
        "NEG407 Service mail/mail: {asks}; the rules that are there let the load balancer in"
    );
    shows(&scene(&told, &[]), &[&open]);
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: quiet, namespace: \
                   mail, creationTimestamp: \"2026-11-01T08:00:00Z\", annotations: \
                   {kubernetes.io/ingress.class: nginx, \
                   networking.gke.io/suppress-firewall-xpn-error: \"true\"}}\nspec: {rules: []}\n---\n";
    let told = event("Ingress quiet", "XPN", (12, "11:10", "11:58"), command);
    let muted = format!(
        "NEG407 Ingress mail/quiet: {asks}; annotation networking.gke.io/suppress-firewall-xpn-error \
         mutes it"
    );
    shows(&scene(&format!("{ingress}{told}"), &[]), &[&muted]);
}

#[test]
fn entry_15_negs_that_are_empty_as_they_should_be() {
    let noise = noise(&emptied(&["europe-west1-d"]));
    let seen = "NEG112 Service mail/mail: its NEG mail is empty in";
    assert_eq!(
        noise,
        [format!(
            "{seen} europe-west1-d; it has endpoints in another zone: a zone without Pods has an \
             empty NEG"
        )]
    );
    let zones = ["europe-west1-b", "europe-west1-c", "europe-west1-d"];
    let all = report(&emptied(&zones), true);
    assert!(all.findings.iter().any(|it| it.rule.id == "NEG112"));
    assert!(!all.noise.iter().any(|it| it.seen.contains("is empty in")));
}

/// The scene without endpoints in the NEGs of some zones.
fn emptied(zones: &[&str]) -> String {
    let documents = SCENE.split("\n---\n").map(|document| {
        let is_of =
            |zone: &&str| document.contains(&format!("/zones/{zone}/networkEndpointGroups"));
        let kind = document.lines().find(|line| line.starts_with("kind: "));
        match kind {
            Some("kind: compute#networkEndpointGroup") if zones.iter().any(is_of) => {
                document.replace("size: 1", "size: 0")
            }
            Some("kind: compute#networkEndpointGroupsListNetworkEndpoints")
                if zones.iter().any(is_of) =>
            {
                let head = document.split("\nitems:").next().unwrap();
                format!("{head}\nitems: []")
            }
            _ => document.to_owned(),
        }
    });
    documents.collect::<Vec<_>>().join("\n---\n")
}

#[test]
fn entry_16_services_of_the_system() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: default-http-backend, namespace: \
                   kube-system, creationTimestamp: \"2026-11-01T08:00:00Z\", annotations: \
                   {cloud.google.com/neg: '{\"exposed_ports\": {\"80\": {}}}', \
                   cloud.google.com/neg-status: \
                   '{\"network_endpoint_groups\":{\"80\":\"k8s1-0\"},\"zones\":[\"europe-west1-b\"]}'}}\n\
                   spec: {selector: {k8s-app: glbc}, ports: [{port: 80}]}\n---\n";
    let noise = noise(&scene(service, &[]));
    let expected = "- Service kube-system/default-http-backend: asks for NEGs; GKE, a mesh or an \
                    add-on keeps its namespace: rules that give advice pass it over";
    assert!(noise.iter().any(|it| it == expected), "{noise:?}");
}

/// A Deployment of one Pod behind NEGs, without a pause before it ends and without a probe.
fn manifests(namespace: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: {namespace}}}\nspec:\n  \
         replicas: 1\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: \
         {{app: web}}}}\n    spec:\n      containers:\n      - name: web\n        image: web:1\n        ports: \
         [{{containerPort: 80}}, {{containerPort: 81}}]\n---\n"
    )
}

/// A Service of two ports before it, which an Ingress serves.
fn in_front(namespace: &str, name: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}, annotations: \
         {{cloud.google.com/neg: '{{\"ingress\": true}}'}}}}\nspec: {{selector: {{app: web}}, ports: \
         [{{name: a, port: 80}}, {{name: b, port: 81}}]}}\n---\napiVersion: networking.k8s.io/v1\nkind: \
         Ingress\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  defaultBackend: {{service: \
         {{name: {name}, port: {{number: 80}}}}}}\n  rules:\n  - http:\n      paths:\n      - {{path: /b, \
         pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 81}}}}}}}}\n---\n"
    )
}

#[test]
fn entry_17_one_replica_where_nothing_need_always_be_up() {
    let text = manifests("web-dev") + &in_front("web-dev", "web");
    assert_eq!(
        noise(&text),
        [
            "NEG705 Deployment web-dev/web: its rollout may move its only Pod to a zone whose NEG is \
             new to the load balancer: the old Pod ends before the new endpoint serves; nothing in a \
             namespace of such a name need always be up"
        ]
    );
    let prod = manifests("web") + &in_front("web", "web");
    assert!(noise(&prod).is_empty());
    assert!(
        report(&prod, true)
            .findings
            .iter()
            .any(|it| it.rule.id == "NEG705")
    );
}

#[test]
fn entries_13_and_14_advice_is_given_once_a_workload() {
    let text = manifests("web") + &in_front("web", "one") + &in_front("web", "two");
    let report = report(&text, false);
    let advice = report.findings.iter().map(|it| it.rule.id);
    let mut advice: Vec<_> = advice.filter(|id| id.starts_with("NEG7")).collect();
    advice.sort_unstable();
    assert_eq!(advice, ["NEG705", "NEG706", "NEG707"]);
}
