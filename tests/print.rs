//! What is printed of a JSON value is the text that the ordinary reader would have read.
#![cfg(test)]

use neg_doctor::document::{self, Document, Inner, Node, Value};
use neg_doctor::text::Source;
use proptest::prelude::*;
use serde_json::json;

fn described(document: &Document) -> Vec<String> {
    fn walk(node: Node<'_>, into: &mut Vec<String>) {
        let mut span = node.span();
        if node.value() == Value::Sequence {
            // The parser lets a list start behind the first dash where it is not indented.
            span.start = span.end;
        }
        into.push(format!("{:?} {:?} {span:?}", node.value(), node.style()));
        for (key, value) in node.entries() {
            walk(key, into);
            walk(value, into);
        }
        node.items().for_each(|item| walk(item, into));
    }
    let mut nodes = Vec::new();
    walk(document.root(), &mut nodes);
    nodes
}

fn read(printed: &Document) -> Document {
    let text = printed.source().text.clone();
    let reading = document::read(&Source::new("a.yaml", text.clone()), |_, _| true);
    assert!(reading.broken.is_empty(), "{:?}\n{text}", reading.broken);
    assert_eq!(reading.documents.len(), 1, "{text}");
    reading.documents.into_iter().next().unwrap()
}

fn same(node: Node<'_>, value: &serde_json::Value) -> bool {
    match (value, node.value()) {
        (serde_json::Value::Null, Value::Null) => true,
        (serde_json::Value::Bool(a), Value::Bool(b)) => *a == b,
        (serde_json::Value::String(a), Value::String(b)) => a == b,
        (serde_json::Value::Number(a), Value::Int(b)) => a.as_i64() == Some(b),
        (serde_json::Value::Number(a), Value::Float(b)) => a.as_f64() == Some(b),
        (serde_json::Value::Array(a), Value::Sequence) => {
            a.len() == node.items().count()
                && node.items().zip(a).all(|(node, value)| same(node, value))
        }
        (serde_json::Value::Object(a), Value::Mapping) => {
            let entries: Vec<_> = node.entries().collect();
            a.len() == entries.len()
                && a.iter().zip(entries).all(|((name, value), (key, node))| {
                    key.string() == Some(name) && same(node, value)
                })
        }
        _ => false,
    }
}

fn holds(value: &serde_json::Value) {
    let printed = Document::print("live", value);
    assert!(same(printed.root(), value), "{}", printed.source().text);
    let read = read(&printed);
    assert_eq!(
        described(&printed),
        described(&read),
        "{}",
        printed.source().text
    );
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "reads better where it is called"
)]
fn object(value: serde_json::Value) -> serde_json::Value {
    json!({"apiVersion": "v1", "kind": "Service", "x": value})
}

#[test]
fn objects_look_as_people_write_them() {
    let value = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "mail", "annotations": {"cloud.google.com/neg": "{\"ingress\": true}"}, "labels": {}},
        "spec": {"ports": [{"port": 80, "name": "it's"}, [["a"], []]], "ip": "10.0.0.1", "on": "yes"},
        "status": null,
    });
    let expected = "\
apiVersion: v1
kind: Service
metadata:
  annotations:
    cloud.google.com/neg: '{\"ingress\": true}'
  labels: {}
  name: mail
spec:
  ip: '10.0.0.1'
  'on': 'yes'
  ports:
  - name: it's
    port: 80
  - - - a
    - []
status: null
";
    let printed = Document::print("live", &value);
    assert_eq!(&*printed.source().text, expected);
    holds(&value);
    let claim = printed
        .root()
        .at(&["metadata", "annotations", "cloud.google.com/neg"])
        .unwrap();
    let place = Inner::new(claim).unwrap().place(2..9);
    assert_eq!(place.text(), "ingress");
}

#[test]
fn strings_stay_strings() {
    for text in [
        "",
        " ",
        "a ",
        " a",
        "~",
        "null",
        "NULL",
        "true",
        "Y",
        "No",
        "oN",
        "1",
        "-1",
        "1e3",
        "0x1F",
        "1_000",
        "12:30",
        "2026-11-25T12:00:00Z",
        "a: b",
        "a:",
        "a #b",
        "#",
        "- a",
        "-",
        "---",
        "...",
        "? a",
        "{a",
        "[",
        "%a",
        "@",
        "`",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "'",
        "\"",
        "\\",
        "a\nb",
        "\n",
        "\t",
        "a\tb",
        "a\u{85}b",
        "\u{2028}",
        "\u{feff}",
        "\0",
        "😀",
        "é: ü",
        "<<",
        "=",
        ".inf",
        ".NaN",
        "it's \"so\"\n",
        "a,b",
        "/etc",
        "a\rb",
        "\u{7f}",
        "\u{d7ff}",
    ] {
        holds(&object(json!({text: text, "list": [text, {text: [text]}]})));
    }
}

fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof![
        any::<String>(),
        "[a-z0-9:#'\"{}\\[\\], \n\t&*!|>%@-]{0,12}",
        "[yYnNoOfFtTrRuUeE~0-9._+-]{1,5}",
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        text.clone().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec((text.clone(), inner), 0..5).prop_map(|members| members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_read_as_it_was_printed(value in any_value()) {
        holds(&object(value));
    }
}
