//! How each resource of Google Cloud is read: with as few calls as the API allows.

use crate::kind::Kind;
use crate::kind::fields::Fields;
use crate::kind::resource::{ALL, Resource};

/// A method that lists or gets objects.
#[derive(Debug, Clone, Copy)]
pub(super) struct Method {
    /// Whose objects it gives.
    pub(super) resource: &'static Resource,
    /// The path below the project.
    pub(super) path: &'static str,
    /// How its answer is built.
    pub(super) form: Form,
}

/// How an answer is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A map of scopes, each with a list of objects.
    Aggregated,
    /// A list of objects.
    List,
    /// One object.
    Object,
    /// GKE's: a list named `clusters`.
    Clusters,
}

impl Method {
    /// What is kept of an answer: the objects, cut to their fields, what leads on, and what says that
    /// something is missing.
    pub(super) fn answer(&self) -> Fields {
        let objects = Fields::of(self.resource).clone();
        let only = |members: Vec<(&str, Fields)>| {
            let owned = members.into_iter();
            Fields::Only(owned.map(|(name, it)| (name.to_owned(), it)).collect())
        };
        let warning = || ("warning", only(vec![("code", Fields::Whole)]));
        let next = ("nextPageToken", Fields::Whole);
        match self.form {
            Form::Object => objects,
            Form::List => only(vec![("items", objects), next, warning()]),
            Form::Clusters => only(vec![("clusters", objects), ("missingZones", Fields::Whole)]),
            Form::Aggregated => {
                let scope = only(vec![(self.resource.plural, objects), warning()]);
                let scopes = only(vec![("*", scope)]);
                let unreachables = ("unreachables", Fields::Whole);
                only(vec![("items", scopes), next, unreachables, warning()])
            }
        }
    }

    /// The same as the API is told: what is not kept is not sent.
    pub(super) fn mask(&self) -> String {
        if self.form != Form::Aggregated {
            return self.answer().mask();
        }
        let objects = Fields::of(self.resource).mask();
        let plural = self.resource.plural;
        // Of all aggregated lists this one has none, by the schema, and refuses to be asked for it.
        let warning = match plural {
            "targetHttpProxies" => "",
            _ => ",warning(code)",
        };
        format!(
            "items/*/{plural}({objects}),items/*/warning(code),nextPageToken,unreachables{warning}"
        )
    }
}

/// What service projects use of their host project.
pub(super) const OF_SHARED: &[Kind] = &[Kind::Network, Kind::Subnetwork];

/// The methods that list the objects of these kinds; endpoints and firewalls come after them.
pub(super) fn methods(kinds: &[Kind]) -> Vec<Method> {
    let wanted = |kind: Kind| {
        kinds.contains(&kind)
            // Whose endpoints, and which networks' firewalls are read, these tell.
            || (kind == Kind::Neg
                && (kinds.contains(&Kind::Endpoints) || kinds.contains(&Kind::Firewall)))
            || (kind == Kind::Network && kinds.contains(&Kind::Firewall))
    };
    let asked = ALL.iter().filter(|it| it.is_cloud() && wanted(it.kind));
    asked.flat_map(of_resource).collect()
}

fn of_resource(resource: &'static Resource) -> Vec<Method> {
    let paths: &[(&'static str, Form)] = match resource.plural {
        "networkEndpointGroups" => &[("aggregated/networkEndpointGroups", Form::Aggregated)],
        "backendServices" => &[("aggregated/backendServices", Form::Aggregated)],
        "healthChecks" => &[("aggregated/healthChecks", Form::Aggregated)],
        "forwardingRules" => &[("aggregated/forwardingRules", Form::Aggregated)],
        "targetHttpProxies" => &[("aggregated/targetHttpProxies", Form::Aggregated)],
        "targetHttpsProxies" => &[("aggregated/targetHttpsProxies", Form::Aggregated)],
        "targetTcpProxies" => &[("aggregated/targetTcpProxies", Form::Aggregated)],
        // The API has no aggregated list of these.
        "targetSslProxies" => &[("global/targetSslProxies", Form::List)],
        "urlMaps" => &[("aggregated/urlMaps", Form::Aggregated)],
        // Whether the first holds global ones is not documented.
        "addresses" => &[
            ("aggregated/addresses", Form::Aggregated),
            ("global/addresses", Form::List),
        ],
        "sslCertificates" => &[("aggregated/sslCertificates", Form::Aggregated)],
        "networks" => &[("global/networks", Form::List)],
        "subnetworks" => &[("aggregated/subnetworks", Form::Aggregated)],
        "instances" => &[("aggregated/instances", Form::Aggregated)],
        "regions" => &[("regions", Form::List)],
        "projects" => &[("", Form::Object)],
        "clusters" => &[("locations/-/clusters", Form::Clusters)],
        // Endpoints are asked for group by group, firewalls network by network.
        _ => &[],
    };
    let method = |(path, form): &(&'static str, Form)| Method {
        resource,
        path,
        form: *form,
    };
    paths.iter().map(method).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_is_read() {
        let after = ["networkEndpoints", "effectiveFirewalls", "firewalls"];
        for resource in ALL.iter().filter(|it| it.is_cloud()) {
            let is_listed = !of_resource(resource).is_empty();
            assert_eq!(
                is_listed,
                !after.contains(&resource.plural),
                "{}",
                resource.plural
            );
        }
    }

    #[test]
    fn a_whole_run_takes_few_calls() {
        let every: Vec<Kind> = ALL.iter().map(|resource| resource.kind).collect();
        // With the firewalls of one network and one region it is not above 20.
        assert!(methods(&every).len() <= 18, "{}", methods(&every).len());
        assert!(methods(&[Kind::Service]).is_empty());
    }
}
