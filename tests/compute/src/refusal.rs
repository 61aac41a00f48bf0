//! What the API says when it does not do what it was asked.

use serde_json::{Value, json};

/// The outcome of a call: a body, or why there is none.
pub(crate) type Reply = Result<Value, Refusal>;

/// An error of the API, in Google's envelope.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    reason: &'static str,
    domain: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            reason,
            domain: "global",
            message: message.into(),
        }
    }

    pub(crate) fn invalid(message: &str) -> Self {
        Self::new(400, "invalid", message)
    }

    pub(crate) fn not_found(key: &str) -> Self {
        Self::new(
            404,
            "notFound",
            format!("The resource '{key}' was not found"),
        )
    }

    pub(crate) fn exists(key: &str) -> Self {
        Self::new(
            409,
            "alreadyExists",
            format!("The resource '{key}' already exists"),
        )
    }

    pub(crate) fn forbidden(permission: &str, on: &str) -> Self {
        let message = format!("Required '{permission}' permission for '{on}'");
        Self::new(403, "forbidden", message)
    }

    pub(crate) fn no_token() -> Self {
        let message = "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
        Self::new(401, "required", message)
    }

    pub(crate) fn bad_token() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";
        Self::new(401, "authError", message)
    }

    pub(crate) fn quota(status: u16) -> Self {
        let message = "Quota exceeded for quota metric 'Heavy-weight read requests' and limit 'Heavy-weight read requests per minute' of service 'compute.googleapis.com' for consumer 'project_number:123456789012'.";
        let domain = "usageLimits";
        Self {
            domain,
            ..Self::new(status, "rateLimitExceeded", message)
        }
    }

    /// A fault of the service itself.
    pub(crate) fn broken(status: u16) -> Self {
        match status {
            500 => Self::new(
                500,
                "backendError",
                "Internal error. Please try again or contact Google Support.",
            ),
            503 => Self::new(503, "backendError", "The service is currently unavailable."),
            other => Self::new(other, "backendError", "Backend Error"),
        }
    }

    /// The envelope.
    pub(crate) fn body(&self) -> Value {
        let mut error = json!({
            "code": self.status,
            "message": self.message,
            "errors": [{"domain": self.domain, "reason": self.reason, "message": self.message}],
        });
        let status = match self.status {
            401 => Some("UNAUTHENTICATED"),
            429 => Some("RESOURCE_EXHAUSTED"),
            503 => Some("UNAVAILABLE"),
            _ => None,
        };
        if let Some(status) = status {
            error["status"] = status.into();
        }
        json!({"error": error})
    }
}
