//! The annotation `cloud.google.com/neg` as the controller decodes it, with the place of
//! everything in it: also of what the controller passes over in silence.

use std::{collections::BTreeMap, ops::Range};

use super::decode::{self, Refused, Spanned, TypeError, fills};
use crate::json::{self, Json, Member, Value};

/// What a Service asks of the NEG controller. All ranges are bytes of the annotation's value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// Whether ports that an Ingress refers to get NEGs; `None` means no, as `false` does.
    pub ingress: Option<Spanned<bool>>,
    /// The ports that get standalone NEGs, one entry each, by number.
    pub exposed: Vec<ExposedPort>,
    /// The zones to make NEGs in before nodes are there; `None` when unstated or `null`.
    pub zones: Option<Vec<Spanned<String>>>,
    /// Members that the controller does not know, by their names.
    pub unknown: Vec<Spanned<String>>,
    /// Members that are stated again further on, at any level.
    pub repeated: Vec<Repeated>,
    /// Where `null` stands for a value, at any level: it counts as unstated.
    pub nulls: Vec<Range<usize>>,
}

/// A member of `exposed_ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExposedPort {
    /// The Service's `spec.ports[].port`; any 32-bit number can be written.
    pub port: i32,
    /// The number as it is written: `80`, but also `080` or `+80`.
    pub key: String,
    /// The bytes of the key, quotes included.
    pub key_range: Range<usize>,
    /// The NEG's name if one is asked for; an empty one is kept and counts as none.
    pub name: Option<Spanned<String>>,
    /// The bytes of the member's value.
    pub value_range: Range<usize>,
    /// Members beside `name`, which the controller does not know.
    pub unknown: Vec<Spanned<String>>,
}

/// A member that is stated more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The earlier one's name as it is written.
    pub name: String,
    /// The earlier one's name in the text.
    pub range: Range<usize>,
    /// The later one's name in the text.
    pub by: Range<usize>,
    /// What becomes of the earlier one.
    pub effect: Effect,
}

/// What becomes of a member that is stated again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The later one stands alone.
    Replaced,
    /// Both count: the ports of both are exposed.
    Merged,
}

impl Claim {
    /// Decodes the annotation's value.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let json = json::parse(text).map_err(Refused::Syntax)?;
        let mut reader = Reader::default();
        reader.root(&json);
        reader.claim.exposed = reader.ports.into_values().collect();
        if reader.errors.is_empty() {
            Ok(reader.claim)
        } else {
            Err(Refused::Types(reader.errors))
        }
    }

    /// Whether ports that an Ingress refers to get NEGs.
    pub fn for_ingress(&self) -> bool {
        self.ingress.as_ref().is_some_and(|ingress| ingress.value)
    }

    /// Whether anything is asked for; if not, the annotation has no effect, without a word.
    pub fn has_effect(&self) -> bool {
        self.for_ingress() || !self.exposed.is_empty()
    }

    /// The ports that ask for a NEG of a certain name, and that name.
    pub fn named(&self) -> impl Iterator<Item = (&ExposedPort, &Spanned<String>)> {
        let named = |port| Some((port, ExposedPort::custom(port)?));
        self.exposed.iter().filter_map(named)
    }
}

impl ExposedPort {
    /// The NEG's name, unless the controller is to make one up.
    pub fn custom_name(&self) -> Option<&str> {
        Some(self.custom()?.value.as_str())
    }

    fn custom(&self) -> Option<&Spanned<String>> {
        self.name.as_ref().filter(|name| !name.value.is_empty())
    }
}

#[derive(Default)]
struct Reader {
    claim: Claim,
    /// Where each field was stated last.
    ingress: Option<Spanned<String>>,
    exposed: Option<Spanned<String>>,
    zones: Option<Spanned<String>>,
    kept_zones: Vec<Spanned<String>>,
    ports: BTreeMap<i32, ExposedPort>,
    errors: Vec<TypeError>,
}

impl Reader {
    fn root(&mut self, json: &Json) {
        match decode::members(json, "the annotation") {
            Ok(Some(members)) => {
                for member in members {
                    self.member(member);
                }
            }
            Ok(None) => self.claim.nulls.push(json.range.clone()),
            Err(error) => self.errors.push(error),
        }
    }

