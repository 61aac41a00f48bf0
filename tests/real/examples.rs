//! The examples of all cards that show a cluster, moved to now: what stands in their snapshots is
//! loaded into an API server, what they declare stays a file.

use std::fs;

use jiff::Timestamp;
use neg_doctor::card::{Card, Example, Verdict};
use neg_doctor::rules::{ALL, Row};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::observed::{objects, text_of};

/// The first line of a snapshot's header.
const HEADER: &str = "kind: Snapshot";

/// The header of what no card shows as a cluster.
const SHOWN: &str = "apiVersion: neg-doctor.dev/v1
kind: Snapshot
metadata: {name: prod}
time: \"2026-11-25T12:00:00Z\"
namespace: default";

/// An example of a card.
pub(crate) struct Case {
    pub(crate) rule: &'static Row,
    pub(crate) verdict: Verdict,
    title: String,
    /// What was seen, of one cluster each.
    pub(crate) snapshots: Vec<Snapshot>,
    /// Names and texts of the manifests.
    manifests: Vec<(String, String)>,
    config: Option<String>,
}

impl Case {
    /// All that show a cluster, in the order of the rules.
    pub(crate) fn of_clusters() -> Vec<Self> {
        Self::all(|example| {
            let is_snapshot = |(_, text): &(_, String)| text.lines().any(|line| line == HEADER);
            let files = std::mem::take(&mut example.files);
            let (snapshots, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_snapshot);
            example.files = others;
            snapshots.into_iter().map(|(_, text)| text).collect()
        })
    }

    /// All others, as if what they declare were in a cluster already.
    pub(crate) fn of_manifests() -> Vec<Self> {
        Self::all(|example| {
            let files = std::mem::take(&mut example.files);
            let mut texts = files.iter().map(|(_, text)| text.as_str());
            if texts.any(|text| text.contains(HEADER)) {
                return Vec::new();
            }
            example.config = None;
            let texts = files.iter().map(|(_, text)| format!("\n---\n{text}"));
            vec![SHOWN.to_owned() + &texts.collect::<String>()]
        })
    }

    /// Those of which `show` makes the texts of snapshots.
    fn all(show: impl Fn(&mut Example) -> Vec<String>) -> Vec<Self> {
        let mut cases = Vec::new();
        for rule in ALL {
            let examples = Card::parse(rule.card).unwrap().examples;
            for mut example in examples.into_iter().filter(is_of_kubernetes) {
                let snapshots = show(&mut example);
                if !snapshots.is_empty() {
                    cases.push(Self {
                        rule: rule.row,
                        verdict: example.verdict,
                        title: example.title,
                        snapshots: snapshots.into_iter().map(Snapshot).collect(),
                        manifests: example.files,
                        config: example.config,
                    });
                }
            }
        }
        cases
    }

    /// How this example is called in what a test says.
    pub(crate) fn name(&self) -> String {
        format!("{} {:?} “{}”", self.rule.id, self.verdict, self.title)
    }

    /// The example at its own distance from now.
    pub(crate) fn moved(&self) -> Moved {
        let now = Timestamp::now();
        let stated = text_of(&self.snapshots[0].header(), "/time").parse::<Timestamp>();
        let by = stated.map_or(0, |stated| now.as_second() - stated.as_second());
        let folder = tempfile::Builder::new().prefix("negdoc-example-").tempdir();
        let folder = folder.unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
            name.to_owned()
        };
        let manifests = self.manifests.iter();
        let manifests = manifests
            .map(|(name, text)| write(name, &moved(text, by)))
            .collect();
        if let Some(config) = &self.config {
            write("neg-doctor.toml", config);
        }
        let texts = self.snapshots.iter();
        let texts: Vec<_> = texts.map(|snapshot| moved(&snapshot.0, by)).collect();
        let written = texts.iter().enumerate();
        let snapshots = written.map(|(n, text)| write(&format!("the-snapshot-{n}.yaml"), text));
        Moved {
            manifests,
            snapshots: snapshots.collect(),
            objects: texts.iter().map(|text| objects(text)).collect(),
            folder,
        }
    }
}

/// Whether an API server can show all of it: neither a project of Google Cloud nor a scene with one.
fn is_of_kubernetes(example: &Example) -> bool {
    let mut lines = example.files.iter().flat_map(|(_, text)| text.lines());
    !lines.any(|line| line.starts_with("scene: ") || line.starts_with("project: "))
}

/// The text of a file that shows a cluster, as the card has it.
pub(crate) struct Snapshot(String);

impl Snapshot {
    pub(crate) fn header(&self) -> Value {
        let text = self.0.split("\n---").next().unwrap();
        assert!(text.starts_with("apiVersion: neg-doctor.dev/") && text.contains(HEADER));
        let as_object = text.replacen("neg-doctor.dev/v1", "v1", 1);
        objects(&as_object).remove(0)
    }

