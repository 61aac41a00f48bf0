//! Applying edits leaves files that parse as well as before, keeps every document that no edit
//! touches byte for byte, and leaves nothing for a second run.

#![no_main]

mod line;

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use neg_doctor::document::{self, Reading};
use neg_doctor::fix;
use neg_doctor::remedy::Safety;
use neg_doctor::report::Report;
use neg_doctor::text::{Source, Span};

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz.yaml", text);
    for level in [Safety::Safe, Safety::Unsafe] {
        one_round(&source, level);
        let mended = fix::mend(&[Arc::clone(&source)], level, report);
        assert!(broken(&mended.report) <= broken(&report(&[Arc::clone(&source)])));
        let again = fix::mend(&mended.sources, level, report);
        for (first, second) in mended.sources.iter().zip(&again.sources) {
            assert_eq!(first.text, second.text, "from {text:?}");
        }
    }
});

fn report(sources: &[Arc<Source>]) -> Report {
    line::reports(sources).1
}

fn broken(report: &Report) -> usize {
    report.unread.iter().filter(|unread| unread.fails).count()
}

/// What a round does to documents that it has no edit for: nothing.
fn one_round(source: &Arc<Source>, level: Safety) {
    let plan = fix::plan(&report(&[Arc::clone(source)]), level);
    for file in &plan.files {
        let fixed = Source::new("fuzz.yaml", fix::apply(&source.text, &file.changes));
        let (before, after) = (read(source), read(&fixed));
        // `mend` takes no round that breaks a document.
        if after.broken.len() > before.broken.len() {
            continue;
        }
        assert_eq!(before.documents.len(), after.documents.len());
        for (old, new) in before.documents.iter().zip(&after.documents) {
            let span = old.root().span();
            let touched = file
                .changes
                .iter()
                .any(|change| meets(change.place.span, span));
            if !touched {
                assert_eq!(source.slice(span), fixed.slice(new.root().span()));
            }
        }
    }
}

fn read(source: &Arc<Source>) -> Reading {
    document::read(source, |_, _| true)
}

fn meets(change: Span, document: Span) -> bool {
    change.start <= document.end && document.start <= change.end
}
