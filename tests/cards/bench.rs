//! One example on the bench: run it, mend it, run it again.

use std::sync::Arc;

use neg_doctor::card::{Example, Marker};
use neg_doctor::check::{self, Settings};
use neg_doctor::finding::{Finding, Label};
use neg_doctor::remedy::{Change, Edit, Remedy};
use neg_doctor::report::Report;
use neg_doctor::rules::ALL;
use neg_doctor::text::Source;
use neg_doctor::world::{Cluster, Clusters};

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
    let sources: Vec<Arc<Source>> = files
        .iter()
        .map(|(name, text)| Source::new(name.as_str(), text.as_str()))
        .collect();
    let rows = ALL.iter().map(|rule| rule.row).collect();
    let table: toml::Table = example
        .config
        .as_deref()
        .unwrap_or_default()
        .parse()
        .expect("neg-doctor.toml");
    let described = table
        .get("cluster")
        .and_then(|list| list.as_array())
        .into_iter()
        .flatten();
    let described: Vec<&toml::Table> = described.filter_map(|entry| entry.as_table()).collect();
    let clusters = Clusters::new(
        described.iter().map(|entry| cluster(entry)).collect(),
        cluster(&table),
    );
    let paths: Vec<Vec<String>> = described
        .iter()
        .map(|entry| strings(entry, "paths"))
        .collect();
    let all = clusters.clone();
    let clusters_of = move |origin: &str| {
        let goes = |paths: &Vec<String>| {
            paths.is_empty()
                || paths
                    .iter()
                    .any(|path| origin.starts_with(path.trim_end_matches("/**")))
        };
        all.set(
            paths
                .iter()
                .enumerate()
                .filter(|(_, paths)| goes(paths))
                .map(|(index, _)| index),
        )
    };
    check::check(
        &sources,
        &Settings {
            rules: rows,
            clusters,
            clusters_of: Box::new(clusters_of),
        },
    )
}

fn cluster(table: &toml::Table) -> Cluster {
    let text = |key: &str| {
        table
            .get(key)
            .and_then(|value| value.as_str())
            .map(str::to_owned)
    };
    let flag = |key: &str| table.get(key).and_then(toml::Value::as_bool);
    Cluster {
        name: text("name").unwrap_or_default(),
        project: text("project"),
        location: text("location"),
        zones: strings(table, "zones"),
        cluster_uid: text("cluster-uid"),
        kube_system_uid: text("kube-system-uid"),
        adds_claim: flag("adds-claim"),
        additional_subnets: flag("additional-subnets"),
        whole: flag("whole").unwrap_or_default(),
        namespace: text("namespace"),
        ..Cluster::default()
    }
}

fn strings(table: &toml::Table, key: &str) -> Vec<String> {
    let list = table
        .get(key)
        .and_then(|value| value.as_array())
        .into_iter()
        .flatten();
    list.filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

impl Bench<'_> {
    /// True where a label of the finding is the marker's.
    pub(crate) fn marks(&self, finding: &Finding, marker: &Marker) -> bool {
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
