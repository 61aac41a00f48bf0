//! What CI servers read: GitHub, GitLab, JUnit, Markdown.

use insta::assert_snapshot;
use neg_doctor::finding::Severity;
use neg_doctor::render::Format;
use neg_doctor::report::Report;

use crate::sample::{PLAIN, evil, full, shown};

#[test]
fn github_escapes_its_commands() {
    let mut report = full();
    report.findings[0].help = Some("100% sure\nmail: yes, ::error::".into());
    assert_snapshot!(shown(&report, Format::Github, &PLAIN), @"
    ::error file=deploy/mail one.yaml,line=7,endLine=7,col=47,endColumn=53,title=NEG004 port-not-in-service::./deploy/mail one.yaml:7:47: Service mail exposes port 2525, but has no such port%0A100%25 sure%0Amail: yes, ::error::
    ::warning file=pods.yaml,line=1,endLine=1,col=7,endColumn=17,title=NEG617 readiness-gate-never-ready::pods.yaml:1:7: Pods of Deployment mail wait for a NEG that is never made
    ::error file=broken.yaml,line=1,endLine=1,col=4,endColumn=5,title=not read::broken.yaml: the list is not closed
    1 could not be decided; --show undecided tells why
    1 error, 1 warning in 3 files (3 documents, 2 objects); 1 suppressed
    ");
}

#[test]
fn no_text_becomes_a_command_of_github() {
    let text = shown(&evil(), Format::Github, &PLAIN);
    let commands = text.lines().filter(|line| line.starts_with("::")).count();
    assert_eq!(commands, 3, "two findings and an unread file: {text}");
    // The formats for people are read in the same logs, where leading blanks do not count.
    for format in [Format::Human, Format::Short] {
        let text = shown(&evil(), format, &PLAIN);
        let command = text
            .lines()
            .find(|line| line.trim_start().starts_with("::"));
        assert_eq!(command, None, "{format:?}");
    }
}

#[test]
fn gitlab_gives_paths_lines_and_fingerprints() {
    assert_snapshot!(shown(&full(), Format::Gitlab, &PLAIN), @r#"
    [
      {
        "description": "NEG004: Service mail exposes port 2525, but has no such port",
        "check_name": "NEG004",
        "fingerprint": "5930369bfeaa347d",
        "severity": "critical",
        "location": {
          "lines": {
            "begin": 7,
            "end": 7
          },
          "path": "deploy/mail one.yaml"
        }
      },
      {
        "description": "NEG617: Pods of Deployment mail wait for a NEG that is never made",
        "check_name": "NEG617",
        "fingerprint": "8cae3c80cac6ec6e",
        "severity": "major",
        "location": {
          "lines": {
            "begin": 1,
            "end": 1
          },
          "path": "pods.yaml"
        }
      },
      {
        "description": "not read: the list is not closed",
        "check_name": "unread",
        "fingerprint": "4bf9b931ed479416",
        "severity": "major",
        "location": {
          "lines": {
            "begin": 1
          },
          "path": "broken.yaml"
        }
      }
    ]
    "#);
}

#[test]
fn junit_fails_for_errors_and_warnings() {
    let mut report = full();
    report.findings[1].severity = Severity::Note;
    assert_snapshot!(shown(&report, Format::Junit, &PLAIN), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="neg-doctor" tests="4" skipped="1" failures="1" errors="1">
        <testsuite name="./deploy/mail one.yaml" tests="2" skipped="1" errors="0" failures="1">
            <testcase name="NEG004 Service default/mail" classname="port-not-in-service">
                <failure message="Service mail exposes port 2525, but has no such port" type="error">./deploy/mail one.yaml:7:47: Service mail exposes port 2525, but has no such port
    ./deploy/mail one.yaml:7:47: not a spec.ports[].port
    ./deploy/mail one.yaml:14:11: the Service&apos;s only port
    ./deploy/mail one.yaml:15:17: 2525 is the Pod&apos;s port: exposed_ports takes the Service&apos;s
    pods.yaml:3:3: and no Pod would listen
    help: the controller rejects the whole annotation, so port 25 gets no NEG either
    fix: replace &quot;2525&quot; with &quot;25&quot;
    run (look at the NEG): gcloud compute network-endpoint-groups list &apos;--filter=name:mail *&apos;
    run (look at the NEG): gcloud version</failure>
            </testcase>
            <testcase name="NEG201 Service default/mail">
                <skipped message="backend services of project p were not read; needs --project p"/>
            </testcase>
        </testsuite>
        <testsuite name="broken.yaml" tests="1" skipped="0" errors="1" failures="0">
            <testcase name="read">
                <error message="the list is not closed"/>
            </testcase>
        </testsuite>
        <testsuite name="pods.yaml" tests="1" skipped="0" errors="0" failures="0">
            <testcase name="NEG617 Deployment default/mail" classname="readiness-gate-never-ready">
                <system-out>pods.yaml:1:7: Pods of Deployment mail wait for a NEG that is never made</system-out>
            </testcase>
        </testsuite>
    </testsuites>
    "#);
}

#[test]
fn junit_of_nothing_is_a_case_that_passes() {
    let mut report = Report::default();
    report.summary.objects = 2;
    report.summary.files = 1;
    assert_snapshot!(shown(&report, Format::Junit, &PLAIN), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="neg-doctor" tests="1" skipped="0" failures="0" errors="0">
        <testsuite name="neg-doctor" tests="1" skipped="0" errors="0" failures="0">
            <testcase name="no problems found in 2 objects of 1 file"/>
        </testsuite>
    </testsuites>
    "#);
}

#[test]
fn markdown_folds_the_details() {
    assert_snapshot!(shown(&full(), Format::Markdown, &PLAIN), @r#"
    ### neg-doctor: 1 error, 1 warning in 3 files (3 documents, 2 objects); 1 suppressed

    | | Rule | Where | What |
    |---|---|---|---|
    | error | [NEG004](https://github.com/neg-doctor/neg-doctor/blob/main/rules/NEG004-port-not-in-service.md) | <code>./deploy/mail one.yaml:7:47</code> | Service mail exposes port 2525, but has no such port |
    | warning | [NEG617](https://github.com/neg-doctor/neg-doctor/blob/main/rules/NEG617-readiness-gate-never-ready.md) | <code>pods.yaml:1:7</code> | Pods of Deployment mail wait for a NEG that is never made |
    | not read | | <code>broken.yaml:1:4</code> | the list is not closed |

    <details><summary>NEG004: Service mail exposes port 2525, but has no such port</summary>

    - <code>./deploy/mail one.yaml:7:47</code>: not a spec.ports&#91;&#93;.port
    - <code>./deploy/mail one.yaml:14:11</code>: the Service's only port
    - <code>./deploy/mail one.yaml:15:17</code>: 2525 is the Pod's port: exposed&#95;ports takes the Service's
    - <code>pods.yaml:3:3</code>: and no Pod would listen
    - <code>pods.yaml:1:7</code>: also, because of this: NEG617 Pods of Deployment mail wait for a NEG that is never made

    the controller rejects the whole annotation, so port 25 gets no NEG either

    Fix (safe): replace "2525" with "25"

    Run to look at the NEG (interrupts connections to the mail servers):

    ```sh
    gcloud compute network-endpoint-groups list '--filter=name:mail *'
    gcloud version
    ```

    </details>

    1 could not be decided; --show undecided tells why
    "#);
}

#[test]
fn markdown_calls_nobody_and_opens_no_tag() {
    let text = shown(&evil(), Format::Markdown, &PLAIN);
    let mut code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
        }
        assert!(
            code || !(line.contains("@all") || line.contains("<b>")),
            "{line}"
        );
    }
    let rows = text.lines().filter(|line| line.starts_with("| "));
    for row in rows {
        assert_eq!(row.matches('|').count(), 5, "{row}");
    }
}
