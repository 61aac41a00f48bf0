//! The annotation `controller.autoneg.dev/neg` as autoneg decodes it, with the place of everything in
//! it: which backend services get the NEGs of which ports. Autoneg is no part of GKE.
//! Source: GoogleCloudPlatform/gke-autoneg-controller v2.0.1, `controllers/autoneg.go`.

use std::{collections::BTreeMap, ops::Range};

use super::decode::{self, Refused, Spanned, TypeError, fills};
use crate::json::{self, Json, Member, Value};

/// The annotation.
pub const AUTONEG: &str = "controller.autoneg.dev/neg";
/// The annotation in which autoneg answers.
pub const AUTONEG_STATUS: &str = "controller.autoneg.dev/neg-status";
/// The annotation of the versions before 2.0, which is not read any more.
pub const AUTONEG_OLD: &str = "anthos.cft.dev/autoneg";

/// What a Service asks of autoneg. All ranges are bytes of the annotation's value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Autoneg {
    /// The backend services, by the port as it is written: it must equal a key of
    /// `cloud.google.com/neg-status` to the letter.
    pub ports: BTreeMap<String, AutonegPort>,
    /// Members that autoneg does not know, by their names.
    pub unknown: Vec<Spanned<String>>,
}

/// A member of `backend_services`.
#[derive(Debug, Clone, PartialEq)]
pub struct AutonegPort {
    /// The bytes of the key, quotes included.
    pub key_range: Range<usize>,
    /// The backend services that get the NEGs of the port.
    pub backends: Vec<AutonegBackend>,
}

/// A backend service, and how the NEGs are put into it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AutonegBackend {
    /// All of it.
    pub range: Range<usize>,
    /// Its name; without one autoneg makes one of the Service's name and the port.
    pub name: Option<Spanned<String>>,
    /// Its region; `None` for a global one.
    pub region: Option<Spanned<String>>,
    /// Where a limit on requests stands, above zero.
    pub rate: Option<Range<usize>>,
    /// Where a limit on connections stands, above zero.
    pub connections: Option<Range<usize>>,
    /// Where custom metrics stand.
    pub metrics: Option<Range<usize>>,
    /// Members that autoneg does not know, by their names.
    pub unknown: Vec<Spanned<String>>,
}

/// The members that a backend may have.
pub const MEMBERS: &[&str] = &[
    "name",
    "region",
    "max_rate_per_endpoint",
    "max_connections_per_endpoint",
    "custom_metrics",
    "initial_capacity",
    "capacity_scaler",
];

/// How a backend service is to share traffic among its NEGs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit<'l> {
    /// By custom metrics.
    Metrics,
    /// By requests.
    Rate(&'l Range<usize>),
    /// By connections.
    Connections(&'l Range<usize>),
    /// By connections, without saying how many.
    None,
}

impl Autoneg {
    /// Decodes the annotation's value.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let json = json::parse(text).map_err(Refused::Syntax)?;
        let mut autoneg = Self::default();
        let mut errors = Vec::new();
        match decode::members(&json, "the annotation") {
            Ok(members) => {
                for member in members.unwrap_or_default() {
                    autoneg.member(member, &mut errors);
                }
            }
            Err(error) => errors.push(error),
        }
        if errors.is_empty() {
            Ok(autoneg)
        } else {
            Err(Refused::Types(errors))
        }
    }

    /// Every backend service that it names, with the port.
    pub fn backends(&self) -> impl Iterator<Item = (&str, &AutonegBackend)> {
        self.ports
            .iter()
            .flat_map(|(key, port)| port.backends.iter().map(move |it| (key.as_str(), it)))
    }

    fn member(&mut self, member: &Member, errors: &mut Vec<TypeError>) {
        if !fills(&member.name, "backend_services") {
            return self.unknown.push(decode::name_of(member));
        }
        match decode::members(&member.value, "backend_services") {
            Ok(Some(ports)) => {
                for port in ports {
                    let of_port = AutonegPort {
                        key_range: port.name_range.clone(),
                        backends: backends(&port.value, errors),
                    };
                    self.ports.insert(port.name.clone(), of_port);
                }
            }
            Ok(None) => self.ports.clear(),
            Err(error) => errors.push(error),
        }
    }
}

fn backends(json: &Json, errors: &mut Vec<TypeError>) -> Vec<AutonegBackend> {
    match &json.value {
        Value::Array(elements) => {
            let each = elements.iter();
            each.map(|element| AutonegBackend::read(element, errors))
                .collect()
        }
        Value::Null => Vec::new(),
        _ => {
            errors.push(TypeError::new(
                json,
                "a port's value in backend_services",
                "an array",
            ));
            Vec::new()
        }
    }
}

impl AutonegBackend {
    fn read(json: &Json, errors: &mut Vec<TypeError>) -> Self {
        let mut backend = Self {
            range: json.range.clone(),
            ..Self::default()
        };
        match decode::members(json, "a backend service") {
            Ok(members) => {
                for member in members.unwrap_or_default() {
                    backend.member(member, errors);
                }
            }
            Err(error) => errors.push(error),
        }
        backend
    }

