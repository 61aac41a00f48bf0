//! The counts of a report in words.

use crate::report::{Report, Summary};

/// `2 errors`, `1 warning`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// What was found in what, or what was checked without a finding.
pub(super) fn sentence(report: &Report) -> String {
    let summary = &report.summary;
    let mut parts = vec![if report.findings.is_empty() {
        nothing_found(report)
    } else {
        found(summary)
    }];
    if summary.suppressed > 0 {
        parts.push(format!("{} suppressed", summary.suppressed));
    }
    if summary.baselined > 0 {
        parts.push(format!("{} in the baseline", summary.baselined));
    }
    parts.join("; ")
}

fn found(summary: &Summary) -> String {
    let counts = [
        (summary.errors, "error"),
        (summary.warnings, "warning"),
        (summary.notes, "note"),
    ];
    let counts: Vec<_> = counts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    format!(
        "{} in {} ({}, {})",
        counts.join(", "),
        count(summary.files, "file"),
        count(summary.documents, "document"),
        count(summary.objects, "object"),
    )
}

fn nothing_found(report: &Report) -> String {
    let Summary { objects, files, .. } = report.summary;
    let files = count(files, "file");
    let unread = match report.unread.len() {
        0 => String::new(),
        number => format!("; {number} not read"),
    };
    if objects == 0 {
        format!("nothing was checked: no Kubernetes object in {files}{unread}")
    } else if unread.is_empty() {
        format!(
            "no problems found in {} of {files}",
            count(objects, "object")
        )
    } else {
        format!(
            "nothing found in the {} of {files} that could be read{unread}",
            count(objects, "object"),
        )
    }
}

/// How many could not be decided, and how to see them; `None` for none.
pub(super) fn undecided(report: &Report) -> Option<String> {
    let number = report.summary.undecided;
    (number > 0).then(|| format!("{number} could not be decided; --show undecided tells why"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Unread;

    #[test]
    fn never_claims_health_of_what_was_not_read() {
        let mut report = Report::default();
        assert_eq!(
            sentence(&report),
            "nothing was checked: no Kubernetes object in 0 files"
        );
        report.summary.objects = 9;
        report.summary.files = 1;
        assert_eq!(
            sentence(&report),
            "no problems found in 9 objects of 1 file"
        );
        report.unread.push(Unread {
            origin: "a".into(),
            place: None,
            reason: "no".into(),
            fails: true,
        });
        assert_eq!(
            sentence(&report),
            "nothing found in the 9 objects of 1 file that could be read; 1 not read"
        );
    }
}
