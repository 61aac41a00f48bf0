//! GitLab's Code Quality report:
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io;

use serde::Serialize;
use serde_json::{Value, json};

use super::positions::Positions;
use super::{relative, write_json};
use crate::finding::{Finding, Severity, identity};
use crate::report::{Report, Unread};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Value,
}

pub(super) fn write(
    report: &Report,
    positions: &Positions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let find = |finding| issue(finding, positions);
    let miss = |unread| unread_issue(unread, positions);
    let issues: Vec<_> = report
        .findings
        .iter()
        .map(find)
        .chain(report.unread.iter().map(miss))
        .collect();
    write_json(&issues, out)
}

fn issue(finding: &Finding, positions: &Positions) -> Issue {
    let place = &finding.primary.place;
    let (start, end) = (positions.start(place), positions.end(place));
    Issue {
        description: format!("{}: {}", finding.rule.id, finding.message),
        check_name: finding.rule.id,
        fingerprint: finding.fingerprint(),
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "minor",
        },
        location: json!({
            "path": relative(&place.source.origin),
            "lines": {"begin": start.line, "end": end.line},
        }),
    }
}

fn unread_issue(unread: &Unread, positions: &Positions) -> Issue {
    let place = unread.place.as_ref();
    let line = place.map_or(1, |place| positions.start(place).line);
    Issue {
        description: format!("not read: {}", unread.reason),
        check_name: "unread",
        fingerprint: identity(&["unread", &unread.origin, &unread.reason]),
        severity: if unread.fails { "major" } else { "info" },
        location: json!({"path": relative(&unread.origin), "lines": {"begin": line}}),
    }
}
