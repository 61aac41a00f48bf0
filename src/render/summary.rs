//! The counts of a report in words.

use crate::finding::Noise;
use crate::report::{Drift, Report, SeenCluster, Summary};

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
        found(report)
    }];
    if summary.suppressed > 0 {
        parts.push(format!("{} suppressed", summary.suppressed));
    }
    if summary.baselined > 0 {
        parts.push(format!("{} in the baseline", summary.baselined));
    }
    parts.join("; ")
}

fn found(report: &Report) -> String {
    let summary = &report.summary;
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
    format!("{} in {}", counts.join(", "), places(report))
}

/// The files and clusters that were read, with what they hold.
fn places(report: &Report) -> String {
    let Summary {
        files,
        documents,
        objects,
        ..
    } = report.summary;
    let mut places = Vec::new();
    let seen: usize = report.seen.iter().map(SeenCluster::objects).sum();
    if files > 0 || report.seen.is_empty() {
        places.push(format!(
            "{} ({}, {})",
            count(files, "file"),
            count(documents, "document"),
            count(objects.saturating_sub(seen), "object"),
        ));
    }
    places.extend(report.seen.iter().map(place));
    places.join(" and ")
}

/// A cluster or a project with what was read of it.
fn place(seen: &SeenCluster) -> String {
    let name = match seen.name.as_str() {
        "" => "the cluster".to_owned(),
        name if seen.is_project => format!("project {name}"),
        name => format!("cluster {name}"),
    };
    let whose = match seen.namespaces.as_deref() {
        None => String::new(),
        Some([namespace]) => format!(" of namespace {namespace}"),
        Some(namespaces) => format!(" of namespaces {}", namespaces.join(", ")),
    };
    format!("{name} ({}{whose})", count(seen.objects(), "object"))
}

fn nothing_found(report: &Report) -> String {
    let Summary { objects, files, .. } = report.summary;
    let unread = match report.unread.len() {
        0 => String::new(),
        number => format!("; {number} not read"),
    };
    if !report.seen.is_empty() {
        let places = places(report);
        let is_empty = report.seen.iter().all(SeenCluster::is_without_services);
        let empty = report.seen.first().filter(|_| is_empty);
        return match (empty, unread.as_str()) {
            (Some(seen), _) if files == 0 && seen.is_project => format!(
                "nothing was checked: no NEG or backend service was read of {}{unread}",
                place(seen)
            ),
            (Some(seen), _) if files == 0 => format!(
                "nothing was checked: no Service or Ingress was read of {}; -n NAMESPACE or -A \
                 reads others{unread}",
                place(seen)
            ),
            (_, "") => format!("no problems found in {places}"),
            _ => format!("nothing found in what could be read of {places}{unread}"),
        };
    }
    let files = count(files, "file");
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

/// What a manifest states and a cluster shows.
pub(super) fn drift(drift: &Drift) -> String {
    let shown = drift.observed.as_deref().unwrap_or("nothing");
    format!(
        "{} is {} in the manifest, {shown} in the cluster",
        drift.path, drift.declared
    )
}

/// `noise[NEG702]:`, or without a rule where none kept silent.
pub(super) fn noise_head(noise: &Noise) -> String {
    match noise.rule {
        Some(rule) => format!("noise[{}]:", rule.id),
        None => "noise:".to_owned(),
    }
}

/// What was seen, and why it is none of the findings.
pub(super) fn noise(noise: &Noise) -> String {
    format!("{}; no finding, since {}", noise.seen, noise.why)
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
