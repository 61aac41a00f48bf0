//! Claims that nobody reads: under keys that were meant to be `cloud.google.com/neg`, and on
//! objects other than Services.

use strsim::damerau_levenshtein;

use crate::controller::claim::Claim;
use crate::document::Node;

use super::object::Object;
use super::service::NEG_ANNOTATION;

/// The domain of the key.
const HOME: &str = "cloud.google.com";

/// Domains of other annotations that people put the key under.
const NEIGHBOURS: &[&str] = &[
    "networking.gke.io",
    "container.google.com",
    "compute.google.com",
    "networking.k8s.io",
    "ingress.kubernetes.io",
];

/// Whether an annotation of a Service was meant as the claim. Its value tells too: a claim stands
/// under no other key of this domain, so one under `cloud.google.com` or `cloud.google.com/ingress`
/// was meant.
pub fn is_near_miss(key: &str, value: Option<&str>) -> bool {
    if key == NEG_ANNOTATION {
        return false;
    }
    let folded = key.trim().to_ascii_lowercase();
    let (domain, name) = folded.split_once('/').unwrap_or((&folded, ""));
    let stable = ["alpha.", "beta.", "v1.", "v1beta1."]
        .iter()
        .find_map(|stage| domain.strip_prefix(stage))
        .unwrap_or(domain);
    // Most keys are told apart by their length: this is asked of every annotation.
    let home = stable.len().abs_diff(HOME.len()) <= 2 && damerau_levenshtein(stable, HOME) <= 2;
    let bare = name.is_empty() && is_neg(domain);
    let near = home || NEIGHBOURS.contains(&domain);
    (near && is_neg(name)) || ((home || bare) && value.is_some_and(is_claim))
}

fn is_neg(name: &str) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let whole = letters.strip_suffix('s').unwrap_or(&letters);
    whole == "networkendpointgroup" || (damerau_levenshtein(name, "neg") <= 1 && name.len() > 2)
}

/// Whether a text is a claim with an effect and nothing but a claim.
fn is_claim(text: &str) -> bool {
    Claim::read(text).is_ok_and(|claim| claim.has_effect() && claim.unknown.is_empty())
}

/// Whether nothing copies the annotations of such an object to a Service or reads claims on it.
pub fn ignores_claims(object: &Object<'_>) -> bool {
    let group = object
        .api_version
        .split_once('/')
        .map_or("", |(group, _)| group);
    let kind = object.kind_name;
    let ignored = match group {
        // Endpoints follow their Service.
        "" => !matches!(kind, "Service" | "Endpoints" | "List"),
        "apps" | "batch" | "extensions" | "networking.k8s.io" | "policy" | "autoscaling"
        | "cloud.google.com" => true,
        "argoproj.io" => kind == "Rollout",
        "networking.gke.io" => !kind.starts_with("MultiCluster"),
        // Other Gateway controllers make a Service of a Gateway and copy its annotations.
        "gateway.networking.k8s.io" if kind == "Gateway" => {
            let class = object.root().at(&["spec", "gatewayClassName"]);
            class
                .and_then(Node::text)
                .is_some_and(|class| class.starts_with("gke-"))
        }
        "gateway.networking.k8s.io" => kind.ends_with("Route"),
        _ => false,
    };
    let owners = || object.metadata.and_then(|it| it.get("ownerReferences"));
    ignored && owners().is_none()
}

/// More misplaced claims in one Service than anybody reads of.
const MANY: usize = 20;

/// Where a Service has the key but under `metadata.annotations`: the paths, and the keys there.
pub fn misplaced_claims(root: Node<'_>) -> Vec<(String, Node<'_>)> {
    let mut found = Vec::new();
    walk(root, &mut Vec::new(), &mut found);
    found
}

/// The path is put together only where something is found: keys can be long, and trees wide.
fn walk<'d>(node: Node<'d>, path: &mut Vec<&'d str>, found: &mut Vec<(String, Node<'d>)>) {
    // What an alias leads to is looked at where it stands.
    if node.is_alias() {
        return;
    }
    for (key, value) in node.entries() {
        let name = key.text().unwrap_or_default();
        let is_stray = name == NEG_ANNOTATION && *path != ["metadata", "annotations"];
        if is_stray && found.len() < MANY {
            found.push((path.join("."), key));
        }
        path.push(name);
        walk(value, path, found);
        path.pop();
    }
    for item in node.items() {
        walk(item, path, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIM: Option<&str> = Some("{\"ingress\": true}");

    #[test]
    fn slips_are_seen() {
        for key in [
            "cloud.google.com/negs",
            "cloud.google.com/NEG",
            "cloud.google.com/neg ",
            "cloud.google.com/nge",
            "beta.cloud.google.com/neg",
            "cloud.google.com/network-endpoint-group",
            "cloud.google.com/network_endpoint_groups",
            "cloud.goggle.com/neg",
            "networking.gke.io/neg",
        ] {
            assert!(is_near_miss(key, None), "{key}");
        }
        for key in ["cloud.google.com", "cloud.google.com/ingress", "neg"] {
            assert!(is_near_miss(key, CLAIM), "{key}");
            assert!(!is_near_miss(key, Some("yes")), "{key}");
        }
    }

    #[test]
    fn other_keys_are_left_alone() {
        for key in [
            "cloud.google.com/neg",
            "cloud.google.com/neg-status",
            "cloud.google.com/network-tier",
            "cloud.google.com/l4-rbs",
            "cloud.google.com/backend-config",
            "solutions.cloud.google.com/hybrid-neg",
            "controller.autoneg.dev/neg",
            "anthos.cft.dev/autoneg",
            "networking.gke.io/load-balancer-type",
        ] {
            assert!(!is_near_miss(key, None), "{key}");
        }
        assert!(!is_near_miss("controller.autoneg.dev/neg", CLAIM));
        assert!(!is_near_miss("example.com/claim", CLAIM));
        let status = "{\"network_endpoint_groups\": {\"80\": \"a\"}, \"zones\": []}";
        assert!(!is_near_miss("cloud.google.com/neg-status", Some(status)));
    }
}
