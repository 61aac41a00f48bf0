//! The annotation that names BackendConfigs as the Ingress controller decodes it, with the place
//! of everything in it: also of what the controller passes over in silence.

use std::{collections::BTreeMap, ops::Range};

use super::decode::{self, Refused, Spanned, TypeError, fills};
use crate::json::{self, Json, Member, Value};

/// The annotation.
pub const BACKEND_CONFIG: &str = "cloud.google.com/backend-config";
/// Its older form, which is read only where the other is missing.
pub const BACKEND_CONFIG_BETA: &str = "beta.cloud.google.com/backend-config";

/// Which BackendConfigs a Service names. All ranges are bytes of the annotation's value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BackendConfigs {
    /// The one for all ports that `ports` does not name; an empty name counts as none.
    pub default: Option<Spanned<String>>,
    /// Those of single ports, by the name or the number of a port of the Service.
    pub ports: BTreeMap<String, PortConfig>,
    /// Members that the controller does not know, by their names.
    pub unknown: Vec<Spanned<String>>,
}

/// A member of `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortConfig {
    /// The bytes of the key, quotes included.
    pub key_range: Range<usize>,
    /// The BackendConfig's name. An empty one leaves the port without any, whatever the default.
    pub config: Spanned<String>,
}

impl BackendConfigs {
    /// Decodes the annotation's value.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let json = json::parse(text).map_err(Refused::Syntax)?;
        let mut configs = Self::default();
        let mut errors = Vec::new();
        match decode::members(&json, "the annotation") {
            Ok(members) => {
                for member in members.unwrap_or_default() {
                    configs.member(member, &mut errors);
                }
            }
            Err(error) => errors.push(error),
        }
        if errors.is_empty() {
            Ok(configs)
        } else {
            Err(Refused::Types(errors))
        }
    }

    /// True where nothing is named, which the controller takes for an error.
    pub fn is_empty(&self) -> bool {
        self.default_name().is_none() && self.ports.is_empty()
    }

    /// The BackendConfig of a port: by its name, else by its number, else the default.
    pub fn of_port(&self, name: &str, number: i64) -> Option<&Spanned<String>> {
        let by_number = || self.ports.get(&number.to_string());
        match self.ports.get(name).or_else(by_number) {
            Some(port) => Some(&port.config).filter(|config| !config.value.is_empty()),
            None => self.default_name(),
        }
    }

    /// The default, unless it is empty.
    pub fn default_name(&self) -> Option<&Spanned<String>> {
        self.default
            .as_ref()
            .filter(|default| !default.value.is_empty())
    }

    fn member(&mut self, member: &Member, errors: &mut Vec<TypeError>) {
        match member.name.as_str() {
            name if fills(name, "default") => match text(&member.value, "default") {
                Ok(Some(default)) => self.default = Some(default),
                Ok(None) => {}
                Err(error) => errors.push(error),
            },
            name if fills(name, "ports") => match decode::members(&member.value, "ports") {
                Ok(Some(ports)) => {
                    for port in ports {
                        self.port(port, errors);
                    }
                }
                Ok(None) => self.ports.clear(),
                Err(error) => errors.push(error),
            },
            _ => self.unknown.push(decode::name_of(member)),
        }
    }

    fn port(&mut self, member: &Member, errors: &mut Vec<TypeError>) {
        let config = match text(&member.value, "a port's value in ports") {
            Ok(config) => config.unwrap_or_else(|| Spanned {
                value: String::new(),
                range: member.value.range.clone(),
            }),
            Err(error) => return errors.push(error),
        };
        let port = PortConfig {
            key_range: member.name_range.clone(),
            config,
        };
        self.ports.insert(member.name.clone(), port);
    }
}

/// A string; `None` for `null`.
fn text(json: &Json, what: &'static str) -> Result<Option<Spanned<String>>, TypeError> {
    match &json.value {
        Value::String(value) => Ok(Some(Spanned {
            value: value.clone(),
            range: json.range.clone(),
        })),
        Value::Null => Ok(None),
        _ => Err(TypeError::new(json, what, "a string")),
    }
}

#[cfg(test)]
mod tests {
    use super::BackendConfigs;

    /// The BackendConfig of the port `http`, 80; `-` for none, `refused` where nothing is taken.
    fn of_http(text: &str) -> String {
        match BackendConfigs::read(text) {
            Ok(configs) => configs
                .of_port("http", 80)
                .map_or("-".to_owned(), |config| config.value.clone()),
            Err(_) => "refused".to_owned(),
        }
    }

    #[test]
    fn the_name_comes_before_the_number_and_both_before_the_default() {
        for (text, expected) in [
            (
                r#"{"ports": {"80": "b", "http": "a"}, "default": "c"}"#,
                "a",
            ),
            (r#"{"ports": {"80": "b"}, "default": "c"}"#, "b"),
            (r#"{"ports": {"8080": "b"}, "default": "c"}"#, "c"),
            (r#"{"ports": {"8080": "b"}}"#, "-"),
            (r#"{"ports": {"080": "b"}}"#, "-"),
            (r#"{"ports": {"HTTP": "b"}}"#, "-"),
            (r#"{"Ports": {"http": "b"}}"#, "b"),
            (r#"{"DEFAULT": "c"}"#, "c"),
            // An entry of its own, be it empty, hides the default.
            (r#"{"ports": {"http": ""}, "default": "c"}"#, "-"),
            (r#"{"ports": {"http": null}, "default": "c"}"#, "-"),
            (r#"{"default": "c", "default": null}"#, "c"),
            (r#"{"default": "c", "default": "d"}"#, "d"),
            (r#"{"ports": {"http": "a"}, "ports": {"443": "b"}}"#, "a"),
            (r#"{"ports": {"http": "a"}, "ports": null}"#, "-"),
            (r#"{"ports": {"http": "a", "http": "b"}}"#, "b"),
            ("null", "-"),
            ("{}", "-"),
            ("", "refused"),
            ("web", "refused"),
            (r#""web""#, "refused"),
            (r#"{"default": 1}"#, "refused"),
            (r#"{"ports": ["web"]}"#, "refused"),
            (r#"{"ports": {"80": {"name": "web"}}}"#, "refused"),
        ] {
            assert_eq!(of_http(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_passed_over_is_kept() {
        let text = r#"{"port": {"80": "a"}, "default": ""}"#;
        let configs = BackendConfigs::read(text).unwrap();
        assert!(configs.is_empty());
        let unknown = &configs.unknown[0];
        assert_eq!(&text[unknown.range.clone()], r#""port""#);
    }
}
