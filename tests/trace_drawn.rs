//! Every way to draw a trace, over traces built by hand.
#![cfg(test)]

#[path = "trace/hostile.rs"]
mod hostile;
#[path = "trace/samples.rs"]
mod samples;

use std::io::Write as _;
use std::process::{Command, Stdio};

use neg_doctor::render::Look;
use neg_doctor::render::trace::{TraceFormat, render};
use neg_doctor::trace::{Arrivals, State, Trace};

use hostile::hostile;
use samples::{Sketch, broken, healthy, wide};

const LOOK: Look = Look {
    color: false,
    unicode: true,
    width: 100,
    links: false,
};

const ALL: [TraceFormat; 6] = [
    TraceFormat::Tree,
    TraceFormat::Json,
    TraceFormat::Dot,
    TraceFormat::Mermaid,
    TraceFormat::Svg,
    TraceFormat::Html,
];

fn looked(trace: &Trace, format: TraceFormat, look: &Look) -> String {
    let mut out = Vec::new();
    render(trace, format, look, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn drawn(trace: &Trace, format: TraceFormat) -> String {
    looked(trace, format, &LOOK)
}

fn name(format: TraceFormat) -> String {
    format!("{format:?}").to_lowercase()
}

#[test]
fn samples_are_drawn() {
    let samples = [
        ("healthy", healthy()),
        ("broken", broken()),
        ("wide", wide().folded()),
    ];
    for (sample, trace) in samples {
        for format in ALL {
            let text = drawn(&trace, format);
            assert_eq!(text, drawn(&trace.clone(), format), "not the same twice");
            // The page's style and script are files of their own.
            let text = match (text.find("<style>"), text.find("</style>")) {
                (Some(start), Some(end)) => format!("{}{}", &text[..start], &text[end..]),
                _ => text,
            };
            let text = text.split("<script>").next().unwrap();
            let text: String = text
                .lines()
                .filter(|line| !line.contains("Content-Security-Policy"))
                .map(|line| format!("{line}\n"))
                .collect();
            insta::assert_snapshot!(format!("{sample}-{}", name(format)), text);
        }
    }
}

/// Writes the samples for eyes: `NEGDOC_DRAW=target/drawn cargo test --test trace_drawn`.
#[test]
fn samples_are_written_where_asked() {
    let Some(folder) = std::env::var_os("NEGDOC_DRAW").map(std::path::PathBuf::from) else {
        return;
    };
    std::fs::create_dir_all(&folder).unwrap();
    for (sample, trace) in [
        ("healthy", healthy()),
        ("broken", broken()),
        ("wide", wide().folded()),
        ("all", wide()),
        ("hostile", hostile("</script><img src=x onerror=alert(1)>")),
        (
            "quotes",
            hostile("a\"]-->|x| {b} #35; `c` 1. \\N <i>&amp; end"),
        ),
    ] {
        for format in ALL {
            let file = folder.join(format!("{sample}.{}", name(format)));
            std::fs::write(file, drawn(&trace, format)).unwrap();
        }
    }
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    let look = Look {
        unicode: false,
        width: 60,
        ..LOOK
    };
    let text = looked(&broken(), TraceFormat::Tree, &look);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!(text);
    let look = Look {
        color: true,
        ..LOOK
    };
    let colored = looked(&broken(), TraceFormat::Tree, &look);
    assert!(colored.contains("\u{1b}[31m"), "{colored:?}");
}

#[test]
fn lines_are_no_wider_than_the_terminal() {
    for width in [60, 80, 120] {
        let text = looked(&wide().folded(), TraceFormat::Tree, &Look { width, ..LOOK });
        for line in text.lines().take_while(|line| !line.starts_with("What")) {
            let one_word = line.split_whitespace().any(|it| it.chars().count() > 30);
            let columns = line.chars().count();
            assert!(columns <= width || one_word, "{columns} > {width}: {line}");
        }
    }
}

#[test]
fn answers_say_how_far_traffic_comes() {
    assert_eq!(
        healthy().answer(),
        "Traffic to 34.1.2.3:443 arrives at 6 of 6 Pods"
    );
    let broken = broken();
    let answer = broken.answer();
    let start = "Traffic to 34.1.2.3:443 breaks at firewall vpc prod: No firewall rule";
    assert!(answer.starts_with(start), "{answer}");
    let names = |trace: &Trace| -> Vec<String> {
        let breaks = trace.breaks();
        breaks
            .iter()
            .map(|it| trace.hops[*it].name.clone())
            .collect()
    };
    assert_eq!(names(&broken), ["vpc prod"]);
    let wide = Trace {
        question: Some("shop.example.com".to_owned()),
        ..wide()
    };
    let sure = Arrivals {
        total: 300,
        sure: 247,
        unsure: 25,
    };
    assert_eq!(wide.arrivals(), sure);
    assert_eq!(wide.clone().folded().arrivals(), sure);
    assert_eq!(
        wide.answer(),
        "Traffic to shop.example.com arrives at 247 of 300 Pods, and may at 25 more (Pod \
         reports-1-00: its health was not read: compute.backendServices.get is missing); it breaks \
         at Pod pay-ill-00, and at 3 other places: its health check fails: 503"
    );
    let nothing = Trace::default().answer();
    assert!(nothing.starts_with("There is no road here"), "{nothing}");
}

#[test]
fn what_is_alike_folds_and_what_is_broken_stays() {
    let of = |trace: &Trace, name: &str| -> Vec<(String, usize)> {
        let is = |hop: &&neg_doctor::trace::Hop| hop.kind == "NEG" && hop.name.contains(name);
        let neg = trace.hops.iter().find(is).unwrap();
        let hops = neg.next.iter().map(|edge| &trace.hops[edge.to]);
        hops.map(|hop| (hop.title(), hop.count)).collect()
    };
    let folded = wide().folded();
    let pod = ("Pod".to_owned(), 1);
    let pay = of(&folded, "-pay-");
    assert_eq!(pay[0], ("22 Pods".to_owned(), 22));
    assert_eq!(pay[1..], vec![pod.clone(); 3]);
    // Of many that are broken the first ones are seen.
    let beta = of(&folded, "-beta-");
    assert_eq!(beta[..8], vec![pod.clone(); 8]);
    assert_eq!(beta[8], ("17 Pods".to_owned(), 17));
    assert_eq!(of(&wide(), "-pay-").len(), 25);
    assert_eq!(healthy().folded(), healthy());
}

#[test]
fn what_is_shared_is_drawn_once() {
    let mut sketch = Sketch::default();
    let (one, two) = (sketch.start("one", &[]), sketch.start("two", &[]));
    let service = sketch.hop("backend service", "shared", &["TCP"]);
    sketch.lead(one, service, "");
    sketch.lead(two, service, "");
    sketch.pods(service, "pod", 1, &State::Fine);
    let tree = drawn(&sketch.0, TraceFormat::Tree);
    assert_eq!(tree.matches("backend service shared").count(), 2, "{tree}");
    assert_eq!(tree.matches("(as above)").count(), 1, "{tree}");
    assert_eq!(tree.matches("pod-00").count(), 1, "{tree}");
    let html = drawn(&sketch.0, TraceFormat::Html);
    assert_eq!(html.matches("<a href=\"#h2\">as above</a>").count(), 1);
    assert_eq!(html.matches("id=\"h2\"").count(), 1);
    // A circle ends.
    sketch.lead(service, one, "");
    for format in ALL {
        drawn(&sketch.0, format);
    }
}

/// The rectangles of a picture: left, top, right, bottom.
fn boxes(svg: &str) -> Vec<[usize; 4]> {
    let number = |text: &str, name: &str| -> usize {
        let rest = text.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let parts = svg.split("<rect class=\"box\"").skip(1);
    parts
        .map(|it| {
            let (x, y) = (number(it, "x"), number(it, "y"));
            [x, y, x + number(it, "width"), y + number(it, "height")]
        })
        .collect()
}

#[test]
fn boxes_do_not_overlap() {
    let mut three = Sketch::default();
    let rule = three.start("rule", &["34.1.2.3:443 TCP"]);
    for zone in ["a", "b", "c"] {
        let neg = three.hop("NEG", zone, &[]);
        three.lead(rule, neg, "");
        three.pods(neg, zone, 20, &State::Fine);
    }
    let three = three.0;
    for trace in [
        healthy(),
        broken(),
        wide().folded(),
        wide(),
        three.clone(),
        three.folded(),
    ] {
        let svg = drawn(&trace, TraceFormat::Svg);
        let boxes = boxes(&svg);
        assert!(!boxes.is_empty());
        for (index, a) in boxes.iter().enumerate() {
            for b in &boxes[index + 1..] {
                let apart = a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(apart, "{a:?} {b:?}");
            }
        }
    }
}

#[test]
fn json_holds_its_schema() {
    let text = include_str!("../schemas/neg-doctor-trace-1.schema.json");
    let schema = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for trace in [healthy(), broken(), wide().folded(), Trace::default()] {
        let json = drawn(&trace, TraceFormat::Json);
        let value = serde_json::from_str(&json).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}

#[test]
fn graphviz_draws_it() {
    for trace in [
        healthy(),
        broken(),
        wide().folded(),
        hostile("a\\\"]\\N<b>&lt;"),
    ] {
        let mut dot = Command::new("dot");
        let dot = dot
            .arg("-Tsvg")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let Ok(mut child) = dot.stderr(Stdio::piped()).spawn() else {
            eprintln!("skipped: Graphviz is not installed");
            return;
        };
        let text = drawn(&trace, TraceFormat::Dot);
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !said.contains("yntax"), "{said}");
        let svg = String::from_utf8(output.stdout).unwrap();
        assert_eq!(svg.matches("class=\"node\"").count(), trace.hops.len());
    }
}
