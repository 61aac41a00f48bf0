//! Label selectors, as policies and Gateways have them.

use crate::document::Node;

/// True where a selector takes these labels; an operator that is none takes none.
pub fn takes(selector: Node<'_>, labels: &[(&str, &str)]) -> bool {
    let own = |key: &str| labels.iter().find(|label| label.0 == key);
    let pairs = selector
        .get("matchLabels")
        .into_iter()
        .flat_map(Node::entries);
    let mut pairs = pairs.filter_map(|(key, value)| key.text().zip(value.text()));
    let meets = |expression: Node<'_>| {
        let key = expression
            .get("key")
            .and_then(Node::text)
            .unwrap_or_default();
        let value = own(key).map(|label| label.1);
        let values = expression.get("values").into_iter().flat_map(Node::items);
        let among = value.is_some() && values.filter_map(Node::text).any(|one| Some(one) == value);
        match expression.get("operator").and_then(Node::text) {
            Some("In") => among,
            Some("NotIn") => !among,
            Some("Exists") => value.is_some(),
            Some("DoesNotExist") => value.is_none(),
            _ => false,
        }
    };
    let mut expressions = selector
        .get("matchExpressions")
        .into_iter()
        .flat_map(Node::items);
    pairs.all(|pair| labels.contains(&pair)) && expressions.all(meets)
}