    /// The context's name that makes a live run speak of the cluster by the example's name.
    pub(crate) fn context(&self) -> String {
        let header = self.header();
        let name = text_of(&header, "/metadata/name");
        (if name.is_empty() { "test" } else { name }).to_owned()
    }

    /// The resources that were not read.
    pub(crate) fn unread(&self) -> Vec<String> {
        let header = self.header();
        let entries = header["unread"].as_array().into_iter().flatten();
        let names = entries.map(|entry| text_of(entry, "/resource").to_owned());
        names.collect()
    }

    /// The namespaces that were read; none for all.
    pub(crate) fn namespaces(&self) -> Vec<String> {
        let header = self.header();
        let names = header["namespaces"].as_array().into_iter().flatten();
        names.map(|it| it.as_str().unwrap().to_owned()).collect()
    }

    /// An error where no way of asking leads to such a header.
    pub(crate) fn can_be_asked_for(&self) -> Result<(), String> {
        let header = self.header();
        let mut unread = header["unread"].as_array().into_iter().flatten();
        if unread.any(|entry| entry["part"] == true) {
            return Err("a list that was read in part".to_owned());
        }
        let others = ["version", "selector", "read", "notServed"];
        match others.iter().find(|field| header.get(**field).is_some()) {
            Some(field) => Err(format!(
                "a header with `{field}`, which nothing here asks for"
            )),
            None => Ok(()),
        }
    }
}

/// An example whose times are as far from now as they were from its snapshot's, as files.
pub(crate) struct Moved {
    pub(crate) folder: TempDir,
    /// The names of the manifests in the folder.
    pub(crate) manifests: Vec<String>,
    /// The names of the snapshots.
    pub(crate) snapshots: Vec<String>,
    /// What each of the clusters showed.
    pub(crate) objects: Vec<Vec<Value>>,
}

/// A text whose times are so many seconds later.
fn moved(text: &str, seconds: i64) -> String {
    const LENGTH: usize = "2026-11-25T12:00:00".len();
    let mut all = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('T') {
        let time = at
            .checked_sub(10)
            .and_then(|start| Some((start, rest.get(start..start + LENGTH)?)));
        let parsed = time.and_then(|(start, time)| {
            let parsed = format!("{time}Z").parse::<Timestamp>().ok()?;
            Some((start, Timestamp::from_second(parsed.as_second() + seconds)))
        });
        let end = if let Some((start, Ok(later))) = parsed {
            all.push_str(&rest[..start]);
            all.push_str(later.to_string().trim_end_matches('Z'));
            start + LENGTH
        } else {
            all.push_str(&rest[..=at]);
            at + 1
        };
        rest = &rest[end..];
    }
    all.push_str(rest);
    all.split_inclusive('\n')
        .map(|line| epoch_moved(line, seconds))
        .collect()
}

/// Likewise a line with seconds since 1970, as the cluster autoscaler writes into taints.
fn epoch_moved(line: &str, seconds: i64) -> String {
    let moved = || {
        let (head, rest) = line.split_once("value: \"")?;
        let (digits, tail) = rest.split_once('"')?;
        let stated = digits.parse::<i64>().ok().filter(|_| digits.len() == 10)?;
        Some(format!("{head}value: \"{}\"{tail}", stated + seconds))
    };
    moved().unwrap_or_else(|| line.to_owned())
}

/// What a report says, without what may differ between a file and a cluster: places and order.
pub(crate) fn said(report: &Value) -> Vec<Value> {
    let entries = |list: &str| report[list].as_array().cloned().unwrap_or_default();
    let texts = |list: &Value, name: &str| -> Vec<Value> {
        let entries = list.as_array().into_iter().flatten();
        entries.map(|entry| entry[name].clone()).collect()
    };
    let finding = |finding: &Value| {
        let mut subject = finding["subject"].clone();
        subject.as_object_mut().unwrap().remove("cluster");
        json!({
            "id": finding["id"],
            "severity": finding["severity"],
            "subject": subject,
            "message": finding["message"],
            "help": finding["help"],
            "labels": texts(&finding["labels"], "text"),
            "remedies": texts(&finding["remedies"], "title"),
        })
    };
    let findings = entries("findings");
    let undecided = entries("undecided");
    let undecided = undecided
        .iter()
        .map(|entry| json!({"id": entry["id"], "undecided": true}));
    let mut said: Vec<Value> = findings.iter().map(finding).chain(undecided).collect();
    said.sort_by_key(Value::to_string);
    said.dedup();
    said
}

#[test]
fn times_move_and_nothing_else_does() {
    let text = "a: \"2026-11-25T11:59:50Z\" # To\nT: 2026-11-25T12:00:00.5Z\nü25T1: 25T";
    let later = "a: \"2026-11-25T12:00:00Z\" # To\nT: 2026-11-25T12:00:10.5Z\nü25T1: 25T";
    assert_eq!(moved(text, 10), later);
}
