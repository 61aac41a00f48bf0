//! Refusals of Google Cloud's API, as the controllers pass them on: `googleapi: Error 403: …`.
//! The words are Google's and change; the code and a few constant parts decide.

use super::pattern::find;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused<'e> {
    /// The HTTP status, if it is stated.
    pub code: Option<u16>,
    /// What is refused.
    pub refusal: Refusal<'e>,
    /// Google's own words, without the code.
    pub message: &'e str,
}

/// What Google Cloud refuses. What is not told is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal<'e> {
    /// A quota is used up.
    Quota {
        /// Its name, such as `NETWORK_ENDPOINT_GROUPS`.
        quota: &'e str,
    },
    /// Too many requests in a short time.
    RateLimit,
    /// A right is missing.
    Permission {
        /// The right, such as `compute.networkEndpointGroups.create`.
        permission: &'e str,
        /// On what.
        resource: &'e str,
        /// The account that lacks it.
        principal: &'e str,
    },
    /// The API is switched off in a project.
    ApiDisabled {
        /// The project's name or number.
        project: &'e str,
    },
    /// A project refers to another one's network without being allowed to.
    CrossProject,
    /// Something does not exist.
    NotFound {
        /// What.
        resource: &'e str,
    },
    /// Something exists already.
    AlreadyExists {
        /// What.
        resource: &'e str,
    },
    /// Something is still used, so that it cannot be deleted or changed.
    InUse {
        /// What.
        resource: &'e str,
        /// By what.
        user: &'e str,
    },
    /// A node that is in another instance group of a load balancer already.
    SecondInstanceGroup {
        /// The node.
        instance: &'e str,
    },
    /// An address that something else has.
    AddressInUse {
        /// The address.
        address: &'e str,
    },
    /// A name that is not one of a resource.
    InvalidName {
        /// The name.
        name: &'e str,
    },
    /// An endpoint's address is not one of the node's network interface.
    ForeignAddress {
        /// The address.
        address: &'e str,
        /// What follows: the subnet and the instance.
        place: &'e str,
    },
    /// Envoy-based load balancers need a subnet for their proxies.
    NoProxyOnlySubnet,
    /// Another value that is not accepted.
    InvalidValue {
        /// The field.
        field: &'e str,
        /// The value.
        value: &'e str,
    },
    /// Two writers at the same time.
    Conflict,
    /// Google's own failure.
    Server,
    /// None of these.
    Other,
}

impl Refusal<'_> {
    /// What tells it from others for good: its kind and what it is about, not its words.
    pub fn key(&self) -> String {
        let (kind, about) = match self {
            Self::Quota { quota } => ("quota", *quota),
            Self::RateLimit => ("rate-limit", ""),
            Self::Permission { permission, .. } => ("permission", *permission),
            Self::ApiDisabled { project } => ("api-disabled", *project),
            Self::CrossProject => ("cross-project", ""),
            Self::NotFound { resource } => ("not-found", *resource),
            Self::AlreadyExists { resource } => ("already-exists", *resource),
            Self::InUse { resource, .. } => ("in-use", *resource),
            Self::SecondInstanceGroup { .. } => ("second-instance-group", ""),
            Self::AddressInUse { address } => ("address-in-use", *address),
            Self::InvalidName { name } => ("invalid-name", *name),
            Self::ForeignAddress { .. } => ("foreign-address", ""),
            Self::NoProxyOnlySubnet => ("no-proxy-only-subnet", ""),
            Self::InvalidValue { field, .. } => ("invalid-value", *field),
            Self::Conflict => ("conflict", ""),
            Self::Server => ("server", ""),
            Self::Other => ("other", ""),
        };
        format!("{kind} {about}").trim_end().to_owned()
    }
}

impl<'e> Refused<'e> {
    /// The refusal that a text is from its start on.
    pub(super) fn at(text: &'e str) -> Option<Self> {
        let rest = text.strip_prefix("googleapi: ")?;
        let numbered = rest
            .strip_prefix("Error ")
            .and_then(|rest| rest.split_once(": "))
            .and_then(|(code, message)| Some((code.parse().ok()?, message)));
        let (code, message) = match numbered {
            Some((code, message)) => (Some(code), message),
            None => (None, rest),
        };
        Some(Self {
            code,
            refusal: Refusal::of(code, message),
            message,
        })
    }

    /// The refusal somewhere in a text, also without the library's prefix.
    pub(super) fn within(text: &'e str) -> Option<Self> {
        if let Some(at) = text.find("googleapi: ") {
            return Self::at(text.get(at..)?);
        }
        let refusal = Refusal::of(None, text);
        (refusal != Refusal::Other).then_some(Self {
            code: None,
            refusal,
            message: text,
        })
    }

    /// Whether it heals by itself.
    pub fn passes(&self) -> bool {
        matches!(
            self.refusal,
            Refusal::RateLimit | Refusal::Conflict | Refusal::Server
        )
    }
}

impl<'e> Refusal<'e> {
    fn of(code: Option<u16>, message: &'e str) -> Self {
        Self::of_limits(message)
            .or_else(|| Self::of_rights(message))
            .or_else(|| Self::of_resources(message))
            .or_else(|| Self::of_values(message))
            .unwrap_or_else(|| Self::of_code(code, message))
    }

