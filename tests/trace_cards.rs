//! The roads of every example of every card: what errors do to them, and that every answer holds
//! together.
#![cfg(test)]

#[path = "cards/staged.rs"]
mod staged;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use neg_doctor::card::Card;
use neg_doctor::check::{self, Settings};
use neg_doctor::config::{Base, Config};
use neg_doctor::finding::Severity;
use neg_doctor::rules;
use neg_doctor::text::Source;
use neg_doctor::trace::{Trace, effect};
use rayon::prelude::*;

/// Every example with its name and its roads.
fn traces() -> &'static [(String, Trace)] {
    static TRACES: OnceLock<Vec<(String, Trace)>> = OnceLock::new();
    TRACES.get_or_init(traced)
}

fn traced() -> Vec<(String, Trace)> {
    let cards = rules::ALL.par_iter().flat_map_iter(|rule| {
        let examples = Card::parse(rule.card).unwrap().examples;
        examples.into_iter().map(|it| (rule.row.id, it))
    });
    let traced = cards.map(|(id, example)| {
        let example = staged::staged(example);
        let files = example.files.iter();
        let sources: Vec<Arc<Source>> = files
            .map(|(name, text)| Source::new(name.as_str(), text.as_str()))
            .collect();
        let text = example.config.as_deref().unwrap_or_default();
        let config = Config::parse(text, "neg-doctor.toml").unwrap();
        let base = Base::new(Path::new("/"), Path::new(""));
        let settings = Settings {
            rules: rules::rows(),
            clusters: config.clusters(),
            clusters_of: Box::new(config.clusters_of(&base)),
            watch: None,
            noise: false,
        };
        let (_, trace) = check::trace(&sources, &[], &settings, None, true);
        let name = format!("{id} {:?} “{}”", example.verdict, example.title);
        (name, trace.unwrap())
    });
    traced.collect()
}

/// A rule whose error stands on a hop says what that does to traffic: `src/trace/blame.rs`.
#[test]
fn errors_say_what_they_stop() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut missing: BTreeSet<String> = BTreeSet::new();
    for (name, trace) in traces() {
        for hop in &trace.hops {
            for fault in hop
                .findings
                .iter()
                .filter(|it| it.severity == Severity::Error)
            {
                let Some(effect) = effect(fault.id) else {
                    missing.insert(format!("{} on {} in {name}", fault.id, hop.kind));
                    continue;
                };
                let key = format!("{} {effect:?}: {} {}", fault.id, hop.kind, hop.state.name());
                seen.entry(key).or_insert(name.clone());
            }
        }
    }
    let missing: Vec<String> = missing.into_iter().collect();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    let mut text = String::new();
    for (key, name) in seen {
        let _ = writeln!(text, "{key}, as in {name}");
    }
    insta::assert_snapshot!(text);
}

/// What is broken without an error of a rule, by structure or by what a cluster shows: written down, so
/// that each line is meant. What probers find is left out.
#[test]
fn roads_break_without_an_error() {
    let mut text = String::new();
    for (name, trace) in traces() {
        for hop in &trace.hops {
            let error = |it: &neg_doctor::trace::Fault| it.severity == Severity::Error;
            let why = hop.state.why();
            let probed = why == "its health check fails";
            if hop.state.is_broken() && !probed && !hop.findings.iter().any(error) {
                let _ = writeln!(text, "{name}: {} {}: {why}", hop.kind, hop.name);
            }
        }
    }
    insta::assert_snapshot!(text);
}
