//! What to do about a refusal of Google Cloud.

use crate::controller::event::google::{Refusal, Refused};

pub(super) fn of(refused: &Refused) -> Option<String> {
    let advice = match &refused.refusal {
        Refusal::Quota { quota } => format!(
            "delete what is no longer used, such as NEGs and backend services of deleted clusters, \
             or ask for more of the quota{}",
            before(quota)
        ),
        Refusal::Permission {
            permission,
            resource,
            principal,
        } => permission_advice(permission, resource, principal),
        Refusal::ApiDisabled { project } => {
            format!("enable the API that the message names in project {project}")
        }
        Refusal::CrossProject => {
            "make the resource in the project that has the network, or share the network with this \
             project (Shared VPC)"
                .to_owned()
        }
        refusal => return of_resource(refusal),
    };
    Some(advice)
}

/// Empty parts are not told in the message.
fn permission_advice(permission: &str, resource: &str, principal: &str) -> String {
    let account = match principal {
        "" => {
            "the GKE service agent (service-PROJECT_NUMBER@container-engine-robot.iam.gserviceaccount.com)"
        }
        principal => principal,
    };
    let right = match (permission, resource) {
        ("", "") => "the right that it lacks".to_owned(),
        ("", resource) => format!("rights on {resource}"),
        (permission, "") => permission.to_owned(),
        (permission, resource) => format!("{permission} on {resource}"),
    };
    format!(
        "give {account} {right}: restore roles/container.serviceAgent in its project, and with \
         Shared VPC roles/compute.networkUser on the host project's subnet"
    )
}

fn of_resource(refusal: &Refusal) -> Option<String> {
    let advice = match refusal {
        Refusal::NotFound { resource } if resource.contains("networkEndpointGroups") => format!(
            "find out why there is no {resource}: the Service may lack the annotation \
             cloud.google.com/neg, or its own events say why the NEG was not made"
        ),
        Refusal::NotFound { resource } if !resource.is_empty() => {
            format!("make {resource} again, or stop referring to it")
        }
        Refusal::AlreadyExists { resource } => {
            format!("delete {resource} if nothing uses it, or choose another name")
        }
        Refusal::InUse { resource, user } if !user.is_empty() => {
            format!("take {resource} out of {user} first")
        }
        Refusal::InUse { .. } => {
            "take it out of every backend service that still has it first".to_owned()
        }
        Refusal::SecondInstanceGroup { instance } => format!(
            "take the node{} out of the instance group that was made by hand, or upgrade the \
             cluster: old controllers fill groups of their own even where all backends are NEGs, \
             and a node can be in one load-balanced group only",
            spaced(instance)
        ),
        Refusal::AddressInUse { address } => {
            format!("free the address {address}, or use another one")
        }
        Refusal::InvalidName { name } => format!(
            "rename {name:?}: lower case letters, digits and dashes, a letter first and no dash \
             last, at most 63 characters"
        ),
        Refusal::ForeignAddress { address, .. } => format!(
            "check that Pods have addresses of their node's alias range (a VPC-native cluster, no \
             host network); one foreign address{} stops all endpoints of the call",
            spaced(address)
        ),
        Refusal::NoProxyOnlySubnet => {
            "make a subnet with purpose REGIONAL_MANAGED_PROXY in the same region and network"
                .to_owned()
        }
        Refusal::InvalidValue { field, value } => {
            format!("correct {field}, which is {value:?}")
        }
        _ => return None,
    };
    Some(advice)
}

fn before(name: &str) -> String {
    match name {
        "" => " that the message names".to_owned(),
        name => format!(" {name}"),
    }
}

fn spaced(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!(" ({text})"),
    }
}
