//! Whatever the text and wherever the labels: each format is written, and people see every label.

use neg_doctor::finding::Label;
use neg_doctor::render::{Format, Look};
use neg_doctor::text::{Place, Source, Span};
use proptest::prelude::*;

use crate::sample::{PLAIN, full, shown, single};

fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "key: value",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "é",
        "名",
        "📮",
        "e\u{301}",
        "\u{feff}",
        "\x1b[0m",
        "\u{200d}",
        "\u{85}",
        "\u{2028}",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_label_is_shown(
        texts in prop::array::uniform2(text()),
        spans in prop::collection::vec((0usize..2, 0usize..250, 0usize..60), 1..5),
        (width, unicode) in (0usize..130, any::<bool>()),
    ) {
        let sources = texts.map(|text| Source::new("a.yaml", text.as_str()));
        let labels = spans.iter().enumerate().map(|(number, (source, start, length))| {
            let source = sources[*source].clone();
            let start = *start % (source.text.len() + 2);
            let span = Span::new(start, start + length);
            Label::new(Place { source, span }, format!("<{number}>"))
        });
        let mut labels: Vec<_> = labels.collect();
        let mut report = single(labels.remove(0));
        report.findings[0].labels = labels;
        let look = Look { width, unicode, ..PLAIN };
        let human = shown(&report, Format::Human, &look);
        for number in 0..spans.len() {
            prop_assert!(human.contains(&format!("<{number}>")), "{number} in\n{human}");
        }
        for format in [Format::Json, Format::Sarif, Format::Github, Format::Gitlab] {
            shown(&report, format, &look);
        }
    }

    #[test]
    fn any_message_is_written(message in any::<String>(), width in 0usize..90) {
        let mut report = full();
        report.findings[0].message.clone_from(&message);
        report.findings[0].help = Some(message);
        let look = Look { width, ..PLAIN };
        for format in [Format::Human, Format::Short, Format::Markdown, Format::Junit] {
            prop_assert!(!shown(&report, format, &look).is_empty());
        }
    }
}
