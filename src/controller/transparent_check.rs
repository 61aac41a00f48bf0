//! The annotation that asks for a transparent health check, as the Ingress controller decodes it.

use super::decode::{self, Refused, TypeError, fills};
use crate::json::{self, Value};

/// The annotation. A server of GKE on each node answers the health check in the Pods' place.
pub const TRANSPARENT_CHECK: &str = "networking.gke.io/transparent-health-checker";

/// Whether the annotation's value asks for one. What is refused counts as none, without a word.
pub fn is_asked(text: &str) -> Result<bool, Refused> {
    let json = json::parse(text).map_err(Refused::Syntax)?;
    let members = decode::members(&json, "the annotation");
    let members = members.map_err(|error| Refused::Types(vec![error]))?;
    let mut asked = false;
    for member in members.unwrap_or_default() {
        match &member.value.value {
            _ if !fills(&member.name, "enabled") => {}
            Value::Bool(enabled) => asked = *enabled,
            Value::Null => {}
            _ => {
                let error = TypeError::new(&member.value, "enabled", "a boolean");
                return Err(Refused::Types(vec![error]));
            }
        }
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::is_asked;

    #[test]
    fn it_is_read_as_go_reads_it() {
        for (text, expected) in [
            (r#"{"enabled": true}"#, Some(true)),
            (r#"{"Enabled": true}"#, Some(true)),
            (r#"{"enabled": true, "enabled": false}"#, Some(false)),
            (r#"{"enabled": true, "enabled": null}"#, Some(true)),
            (r#"{"enable": true}"#, Some(false)),
            ("{}", Some(false)),
            ("null", Some(false)),
            (r#"{"enabled": "true"}"#, None),
            ("true", None),
            ("", None),
        ] {
            assert_eq!(is_asked(text).ok(), expected, "{text}");
        }
    }
}
