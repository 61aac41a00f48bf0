//! The annotation `cloud.google.com/neg-status`, which the controller writes before it makes
//! anything: it says what is meant to be, not what is.

use std::collections::BTreeMap;

use super::decode::{self, Refused, Spanned, TypeError, fills};
use crate::json::{self, Json, Member, Value};

/// What the controller means a Service to have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusClaim {
    /// The NEG of each port, by the port's text. Port `0` is the NEG of an L4 load balancer.
    pub groups: BTreeMap<String, StatusGroup>,
    /// The zones that held nodes when this was written.
    pub zones: Vec<Spanned<String>>,
    /// Members that readers pass over.
    pub unknown: Vec<Spanned<String>>,
}

/// One port's NEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusGroup {
    /// `spec.ports[].port` of the Service, as text.
    pub port: Spanned<String>,
    /// The name of the NEG in the default subnet.
    pub neg: Spanned<String>,
}

impl StatusClaim {
    /// Decodes the annotation's value. Go's readers say `Error parsing neg status: …` on refusal.
    pub fn read(text: &str) -> Result<Self, Refused> {
        let json = json::parse(text).map_err(Refused::Syntax)?;
        let (mut status, mut errors) = (Self::default(), Vec::new());
        status.fill(&json, &mut errors);
        if errors.is_empty() {
            Ok(status)
        } else {
            Err(Refused::Types(errors))
        }
    }

    /// The NEG of a port.
    pub fn neg(&self, port: i32) -> Option<&str> {
        Some(&self.groups.get(&port.to_string())?.neg.value)
    }

    fn fill(&mut self, json: &Json, errors: &mut Vec<TypeError>) {
        let members = match decode::members(json, "the annotation") {
            Ok(members) => members.unwrap_or_default(),
            Err(error) => return errors.push(error),
        };
        let mut kept = Vec::new();
        for member in members {
            if fills(&member.name, "network_endpoint_groups") {
                self.groups(&member.value, errors);
            } else if !fills(&member.name, "zones") {
                self.unknown.push(decode::name_of(member));
            } else if let Value::Array(elements) = &member.value.value {
                let count = decode::strings(elements, &mut kept, "a zone", errors);
                self.zones = kept.iter().take(count).cloned().collect();
            } else if member.value.value == Value::Null {
                kept.clear();
                self.zones.clear();
            } else {
                errors.push(TypeError::new(&member.value, "zones", "an array"));
            }
        }
    }

    fn groups(&mut self, json: &Json, errors: &mut Vec<TypeError>) {
        match decode::members(json, "network_endpoint_groups") {
            Ok(Some(members)) => {
                for member in members {
                    self.group(member, errors);
                }
            }
            Ok(None) => self.groups.clear(),
            Err(error) => errors.push(error),
        }
    }

    fn group(&mut self, member: &Member, errors: &mut Vec<TypeError>) {
        let name = match &member.value.value {
            Value::String(name) => name.clone(),
            Value::Null => String::new(),
            _ => {
                let error = TypeError::new(&member.value, "the name of a NEG", "a string");
                return errors.push(error);
            }
        };
        let neg = Spanned {
            value: name,
            range: member.value.range.clone(),
        };
        let group = StatusGroup {
            port: decode::name_of(member),
            neg,
        };
        self.groups.insert(member.name.clone(), group);
    }
}
