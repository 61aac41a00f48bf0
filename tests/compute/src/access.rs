//! Who may call what: tokens and the permissions that methods need.

use std::collections::{BTreeMap, BTreeSet};

use crate::discovery::Call;
use crate::link;
use crate::refusal::Refusal;

/// The tokens that are taken, each with its permissions. Without any, every token may do all.
#[derive(Debug, Default)]
pub(crate) struct Access(BTreeMap<String, BTreeSet<String>>);

impl Access {
    pub(crate) fn token(&mut self, token: &str, permissions: BTreeSet<String>) {
        self.0.insert(token.to_owned(), permissions);
    }

    /// Whether the bearer of a token has a permission on a thing.
    pub(crate) fn check(
        &self,
        token: Option<&str>,
        permission: &str,
        on: &str,
    ) -> Result<(), Refusal> {
        let token = token.ok_or_else(Refusal::no_token)?;
        if self.0.is_empty() {
            return Ok(());
        }
        let permissions = self.0.get(token).ok_or_else(Refusal::bad_token)?;
        if permissions.contains(permission) || permissions.contains("*") {
            return Ok(());
        }
        Err(Refusal::forbidden(permission, on))
    }
}

/// The permission that a call needs. As Google's reference of roles has them; which one a method
/// checks is told nowhere for `listNetworkEndpoints` and `getHealth`, which count as `get` here.
pub(crate) fn permission(call: &Call) -> String {
    let (resource, method) = (call.method.resource(), call.method.name());
    let resource = match (resource, method) {
        ("regionNetworkFirewallPolicies", "getEffectiveFirewalls") => {
            return "compute.networks.getRegionEffectiveFirewalls".to_owned();
        }
        ("networkFirewallPolicies", _) => "firewallPolicies",
        ("regionNetworkFirewallPolicies", _) => "regionFirewallPolicies",
        (resource, _) => resource,
    };
    let verb = match method {
        "aggregatedList" | "list" | "listAssociations" => "list",
        "insert" => "create",
        "attachNetworkEndpoints"
        | "delete"
        | "detachNetworkEndpoints"
        | "getEffectiveFirewalls"
        | "setBackendService"
        | "setLabels"
        | "setProxyHeader"
        | "setSecurityPolicy"
        | "setSslCertificates"
        | "setTags"
        | "setTarget"
        | "setUrlMap" => method,
        _ if call.method.reads() => "get",
        _ => "update",
    };
    format!("compute.{resource}.{verb}")
}

/// What a refusal says the permission is missing for: the object, or the project of a list.
pub(crate) fn subject(call: &Call) -> String {
    let whole = ["aggregatedList", "list", "insert"];
    if whole.contains(&call.method.name()) && call.place.starts_with("projects/") {
        return format!("projects/{}", link::project(&call.place));
    }
    call.place.clone()
}
