//! The tool's own JSON, `neg-doctor/1`: `schemas/neg-doctor-1.schema.json` says what each field
//! means. A field may be added under the same version; none changes its meaning or goes.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use super::positions::Positions;
use super::write_json;
use crate::finding;
use crate::remedy::{self, Safety};
use crate::report::{self, Report, Summary};
use crate::text::Position;

pub(super) fn write(
    report: &Report,
    positions: &Positions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let find = |finding| Finding::new(finding, positions);
    let leave = |undecided| Undecided::new(undecided, positions);
    let miss = |unread| Unread::new(unread, positions);
    let document = Document {
        schema: "neg-doctor/1",
        findings: report.findings.iter().map(find).collect(),
        undecided: report.undecided.iter().map(leave).collect(),
        unread: report.unread.iter().map(miss).collect(),
        fixed: report.fixed.iter().map(find).collect(),
        drift: report
            .drift
            .iter()
            .map(|it| Drift::new(it, positions))
            .collect(),
        noise: report
            .noise
            .iter()
            .map(|it| Noise::new(it, positions))
            .collect(),
        clusters: report.seen.iter().map(Cluster::from).collect(),
        summary: report.summary,
    };
    write_json(&document, out)
}

#[derive(Serialize)]
struct Document<'r> {
    schema: &'static str,
    findings: Vec<Finding<'r>>,
    undecided: Vec<Undecided<'r>>,
    unread: Vec<Unread<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixed: Vec<Finding<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    drift: Vec<Drift<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    noise: Vec<Noise<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    clusters: Vec<Cluster<'r>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Drift<'r> {
    subject: Subject<'r>,
    path: &'r str,
    declared: &'r str,
    observed: Option<&'r str>,
    origin: &'r str,
    start: Position,
}

#[derive(Serialize)]
struct Noise<'r> {
    id: Option<&'static str>,
    subject: Subject<'r>,
    seen: &'r str,
    why: &'r str,
    origin: &'r str,
    start: Position,
}

#[derive(Serialize)]
struct Cluster<'r> {
    name: &'r str,
    namespaces: Option<&'r [String]>,
    objects: &'r BTreeMap<String, usize>,
}

#[derive(Serialize)]
struct Finding<'r> {
    id: &'static str,
    slug: &'static str,
    severity: &'static str,
    subject: Subject<'r>,
    message: &'r str,
    help: Option<&'r str>,
    fingerprint: String,
    cause: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    labels: Vec<Label<'r>>,
    remedies: Vec<Remedy<'r>>,
}

#[derive(Serialize)]
struct Subject<'r> {
    kind: &'r str,
    namespace: &'r str,
    name: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    cluster: &'r str,
}

#[derive(Serialize)]
struct Label<'r> {
    primary: bool,
    origin: &'r str,
    start: Position,
    end: Position,
    text: &'r str,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Remedy<'r> {
    Edit {
        safe: bool,
        title: &'r str,
        edits: Vec<Edit<'r>>,
    },
    Run {
        title: &'r str,
        argv: &'r [String],
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        then: &'r [Vec<String>],
        disruptive: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        interrupts: Option<&'r str>,
    },
}

#[derive(Serialize)]
struct Edit<'r> {
    origin: &'r str,
    start: u32,
    end: u32,
    replacement: &'r str,
}

#[derive(Serialize)]
struct Undecided<'r> {
    id: &'static str,
    subject: Subject<'r>,
    reason: &'r str,
    needs: &'r str,
    origin: &'r str,
    start: Position,
}

#[derive(Serialize)]
struct Unread<'r> {
    origin: &'r str,
    reason: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Position>,
}

impl<'r> Finding<'r> {
    fn new(finding: &'r finding::Finding, positions: &Positions) -> Self {
        let others = finding.labels.iter().map(|label| (false, label));
        let labels = std::iter::once((true, &finding.primary)).chain(others);
        Self {
            id: finding.rule.id,
            slug: finding.rule.slug,
            severity: finding.severity.name(),
            subject: Subject::from(&finding.subject),
            message: &finding.message,
            help: finding.help.as_deref(),
            fingerprint: finding.fingerprint(),
            cause: finding.cause.as_deref(),
            change: finding.change.map(finding::Novelty::name),
            labels: labels
                .map(|(primary, label)| Label::new(primary, label, positions))
                .collect(),
            remedies: finding.remedies.iter().map(Remedy::from).collect(),
        }
    }
}

impl<'r> Drift<'r> {
    fn new(drift: &'r report::Drift, positions: &Positions) -> Self {
        Self {
            subject: Subject::from(&drift.subject),
            path: &drift.path,
            declared: &drift.declared,
            observed: drift.observed.as_deref(),
            origin: &drift.place.source.origin,
            start: positions.start(&drift.place),
        }
    }
}

impl<'r> Noise<'r> {
    fn new(noise: &'r finding::Noise, positions: &Positions) -> Self {
        Self {
            id: noise.rule.map(|rule| rule.id),
            subject: Subject::from(&noise.subject),
            seen: &noise.seen,
            why: &noise.why,
            origin: &noise.place.source.origin,
            start: positions.start(&noise.place),
        }
    }
}

impl<'r> From<&'r report::SeenCluster> for Cluster<'r> {
    fn from(seen: &'r report::SeenCluster) -> Self {
        Self {
            name: &seen.name,
            namespaces: seen.namespaces.as_deref(),
            objects: &seen.kinds,
        }
    }
}

impl<'r> From<&'r finding::Subject> for Subject<'r> {
    fn from(subject: &'r finding::Subject) -> Self {
        Self {
            kind: &subject.kind,
            namespace: &subject.namespace,
            name: &subject.name,
            cluster: &subject.cluster,
        }
    }
}

impl<'r> Label<'r> {
    fn new(primary: bool, label: &'r finding::Label, positions: &Positions) -> Self {
        Self {
            primary,
            origin: &label.place.source.origin,
            start: positions.start(&label.place),
            end: positions.end(&label.place),
            text: &label.text,
        }
    }
}

impl<'r> From<&'r remedy::Remedy> for Remedy<'r> {
    fn from(remedy: &'r remedy::Remedy) -> Self {
        match remedy {
            remedy::Remedy::Edit(edit) => Self::Edit {
                safe: edit.safety == Safety::Safe,
                title: &edit.title,
                edits: edit.changes.iter().map(Edit::from).collect(),
            },
            remedy::Remedy::Run(run) => Self::Run {
                title: &run.title,
                argv: &run.argv,
                then: &run.then,
                disruptive: run.interrupts.is_some(),
                interrupts: run.interrupts.as_deref(),
            },
        }
    }
}

impl<'r> From<&'r remedy::Change> for Edit<'r> {
    fn from(change: &'r remedy::Change) -> Self {
        Self {
            origin: &change.place.source.origin,
            start: change.place.span.start,
            end: change.place.span.end,
            replacement: &change.replacement,
        }
    }
}

impl<'r> Undecided<'r> {
    fn new(undecided: &'r finding::Undecided, positions: &Positions) -> Self {
        Self {
            id: undecided.rule.id,
            subject: Subject::from(&undecided.subject),
            reason: &undecided.reason,
            needs: &undecided.needs,
            origin: &undecided.place.source.origin,
            start: positions.start(&undecided.place),
        }
    }
}

impl<'r> Unread<'r> {
    fn new(unread: &'r report::Unread, positions: &Positions) -> Self {
        Self {
            origin: &unread.origin,
            reason: &unread.reason,
            start: unread.place.as_ref().map(|place| positions.start(place)),
        }
    }
}
