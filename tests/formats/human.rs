//! The formats for people: `human` and `short`.

use insta::assert_snapshot;
use neg_doctor::finding::Label;
use neg_doctor::render::{Format, Look};
use neg_doctor::report::Report;
use neg_doctor::text::Source;

use crate::sample::{MAIL, PLAIN, at, compared, evil, full, place, shown, single};

const ASCII: Look = Look {
    unicode: false,
    ..PLAIN
};

#[test]
fn human_tells_everything() {
    assert_snapshot!(shown(&full(), Format::Human, &PLAIN), @r#"
    error[NEG004]: Service mail exposes port 2525, but has no such port
       ╭─[./deploy/mail one.yaml:7:47]
     5 │   name: mail
     6 │   annotations:
     7 │ …oud.google.com/neg: '{"exposed_ports": {"2525": {"name": "mäil-📮"}, "x": {}}}'
       ·                                          ───┬──
       ·                                             ╰── not a spec.ports[].port
     8 │ spec:
     9 │   selector:
       ╰────
        ╭─[./deploy/mail one.yaml:14:11]
     12 │   - name: smtp
     13 │     protocol: TCP
     14 │     port: 25
        ·           ─┬
        ·            ╰── the Service's only port
     15 │     targetPort: 2525
        ·                 ──┬─
        ·                   ╰── 2525 is the Pod's port: exposed_ports takes the Service's
        ╰────
       ╭─[pods.yaml:3:3]
     1 │ kind: Deployment
     2 │ spec:
     3 │   replicas: 0
       ·   ─────┬─────
       ·        ╰── and no Pod would listen
       ╰────
      help: the controller rejects the whole annotation, so port 25 gets no NEG either
      fix (safe): replace "2525" with "25"
      run (look at the NEG; interrupts connections to the mail servers):
        gcloud compute network-endpoint-groups list '--filter=name:mail *'
        gcloud version
      also, because of this: NEG617 Pods of Deployment mail wait for a NEG that is never made
        │ (pods.yaml:1:7)

    unread: broken.yaml:1:4: the list is not closed

    1 could not be decided; --show undecided tells why
    1 error, 1 warning in 3 files (3 documents, 2 objects); 1 suppressed
    "#);
}

#[test]
fn human_draws_in_ascii_and_keeps_to_the_width() {
    let narrow = Look { width: 60, ..ASCII };
    let mut report = full();
    report.show_undecided = true;
    assert_snapshot!(shown(&report, Format::Human, &narrow), @r#"
    error[NEG004]: Service mail exposes port 2525, but has
      | no such port
       ,-[./deploy/mail one.yaml:7:47]
     5 |   name: mail
     6 |   annotations:
     7 | ...g: '{"exposed_ports": {"2525": {"name": "mäil-📮"...
       :                           ^^^|^^
       :                              `-- not a spec.ports[].port
     8 | spec:
     9 |   selector:
       `----
        ,-[./deploy/mail one.yaml:14:11]
     12 |   - name: smtp
     13 |     protocol: TCP
     14 |     port: 25
        :           ^|
        :            `-- the Service's only port
     15 |     targetPort: 2525
        :                 ^^|^
        :                   `-| 2525 is the Pod's port:
        :                     | exposed_ports takes the
        :                     | Service's
        `----
       ,-[pods.yaml:3:3]
     1 | kind: Deployment
     2 | spec:
     3 |   replicas: 0
       :   ^^^^^|^^^^^
       :        `-- and no Pod would listen
       `----
      help: the controller rejects the whole annotation, so port
        | 25 gets no NEG either
      fix (safe): replace "2525" with "25"
      run (look at the NEG; interrupts connections to the mail servers):
        gcloud compute network-endpoint-groups list '--filter=name:mail *'
        gcloud version
      also, because of this: NEG617 Pods of Deployment mail wait
        | for a NEG that is never made (pods.yaml:1:7)

    unread: broken.yaml:1:4: the list is not closed

    undecided[NEG201]: Service default/mail (./deploy/mail
      | one.yaml:5:3): backend services of project p were not
      | read; needs --project p

    1 error, 1 warning in 3 files (3 documents, 2 objects); 1 suppressed
    "#);
}

#[test]
fn human_marks_an_empty_place_and_a_place_over_two_lines() {
    let source = Source::new("mail.yaml", MAIL);
    let empty = place(&source, MAIL.len(), MAIL.len());
    let mut report = single(Label::new(empty, "something is missing here"));
    let two = at(&source, "selector:\n    app: mail\n", 0);
    report.findings[0]
        .labels
        .push(Label::new(two, "selects these"));
    assert_snapshot!(shown(&report, Format::Human, &PLAIN), @r#"
    error[NEG004]: Service mail is wrong
        ╭─[mail.yaml:16:1]
      7 │         cloud.google.com/neg: '{"exposed_ports": {"2525": {"name": "mäil-📮"}, "x":…
      8 │     spec:
      9 │ ╭─▶   selector:
     10 │ ├─▶     app: mail
        · ╰──── selects these
     11 │       ports:
     12 │       - name: smtp
     13 │         protocol: TCP
     14 │         port: 25
     15 │         targetPort: 2525
     16 │
        ·     ▲
        ·     ╰── something is missing here
        ╰────

    1 error in 1 file (1 document, 1 object)
    "#);
}

#[test]
fn human_shows_little_of_a_large_text() {
    let text = format!(
        "{}kind: {}Service\n",
        "a: 1\n".repeat(200_000),
        "x".repeat(900_000)
    );
    let source = Source::new("large.yaml", text.as_str());
    let report = single(Label::new(at(&source, "Service", 0), "the kind"));
    assert_snapshot!(shown(&report, Format::Human, &PLAIN), @"
    error[NEG004]: Service mail is wrong
            ╭─[large.yaml:200001:900007]
     199999 │ a: 1
     200000 │ a: 1
     200001 │ …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxService
            ·                                                                             ───┬───
            ·                                                                                ╰── the kind
            ╰────

    1 error in 1 file (1 document, 1 object)
    ");
}

#[test]
fn human_claims_nothing_where_nothing_was_checked() {
    let shown = shown(&Report::default(), Format::Human, &PLAIN);
    assert_snapshot!(shown, @"nothing was checked: no Kubernetes object in 0 files");
}

#[test]
fn colours_and_links_are_there_when_asked_for() {
    let look = Look {
        color: true,
        links: true,
        ..PLAIN
    };
    let shown = shown(&full(), Format::Human, &look);
    let link = "\x1b]8;;https://github.com/neg-doctor/neg-doctor/blob/main/rules/NEG004-port-not-in-service.md\x1b\\";
    assert!(
        shown.contains(link) && shown.contains("\x1b[31m"),
        "{shown}"
    );
}

#[test]
fn short_is_one_line_each() {
    assert_snapshot!(shown(&full(), Format::Short, &PLAIN), @"
    ./deploy/mail one.yaml:7:47: error[NEG004]: Service mail exposes port 2525, but has no such port
    pods.yaml:1:7: warning[NEG617]: Pods of Deployment mail wait for a NEG that is never made (follows from NEG004)
    broken.yaml:1:4: unread: the list is not closed
    ");
}

#[test]
fn no_text_reaches_the_terminal_unclean() {
    let formats = [
        Format::Human,
        Format::Short,
        Format::Github,
        Format::Markdown,
        Format::Json,
        Format::Sarif,
        Format::Gitlab,
        Format::Junit,
    ];
    for look in [PLAIN, ASCII] {
        for format in formats {
            let text = shown(&evil(), format, &look);
            let hostile = |c: &char| {
                (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{feff}')
            };
            assert_eq!(text.chars().find(hostile), None, "{format:?}: {text}");
        }
        let lines = shown(&evil(), Format::Short, &look).lines().count();
        assert_eq!(lines, 5, "a line break in a text makes no line");
    }
}

#[test]
fn marks_stay_under_what_they_mark_when_text_is_cleaned() {
    let source = Source::new("a.yaml", "\u{feff}key: \x1b[31m\u{202e}名\tvalue # end\r\n");
    let report = single(Label::new(at(&source, "value", 0), "here"));
    assert_snapshot!(shown(&report, Format::Human, &PLAIN), @r"
    error[NEG004]: Service mail is wrong
       ╭─[a.yaml:1:15]
     1 │ key: ␛[31m\u{202e}名    value # end
       ·                         ──┬──
       ·                           ╰── here
       ╰────

    1 error in 1 file (1 document, 1 object)
    ");
    assert_snapshot!(shown(&report, Format::Human, &ASCII), @r"
    error[NEG004]: Service mail is wrong
       ,-[a.yaml:1:15]
     1 | key: \u{1b}[31m\u{202e}名   value # end
       :                             ^^|^^
       :                               `-- here
       `----

    1 error in 1 file (1 document, 1 object)
    ");
}

#[test]
fn people_see_what_manifests_change() {
    assert_snapshot!(shown(&compared(), Format::Human, &PLAIN));
    assert_snapshot!(shown(&compared(), Format::Short, &PLAIN));
    assert_snapshot!(shown(&compared(), Format::Markdown, &PLAIN));
}