    fn member(&mut self, member: &Member) {
        match member.name.as_str() {
            name if fills(name, "ingress") => self.ingress(member),
            name if fills(name, "exposed_ports") => self.exposed_ports(member),
            name if fills(name, "zones") => self.zones(member),
            _ => self.claim.unknown.push(decode::name_of(member)),
        }
    }

    fn ingress(&mut self, member: &Member) {
        let range = member.value.range.clone();
        match member.value.value {
            Value::Bool(value) => {
                self.claim.ingress = Some(Spanned { value, range });
                let earlier = self.ingress.replace(decode::name_of(member));
                self.repeat(earlier, member, Effect::Replaced);
            }
            Value::Null => self.claim.nulls.push(range),
            _ => self
                .errors
                .push(TypeError::new(&member.value, "ingress", "a boolean")),
        }
    }

    fn exposed_ports(&mut self, member: &Member) {
        let members = match decode::members(&member.value, "exposed_ports") {
            Ok(members) => members,
            Err(error) => return self.errors.push(error),
        };
        let earlier = self.exposed.replace(decode::name_of(member));
        let effect = if members.is_some() {
            Effect::Merged
        } else {
            Effect::Replaced
        };
        self.repeat(earlier, member, effect);
        if let Some(members) = members {
            for port in members {
                self.port(port);
            }
        } else {
            self.claim.nulls.push(member.value.range.clone());
            self.ports.clear();
        }
    }

    fn port(&mut self, member: &Member) {
        let (name, unknown) = self.attributes(&member.value);
        let Ok(port) = member.name.parse() else {
            return self.errors.push(TypeError {
                range: member.name_range.clone(),
                what: "a port in exposed_ports",
                expected: "a 32-bit number",
                found: format!("{:?}", member.name),
            });
        };
        let exposed = ExposedPort {
            port,
            key: member.name.clone(),
            key_range: member.name_range.clone(),
            name,
            value_range: member.value.range.clone(),
            unknown,
        };
        let earlier = self.ports.insert(port, exposed);
        let earlier = earlier.map(|it| Spanned {
            value: it.key,
            range: it.key_range,
        });
        self.repeat(earlier, member, Effect::Replaced);
    }

    /// The members of one port's value: its name, and those that are not known.
    fn attributes(&mut self, json: &Json) -> (Option<Spanned<String>>, Vec<Spanned<String>>) {
        let (mut name, mut stated, mut unknown) = (None, None, Vec::new());
        let members = match decode::members(json, "a port's value in exposed_ports") {
            Ok(Some(members)) => members,
            Ok(None) => {
                self.claim.nulls.push(json.range.clone());
                &[]
            }
            Err(error) => {
                self.errors.push(error);
                &[]
            }
        };
        for member in members {
            let range = member.value.range.clone();
            match &member.value.value {
                _ if !fills(&member.name, "name") => unknown.push(decode::name_of(member)),
                Value::String(text) => {
                    name = Some(Spanned {
                        value: text.clone(),
                        range,
                    });
                    let earlier = stated.replace(decode::name_of(member));
                    self.repeat(earlier, member, Effect::Replaced);
                }
                Value::Null => self.claim.nulls.push(range),
                _ => self
                    .errors
                    .push(TypeError::new(&member.value, "name", "a string")),
            }
        }
        (name, unknown)
    }

    fn zones(&mut self, member: &Member) {
        let elements = match &member.value.value {
            Value::Array(elements) => Some(elements),
            Value::Null => None,
            _ => {
                let error = TypeError::new(&member.value, "zones", "an array");
                return self.errors.push(error);
            }
        };
        let earlier = self.zones.replace(decode::name_of(member));
        self.repeat(earlier, member, Effect::Replaced);
        let Some(elements) = elements else {
            self.claim.nulls.push(member.value.range.clone());
            self.claim.zones = None;
            return self.kept_zones.clear();
        };
        let nulls = elements.iter().filter(|it| it.value == Value::Null);
        self.claim.nulls.extend(nulls.map(|it| it.range.clone()));
        let count = decode::strings(elements, &mut self.kept_zones, "a zone", &mut self.errors);
        self.claim.zones = Some(self.kept_zones.iter().take(count).cloned().collect());
    }

    fn repeat(&mut self, earlier: Option<Spanned<String>>, later: &Member, effect: Effect) {
        if let Some(Spanned { value: name, range }) = earlier {
            let by = later.name_range.clone();
            self.claim.repeated.push(Repeated {
                name,
                range,
                by,
                effect,
            });
        }
    }
}