    /// By what it shares traffic.
    pub fn limit(&self) -> Limit<'_> {
        match (&self.metrics, &self.rate, &self.connections) {
            (Some(_), ..) => Limit::Metrics,
            (None, Some(rate), _) => Limit::Rate(rate),
            (None, None, Some(connections)) => Limit::Connections(connections),
            (None, None, None) => Limit::None,
        }
    }

    fn member(&mut self, member: &Member, errors: &mut Vec<TypeError>) {
        let known = MEMBERS.iter().find(|known| fills(&member.name, known));
        let value = &member.value;
        match known.copied() {
            Some("name") => text(value, "name", &mut self.name, errors),
            Some("region") => text(value, "region", &mut self.region, errors),
            Some("max_rate_per_endpoint") => {
                self.rate = limit(value, "max_rate_per_endpoint", errors);
            }
            Some("max_connections_per_endpoint") => {
                self.connections = limit(value, "max_connections_per_endpoint", errors);
            }
            Some("custom_metrics") => {
                let filled = matches!(&value.value, Value::Array(metrics) if !metrics.is_empty());
                self.metrics = filled.then(|| value.range.clone());
            }
            Some("initial_capacity") => percentage(value, "initial_capacity", errors),
            Some(_) => percentage(value, "capacity_scaler", errors),
            None => self.unknown.push(decode::name_of(member)),
        }
    }
}

fn text(
    json: &Json,
    what: &'static str,
    stated: &mut Option<Spanned<String>>,
    errors: &mut Vec<TypeError>,
) {
    match &json.value {
        Value::String(value) => {
            *stated = Some(Spanned {
                value: value.clone(),
                range: json.range.clone(),
            });
        }
        Value::Null => {}
        _ => errors.push(TypeError::new(json, what, "a string")),
    }
}

/// A number, which may stand in quotes; an empty text is zero.
fn number(json: &Json) -> Option<&str> {
    match &json.value {
        Value::Number(text) | Value::String(text) => Some(text),
        _ => None,
    }
}

fn limit(json: &Json, what: &'static str, errors: &mut Vec<TypeError>) -> Option<Range<usize>> {
    let value = number(json).map(|text| match text {
        "" => Some(0.0),
        text => text.parse::<f64>().ok(),
    });
    let Some(value) = value.flatten() else {
        errors.push(TypeError::new(json, what, "a number"));
        return None;
    };
    (value > 0.0).then(|| json.range.clone())
}

/// A share of the capacity, in percent. A fraction is refused.
fn percentage(json: &Json, what: &'static str, errors: &mut Vec<TypeError>) {
    if json.value == Value::Null {
        return;
    }
    let text = number(json).map(|text| if text.is_empty() { "0" } else { text });
    let value = text.and_then(|text| text.parse::<i32>().ok());
    if !value.is_some_and(|value| (0..=100).contains(&value)) {
        errors.push(TypeError {
            found: text.map_or_else(|| json.kind_name().to_owned(), str::to_owned),
            ..TypeError::new(json, what, "a whole number from 0 to 100")
        });
    }
}

/// The backend services that autoneg's own status shows its NEGs in, by name; nothing where the
/// text is not to be read.
pub fn attached(status: &str) -> Vec<Spanned<String>> {
    let Ok(json) = json::parse(status) else {
        return Vec::new();
    };
    let members = |json: &Json| match &json.value {
        Value::Object(members) => members.clone(),
        _ => Vec::new(),
    };
    let ports = json
        .get("backend_services")
        .map(members)
        .unwrap_or_default();
    let names = ports.iter().flat_map(|port| members(&port.value));
    names.map(|member| decode::name_of(&member)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        match Autoneg::read(text) {
            Err(Refused::Types(errors)) => errors[0].to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_autoneg_takes() {
        let read = |text| Autoneg::read(text).unwrap();
        let both = read(
            r#"{"Backend_Services": {"80": [{"name": "a", "max_rate_per_endpoint": "100"},
                {"name": "b", "max_connections_per_endpoint": 5, "region": "europe-west1"}]}}"#,
        );
        let limits: Vec<_> = both.backends().map(|(_, it)| it.limit()).collect();
        assert!(matches!(
            limits[..],
            [Limit::Rate(_), Limit::Connections(_)]
        ));
        assert!(read("null").ports.is_empty() && read("{}").ports.is_empty());
        assert!(
            read(r#"{"backend_services": {"80": null}}"#).ports["80"]
                .backends
                .is_empty()
        );
        let none = read(r#"{"backend_services": {"80": [{"max_rate": 5}]}}"#);
        let (_, first) = none.backends().next().unwrap();
        assert_eq!(first.limit(), Limit::None);
        assert_eq!(first.unknown[0].value, "max_rate");
    }

    #[test]
    fn what_autoneg_refuses() {
        assert_eq!(
            refused(r#"{"backend_services": {"80": {"name": "a"}}}"#),
            "a port's value in backend_services must be an array, not an object"
        );
        assert_eq!(
            refused(r#"{"backend_services": {"80": [{"initial_capacity": 0.5}]}}"#),
            "initial_capacity must be a whole number from 0 to 100, not 0.5"
        );
        assert_eq!(
            refused(r#"{"backend_services": {"80": [{"max_rate_per_endpoint": "many"}]}}"#),
            "max_rate_per_endpoint must be a number, not a string"
        );
        assert!(Autoneg::read("{'a': 1}").is_err());
    }

    #[test]
    fn what_its_status_shows() {
        let status = r#"{"backend_services":{"80":{"web":{"name":"web"}}},"zones":["b"]}"#;
        assert_eq!(attached(status)[0].value, "web");
        assert!(attached(r#"{"backend_services":null}"#).is_empty() && attached("x").is_empty());
    }
}
