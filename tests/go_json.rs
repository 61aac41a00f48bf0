//! The JSON reader and the annotations' decoders against Go's own `encoding/json`.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test's helpers may fail loudly, and say what they skipped"
)]

use std::{
    env,
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
    thread,
};

use neg_doctor::{
    controller::{claim::Claim, decode::Spanned, status::StatusClaim},
    json,
};
use serde_json::{Map, Value, json};

/// Texts in which Go's ways show; each is also tried with a thousandfold of small faults.
const TEXTS: &[&str] = &[
    "",
    " ",
    "null",
    " \t\r\n{}\r\n",
    "\u{b}{}",
    "\u{c}{}",
    "\u{a0}{}",
    "\u{feff}{}",
    "{}\0",
    "{} x",
    "{}{}",
    "[]",
    "true",
    "\"text\"",
    "[0,-0,01,-01,1.,.5,-.5,+1,1e5,1E+05,1e-5,0x1F,Infinity,NaN,-Infinity,-]",
    "[0, -0, 1.5, 10e2, 1E+05, 1e-5]",
    "[1,]",
    "[,1]",
    "[1,,2]",
    "[1 2]",
    "[1:2]",
    "[[[]]",
    "{,}",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{\"a\":}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1 {}}",
    "{a:1}",
    "{true:1}",
    "{'ingress':true}",
    "{“ingress”:true}",
    "// no\n{}",
    "{} /* no */",
    "{\"ingress\":true# no\n}",
    "[truex,true_,nullé,falsE]",
    "[\"a\tb\"]",
    "[\"a\nb\"]",
    "[\"\u{7f}\u{85}é\u{1F600}\"]",
    r#"["\x41","\v","\0","\'","\a"]"#,
    r#"["\"\\\/\b\f\n\r\t\u0041\uD83D\uDE00"]"#,
    r#"{"zones":["\ud800","\udc00x","\ud800\ud800","\ud800\u0041","\uD83D\uDE00","\ud83d\ude0"]}"#,
    r#"{"zones":["\ud800","\udc00x","\ud800\ud800\udc00","\ud800\u0041","\\ud800","\uD83D\uDE00"]}"#,
    "[\"\\u12\", \"\\u\"]",
    "\"open",
    "[\"open\\\"]",
    r#"{"ingress":true,"exposed_ports":{"80":{"name":"a"},"443":{}},"zones":["x","*"]}"#,
    r#"{"Ingress":true,"EXPOSED_PORTS":{"80":{"NAME":"a"}},"Zones":["x"]}"#,
    "{\"ingreſs\":true,\"expoſed_portſ\":{\"80\":{}},\"zoneſ\":[\"x\"]}",
    r#"{"ingress":true,"ingress":false}"#,
    r#"{"ingress":false,"INGRESS":true,"foo":[{}]}"#,
    r#"{"ingress":true,"ingress":null}"#,
    r#"{"exposed_ports":{"80":{"name":"a"},"80":{}}}"#,
    r#"{"exposed_ports":{"80":{"name":"a"},"080":null,"+80":{"x":1}}}"#,
    r#"{"exposed_ports":{"80":{"name":"a"}},"exposed_ports":{"443":{"name":"b"}}}"#,
    r#"{"exposed_ports":{"80":{"name":"a"}},"exposed_ports":null}"#,
    r#"{"exposed_ports":{"80":{"name":"a","name":null,"Name":"b"}}}"#,
    r#"{"exposed_ports":{"-1":{},"-0":{},"70000":{},"2147483647":{},"-2147483648":{}}}"#,
    r#"{"exposed_ports":{"2147483648":{}}}"#,
    r#"{"exposed_ports":{"99999999999999999999":{}}}"#,
    r#"{"exposed_ports":{"8_0":{}}}"#,
    r#"{"exposed_ports":{"0x50":{}}}"#,
    r#"{"exposed_ports":{"":{}}}"#,
    r#"{"exposed_ports":{"+":{}}}"#,
    r#"{"exposed_ports":{"--1":{}}}"#,
    r#"{"exposed_ports":{" 80":{}}}"#,
    r#"{"exposed_ports":{"٨٠":{}}}"#,
    r#"{"exposed_ports":{"80":[]}}"#,
    r#"{"exposed_ports":{"80":"a"}}"#,
    r#"{"exposed_ports":{"http":{}}}"#,
    r#"{"exposed_ports":[80]}"#,
    r#"{"zones":["a","b","c"],"zones":[null],"Zones":[null,null,"d",null]}"#,
    r#"{"zones":["a","b"],"zones":[],"zones":[null,null]}"#,
    r#"{"zones":["a","b"],"zones":null,"zones":[null]}"#,
    r#"{"zones":["a",1]}"#,
    r#"{"zones":"a"}"#,
    r#"{"zones":{}}"#,
    r#"{"network_endpoint_groups":{"80":"a","443":null},"zones":["x"]}"#,
    r#"{"networK_endpoint_groups":{"80":"a","80":"b"},"network_endpoint_groups":{"0":"c"}}"#,
    r#"{"networ_endpoint_groups":{"80":"a"},"networK_endpoint_groupſ":{"80":"b"}}"#,
    r#"{"network_endpoint_groups":{"80":"a"},"network_endpoint_groups":null}"#,
    r#"{"network_endpoint_groups":{"80":5}}"#,
];

const FAULTS: &[&str] = &[
    "\"", ",", ":", "{", "}", "[", "]", "\\", "0", "-", ".", "e", "u", " ", "\n", "\u{1}", "null",
    "é", "'", "/", "\\u",
];

/// A small generator of numbers, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = TEXTS.iter().map(|&text| text.to_owned()).collect();
    let mut numbers = Numbers(7);
    for text in TEXTS
        .iter()
        .filter(|text| !text.is_empty())
        .cycle()
        .take(3000)
    {
        let mut chars: Vec<String> = text.chars().map(String::from).collect();
        for _ in 0..=numbers.below(2) {
            let at = numbers.below(chars.len());
            let fault = FAULTS[numbers.below(FAULTS.len())];
            match numbers.below(3) {
                0 => chars[at].clear(),
                1 => fault.clone_into(&mut chars[at]),
                _ => chars[at].insert_str(0, fault),
            }
        }
        texts.push(chars.concat());
    }
    texts
}

