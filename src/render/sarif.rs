//! SARIF 2.1.0 for code scanning:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. Every rule is listed in
//! every run, so that an alert can show its help.

mod driver;

use std::io;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::positions::Positions;
use super::{relative, shell, write_json};
use crate::finding::{Finding, Label, Novelty, Severity, Undecided};
use crate::remedy::{Change, Edit, Remedy};
use crate::report::{Report, Unread};
use crate::rules::Rule;
use crate::text::Place;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(
    report: &Report,
    rules: &[Rule],
    positions: &Positions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    write_json(&log(report, rules, positions), out)
}

fn log(report: &Report, rules: &[Rule], positions: &Positions) -> Value {
    let sarif = Sarif { rules, positions };
    let results: Vec<_> = report
        .findings
        .iter()
        .map(|finding| sarif.result(finding))
        .collect();
    let fixed = report.fixed.iter().map(|finding| {
        let mut result = sarif.result(finding);
        if let Some(result) = result.as_object_mut() {
            result.insert("baselineState".to_owned(), json!("absent"));
        }
        result
    });
    let results: Vec<_> = results.into_iter().chain(fixed).collect();
    let unread = report.unread.iter().map(|unread| sarif.unread(unread));
    let undecided = report.undecided.iter();
    let undecided = undecided.map(|undecided| sarif.undecided(undecided));
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver::driver(rules)},
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": !report.unread.iter().any(|unread| unread.fails),
                "toolExecutionNotifications": unread.chain(undecided).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    })
}

/// The level of a severity: they have the same names.
fn level(severity: Severity) -> &'static str {
    severity.name()
}

struct Sarif<'r> {
    rules: &'r [Rule],
    positions: &'r Positions,
}

impl Sarif<'_> {
    fn result(&self, finding: &Finding) -> Value {
        let related: Vec<_> = finding
            .labels
            .iter()
            .enumerate()
            .map(|(number, label)| self.related(number + 1, label))
            .collect();
        let mut fixes = Vec::new();
        let mut commands = Vec::new();
        for remedy in &finding.remedies {
            match remedy {
                Remedy::Edit(edit) => fixes.push(self.fix(edit)),
                Remedy::Run(run) => {
                    commands.extend(
                        run.commands()
                            .map(|argv| json!({"title": run.title, "command": shell(argv)})),
                    );
                }
            }
        }
        let text = match &finding.help {
            Some(help) => format!("{}\n{help}", finding.message),
            None => finding.message.clone(),
        };
        let mut result = json!({
            "ruleId": finding.rule.id,
            "level": level(finding.severity),
            "message": {"text": text},
            "locations": [self.location(&finding.primary.place, &finding.primary.text)],
            "relatedLocations": related,
            "partialFingerprints": {"negDoctor/v1": finding.fingerprint()},
            "fixes": fixes,
            "properties": {
                "subject": finding.subject.to_string(),
                "cause": finding.cause,
                "commands": commands,
            },
        });
        let index = self.rules.iter().position(|rule| rule.row == finding.rule);
        let state = finding.change.map(|change| match change {
            Novelty::Introduced => "new",
            Novelty::Before => "unchanged",
        });
        if let Some(result) = result.as_object_mut() {
            result.extend(index.map(|index| ("ruleIndex".to_owned(), json!(index))));
            result.extend(state.map(|state| ("baselineState".to_owned(), json!(state))));
        }
        result
    }

    fn location(&self, place: &Place, text: &str) -> Value {
        let mut region = self.region(place);
        if let Some(region) = region.as_object_mut().filter(|_| !text.is_empty()) {
            region.insert("message".to_owned(), json!({"text": text}));
        }
        json!({"physicalLocation": {
            "artifactLocation": {"uri": uri(&place.source.origin)},
            "region": region,
        }})
    }

    fn related(&self, id: usize, label: &Label) -> Value {
        let mut location = self.location(&label.place, "");
        if let Some(location) = location.as_object_mut() {
            location.insert("id".to_owned(), json!(id));
            location.insert("message".to_owned(), json!({"text": label.text}));
        }
        location
    }

    fn region(&self, place: &Place) -> Value {
        let index = self.positions.of(&place.source);
        let bytes = place.span.range();
        json!({
            "startLine": index.position(bytes.start).line,
            "startColumn": index.utf16_column(bytes.start),
            "endLine": index.position(bytes.end).line,
            "endColumn": index.utf16_column(bytes.end),
            "byteOffset": bytes.start,
            "byteLength": bytes.len(),
        })
    }

    /// An edit with its changes gathered by file.
    fn fix(&self, edit: &Edit) -> Value {
        let mut files: Vec<(&str, Vec<Value>)> = Vec::new();
        for Change { place, replacement } in &edit.changes {
            let origin = place.source.origin.as_str();
            let replacement = json!({
                "deletedRegion": self.region(place),
                "insertedContent": {"text": replacement},
            });
            match files.iter_mut().find(|(known, _)| *known == origin) {
                Some((_, replacements)) => replacements.push(replacement),
                None => files.push((origin, vec![replacement])),
            }
        }
        let changes: Vec<_> = files
            .into_iter()
            .map(|(origin, replacements)| {
                json!({
                    "artifactLocation": {"uri": uri(origin)},
                    "replacements": replacements,
                })
            })
            .collect();
        json!({"description": {"text": edit.title}, "artifactChanges": changes})
    }

    fn unread(&self, unread: &Unread) -> Value {
        let location = match &unread.place {
            Some(place) => self.location(place, ""),
            None => json!({"physicalLocation": {
                "artifactLocation": {"uri": uri(&unread.origin)},
            }}),
        };
        json!({
            "level": if unread.fails { "error" } else { "note" },
            "message": {"text": format!("not read: {}", unread.reason)},
            "locations": [location],
        })
    }

    fn undecided(&self, undecided: &Undecided) -> Value {
        let text = format!(
            "{} could not be decided for {}: {}; needs {}",
            undecided.rule.id, undecided.subject, undecided.reason, undecided.needs
        );
        json!({
            "level": "note",
            "message": {"text": text},
            "associatedRule": {"id": undecided.rule.id},
            "locations": [self.location(&undecided.place, "")],
        })
    }
}

/// Everything but the unreserved characters of RFC 3986 and what divides a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A file's name as a URI: relative ones stay relative to where the tool ran. A self link of
/// Google Cloud is a URI already.
fn uri(origin: &str) -> String {
    let encode = |path| utf8_percent_encode(path, PATH).to_string();
    if let Some(link) = origin.strip_prefix("https://") {
        return format!("https://{}", encode(link));
    }
    let origin = origin.replace('\\', "/");
    let drive =
        matches!(origin.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    match origin.strip_prefix('/') {
        Some(path) => format!("file:///{}", encode(path)),
        None if drive => format!("file:///{}", encode(&origin).replacen("%3A", ":", 1)),
        None => encode(relative(&origin)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_uris() {
        assert_eq!(uri("./a b/ä:#?%.yaml"), "a%20b/%C3%A4%3A%23%3F%25.yaml");
        assert_eq!(uri("/etc/x.yaml"), "file:///etc/x.yaml");
        assert_eq!(uri(r"C:\k8s\x.yaml"), "file:///C:/k8s/x.yaml");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
        assert_eq!(uri("https://x/y z"), "https://x/y%20z");
    }
}
