//! How long each station takes, for worlds of 10 to 10,000 objects: `cargo bench`, or
//! `cargo bench -- parse` for one station. `benches/whole.sh` measures the whole program, and its
//! memory.

mod generator;

use std::io;
use std::sync::Arc;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

use neg_doctor::check::{self, Settings};
use neg_doctor::render::{self, Format, Look};
use neg_doctor::rules;
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;

const OBJECTS: [usize; 4] = [10, 100, 1_000, 10_000];
const SEED: u64 = 1;

fn main() {
    divan::main();
}

fn sources(objects: usize) -> Vec<Arc<Source>> {
    generator::manifests(objects, SEED)
        .into_iter()
        .map(|(path, text)| Source::new(path, text))
        .collect()
}

fn settings() -> Settings<'static> {
    let cluster = Cluster {
        whole: true,
        ..Cluster::default()
    };
    Settings::plain(rules::ALL.iter().map(|rule| rule.row).collect(), cluster)
}

fn bytes(sources: &[Arc<Source>]) -> BytesCount {
    BytesCount::new(
        sources
            .iter()
            .map(|source| source.text.len())
            .sum::<usize>(),
    )
}

/// Texts to documents.
#[divan::bench(args = OBJECTS, sample_count = 20)]
fn parse(bencher: Bencher<'_, '_>, objects: usize) {
    let sources = sources(objects);
    bencher
        .counter(bytes(&sources))
        .bench(|| check::read(black_box(&sources)));
}

/// Documents to findings.
#[divan::bench(args = OBJECTS, sample_count = 20)]
fn join_and_judge(bencher: Bencher<'_, '_>, objects: usize) {
    let input = check::read(&sources(objects));
    let settings = settings();
    bencher
        .counter(ItemsCount::new(objects))
        .bench(|| check::judge(black_box(&input), &settings));
}

/// A report to JSON.
#[divan::bench(args = OBJECTS, sample_count = 20)]
fn render_json(bencher: Bencher<'_, '_>, objects: usize) {
    let report = check::check(&sources(objects), &[], &settings(), &[]);
    let look = Look {
        color: false,
        unicode: true,
        width: 100,
        links: false,
    };
    bencher
        .counter(ItemsCount::new(report.findings.len()))
        .bench(|| render::render(black_box(&report), Format::Json, &look, &mut io::sink()));
}

/// Texts to a report.
#[divan::bench(args = OBJECTS, sample_count = 20)]
fn whole_line(bencher: Bencher<'_, '_>, objects: usize) {
    let sources = sources(objects);
    let settings = settings();
    bencher
        .counter(bytes(&sources))
        .bench(|| check::check(black_box(&sources), &[], &settings, &[]));
}
