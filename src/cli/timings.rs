//! `--timings`: what each rule costs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::rules::Row;

/// The time that rules took, over all that a run judged.
pub(super) struct Timings {
    begin: Instant,
    of_rules: Mutex<BTreeMap<&'static str, (&'static str, Duration)>>,
}

impl Timings {
    pub(super) fn new() -> Self {
        Self {
            begin: Instant::now(),
            of_rules: Mutex::default(),
        }
    }

    /// Lets a rule judge, and counts its time. Rules judge side by side; the first that asks for a join
    /// of the world pays for it.
    pub(super) fn watch(&self, row: &'static Row, judge: &mut dyn FnMut()) {
        let begin = Instant::now();
        judge();
        let took = begin.elapsed();
        let mut all = self.of_rules.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(row.id).or_insert((row.slug, Duration::ZERO)).1 += took;
    }

    /// Writes them, the costliest first, with their share of the run so far.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let run = self.begin.elapsed();
        let all = self.of_rules.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rules: Vec<_> = all.iter().collect();
        rules.sort_by_key(|(_, (_, took))| std::cmp::Reverse(*took));
        let mut line = |took: Duration, what: &str| {
            let milliseconds = took.as_secs_f64() * 1e3;
            let share = 100.0 * took.as_secs_f64() / run.as_secs_f64();
            writeln!(out, "{milliseconds:9.3} ms {share:5.1} %  {what}")
        };
        for (id, (slug, took)) in &rules {
            line(*took, &format!("{id} {slug}"))?;
        }
        let sum = rules.iter().map(|(_, (_, took))| *took).sum();
        line(sum, "all rules, which judge side by side")?;
        line(run, "the run")
    }
}
