//! The roads of a text that may begin with a scene.

use std::sync::Arc;

use neg_doctor::card::{Example, Verdict};
use neg_doctor::check::{self, Settings};
use neg_doctor::render::Look;
use neg_doctor::render::trace::{TraceFormat, render};
use neg_doctor::rules;
use neg_doctor::text::Source;
use neg_doctor::trace::Trace;
use neg_doctor::world::Cluster;

use crate::staged;

const LOOK: Look = Look {
    color: false,
    unicode: true,
    width: 100,
    links: false,
};

pub(crate) fn traced(text: &str, question: Option<&str>) -> Result<Trace, String> {
    let example = staged::staged(Example {
        verdict: Verdict::Passes,
        title: String::new(),
        shows: Vec::new(),
        prose: String::new(),
        files: vec![("scene.yaml".to_owned(), text.to_owned())],
        config: None,
        markers: Vec::new(),
        fixed: Vec::new(),
    });
    let sources: Vec<Arc<Source>> = example
        .files
        .iter()
        .map(|(name, text)| Source::new(name.as_str(), text.as_str()))
        .collect();
    let settings = Settings::plain(rules::rows(), Cluster::default());
    let (_, trace) = check::trace(&sources, &[], &settings, question, false);
    trace.map_err(|error| error.to_string())
}

pub(crate) fn drawn(trace: &Trace, format: TraceFormat) -> String {
    let mut out = Vec::new();
    render(trace, format, &LOOK, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
