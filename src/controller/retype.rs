//! What a value of the wrong type in a NEG annotation was meant to be.

use crate::json::{self, Value};

use super::decode::TypeError;

/// The JSON that was meant, where that is plain, and whether it only says the same in other words.
/// `named` is the number of the one port that has the name which stands where a number belongs.
pub fn retype(text: &str, error: &TypeError, named: Option<i64>) -> Option<(String, bool)> {
    let written = json::parse(text.get(error.range.clone())?).ok()?.value;
    let port = |number: i64| format!("\"{number}\"");
    let number = |value: &Value| match value {
        Value::String(text) | Value::Number(text) => text.trim().parse::<u16>().ok(),
        _ => None,
    };
    Some(match (error.what, &written) {
        ("ingress", Value::String(word)) => {
            let word = word.trim().to_ascii_lowercase();
            (word.parse::<bool>().ok()?.to_string(), true)
        }
        ("a port in exposed_ports", key) => match number(key) {
            Some(number) => (port(number.into()), true),
            None => (port(named?), false),
        },
        ("exposed_ports", Value::Array(ports)) => {
            let ports: Option<Vec<_>> = ports.iter().map(|port| number(&port.value)).collect();
            let ports = ports.filter(|ports| !ports.is_empty())?;
            let members: Vec<_> = ports
                .iter()
                .map(|port| format!("\"{port}\": {{}}"))
                .collect();
            (format!("{{{}}}", members.join(", ")), false)
        }
        ("exposed_ports", value) => (format!("{{\"{}\": {{}}}}", number(value)?), false),
        ("a port's value in exposed_ports", Value::Bool(true)) => ("{}".to_owned(), false),
        ("zones", Value::String(_)) => (format!("[{}]", text.get(error.range.clone())?), false),
        ("the annotation", Value::String(inner)) => (inner.clone(), true),
        _ => return None,
    })
}
