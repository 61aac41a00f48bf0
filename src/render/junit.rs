//! JUnit's XML for CI servers: a suite for each file, a failed case for each error and warning. A
//! report without findings has one case that passes, since servers take an empty file for a fault.

use std::collections::BTreeMap;
use std::io;

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::positions::Positions;
use super::{Cleaner, shell, summary};
use crate::finding::{Finding, Severity};
use crate::remedy::Remedy;
use crate::report::Report;

/// XML can hold few controls, and servers show the texts in terminals too.
const CLEAN: Cleaner = Cleaner { unicode: true };

pub(super) fn write(
    report: &Report,
    positions: &Positions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<TestCase>> = BTreeMap::new();
    for finding in &report.findings {
        let origin = finding.primary.place.source.origin.as_str();
        suites
            .entry(origin)
            .or_default()
            .push(case(finding, positions));
    }
    for unread in &report.unread {
        let mut status = if unread.fails {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        } else {
            TestCaseStatus::skipped()
        };
        status.set_message(&*CLEAN.block(&unread.reason));
        let case = TestCase::new("read", status);
        suites.entry(&unread.origin).or_default().push(case);
    }
    for undecided in &report.undecided {
        let mut status = TestCaseStatus::skipped();
        let message = format!("{}; needs {}", undecided.reason, undecided.needs);
        status.set_message(&*CLEAN.block(&message));
        let name = format!("{} {}", undecided.rule.id, undecided.subject);
        let case = TestCase::new(&*CLEAN.line(&name), status);
        let origin = undecided.place.source.origin.as_str();
        suites.entry(origin).or_default().push(case);
    }
    if suites.is_empty() {
        let case = TestCase::new(summary::sentence(report), TestCaseStatus::success());
        suites.insert("neg-doctor", vec![case]);
    }
    let mut document = quick_junit::Report::new("neg-doctor");
    for (origin, cases) in suites {
        let mut suite = TestSuite::new(&*CLEAN.line(origin));
        suite.add_test_cases(cases);
        document.add_test_suite(suite);
    }
    document.serialize(out).map_err(io::Error::other)
}

fn case(finding: &Finding, positions: &Positions) -> TestCase {
    let text = details(finding, positions);
    let mut status = match finding.severity {
        Severity::Error | Severity::Warning => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Severity::Note => TestCaseStatus::success(),
    };
    status
        .set_message(&*CLEAN.block(&finding.message))
        .set_type(finding.severity.name())
        .set_description(&*text);
    let name = format!("{} {}", finding.rule.id, finding.subject);
    let mut case = TestCase::new(&*CLEAN.line(&name), status);
    case.set_classname(finding.rule.slug);
    if finding.severity == Severity::Note {
        case.set_system_out(text);
    }
    case
}

/// The finding in lines of text.
fn details(finding: &Finding, positions: &Positions) -> String {
    let place = positions.show(&finding.primary.place);
    let mut lines = vec![format!("{place}: {}", finding.message)];
    for label in std::iter::once(&finding.primary).chain(&finding.labels) {
        if !label.text.is_empty() {
            lines.push(format!("{}: {}", positions.show(&label.place), label.text));
        }
    }
    lines.extend(finding.help.iter().map(|help| format!("help: {help}")));
    for remedy in &finding.remedies {
        match remedy {
            Remedy::Edit(edit) => lines.push(format!("fix: {}", edit.title)),
            Remedy::Run(run) => {
                let each = run.commands();
                lines.extend(each.map(|argv| format!("run ({}): {}", run.title, shell(argv))));
            }
        }
    }
    CLEAN.block(&lines.join("\n")).into_owned()
}
