//! Small reports made by hand.

use std::sync::Arc;

use neg_doctor::finding::{Finding, Label, Noise, Novelty, Severity, Subject, Undecided, Verdicts};
use neg_doctor::remedy::{Change, Edit, Remedy, Run};
use neg_doctor::render::{Format, Look, render};
use neg_doctor::report::{Drift, Report, SeenCluster, Summary, Unread};
use neg_doctor::rules::Row;
use neg_doctor::text::{Place, Source, Span};
use neg_doctor::world::World;

fn check(_: &World<'_>, _: &mut Verdicts) {}

const fn row(id: &'static str, slug: &'static str, severity: Severity) -> Row {
    Row {
        id,
        slug,
        severity,
        reads: &[],
        follows: &[],
        check,
    }
}

pub(crate) static PORT: Row = row("NEG004", "port-not-in-service", Severity::Error);
pub(crate) static GATE: Row = row("NEG617", "readiness-gate-never-ready", Severity::Warning);
pub(crate) static LEFT: Row = row("NEG201", "backend-missing", Severity::Error);

pub(crate) const PLAIN: Look = Look {
    color: false,
    unicode: true,
    width: 90,
    links: false,
};

pub(crate) const MAIL: &str = "\
# Größe: für die Post 🎉
apiVersion: v1
kind: Service
metadata:
  name: mail
  annotations:
    cloud.google.com/neg: '{\"exposed_ports\": {\"2525\": {\"name\": \"mäil-📮\"}, \"x\": {}}}'
spec:
  selector:
    app: mail
  ports:
  - name: smtp
    protocol: TCP
    port: 25
    targetPort: 2525
";

pub(crate) fn shown(report: &Report, format: Format, look: &Look) -> String {
    let mut out = Vec::new();
    render(report, format, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The place of the n-th occurrence of some words.
pub(crate) fn at(source: &Arc<Source>, words: &str, number: usize) -> Place {
    let (start, _) = source.text.match_indices(words).nth(number).unwrap();
    place(source, start, start + words.len())
}

pub(crate) fn place(source: &Arc<Source>, start: usize, end: usize) -> Place {
    Place {
        source: Arc::clone(source),
        span: Span::new(start, end),
    }
}

pub(crate) fn subject(kind: &str, name: &str) -> Subject {
    Subject {
        cluster: String::new(),
        kind: kind.into(),
        namespace: "default".into(),
        name: name.into(),
    }
}

/// Two files, a cause with a consequence, an edit, a command, something unread and undecided.
pub(crate) fn full() -> Report {
    let mail = Source::new("./deploy/mail one.yaml", MAIL);
    let pods = Source::new("pods.yaml", "kind: Deployment\nspec:\n  replicas: 0\n");
    let wrong = at(&mail, "\"2525\"", 0);
    let mut cause = Finding::new(
        &PORT,
        subject("Service", "mail"),
        "Service mail exposes port 2525, but has no such port",
        Label::new(wrong.clone(), "not a spec.ports[].port"),
    )
    .because(at(&mail, "25", 2), "the Service's only port")
    .because(
        at(&mail, "2525", 1),
        "2525 is the Pod's port: exposed_ports takes the Service's",
    )
    .because(at(&pods, "replicas: 0", 0), "and no Pod would listen")
    .help("the controller rejects the whole annotation, so port 25 gets no NEG either");
    cause.remedies.push(Remedy::Edit(Edit::safe(
        "replace \"2525\" with \"25\"",
        Change {
            place: wrong,
            replacement: "\"25\"".into(),
        },
    )));
    cause.remedies.push(Remedy::Run(Run {
        title: "look at the NEG".into(),
        argv: [
            "gcloud",
            "compute",
            "network-endpoint-groups",
            "list",
            "--filter=name:mail *",
        ]
        .map(String::from)
        .to_vec(),
        then: vec![vec!["gcloud".to_owned(), "version".to_owned()]],
        interrupts: Some("connections to the mail servers".to_owned()),
    }));
    let mut consequence = Finding::new(
        &GATE,
        subject("Deployment", "mail"),
        "Pods of Deployment mail wait for a NEG that is never made",
        Label::new(at(&pods, "Deployment", 0), ""),
    );
    consequence.cause = Some(cause.fingerprint());
    Report {
        fixed: Vec::new(),
        seen: Vec::new(),
        drift: Vec::new(),
        show_drift: false,
        noise: Vec::new(),
        undecided: vec![Undecided {
            rule: &LEFT,
            subject: subject("Service", "mail"),
            place: at(&mail, "name: mail", 0),
            reason: "backend services of project p were not read".into(),
            needs: "--project p".into(),
        }],
        unread: vec![Unread {
            origin: "broken.yaml".into(),
            place: Some(place(&Source::new("broken.yaml", "a: [\n"), 3, 4)),
            reason: "the list is not closed".into(),
            fails: true,
        }],
        findings: vec![cause, consequence],
        summary: Summary {
            errors: 1,
            warnings: 1,
            undecided: 1,
            documents: 3,
            objects: 2,
            files: 3,
            suppressed: 1,
            ..Summary::default()
        },
        show_undecided: false,
    }
}

/// A report with a single finding that marks one place.
pub(crate) fn single(primary: Label) -> Report {
    Report {
        findings: vec![Finding::new(
            &PORT,
            subject("Service", "mail"),
            "Service mail is wrong",
            primary,
        )],
        summary: Summary {
            errors: 1,
            documents: 1,
            objects: 1,
            files: 1,
            ..Summary::default()
        },
        ..Report::default()
    }
}

/// A report in which every text tries to take over the terminal.
pub(crate) fn evil() -> Report {
    let evil = "\x1b[2Ja\x1b]0;t\x07\r\n::error::x\u{9b}31m\u{202e}\x7f\t|`<b>@all\u{feff}";
    let text = format!("a: {evil}\n  b: {evil}\n");
    let source = Source::new(format!("{evil}.yaml"), text.as_str());
    let mut report = full();
    report.show_undecided = true;
    for finding in &mut report.findings {
        finding.message = evil.into();
        finding.help = Some(evil.into());
        finding.subject.name = evil.into();
        finding.primary = Label::new(place(&source, 3, text.len() - 2), evil);
        finding.labels.push(Label::new(place(&source, 4, 6), evil));
        for remedy in &mut finding.remedies {
            match remedy {
                Remedy::Edit(edit) => edit.title = evil.into(),
                Remedy::Run(run) => {
                    run.title = evil.into();
                    run.argv.push(evil.into());
                }
            }
        }
    }
    let cause = report.findings[0].fingerprint();
    report.findings[1].cause = Some(cause);
    for unread in &mut report.unread {
        unread.origin = evil.into();
        unread.reason = evil.into();
        unread.place = None;
    }
    report.noise = vec![Noise {
        rule: None,
        subject: subject("Service", evil),
        place: place(&source, 0, 1),
        seen: evil.into(),
        why: evil.into(),
    }];
    for undecided in &mut report.undecided {
        undecided.reason = evil.into();
        undecided.needs = evil.into();
        undecided.place = place(&source, 0, 1);
    }
    report
}

/// Manifests compared with a cluster: what they bring, what was there, what they end, and drift.
pub(crate) fn compared() -> Report {
    let mut report = full();
    let mut states = [Novelty::Introduced, Novelty::Before].into_iter().cycle();
    for finding in &mut report.findings {
        finding.change = states.next();
    }
    let mut ended = report.findings[0].clone();
    ended.subject = subject("Service", "imap");
    ended.message = "Service imap exposed port 993 without having it".into();
    report.drift = vec![Drift {
        subject: subject("Service", "mail"),
        path: "spec.ports[0].port".into(),
        declared: "25".into(),
        observed: Some("26".into()),
        place: ended.primary.place.clone(),
    }];
    let noise = |rule, seen: &str| Noise {
        rule,
        subject: subject("Service", "mail"),
        place: ended.primary.place.clone(),
        seen: seen.into(),
        why: "it tells of work that was done".into(),
    };
    report.noise = vec![
        noise(None, "event Attach, 3 times"),
        noise(Some(&GATE), "its readiness gate holds back a Pod"),
    ];
    report.fixed = vec![ended];
    report.show_drift = true;
    report.seen = vec![SeenCluster {
        is_project: false,
        name: "prod".into(),
        namespaces: Some(vec!["mail".into()]),
        kinds: [("Service".to_owned(), 2)].into(),
    }];
    report
}
