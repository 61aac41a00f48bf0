//! The filters of lists, as far as clients of the tests use them, and the masks of fields.

use serde_json::Value;

use crate::refusal::Refusal;

/// Keeps what a filter such as `(name eq "a.*") (region = "r")` is true of.
pub(crate) fn retain(items: &mut Vec<Value>, filter: &str) -> Result<(), Refusal> {
    for term in filter.split(" AND ").flat_map(|part| part.split(") (")) {
        let mut words = term.trim().trim_matches(['(', ')']).splitn(3, ' ');
        let (Some(field), Some(operator), Some(value)) = (words.next(), words.next(), words.next())
        else {
            return Err(bad(filter));
        };
        let value = value.trim_matches('"');
        let equal = match operator {
            "eq" | "=" | ":" => true,
            "ne" | "!=" => false,
            _ => return Err(bad(filter)),
        };
        items.retain(|item| {
            let pointer = format!("/{}", field.replace('.', "/"));
            let said = match item.pointer(&pointer) {
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
                None => String::new(),
            };
            fits(value, &said) == equal
        });
    }
    Ok(())
}

fn bad(filter: &str) -> Refusal {
    let message =
        format!("Invalid value for field 'filter': '{filter}'. Invalid list filter expression.");
    Refusal::invalid(&message)
}

/// Whether a text is of a pattern, in which `.*` and `*` stand for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let pattern = pattern
        .trim_matches(['(', ')', '^', '$'])
        .replace(".*", "*");
    let mut pieces = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let mut last = None;
    for piece in pieces {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
        last = Some(piece);
    }
    rest.is_empty() || last == Some("") || last.is_some_and(|piece| rest.ends_with(piece))
}

/// Keeps of an answer what a mask such as `items/*/networks(name,peerings/name)` names.
pub(crate) fn mask(value: &Value, mask: &str) -> Result<Value, Refusal> {
    let mut rest = mask;
    let selection = selection(&mut rest);
    match selection {
        Some(selection) if rest.is_empty() => Ok(cut(value, &selection)),
        _ => Err(Refusal::new(
            400,
            "invalidParameter",
            format!("Invalid field selection {mask}"),
        )),
    }
}

/// The fields that a mask names, each with what it names below; nothing below means all of it.
#[derive(Debug, Default)]
struct Selection<'m>(Vec<(&'m str, Selection<'m>)>);

fn selection<'m>(rest: &mut &'m str) -> Option<Selection<'m>> {
    let mut fields = Vec::new();
    loop {
        let end = rest.find(['/', '(', ')', ',']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return None;
        }
        *rest = after;
        let below = if let Some(inner) = rest.strip_prefix('/') {
            *rest = inner;
            let one = one(rest)?;
            Selection(vec![one])
        } else {
            group(rest)?
        };
        fields.push((name, below));
        match rest.strip_prefix(',') {
            Some(inner) => *rest = inner,
            None => return Some(Selection(fields)),
        }
    }
}

/// One field of a path, without what follows a comma.
fn one<'m>(rest: &mut &'m str) -> Option<(&'m str, Selection<'m>)> {
    let end = rest.find(['/', '(', ')', ',']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    *rest = after;
    if let Some(inner) = rest.strip_prefix('/') {
        *rest = inner;
        let below = one(rest)?;
        return Some((name, Selection(vec![below])));
    }
    let below = group(rest)?;
    (!name.is_empty()).then_some((name, below))
}

/// What stands in parentheses, if they are there.
fn group<'m>(rest: &mut &'m str) -> Option<Selection<'m>> {
    let Some(inner) = rest.strip_prefix('(') else {
        return Some(Selection::default());
    };
    *rest = inner;
    let below = selection(rest)?;
    *rest = rest.strip_prefix(')')?;
    Some(below)
}

fn cut(value: &Value, selection: &Selection<'_>) -> Value {
    if selection.0.is_empty() {
        return value.clone();
    }
    match value {
        Value::Array(items) => items.iter().map(|item| cut(item, selection)).collect(),
        Value::Object(fields) => {
            let mut kept = serde_json::Map::new();
            for (name, inner) in fields {
                for (wanted, below) in &selection.0 {
                    if wanted == name || *wanted == "*" {
                        let part = cut(inner, below);
                        match kept.get_mut(name) {
                            Some(there) => merge(there, part),
                            None => {
                                kept.insert(name.clone(), part);
                            }
                        }
                    }
                }
            }
            Value::Object(kept)
        }
        other => other.clone(),
    }
}

/// Joins two parts of one value.
fn merge(there: &mut Value, part: Value) {
    match (there, part) {
        (Value::Object(there), Value::Object(part)) => {
            for (name, inner) in part {
                match there.get_mut(&name) {
                    Some(there) => merge(there, inner),
                    None => {
                        there.insert(name, inner);
                    }
                }
            }
        }
        (Value::Array(there), Value::Array(part)) => {
            for (there, inner) in there.iter_mut().zip(part) {
                merge(there, inner);
            }
        }
        _ => {}
    }
}
