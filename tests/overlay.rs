//! Manifests and a cluster in one world: what is declared wins, and every finding says whether the
//! manifests bring it.
#![cfg(test)]

use std::sync::Arc;

use neg_doctor::check::{self, Settings};
use neg_doctor::finding::{Finding, Novelty};
use neg_doctor::remedy::Remedy;
use neg_doctor::report::Report;
use neg_doctor::rules;
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;

const HEADER: &str = "apiVersion: neg-doctor.dev/v1
kind: Snapshot
metadata: {name: prod}
time: \"2026-11-25T12:00:00Z\"
namespace: mail
";

fn check(snapshot: &str, manifests: &[(&str, &str)]) -> Report {
    let mut sources: Vec<Arc<Source>> = vec![Source::new("snap/snapshot.yaml", snapshot)];
    for (name, text) in manifests {
        sources.push(Source::new(*name, *text));
    }
    let settings = Settings::plain(rules::rows(), Cluster::default());
    check::check(&sources, &[], &settings, &[])
}

fn service(claim: &str, ports: &str) -> String {
    let annotations = match claim {
        "" => String::new(),
        claim => format!("\n  annotations:\n    cloud.google.com/neg: '{claim}'"),
    };
    format!(
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: mail\n  namespace: mail{annotations}\n\
         spec:\n  type: ClusterIP\n  selector: {{app: mail}}\n  ports:\n{ports}"
    )
}

fn said(findings: &[Finding]) -> Vec<(&str, Option<Novelty>)> {
    let said = findings.iter();
    said.map(|finding| (finding.rule.id, finding.change))
        .collect()
}

