//! Fixing until nothing is left to fix: an edit that had to wait has its turn in the next round,
//! and so has what only shows once something else is mended.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{FilePlan, Plan, Skipped, apply, plan};
use crate::remedy::Safety;
use crate::report::Report;
use crate::text::Source;

/// Longest chain of edits that depend on one another; real ones have two or three.
const MAX_ROUNDS: usize = 10;

/// What became of the texts.
#[derive(Debug)]
pub struct Mended {
    /// All texts, in the order in which they came; what did not change is the very same source.
    pub sources: Vec<Arc<Source>>,
    /// What is to be said of them now.
    pub report: Report,
    /// File and title of every edit, in the order in which they were applied.
    pub applied: Vec<(String, String)>,
    /// What cannot be applied to the texts as they are now.
    pub skipped: Vec<Skipped>,
    /// False where edits are left that undo each other, would make a file unreadable, or come
    /// after too many others.
    pub settled: bool,
}

/// The texts after some rounds.
struct State {
    sources: Vec<Arc<Source>>,
    report: Report,
    /// How many edits led here.
    applied: usize,
}

/// Applies edits and checks again, until nothing changes. Edits that lead back to texts that were
/// there before, or to a file that cannot be read any more, are not applied, so that another run
/// changes nothing.
pub fn mend(
    sources: &[Arc<Source>],
    level: Safety,
    recheck: impl Fn(&[Arc<Source>]) -> Report,
) -> Mended {
    let mut applied = Vec::new();
    let mut earlier: Vec<State> = Vec::new();
    let mut now = State {
        sources: sources.to_vec(),
        report: recheck(sources),
        applied: 0,
    };
    for _ in 0..MAX_ROUNDS {
        let plan = plan(&now.report, level);
        if plan.files.is_empty() {
            break;
        }
        let sources = advance(&now.sources, &plan);
        let report = recheck(&sources);
        if broken(&report) > broken(&now.report) {
            break;
        }
        for FilePlan {
            source,
            applied: titles,
            ..
        } in &plan.files
        {
            let origin = || source.origin.clone();
            applied.extend(titles.iter().map(|title| (origin(), title.clone())));
        }
        let next = State {
            sources,
            report,
            applied: applied.len(),
        };
        earlier.push(now);
        // In a circle of texts, the one where it was entered stays.
        match earlier.iter().position(|state| same_texts(state, &next)) {
            Some(entered) => {
                now = earlier.swap_remove(entered);
                break;
            }
            None => now = next,
        }
    }
    applied.truncate(now.applied);
    let left = plan(&now.report, level);
    Mended {
        sources: now.sources,
        report: now.report,
        applied,
        skipped: left.skipped,
        settled: left.files.is_empty(),
    }
}

fn advance(sources: &[Arc<Source>], plan: &Plan) -> Vec<Arc<Source>> {
    let plans: BTreeMap<&str, &FilePlan> = plan
        .files
        .iter()
        .map(|file| (file.source.origin.as_str(), file))
        .collect();
    let advanced = |source: &Arc<Source>| match plans.get(source.origin.as_str()) {
        Some(file) if file.source.text == source.text => {
            Source::new(&*source.origin, apply(&source.text, &file.changes))
        }
        _ => Arc::clone(source),
    };
    sources.iter().map(advanced).collect()
}

fn same_texts(a: &State, b: &State) -> bool {
    let pairs = a.sources.iter().zip(&b.sources);
    pairs.into_iter().all(|(a, b)| a.text == b.text)
}

fn broken(report: &Report) -> usize {
    report.unread.iter().filter(|unread| unread.fails).count()
}
