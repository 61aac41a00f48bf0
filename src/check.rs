//! The line from texts to a report: documents, world, rules, report. No I/O.

mod change;
mod drift;
mod gaps;
mod gather;
mod live_edits;
mod noise;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::document::{self, Document, Reading};
use crate::finding::Verdicts;
use crate::kind::{self, Object};
use crate::report::suppress::suppress;
use crate::report::{Report, Summary, Unread};
use crate::rules::{self, Row};
use crate::snapshot::{self, Snapshot};
use crate::text::{Place, Source, Span};
use crate::trace::{self, NotFound, Trace};
use crate::world::{Cluster, ClusterSet, Clusters, Parts, World};

/// What a run is asked to do.
pub struct Settings<'s> {
    /// The rules to run.
    pub rules: Vec<&'static Row>,
    /// The clusters that the input goes to.
    pub clusters: Clusters,
    /// Which of them the objects of a file go to, by the file's name.
    pub clusters_of: Box<dyn Fn(&str) -> ClusterSet + Sync + 's>,
    /// Who looks on while rules judge.
    pub watch: Option<&'s Watch<'s>>,
    /// Whether to tell what is kept silent on purpose.
    pub noise: bool,
}

/// Is given each rule and its judging, which it has to call once.
pub type Watch<'s> = dyn Fn(&'static Row, &mut dyn FnMut()) + Sync + 's;

impl Settings<'_> {
    /// All rules, and one cluster of which nothing is known but what `cluster` says.
    pub fn plain(rules: Vec<&'static Row>, cluster: Cluster) -> Self {
        let clusters = Clusters::new(Vec::new(), cluster);
        let only = clusters.set([]);
        Self {
            rules,
            clusters,
            clusters_of: Box::new(move |_| only),
            watch: None,
            noise: false,
        }
    }
}

/// What the texts hold, before it is joined.
#[derive(Debug, Default)]
pub struct Input {
    /// What manifests declare, as far as rules may look at it.
    pub documents: Vec<Document>,
    /// What was seen of clusters.
    pub snapshots: Vec<Snapshot>,
    /// What was seen of projects of Google Cloud.
    pub projects: Vec<Snapshot>,
    /// Objects of Google Cloud as somebody printed them.
    pub dumped: Vec<Document>,
    /// Comments that speak to this tool.
    pub comments: Vec<Place>,
    /// Documents that do not parse, and templates.
    pub unread: Vec<Unread>,
    /// How much was read; the counts of findings are still zero.
    pub summary: Summary,
}

impl Input {
    /// Parts the projects of Google Cloud from the clusters.
    fn sort_out_projects(&mut self) {
        let is_project = |it: &mut Snapshot| it.header.project.is_some();
        self.projects
            .extend(self.snapshots.extract_if(.., is_project));
    }
}

/// Reads every text, side by side, and keeps their order.
pub fn read(sources: &[Arc<Source>]) -> Input {
    let readings: Vec<Result<Reading, Unread>> = sources.par_iter().map(read_one).collect();
    let mut input = Input::default();
    let mut documents = Vec::new();
    for (source, reading) in sources.iter().zip(readings) {
        input.summary.files += 1;
        let reading = match reading {
            Ok(reading) => reading,
            Err(template) => {
                input.unread.push(template);
                continue;
            }
        };
        input.summary.documents += reading.seen;
        input.summary.objects += reading.objects;
        documents.extend(reading.documents);
        input.comments.extend(reading.comments);
        input
            .unread
            .extend(reading.broken.into_iter().map(|broken| Unread {
                origin: source.origin.clone(),
                reason: format!("does not parse: {}", broken.message),
                place: Some(broken.place),
                fails: true,
            }));
    }
    gather::gather(documents, &mut input);
    input
}

/// The namespaces that the manifests among the texts name, each once.
pub fn namespaces(sources: &[Arc<Source>]) -> Vec<String> {
    let input = read(sources);
    let objects = input.documents.iter().map(Object::new);
    let names: BTreeSet<&str> = objects.filter_map(|object| object.namespace).collect();
    names.into_iter().map(str::to_owned).collect()
}

/// Reads one text, unless it is a template: its manifests are not there yet.
fn read_one(source: &Arc<Source>) -> Result<Reading, Unread> {
    let Some(template) = document::template(&source.text) else {
        return Ok(document::read(source, kind::wanted));
    };
    Err(Unread {
        origin: source.origin.clone(),
        place: Some(Place {
            source: Arc::clone(source),
            span: Span::new(template.offset, template.offset),
        }),
        reason: format!("not checked: {}", template.reason()),
        fails: false,
    })
}