#[test]
fn a_change_brings_keeps_and_ends_findings() {
    let good = "  - {port: 25, targetPort: 2525}\n";
    let live = service(r#"{"exposed_ports": {"26": {}}}"#, good);
    let live = live.replace("  namespace: mail", "  namespace: mail\n  uid: a");
    let snapshot = format!("{HEADER}---\n{live}");

    let same = check(
        &snapshot,
        &[(
            "k8s/mail.yaml",
            &service(r#"{"exposed_ports": {"26": {}}}"#, good),
        )],
    );
    assert_eq!(said(&same.findings), [("NEG004", Some(Novelty::Before))]);
    assert!(same.fixed.is_empty());
    assert_eq!(
        same.findings[0].primary.place.source.origin,
        "k8s/mail.yaml"
    );

    let mended = check(
        &snapshot,
        &[(
            "k8s/mail.yaml",
            &service(r#"{"exposed_ports": {"25": {}}}"#, good),
        )],
    );
    assert_eq!(said(&mended.findings), []);
    assert_eq!(said(&mended.fixed), [("NEG004", None)]);

    let worse = check(
        &snapshot,
        &[(
            "k8s/mail.yaml",
            &service(r#"{"exposed_ports": {"27": {}}}"#, good),
        )],
    );
    let told = said(&worse.findings);
    assert_eq!(told, [("NEG004", Some(Novelty::Introduced))]);
    assert_eq!(worse.worst(true), worse.worst(false));
    assert_eq!(
        same.worst(true),
        None,
        "a pull request fails only for what it brings"
    );
}

#[test]
fn without_manifests_nothing_is_marked() {
    let live = service(r#"{"exposed_ports": {"26": {}}}"#, "  - {port: 25}\n");
    let report = check(&format!("{HEADER}---\n{live}"), &[]);
    assert_eq!(said(&report.findings), [("NEG004", None)]);
}

#[test]
fn a_new_service_collides_with_a_name_in_use() {
    let ports = "  - {port: 25}\n";
    let claim = r#"{"exposed_ports": {"25": {"name": "mail-25"}}}"#;
    let live = service(claim, ports);
    let other = service(claim, ports).replace("name: mail\n", "name: relay\n");
    let report = check(
        &format!("{HEADER}---\n{live}"),
        &[("k8s/relay.yaml", &other)],
    );
    let told = said(&report.findings);
    assert!(
        told.contains(&("NEG007", Some(Novelty::Introduced))),
        "{told:?}"
    );

    // Two collide already; a third that comes before them ends nothing.
    let third = service(claim, ports).replace("name: mail\n", "name: a\n");
    let both = format!("{HEADER}---\n{live}---\n{other}");
    let report = check(&both, &[("k8s/a.yaml", &third)]);
    assert_eq!(said(&report.fixed), []);
}

/// An annotation that a manifest leaves out stays, unless the last apply set it.
#[test]
fn annotations_of_the_cluster_stay() {
    let ports = "  - {port: 25}\n";
    let live = service(r#"{"ingress": true}"#, ports);
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: mail\n  \
                   annotations: {kubernetes.io/ingress.class: gce}\nspec:\n  defaultBackend: \
                   {service: {name: mail, port: {number: 25}}}\n";
    let manifests = [
        ("k8s/mail.yaml", service("", ports)),
        ("k8s/ingress.yaml", ingress.into()),
    ];
    let manifests = [
        (manifests[0].0, manifests[0].1.as_str()),
        (manifests[1].0, manifests[1].1.as_str()),
    ];
    let report = check(&format!("{HEADER}---\n{live}"), &manifests);
    let of_claim = |report: &Report| {
        let rules = ["NEG606", "NEG019"];
        report.findings.iter().any(|it| rules.contains(&it.rule.id))
            || report
                .undecided
                .iter()
                .any(|it| rules.contains(&it.rule.id))
    };
    assert!(!of_claim(&report), "{:?}", report.findings);

    let applied = live.replace(
        "  namespace: mail\n",
        "  namespace: mail\n  lastAppliedAnnotations: [cloud.google.com/neg]\n",
    );
    let report = check(&format!("{HEADER}---\n{applied}"), &manifests);
    assert!(of_claim(&report), "the next apply takes the claim away");
}

#[test]
fn drift_is_told_of_what_was_read() {
    let live = service(
        r#"{"exposed_ports": {"25": {}}}"#,
        "  - {port: 25, targetPort: 2525}\n",
    );
    let manifest = service(
        r#"{"exposed_ports": {"25": {}}}"#,
        "  - {port: 25, targetPort: 25}\n",
    );
    let report = check(
        &format!("{HEADER}---\n{live}"),
        &[("k8s/mail.yaml", &manifest)],
    );
    let told: Vec<_> = report.drift.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(told, ["spec.ports[0].targetPort"]);
    assert_eq!(report.drift[0].observed.as_deref(), Some("2525"));
}

/// There is no file to mend: an edit of a live object becomes a command, and none is lost.
#[test]
fn edits_of_live_objects_become_commands() {
    let live = service(
        r#"{"exposed_ports": {"2525": {}}}"#,
        "  - {port: 25, targetPort: 2525}\n",
    );
    let report = check(&format!("{HEADER}---\n{live}"), &[]);
    let remedies = &report.findings[0].remedies;
    let Some(Remedy::Run(run)) = remedies.first() else {
        panic!("{remedies:?}");
    };
    assert_eq!(
        run.argv,
        [
            "kubectl",
            "--context",
            "prod",
            "--namespace",
            "mail",
            "annotate",
            "services/mail",
            "--overwrite",
            r#"cloud.google.com/neg={"exposed_ports": {"25": {}}}"#,
        ]
    );
}

#[test]
fn an_annotation_on_a_live_object_hides_what_is_said_of_it() {
    let live = service(r#"{"exposed_ports": {"26": {}}}"#, "  - {port: 25}\n");
    let live = live.replace(
        "  annotations:\n",
        "  annotations:\n    neg-doctor/ignore: NEG004 known\n",
    );
    let report = check(&format!("{HEADER}---\n{live}"), &[]);
    assert_eq!(said(&report.findings), []);
    assert_eq!(report.summary.suppressed, 1);
}

/// What was not read leaves every rule that reads it undecided, and fails the run.
#[test]
fn gaps_are_told_with_the_rules_that_stay_open() {
    let live = service(r#"{"exposed_ports": {"25": {}}}"#, "  - {port: 25}\n");
    let header = format!(
        "{HEADER}unread:\n- resource: pods\n  reason: pods is forbidden\n  needs: list on pods\n"
    );
    let report = check(&format!("{header}---\n{live}"), &[]);
    let readers = rules::rows();
    let readers = readers.iter().filter(|row| {
        let pods = neg_doctor::kind::resource::Resource::named("pods").unwrap();
        row.reads.iter().any(|kind| kind.is_in(pods))
    });
    for row in readers {
        let open = report.undecided.iter().any(|it| it.rule == *row);
        assert!(open, "{} is decided without Pods", row.id);
    }
    let [unread] = report.unread.as_slice() else {
        panic!("{:?}", report.unread);
    };
    assert!(unread.fails);
    assert_eq!(unread.origin, "prod/pods");
    assert!(
        unread
            .reason
            .contains("pods is forbidden; needs list on pods"),
        "{unread:?}"
    );
    assert!(unread.reason.contains("NEG014"), "{unread:?}");
}

#[test]
fn a_broken_header_is_told_and_its_objects_are_not_judged() {
    let live = service(r#"{"exposed_ports": {"26": {}}}"#, "  - {port: 25}\n");
    let header = HEADER.replace("2026-11-25T12:00:00Z", "noon");
    let report = check(&format!("{header}---\n{live}"), &[]);
    assert_eq!(said(&report.findings), []);
    assert!(report.unread[0].fails);
    assert_eq!(report.unread[0].place.as_ref().unwrap().start().line, 4);
}

/// Two snapshots in one input are two clusters; the files of a directory belong to its header.
#[test]
fn directories_and_streams_of_snapshots() {
    let live = service(r#"{"exposed_ports": {"26": {}}}"#, "  - {port: 25}\n");
    let blue = HEADER.replace("prod", "blue");
    let sources = [
        Source::new("blue/snapshot.yaml", blue),
        Source::new("blue/services.yaml", live.as_str()),
        Source::new("both.yaml", format!("{HEADER}---\n{live}")),
        Source::new("other.yaml", live.replace("name: mail", "name: other")),
    ];
    let settings = Settings::plain(
        rules::rows()
            .into_iter()
            .filter(|row| row.id == "NEG004")
            .collect(),
        Cluster::default(),
    );
    let report = check::check(&sources, &[], &settings, &[]);
    let mut told: Vec<_> = report
        .findings
        .iter()
        .map(|it| (it.subject.cluster.as_str(), it.subject.name.as_str()))
        .collect();
    told.sort_unstable();
    // The manifest goes to both clusters.
    assert_eq!(
        told,
        [
            ("blue", "mail"),
            ("blue", "other"),
            ("prod", "mail"),
            ("prod", "other")
        ]
    );
}
