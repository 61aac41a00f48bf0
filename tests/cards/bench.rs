//! One example on the bench: run it, mend it, run it again.

use std::path::Path;
use std::sync::Arc;

use neg_doctor::card::{Example, Marker};
use neg_doctor::check::{self, Input, Settings};
use neg_doctor::config::{Base, Config};
use neg_doctor::document::Document;
use neg_doctor::finding::{Finding, Label};
use neg_doctor::kind::resource::Resource;
use neg_doctor::remedy::{Change, Edit, Remedy};
use neg_doctor::report::Report;
use neg_doctor::rules::{self, Row};
use neg_doctor::snapshot::{Origin, cloud_object};
use neg_doctor::text::Source;

pub(crate) struct Bench<'e> {
    pub(crate) example: &'e Example,
    pub(crate) report: Report,
}

pub(crate) fn bench(example: &Example) -> Bench<'_> {
    Bench {
        report: run(example, &example.files),
        example,
    }
}

fn run(example: &Example, files: &[(String, String)]) -> Report {
    let sources: Vec<Arc<Source>> = sources(files);
    with_settings(example, |settings| {
        check::check(&sources, &[], settings, &[])
    })
}

fn sources(files: &[(String, String)]) -> Vec<Arc<Source>> {
    let sources = files.iter();
    sources
        .map(|(name, text)| Source::new(name.as_str(), text.as_str()))
        .collect()
}

/// What one rule says of an example, of which it sees only the objects that `sees` lets through.
pub(crate) fn verdicts(
    example: &Example,
    rule: &'static Row,
    sees: impl Fn(&Document) -> bool,
) -> Vec<String> {
    said(example, rule, |input| {
        input.documents.retain(&sees);
        for snapshot in input.snapshots.iter_mut().chain(&mut input.projects) {
            snapshot.documents.retain(&sees);
        }
    })
}

/// What one rule says of an example whose live objects came from an API server: cut to the fields
/// that are kept of them.
pub(crate) fn verdicts_of_cut(example: &Example, rule: &'static Row) -> Vec<String> {
    said(example, rule, |input| {
        for snapshot in input.snapshots.iter_mut().chain(&mut input.projects) {
            for document in &mut snapshot.documents {
                let (api_version, kind) = document.type_meta();
                let Some(resource) = Resource::of(api_version, kind) else {
                    continue;
                };
                let object = document.root().to_json().expect("no aliases");
                if resource.is_cloud() {
                    *document = cloud_object("", resource, object).expect("an object");
                    continue;
                }
                let origin = Origin {
                    cluster: "",
                    resource,
                    version: resource.versions[0],
                };
                let object = object.to_string();
                *document = origin.object(object.as_bytes()).expect("an object");
            }
        }
    })
}

fn said(example: &Example, rule: &'static Row, change: impl FnOnce(&mut Input)) -> Vec<String> {
    let mut input = check::read(&sources(&example.files));
    change(&mut input);
    with_settings(example, |settings| {
        settings.rules = vec![rule];
        let verdicts = check::judge(&input, settings);
        let findings = verdicts.findings.iter().map(|finding| {
            format!(
                "{} {} {}",
                finding.severity, finding.subject, finding.message
            )
        });
        let undecided = verdicts
            .undecided
            .iter()
            .map(|undecided| format!("undecided {} {}", undecided.subject, undecided.reason));
        let mut said: Vec<_> = findings.chain(undecided).collect();
        said.sort();
        said
    })
}

fn with_settings<T>(example: &Example, judge: impl FnOnce(&mut Settings<'_>) -> T) -> T {
    let text = example.config.as_deref().unwrap_or_default();
    let config = Config::parse(text, "neg-doctor.toml").expect("a configuration that can be used");
    let base = Base::new(Path::new("/"), Path::new(""));
    let mut settings = Settings {
        rules: rules::rows(),
        clusters: config.clusters(),
        clusters_of: Box::new(config.clusters_of(&base)),
        watch: None,
        noise: false,
    };
    judge(&mut settings)
}

impl Bench<'_> {
    /// True where a label of the finding is the marker's.
    pub(crate) fn marks(finding: &Finding, marker: &Marker) -> bool {
        let is_it = |label: &Label| {
            let (start, end) = (label.place.start(), label.place.end());
            label.place.source.origin == marker.file
                && label.text == marker.text
                && start.line == marker.line
                && start.column == marker.columns.start
                && end.line == marker.line
                && end.column == marker.columns.end
        };
        std::iter::once(&finding.primary)
            .chain(&finding.labels)
            .any(is_it)
    }

    /// The report after one edit.
    pub(crate) fn after(&self, edit: &Edit) -> Report {
        run(
            self.example,
            &self.applied(&edit.changes.iter().collect::<Vec<_>>()),
        )
    }

    /// The files after one edit, to be shown.
    pub(crate) fn texts_after(&self, edit: &Edit) -> String {
        let files = self.applied(&edit.changes.iter().collect::<Vec<_>>());
        files
            .into_iter()
            .map(|(name, text)| format!("--- {name}\n{text}"))
            .collect()
    }

    /// The files after the first edit of each finding of one rule.
    pub(crate) fn fixed_by(&self, rule: &str) -> Vec<(String, String)> {
        let of_rule = self
            .report
            .findings
            .iter()
            .filter(|finding| finding.rule.id == rule);
        let first = of_rule.filter_map(|finding| {
            finding.remedies.iter().find_map(|remedy| match remedy {
                Remedy::Edit(edit) => Some(edit),
                Remedy::Run(_) => None,
            })
        });
        let mut changes: Vec<&Change> = Vec::new();
        for change in first.flat_map(|edit| &edit.changes) {
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
        self.applied(&changes)
    }

    fn applied(&self, changes: &[&Change]) -> Vec<(String, String)> {
        let mut sorted = changes.to_vec();
        sorted.sort_by_key(|change| std::cmp::Reverse(change.place.span));
        let mut files = self.example.files.clone();
        for change in sorted {
            let file = files
                .iter_mut()
                .find(|(name, _)| *name == change.place.source.origin);
            let (_, text) = file.expect("an edit of a file that is there");
            text.replace_range(change.place.span.range(), &change.replacement);
        }
        files
    }
}
