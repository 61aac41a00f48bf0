//! Comments and annotations may hide findings and be reported themselves; they change nothing
//! else. What is left can be written in every format.

#![no_main]

mod line;

use std::io;

use libfuzzer_sys::fuzz_target;
use neg_doctor::render::{self, Format, Look};
use neg_doctor::text::{Place, Source};

const FORMATS: [Format; 8] = [
    Format::Human,
    Format::Short,
    Format::Json,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::Junit,
    Format::Markdown,
];

fuzz_target!(|text: &str| {
    let (before, after) = line::reports(&[Source::new("fuzz.yaml", text)]);
    for finding in &after.findings {
        let was_there = before
            .findings
            .iter()
            .any(|earlier| earlier.fingerprint() == finding.fingerprint());
        assert!(finding.rule.id == "NEG000" || was_there, "{finding:?}");
        lies_in_text(&finding.primary.place);
    }
    for undecided in &after.undecided {
        lies_in_text(&undecided.place);
    }
    let look = Look {
        color: true,
        unicode: true,
        width: 80,
        links: true,
    };
    for format in FORMATS {
        let written = render::render(&after, format, &look, &mut io::sink());
        assert!(written.is_ok(), "{format:?}");
    }
});

fn lies_in_text(place: &Place) {
    let range = place.span.range();
    assert!(place.source.text.get(range).is_some(), "{:?}", place.span);
}
