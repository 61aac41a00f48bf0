//! YAML nodes as JSON text on one line, and as the strings that they should have been.

use crate::remedy::Change;
use crate::text::{Place, Span};

use super::scalar::{Style, encode};
use super::{Node, Value};

/// The JSON of a node, members in their order; `None` where it holds an alias, a merge key or
/// what JSON has no word for.
fn as_json(node: Node<'_>) -> Option<String> {
    if node.is_alias() {
        return None;
    }
    Some(match node.value() {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => serde_json::Number::from_f64(number)?.to_string(),
        Value::String(text) => {
            let plain = node.style() == Some(Style::Plain);
            (!(plain && is_old_boolean(text))).then(|| quoted(text))??
        }
        Value::Sequence => {
            let items: Vec<_> = node.items().map(as_json).collect::<Option<_>>()?;
            format!("[{}]", items.join(", "))
        }
        Value::Mapping => {
            let member = |(key, value): (Node<'_>, Node<'_>)| {
                let name = key.text().filter(|name| *name != "<<" && !key.is_alias())?;
                Some(format!("{}: {}", quoted(name)?, as_json(value)?))
            };
            let members: Vec<_> = node.entries().map(member).collect::<Option<_>>()?;
            format!("{{{}}}", members.join(", "))
        }
    })
}

/// An entry's value as text, mappings and lists as JSON, and the change that makes it a string of
/// this text. `None` where a comment, an anchor or another reading would get lost.
pub fn quote_value(key: Node<'_>, value: Node<'_>) -> Option<(String, Change)> {
    let source = value.source();
    let written = source.slice(value.span());
    let text = match value.value() {
        Value::Mapping | Value::Sequence => as_json(value)?,
        // `yes` would be another text than the one that is meant.
        Value::String(_) | Value::Null => return None,
        _ => value.text().filter(|_| !value.is_alias())?.to_owned(),
    };
    let in_json = key.style() == Some(Style::JsonString);
    let replacement = if in_json {
        format!("\"{}\"", encode(&text, Style::JsonString)?)
    } else {
        format!("'{}'", encode(&text, Style::SingleQuoted)?)
    };
    let (from, to) = (key.span().end, value.span().end);
    let between = source.slice(Span {
        start: from,
        end: value.span().start,
    });
    let plain = between.trim() == ":" && !written.contains(['#', '&']);
    plain.then(|| {
        let span = Span {
            start: from,
            end: to,
        };
        let place = Place {
            source: source.clone(),
            span,
        };
        let replacement = format!(": {replacement}");
        (text, Change { place, replacement })
    })
}

/// Booleans of YAML 1.1, which the reader of Kubernetes still takes for such.
pub fn is_old_boolean(text: &str) -> bool {
    // Asked of every text that is printed.
    if !(2..=3).contains(&text.len()) {
        return false;
    }
    let cased = text.chars().all(char::is_lowercase)
        || text.chars().all(char::is_uppercase)
        || text.chars().skip(1).all(char::is_lowercase);
    cased && ["yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str())
}

fn quoted(text: &str) -> Option<String> {
    serde_json::to_string(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;
    use crate::text::Source;

    fn json(yaml: &str) -> Option<String> {
        let text = format!("apiVersion: v1\nkind: Service\nb: &b 1\nx:{yaml}\n");
        let reading = document::read(&Source::new("a.yaml", text), |_, _| true);
        as_json(reading.documents[0].root().get("x").unwrap())
    }

    #[test]
    fn yaml_becomes_json() {
        for (yaml, expected) in [
            (" {ingress: true}", r#"{"ingress": true}"#),
            (
                "\n  exposed_ports:\n    80:\n      name: 'a\"b'\n    '443': {}",
                r#"{"exposed_ports": {"80": {"name": "a\"b"}, "443": {}}}"#,
            ),
            ("\n- 1\n- -0.5\n- ~\n- \"yes\"", r#"[1, -0.5, null, "yes"]"#),
        ] {
            assert_eq!(json(yaml).as_deref(), Some(expected), "{yaml}");
        }
    }

    #[test]
    fn what_json_cannot_say_stays() {
        for yaml in [" [*b]", " {a: yes}", " {<<: {a: 1}}"] {
            assert_eq!(json(yaml), None, "{yaml}");
        }
    }
}
