//! The annotations that say which protocol a port speaks, as the Ingress controller decodes them,
//! with the place of everything in them.

use std::{collections::BTreeMap, ops::Range};

use super::decode::{self, Refused, TypeError};
use crate::json::{self, Value};

/// The annotation, by port name.
pub const APP_PROTOCOLS: &str = "cloud.google.com/app-protocols";
/// The older form of [`APP_PROTOCOLS`], which wins where both stand.
pub const APP_PROTOCOLS_OLD: &str = "service.alpha.kubernetes.io/app-protocols";

/// What a load balancer speaks to its endpoints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AppProtocol {
    /// `HTTP`, the default.
    #[default]
    Http,
    /// `HTTPS`
    Https,
    /// `HTTP2`, which is HTTP/2 over TLS.
    Http2,
}

/// The protocols that a Service states. All ranges are bytes of the annotation's value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppProtocols {
    /// By port name: of a repeated name only the last value is looked at. Numbers are not looked
    /// up, whatever the documentation says.
    pub ports: BTreeMap<String, PortProtocol>,
}

/// What a Service states of one port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortProtocol {
    /// The bytes of the port's name, quotes included.
    pub name_range: Range<usize>,
    /// The protocol, or the text that is none. One such text spoils the whole annotation.
    pub protocol: Result<AppProtocol, String>,
    /// The bytes of the protocol.
    pub range: Range<usize>,
}

impl AppProtocol {
    /// The protocol of this name, in this very spelling.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "HTTP" => Some(Self::Http),
            "HTTPS" => Some(Self::Https),
            "HTTP2" => Some(Self::Http2),
            _ => None,
        }
    }

    /// Its name in the annotation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Https => "HTTPS",
            Self::Http2 => "HTTP2",
        }
    }
}

impl AppProtocols {
    /// Decodes the annotation's value. What this refuses is no object of strings; a string that
    /// is no protocol is refused by the controller too, see [`PortProtocol::protocol`].
    pub fn read(text: &str) -> Result<Self, Refused> {
        let json = json::parse(text).map_err(Refused::Syntax)?;
        let members = decode::members(&json, "the annotation");
        let members = members.map_err(|error| Refused::Types(vec![error]))?;
        let mut ports = BTreeMap::new();
        let mut errors = Vec::new();
        for member in members.unwrap_or_default() {
            let name = match &member.value.value {
                Value::String(name) => name.as_str(),
                Value::Null => "",
                _ => {
                    errors.push(TypeError::new(&member.value, "a protocol", "a string"));
                    continue;
                }
            };
            let port = PortProtocol {
                name_range: member.name_range.clone(),
                protocol: AppProtocol::of(name).ok_or_else(|| name.to_owned()),
                range: member.value.range.clone(),
            };
            ports.insert(member.name.clone(), port);
        }
        if errors.is_empty() {
            Ok(Self { ports })
        } else {
            Err(Refused::Types(errors))
        }
    }

    /// True where the controller refuses it after all, for a value that is no protocol.
    pub fn is_refused(&self) -> bool {
        self.ports.values().any(|port| port.protocol.is_err())
    }

    /// The protocol of the port of this name; `spec.ports[].appProtocol` is not read.
    pub fn of_port(&self, name: &str) -> AppProtocol {
        let stated = self.ports.get(name);
        let protocol = stated.and_then(|port| port.protocol.as_ref().ok());
        protocol.copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{AppProtocol, AppProtocols};

    #[test]
    fn only_names_are_looked_up_and_the_last_value_counts() {
        for (text, expected) in [
            (r#"{"web": "HTTPS"}"#, AppProtocol::Https),
            (r#"{"web": "HTTPS", "web": "HTTP2"}"#, AppProtocol::Http2),
            (
                r#"{"web": "x", "web": "HTTP2", "web": "HTTPS"}"#,
                AppProtocol::Https,
            ),
            (r#"{"443": "HTTPS"}"#, AppProtocol::Http),
            (r#"{"Web": "HTTPS"}"#, AppProtocol::Http),
            ("{}", AppProtocol::Http),
            ("null", AppProtocol::Http),
        ] {
            let read = AppProtocols::read(text).unwrap();
            assert_eq!(read.of_port("web"), expected, "{text}");
            assert!(
                read.ports.values().all(|port| port.protocol.is_ok()),
                "{text}"
            );
        }
    }

    #[test]
    fn values_that_are_no_protocol_are_kept_with_their_place() {
        for value in ["https", "HTTP/2", "", " HTTPS"] {
            let text = format!(r#"{{"web": "{value}"}}"#);
            let read = AppProtocols::read(&text).unwrap();
            assert_eq!(read.ports["web"].protocol, Err(value.to_owned()));
            assert_eq!(text[read.ports["web"].range.clone()], format!("{value:?}"));
        }
        let null = AppProtocols::read(r#"{"web": null}"#).unwrap();
        assert_eq!(null.ports["web"].protocol, Err(String::new()));
    }

    #[test]
    fn another_shape_is_refused_even_where_a_later_value_fits() {
        for text in [
            "",
            "HTTPS",
            r#""HTTPS""#,
            r#"["HTTPS"]"#,
            r#"{"web": 1}"#,
            r#"{"web": 1, "web": "HTTPS"}"#,
            r#"{"web": {"protocol": "HTTPS"}}"#,
        ] {
            assert!(AppProtocols::read(text).is_err(), "{text}");
        }
    }
}
