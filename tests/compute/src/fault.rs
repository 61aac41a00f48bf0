//! Faults on demand: what goes wrong with which calls.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::refusal::Refusal;

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The answer comes late. Other calls do not wait for it.
    Delay(Duration),
    /// 401, as of a token that has expired.
    Unauthenticated,
    /// 403 that names the permission the call needs.
    Forbidden,
    /// 403 as of a project in which the API was never enabled.
    Disabled,
    /// 404 for the thing that was asked for.
    NotFound,
    /// 403 `rateLimitExceeded`: a quota of calls is used up.
    Quota,
    /// 429, with this `Retry-After` in seconds.
    TooMany(Option<u32>),
    /// Any status, such as 500 or 503, with the envelope of an error.
    Status(u16),
    /// Status and body as they stand here, against all schemas.
    Answer(u16, Value),
    /// The connection ends within the body.
    Truncated,
    /// The connection ends before there is an answer.
    Closed,
    /// These scopes of an aggregated list could not be read, such as `regions/europe-west1`: a
    /// partial success where the client has asked for that by `returnPartialSuccess=true`, and 503
    /// where it has not.
    Unreachable(Vec<String>),
    /// A warning with this code beside a complete answer, such as `PARTIAL_SUCCESS`.
    Warning(String),
    /// No page holds more than this.
    PageSize(usize),
}

/// Which calls a fault meets.
#[derive(Debug, Clone)]
pub struct Matcher {
    text: String,
    skip: usize,
    times: usize,
}

impl Matcher {
    /// All calls of a method (`backendServices.list`, or `list` of any kind), and all that have this
    /// text in their path and query; `*` is all.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            skip: 0,
            times: usize::MAX,
        }
    }

    /// Lets the first `skip` of these calls through.
    #[must_use]
    pub fn after(self, skip: usize) -> Self {
        Self { skip, ..self }
    }

    /// Meets only so many of these calls.
    #[must_use]
    pub fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// Whether it meets this call, which is then counted.
    pub(crate) fn meets(&mut self, method: &str, target: &str) -> bool {
        let named = format!(".{method}").ends_with(&format!(".{}", self.text));
        if !(self.text == "*" || named || target.contains(&self.text)) {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        let left = self.times > 0;
        self.times = self.times.saturating_sub(1);
        left
    }
}

impl From<&str> for Matcher {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// The refusal that a fault is, if it is one.
pub(crate) fn refusal(fault: &Fault, permission: &str, subject: &str) -> Option<Refusal> {
    Some(match fault {
        Fault::Unauthenticated => Refusal::bad_token(),
        Fault::Forbidden => Refusal::forbidden(permission, subject),
        Fault::Disabled => Refusal::new(
            403,
            "accessNotConfigured",
            "Compute Engine API has not been used in project 123456789012 before or it is disabled.",
        ),
        Fault::NotFound => Refusal::not_found(subject),
        Fault::Quota => Refusal::quota(403),
        Fault::TooMany(_) => Refusal::quota(429),
        Fault::Status(status) => Refusal::broken(*status),
        _ => return None,
    })
}

/// Takes the items of scopes out of an aggregated list, as the API does when it cannot read them.
pub(crate) fn unreachable(answer: &mut Value, scopes: &[String]) {
    let mut lost = Map::new();
    for scope in scopes {
        let message = format!("The scope '{scope}' could not be reached.");
        let warning = json!({
            "code": "UNREACHABLE",
            "message": message,
            "data": [{"key": "scope", "value": scope}],
        });
        lost.insert(scope.clone(), json!({"warning": warning}));
    }
    if let Some(items) = answer.get_mut("items").and_then(Value::as_object_mut) {
        items.extend(lost);
    }
    answer["unreachables"] = scopes.into();
    warning(answer, "PARTIAL_SUCCESS");
}

/// Puts a warning beside an answer.
pub(crate) fn warning(answer: &mut Value, code: &str) {
    answer["warning"] =
        json!({"code": code, "message": "Some of the requested resources could not be read."});
}
