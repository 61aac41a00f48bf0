//! What the API refuses: references that lead nowhere, and states that cannot work.

use serde_json::Value;

use crate::link;
use crate::refusal::Refusal;
use crate::store::{self, Store};

impl Store {
    /// Fills in what the API itself decides for a new object.
    pub(crate) fn fill(&mut self, _key: &str, _value: &mut Value) {}

    /// Whether the API would take an object as it is.
    pub(crate) fn judge(&self, key: &str, value: &Value) -> Result<(), Refusal> {
        let document = crate::discovery::Document::get();
        for (_, used) in store::links(value, link::project(key)) {
            let ours = document.schema_of(link::collection(&used)).is_some();
            if ours && self.object(&used).is_none() {
                return Err(Refusal::not_found(&used));
            }
        }
        Ok(())
    }

    /// An endpoint as it is attached.
    pub(crate) fn endpoint(&self, _group: &str, member: &Value) -> Result<Value, Refusal> {
        Ok(member.clone())
    }
}

/// The name of a new object.
pub(crate) fn name(body: &Value) -> Result<&str, Refusal> {
    let name = body["name"].as_str().unwrap_or_default();
    let begins = name.starts_with(|first: char| first.is_ascii_lowercase());
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if begins && name.len() <= 63 && name.chars().all(plain) && !name.ends_with('-') {
        return Ok(name);
    }
    let message = format!(
        "Invalid value for field 'resource.name': '{name}'. Must be a match of regex '(?:[a-z](?:[-a-z0-9]{{0,61}}[a-z0-9])?)'"
    );
    Err(Refusal::invalid(&message))
}