/// Joins the input to one world and runs the rules over it.
pub fn judge(input: &Input, settings: &Settings<'_>) -> Verdicts {
    let clusters = all_clusters(input, settings);
    let world = world(&input.documents, input, &clusters, settings);
    let mut verdicts = run(&world, settings);
    gather::unjudged(&clusters, &input.projects, &settings.rules, &mut verdicts);
    verdicts
}

/// The clusters that are described, and those that were looked at.
fn all_clusters<'s>(input: &Input, settings: &'s Settings<'_>) -> Cow<'s, Clusters> {
    if input.snapshots.is_empty() {
        return Cow::Borrowed(&settings.clusters);
    }
    let seen = input.snapshots.par_iter().map(snapshot::cluster);
    let seen: Vec<Cluster> = seen.collect();
    Cow::Owned(settings.clusters.clone().with_seen(seen))
}

fn world<'w>(
    declared: &'w [Document],
    input: &'w Input,
    clusters: &'w Clusters,
    settings: &'w Settings<'_>,
) -> World<'w> {
    World::join(&Parts {
        declared,
        clusters_of: &*settings.clusters_of,
        snapshots: &input.snapshots,
        projects: &input.projects,
        dumped: &input.dumped,
        clusters,
    })
}

fn run(world: &World<'_>, settings: &Settings<'_>) -> Verdicts {
    let judge = |row: &&'static Row| {
        let mut verdicts = Verdicts::default();
        let mut judge = || (row.check)(world, &mut verdicts);
        match settings.watch {
            Some(watch) => watch(row, &mut judge),
            None => judge(),
        }
        verdicts
    };
    let spoken: Vec<Verdicts> = settings.rules.par_iter().map(judge).collect();
    let mut all = Verdicts::default();
    for verdicts in spoken {
        all.findings.extend(verdicts.findings);
        all.undecided.extend(verdicts.undecided);
        all.noise.extend(verdicts.noise);
    }
    all
}

/// The whole line, and the roads that answer a question: see [`crate::trace::trace`].
pub fn trace(
    sources: &[Arc<Source>],
    seen: &[Snapshot],
    settings: &Settings<'_>,
    question: Option<&str>,
    all: bool,
) -> (Report, Result<Trace, NotFound>) {
    let report = check(sources, seen, settings, &[]);
    let mut input = read(sources);
    input.snapshots.extend_from_slice(seen);
    input.sort_out_projects();
    let clusters = all_clusters(&input, settings);
    let joined = world(&input.documents, &input, &clusters, settings);
    let trace = trace::trace(&joined, &report, question, all);
    (report, trace)
}

/// The whole line. `seen` is what was read of live clusters, `unread` what was named and could not
/// even be read.
pub fn check(
    sources: &[Arc<Source>],
    seen: &[Snapshot],
    settings: &Settings<'_>,
    unread: &[Unread],
) -> Report {
    let mut input = read(sources);
    input.summary.objects += seen.iter().map(|it| it.documents.len()).sum::<usize>();
    input.snapshots.extend_from_slice(seen);
    input.sort_out_projects();
    let clusters = all_clusters(&input, settings);
    let joined = world(&input.documents, &input, &clusters, settings);
    let mut verdicts = run(&joined, settings);
    gather::unjudged(&clusters, &input.projects, &settings.rules, &mut verdicts);
    if settings.noise {
        noise::add(&joined, &mut verdicts);
    } else {
        verdicts.noise.clear();
    }
    live_edits::to_commands(&mut verdicts.findings, &input.snapshots);
    let (mut fixed, mut drift) = (Vec::new(), Vec::new());
    if !input.documents.is_empty() && !input.snapshots.is_empty() {
        let before = run(&world(&[], &input, &clusters, settings), settings);
        fixed = change::mark(before, &mut verdicts);
        drift = drift::drift(&joined);
    }
    let gaps = [&input.snapshots, &input.projects].map(|it| gaps::gaps(it, &settings.rules));
    let gaps = gaps.concat();
    let unread = [input.unread.as_slice(), unread, &gaps].concat();
    let mut report = Report::new(verdicts, unread, input.summary);
    report.fixed = fixed;
    report.drift = drift;
    report.seen = gather::seen(&input.snapshots);
    report.seen.extend(gather::seen(&input.projects));
    suppress(&mut report, &input, &rules::rows(), &settings.rules);
    report
}
