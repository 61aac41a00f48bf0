//! Holds values against the schemas of the discovery document.

use serde_json::{Map, Value};

use crate::discovery::Document;

/// Which way a value goes. A client may write a 64-bit number as a number; the API never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    In,
    Out,
}

/// What is wrong with a value, one line for each fault, in the API's words where they are known.
pub(crate) fn faults(schema: &str, value: &Value, way: Way) -> Vec<String> {
    let mut check = Check {
        document: Document::get(),
        way,
        faults: Vec::new(),
    };
    check.named(schema, value, "resource");
    check.faults
}

/// What is wrong with the text of a query parameter.
pub(crate) fn parameter_fault(schema: &Value, name: &str, text: &str) -> Option<String> {
    let fits = match schema["type"].as_str() {
        Some("integer") => {
            let number: Option<i64> = text.parse().ok();
            let bound = |key: &str| schema[key].as_str().and_then(|bound| bound.parse().ok());
            number.is_some_and(|number| {
                bound("minimum").is_none_or(|least: i64| number >= least)
                    && bound("maximum").is_none_or(|most: i64| number <= most)
            })
        }
        Some("boolean") => ["true", "false", "True", "False"].contains(&text),
        _ => choices(schema).is_none_or(|choices| choices.contains(&text)),
    };
    (!fits).then(|| format!("Invalid value for field '{name}': '{text}'."))
}

/// Takes away what only the API itself may say.
pub(crate) fn without_output(schema: &str, value: &mut Value) {
    let (Some(properties), Some(fields)) =
        (Document::get().properties(schema), value.as_object_mut())
    else {
        return;
    };
    fields.retain(|name, _| {
        let property = properties.get(name);
        property.is_none_or(|property| property["readOnly"] != true)
    });
}

fn choices(schema: &Value) -> Option<Vec<&str>> {
    let choices = schema.get("enum")?.as_array()?;
    Some(choices.iter().filter_map(Value::as_str).collect())
}

struct Check {
    document: &'static Document,
    way: Way,
    faults: Vec<String>,
}

impl Check {
    fn named(&mut self, schema: &str, value: &Value, at: &str) {
        match self.document.schemas.get(schema) {
            Some(schema) => self.value(schema, value, at),
            None => self.faults.push(format!("no schema {schema} at '{at}'")),
        }
    }

    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        if let Some(name) = schema["$ref"].as_str() {
            return self.named(name, value, at);
        }
        let fits = match schema["type"].as_str() {
            Some("any") | None => true,
            Some("object") => match value.as_object() {
                Some(fields) => return self.fields(schema, fields, at),
                None => false,
            },
            Some("array") => match value.as_array() {
                Some(items) => {
                    for (index, item) in items.iter().enumerate() {
                        self.value(&schema["items"], item, &format!("{at}[{index}]"));
                    }
                    true
                }
                None => false,
            },
            Some("boolean") => value.is_boolean(),
            Some("integer") => integer(schema, value, self.way),
            Some("number") => value.is_number(),
            Some("string") => self.string(schema, value),
            Some(_) => false,
        };
        if !fits {
            let shown = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            self.faults
                .push(format!("Invalid value for field '{at}': '{shown}'."));
        }
    }

    fn fields(&mut self, schema: &Value, fields: &Map<String, Value>, at: &str) {
        let properties = schema["properties"].as_object();
        for (name, value) in fields {
            let below = format!("{at}.{name}");
            let property = properties.and_then(|properties| properties.get(name));
            match (property, schema.get("additionalProperties")) {
                // Clients send null for what they leave out or clear.
                (Some(_), _) if value.is_null() && self.way == Way::In => {}
                (Some(inner), _) | (None, Some(inner)) => self.value(inner, value, &below),
                (None, None) => self.faults.push(format!(
                    "Invalid JSON payload received. Unknown name \"{name}\" at '{at}': Cannot find field."
                )),
            }
        }
    }

    fn string(&self, schema: &Value, value: &Value) -> bool {
        let format = schema["format"].as_str().unwrap_or_default();
        match value {
            Value::String(text) => match format {
                "int64" => text.parse::<i64>().is_ok(),
                "uint64" => text.parse::<u64>().is_ok(),
                _ => choices(schema).is_none_or(|choices| choices.contains(&text.as_str())),
            },
            Value::Number(_) => self.way == Way::In && format.ends_with("int64"),
            _ => false,
        }
    }
}

fn integer(schema: &Value, value: &Value, way: Way) -> bool {
    let number = match value {
        Value::String(text) if way == Way::In => text.parse().ok(),
        other => other.as_i64(),
    };
    let range = if schema["format"] == "uint32" {
        0..=i64::from(u32::MAX)
    } else {
        i64::from(i32::MIN)..=i64::from(i32::MAX)
    };
    number.is_some_and(|number| range.contains(&number))
}
