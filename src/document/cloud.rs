//! Which documents are objects of Google Cloud: as its API answers, as `gcloud` prints them, as
//! `gcloud asset export` writes them.

use crate::kind::resource::Resource;

use super::node::{Node, Value};

const ENDPOINTS: &str = "compute#networkEndpointGroupsListNetworkEndpoints";

/// What a list of objects holds; nothing for anything else.
pub(super) fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let own = |list: Node<'_>| list.value() == Value::Sequence && !list.is_alias();
    if own(node) {
        return node.items().filter(|item| !item.is_alias()).collect();
    }
    if node.get("assetType").or(node.get("asset_type")).is_some() {
        return node.at(&["resource", "data"]).into_iter().collect();
    }
    let kind = node.get("kind").and_then(Node::text).unwrap_or_default();
    let list = match node.get("clusters").filter(|_| kind.is_empty()) {
        Some(clusters) => Some(clusters),
        None => node
            .get("items")
            .filter(|_| kind.contains('#') && kind != ENDPOINTS),
    };
    let Some(items) = list else {
        return Vec::new();
    };
    if kind.ends_with("AggregatedList") {
        let scopes = items.entries().flat_map(|(_, scope)| scope.entries());
        let lists = scopes.map(|(_, list)| list).filter(|list| own(*list));
        return lists.flat_map(Node::items).collect();
    }
    if own(items) {
        items.items().collect()
    } else {
        Vec::new()
    }
}

/// The kind of an object, by its `kind`, or by its link where it has none; of what has neither, by
/// its form.
pub(super) fn kind(node: Node<'_>) -> Option<&str> {
    match node.get("kind").and_then(Node::text) {
        Some(kind) => is_kind(kind).then_some(kind),
        None => unsaid_kind(node),
    }
}

/// The kind of an object that does not say it.
pub(super) fn unsaid_kind(node: Node<'_>) -> Option<&'static str> {
    of_link(node).or_else(|| of_form(node))
}

/// True for what the API calls its kinds: `compute#backendService`.
pub(super) fn is_kind(kind: &str) -> bool {
    kind.contains('#')
}

fn of_link(node: Node<'_>) -> Option<&'static str> {
    let link = node.get("selfLink").and_then(Node::text)?;
    let collection = link.rsplit('/').nth(1)?;
    Resource::of_collection(collection).map(|it| it.kind_name)
}

fn of_form(node: Node<'_>) -> Option<&'static str> {
    let health = node.at(&["status", "kind"]).and_then(Node::text);
    if health == Some("compute#backendServiceGroupHealth") && node.get("backend").is_some() {
        // One group of `gcloud compute backend-services get-health`.
        return Some(ENDPOINTS);
    }
    let firewalls = node.get("firewalls")?.items().next()?;
    let is_rule = firewalls.get("kind").and_then(Node::text) == Some("compute#firewall");
    is_rule.then_some("compute#effectiveFirewalls")
}
