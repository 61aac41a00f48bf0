//! The whole line from texts to a report, as a run of `check` without a configuration has it.

use std::sync::Arc;

use neg_doctor::check::{self, Settings};
use neg_doctor::report::Report;
use neg_doctor::report::suppress::suppress;
use neg_doctor::rules;
use neg_doctor::text::Source;
use neg_doctor::world::Cluster;

/// The report before and after suppression.
pub fn reports(sources: &[Arc<Source>]) -> (Report, Report) {
    let rows: Vec<_> = rules::ALL.iter().map(|rule| rule.row).collect();
    let cluster = Cluster {
        whole: true,
        ..Cluster::default()
    };
    let settings = Settings::plain(rows.clone(), cluster);
    let input = check::read(sources);
    let report = || {
        let verdicts = check::judge(&input, &settings);
        Report::new(verdicts, input.unread.clone(), input.summary)
    };
    let before = report();
    let mut after = report();
    suppress(&mut after, &input, &rows, &rows);
    (before, after)
}
