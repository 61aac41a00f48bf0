//! The formats for machines hold their schemas, and mean what they say.

use insta::assert_snapshot;
use neg_doctor::finding::Severity;
use neg_doctor::render::Format;
use neg_doctor::report::Report;
use serde_json::Value;

use crate::sample::{MAIL, PLAIN, evil, full, shown};

fn json(report: &Report, format: Format) -> Value {
    serde_json::from_str(&shown(report, format, &PLAIN)).unwrap()
}

#[track_caller]
fn holds(schema: &str, value: &Value) {
    // The pattern of languages in the official schema of SARIF is no regular expression of ECMA-262.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn json_holds_its_schema() {
    let schema = include_str!("../../schemas/neg-doctor-1.schema.json");
    for report in [full(), evil(), Report::default()] {
        holds(schema, &json(&report, Format::Json));
    }
    jsonschema::meta::validate(&serde_json::from_str(schema).unwrap()).unwrap();
}

#[test]
fn json_says_everything() {
    assert_snapshot!(shown(&full(), Format::Json, &PLAIN), @r#"
    {
      "schema": "neg-doctor/1",
      "findings": [
        {
          "id": "NEG004",
          "slug": "port-not-in-service",
          "severity": "error",
          "subject": {
            "kind": "Service",
            "namespace": "default",
            "name": "mail"
          },
          "message": "Service mail exposes port 2525, but has no such port",
          "help": "the controller rejects the whole annotation, so port 25 gets no NEG either",
          "fingerprint": "5930369bfeaa347d",
          "cause": null,
          "labels": [
            {
              "primary": true,
              "origin": "./deploy/mail one.yaml",
              "start": {
                "line": 7,
                "column": 47,
                "byte": 143
              },
              "end": {
                "line": 7,
                "column": 53,
                "byte": 149
              },
              "text": "not a spec.ports[].port"
            },
            {
              "primary": false,
              "origin": "./deploy/mail one.yaml",
              "start": {
                "line": 14,
                "column": 11,
                "byte": 270
              },
              "end": {
                "line": 14,
                "column": 13,
                "byte": 272
              },
              "text": "the Service's only port"
            },
            {
              "primary": false,
              "origin": "./deploy/mail one.yaml",
              "start": {
                "line": 15,
                "column": 17,
                "byte": 289
              },
              "end": {
                "line": 15,
                "column": 21,
                "byte": 293
              },
              "text": "2525 is the Pod's port: exposed_ports takes the Service's"
            },
            {
              "primary": false,
              "origin": "pods.yaml",
              "start": {
                "line": 3,
                "column": 3,
                "byte": 25
              },
              "end": {
                "line": 3,
                "column": 14,
                "byte": 36
              },
              "text": "and no Pod would listen"
            }
          ],
          "remedies": [
            {
              "kind": "edit",
              "safe": true,
              "title": "replace \"2525\" with \"25\"",
              "edits": [
                {
                  "origin": "./deploy/mail one.yaml",
                  "start": 143,
                  "end": 149,
                  "replacement": "\"25\""
                }
              ]
            },
            {
              "kind": "run",
              "title": "look at the NEG",
              "argv": [
                "gcloud",
                "compute",
                "network-endpoint-groups",
                "list",
                "--filter=name:mail *"
              ],
              "disruptive": false
            }
          ]
        },
        {
          "id": "NEG617",
          "slug": "readiness-gate-never-ready",
          "severity": "warning",
          "subject": {
            "kind": "Deployment",
            "namespace": "default",
            "name": "mail"
          },
          "message": "Pods of Deployment mail wait for a NEG that is never made",
          "help": null,
          "fingerprint": "8cae3c80cac6ec6e",
          "cause": "5930369bfeaa347d",
          "labels": [
            {
              "primary": true,
              "origin": "pods.yaml",
              "start": {
                "line": 1,
                "column": 7,
                "byte": 6
              },
              "end": {
                "line": 1,
                "column": 17,
                "byte": 16
              },
              "text": ""
            }
          ],
          "remedies": []
        }
      ],
      "undecided": [
        {
          "id": "NEG201",
          "subject": {
            "kind": "Service",
            "namespace": "default",
            "name": "mail"
          },
          "reason": "backend services of project p were not read",
          "needs": "--project p",
          "origin": "./deploy/mail one.yaml",
          "start": {
            "line": 5,
            "column": 3,
            "byte": 71
          }
        }
      ],
      "unread": [
        {
          "origin": "broken.yaml",
          "reason": "the list is not closed",
          "start": {
            "line": 1,
            "column": 4,
            "byte": 3
          }
        }
      ],
      "summary": {
        "errors": 1,
        "warnings": 1,
        "notes": 0,
        "undecided": 1,
        "documents": 3,
        "objects": 2,
        "files": 3,
        "suppressed": 1,
        "baselined": 0
      }
    }
    "#);
}

#[test]
fn sarif_holds_the_official_schema() {
    let schema = include_str!("../../fixtures/schemas/sarif-2.1.0.json");
    for report in [full(), evil(), Report::default()] {
        holds(schema, &json(&report, Format::Sarif));
    }
}

#[test]
fn sarif_says_everything_but_the_rules() {
    let log = json(&full(), Format::Sarif);
    let run = &log["runs"][0];
    assert_snapshot!(serde_json::to_string_pretty(&run["results"][0]).unwrap(), @r#"
    {
      "fixes": [
        {
          "artifactChanges": [
            {
              "artifactLocation": {
                "uri": "deploy/mail%20one.yaml"
              },
              "replacements": [
                {
                  "deletedRegion": {
                    "byteLength": 6,
                    "byteOffset": 143,
                    "endColumn": 53,
                    "endLine": 7,
                    "startColumn": 47,
                    "startLine": 7
                  },
                  "insertedContent": {
                    "text": "\"25\""
                  }
                }
              ]
            }
          ],
          "description": {
            "text": "replace \"2525\" with \"25\""
          }
        }
      ],
      "level": "error",
      "locations": [
        {
          "physicalLocation": {
            "artifactLocation": {
              "uri": "deploy/mail%20one.yaml"
            },
            "region": {
              "byteLength": 6,
              "byteOffset": 143,
              "endColumn": 53,
              "endLine": 7,
              "message": {
                "text": "not a spec.ports[].port"
              },
              "startColumn": 47,
              "startLine": 7
            }
          }
        }
      ],
      "message": {
        "text": "Service mail exposes port 2525, but has no such port\nthe controller rejects the whole annotation, so port 25 gets no NEG either"
      },
      "partialFingerprints": {
        "negDoctor/v1": "5930369bfeaa347d"
      },
      "properties": {
        "cause": null,
        "commands": [
          {
            "command": "gcloud compute network-endpoint-groups list '--filter=name:mail *'",
            "title": "look at the NEG"
          }
        ],
        "subject": "Service default/mail"
      },
      "relatedLocations": [
        {
          "id": 1,
          "message": {
            "text": "the Service's only port"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "deploy/mail%20one.yaml"
            },
            "region": {
              "byteLength": 2,
              "byteOffset": 270,
              "endColumn": 13,
              "endLine": 14,
              "startColumn": 11,
              "startLine": 14
            }
          }
        },
        {
          "id": 2,
          "message": {
            "text": "2525 is the Pod's port: exposed_ports takes the Service's"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "deploy/mail%20one.yaml"
            },
            "region": {
              "byteLength": 4,
              "byteOffset": 289,
              "endColumn": 21,
              "endLine": 15,
              "startColumn": 17,
              "startLine": 15
            }
          }
        },
        {
          "id": 3,
          "message": {
            "text": "and no Pod would listen"
          },
          "physicalLocation": {
            "artifactLocation": {
              "uri": "pods.yaml"
            },
            "region": {
              "byteLength": 11,
              "byteOffset": 25,
              "endColumn": 14,
              "endLine": 3,
              "startColumn": 3,
              "startLine": 3
            }
          }
        }
      ],
      "ruleId": "NEG004"
    }
    "#);
    assert_snapshot!(serde_json::to_string_pretty(&run["invocations"]).unwrap(), @r#"
    [
      {
        "executionSuccessful": false,
        "toolExecutionNotifications": [
          {
            "level": "error",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "broken.yaml"
                  },
                  "region": {
                    "byteLength": 1,
                    "byteOffset": 3,
                    "endColumn": 5,
                    "endLine": 1,
                    "startColumn": 4,
                    "startLine": 1
                  }
                }
              }
            ],
            "message": {
              "text": "not read: the list is not closed"
            }
          },
          {
            "associatedRule": {
              "id": "NEG201"
            },
            "level": "note",
            "locations": [
              {
                "physicalLocation": {
                  "artifactLocation": {
                    "uri": "deploy/mail%20one.yaml"
                  },
                  "region": {
                    "byteLength": 10,
                    "byteOffset": 71,
                    "endColumn": 13,
                    "endLine": 5,
                    "startColumn": 3,
                    "startLine": 5
                  }
                }
              }
            ],
            "message": {
              "text": "NEG201 could not be decided for Service default/mail: backend services of project p were not read; needs --project p"
            }
          }
        ]
      }
    ]
    "#);
}

#[test]
fn sarif_counts_columns_in_utf16_units() {
    let mut report = full();
    let (start, _) = MAIL.match_indices("\"x\"").next().unwrap();
    let place = &mut report.findings[0].primary.place;
    place.span = neg_doctor::text::Span::new(start, start + 3);
    let region = &json(&report, Format::Sarif)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        ["region"];
    let line = MAIL.lines().nth(6).unwrap();
    let units: Vec<u16> = line.encode_utf16().collect();
    let column = |name: &str| region[name].as_u64().unwrap() as usize - 1;
    let marked = &units[column("startColumn")..column("endColumn")];
    assert_eq!(String::from_utf16(marked).unwrap(), "\"x\"");
}

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
        "fingerprint": "5cb6277c717a9e64e9aa9b6a69be463ad05109a9ee3d21d226abccb7b7910031",
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
    run (look at the NEG): gcloud compute network-endpoint-groups list &apos;--filter=name:mail *&apos;</failure>
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

    Run to look at the NEG:

    ```sh
    gcloud compute network-endpoint-groups list '--filter=name:mail *'
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