    fn of_limits(message: &'e str) -> Option<Self> {
        const QUOTA: [&str; 4] = [
            "Quota '{quota}' exceeded",
            "Quota limit '{quota}' has been exceeded",
            "Quota exceeded for quota metric '{quota}'",
            "Quota {quota} exceeded",
        ];
        // Some quotas are of requests in a time, which pass.
        let rate = ["rateLimitExceeded", "Rate Limit Exceeded", "per minute"];
        if rate.iter().any(|words| message.contains(words)) {
            return Some(Self::RateLimit);
        }
        let quota = QUOTA.iter().find_map(|format| find(format, message));
        let quota = quota.as_ref().map(|it| it.text("quota"));
        let quota = quota.filter(|quota| !quota.contains(' '));
        let is_told = quota.is_some() || message.contains("quotaExceeded");
        is_told.then(|| Self::Quota {
            quota: quota.unwrap_or_default(),
        })
    }

    fn of_rights(message: &'e str) -> Option<Self> {
        const MISSING: [&str; 3] = [
            "Required '{permission}' permission for '{resource}'",
            "Required \"{permission}\" permission for \"{resource}\"",
            "Permission '{permission}' denied on resource '{resource}'",
        ];
        if message.contains("Cross project referencing is not allowed") {
            return Some(Self::CrossProject);
        }
        if let Some(it) = find("has not been used in project {project} before", message) {
            return Some(Self::ApiDisabled {
                project: it.text("project"),
            });
        }
        let missing = MISSING.iter().find_map(|format| find(format, message))?;
        Some(Self::Permission {
            permission: missing.text("permission"),
            resource: missing.text("resource"),
            principal: principal(message),
        })
    }

    fn of_resources(message: &'e str) -> Option<Self> {
        if let Some(it) = find(
            "resource '{resource}' is already being used by '{user}'",
            message,
        ) {
            return Some(Self::InUse {
                resource: it.text("resource"),
                user: it.text("user"),
            });
        }
        if let Some(it) = find("The resource '{resource}' was not found", message) {
            return Some(Self::NotFound {
                resource: it.text("resource"),
            });
        }
        if let Some(it) = find("The resource '{resource}' already exists", message) {
            return Some(Self::AlreadyExists {
                resource: it.text("resource"),
            });
        }
        if message.contains("at most one load-balanced instance group") {
            let it = find("failed for instance '{instance}'", message).unwrap_or_default();
            return Some(Self::SecondInstanceGroup {
                instance: it.text("instance"),
            });
        }
        if message.contains("resourceInUseByAnotherResource") {
            return Some(Self::InUse {
                resource: "",
                user: "",
            });
        }
        if let Some(it) = find("IP '{address}' is already being used", message) {
            return Some(Self::AddressInUse {
                address: it.text("address"),
            });
        }
        if message.contains("Specified IP address is in-use") {
            let it = find("'resource.IPAddress': '{address}'", message).unwrap_or_default();
            return Some(Self::AddressInUse {
                address: it.text("address"),
            });
        }
        None
    }

    fn of_values(message: &'e str) -> Option<Self> {
        let proxy_only = [
            "active proxy-only subnetwork is required",
            "active subnetwork is required",
            "active subnet not found",
        ];
        if proxy_only.iter().any(|words| message.contains(words)) {
            return Some(Self::NoProxyOnlySubnet);
        }
        if let Some(it) = find(
            "Specified IP address {address} doesn't belong to {place}",
            message,
        )
        .or_else(|| find("Specified IP address doesn't belong to {place}", message))
        {
            let address = it.text("address").split_whitespace().next();
            let place = message.split_once("doesn't belong to ");
            return Some(Self::ForeignAddress {
                address: address.unwrap_or_default(),
                place: place.map_or("", |(_, place)| place),
            });
        }
        let it = find("Invalid value for field '{field}': '{value}'", message)?;
        let (field, value) = (it.text("field"), it.text("value"));
        if field.ends_with("resource.name") {
            return Some(Self::InvalidName { name: value });
        }
        Some(Self::InvalidValue { field, value })
    }

    fn of_code(code: Option<u16>, message: &'e str) -> Self {
        match code {
            Some(401 | 403) => Self::Permission {
                permission: "",
                resource: "",
                principal: principal(message),
            },
            Some(404) => Self::NotFound { resource: "" },
            Some(409 | 412) => Self::Conflict,
            Some(429) => Self::RateLimit,
            Some(500..) => Self::Server,
            _ => Self::Other,
        }
    }
}

/// The first thing in a text that looks like a service account.
fn principal(message: &str) -> &str {
    let mut words = message.split(|c: char| c.is_whitespace() || "'\"`,;:()[]".contains(c));
    let account = words.find(|word| word.contains('@'));
    account.unwrap_or_default().trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_up_quota_is_no_missing_right() {
        let told = [
            ("NEGS", "Quota 'NEGS' exceeded.  Limit: 100.0 in region r1."),
            ("NEGS", "Quota NEGS exceeded. Limit: 100.0 in region r1."),
            (
                "NEGS",
                "Quota limit 'NEGS' has been exceeded. Limit: 100 in region r1.",
            ),
            ("", "You are over the line."),
        ];
        for (quota, words) in told {
            let text = format!("googleapi: Error 403: {words}, quotaExceeded");
            let refused = Refused::at(&text).unwrap();
            assert_eq!(refused.refusal, Refusal::Quota { quota }, "{text}");
        }
    }
}