/// Go's answers, a line each; `None` if there is no Go and it may be missing.
fn ask_go(texts: &[String]) -> Option<Vec<Value>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/go-json");
    let go = Command::new("go")
        .args(["run", "."])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut go) = go else {
        let in_ci = env::var("CI").is_ok_and(|ci| ci == "true");
        let may_skip = env::var("NEG_DOCTOR_MAY_SKIP").unwrap_or_default();
        assert!(
            !in_ci || may_skip.split(',').any(|tool| tool.trim() == "go"),
            "go is missing"
        );
        println!("skipped: there is no go to compare with");
        return None;
    };
    let mut input = String::new();
    for text in texts {
        text.bytes()
            .for_each(|byte| write!(input, "{byte:02x}").unwrap());
        input.push('\n');
    }
    let mut stdin = go.stdin.take().unwrap();
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = go.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success());
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    Some(
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

fn texts_of(list: &[Spanned<String>]) -> Vec<&str> {
    list.iter().map(|it| it.value.as_str()).collect()
}

/// Our answer in the form of Go's.
fn answer(text: &str) -> Value {
    let neg = Claim::read(text).ok().map(|claim| {
        let port = |port: &neg_doctor::controller::claim::ExposedPort| {
            (
                port.port.to_string(),
                json!({"name": port.custom_name().unwrap_or_default()}),
            )
        };
        let ports: Map<String, Value> = claim.exposed.iter().map(port).collect();
        let zones = claim.zones.as_deref().map(texts_of);
        json!({"ingress": claim.for_ingress(), "exposed_ports": ports, "zones": zones})
    });
    let status = StatusClaim::read(text).ok().map(|status| {
        let group = |(port, group): (&String, &neg_doctor::controller::status::StatusGroup)| {
            (port.clone(), Value::from(group.neg.value.as_str()))
        };
        let groups: Map<String, Value> = status.groups.iter().map(group).collect();
        json!({"network_endpoint_groups": groups, "zones": texts_of(&status.zones)})
    });
    json!({"Valid": json::parse(text).is_ok(), "Neg": neg, "Status": status})
}

/// An empty map and no map are one to the controller.
fn without_null_maps(mut answer: Value) -> Value {
    for (part, member) in [
        ("Neg", "exposed_ports"),
        ("Status", "network_endpoint_groups"),
        ("Status", "zones"),
    ] {
        if let Some(value) = answer[part].get_mut(member).filter(|value| value.is_null()) {
            *value = if member == "zones" {
                json!([])
            } else {
                json!({})
            };
        }
    }
    answer
}

#[test]
fn go_and_this_crate_read_the_same() {
    let texts = texts();
    let Some(answers) = ask_go(&texts) else {
        return;
    };
    assert_eq!(answers.len(), texts.len());
    let accepted = answers
        .iter()
        .filter(|answer| answer["Valid"] == true)
        .count();
    assert!(
        (200..texts.len() - 200).contains(&accepted),
        "{accepted} tell too little"
    );
    for (text, go) in texts.iter().zip(answers) {
        assert_eq!(answer(text), without_null_maps(go), "{text:?}");
    }
}
