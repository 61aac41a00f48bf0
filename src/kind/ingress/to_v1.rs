//! The way of an Ingress from the removed API versions to `networking.k8s.io/v1`.

use std::sync::Arc;

use crate::document::scalar::Style;
use crate::document::{Inner, Node, Value, edit};
use crate::remedy::{Change, Edit};
use crate::text::{Place, Span};

use super::Ingress;

/// The version that it becomes.
pub const V1: &str = "networking.k8s.io/v1";

impl Ingress<'_> {
    /// The edit from a removed API version, or from half the way, to `networking.k8s.io/v1`: all of it,
    /// with indentation and comments kept; `None` where a part of it cannot be told.
    pub fn to_v1(&self) -> Option<Edit> {
        let version = self.object.root().get("apiVersion")?;
        let spec = self.object.spec()?;
        if version.is_alias() || has_alias(spec) {
            return None;
        }
        let mut changes = Vec::new();
        if self.object.api_version != V1 {
            changes.push(Inner::new(version)?.change(0..self.object.api_version.len(), V1)?);
        }
        if let Some((key, _)) = spec.entry("backend") {
            changes.push(renamed(key, "defaultBackend"));
        }
        for backend in &self.backends {
            changes.extend(backend_changes(backend.node)?);
        }
        for path in self.rules.iter().flat_map(|rule| &rule.paths) {
            if path.path_type.is_none() {
                changes.push(edit::insert_entry(
                    path.node,
                    "pathType",
                    "ImplementationSpecific",
                )?);
            }
        }
        let first = changes.pop()?;
        let mut edit = Edit::safe(format!("move it to {V1}"), first);
        edit.changes.extend(changes);
        Some(edit)
    }
}

/// True where a part stands elsewhere too.
fn has_alias(node: Node<'_>) -> bool {
    let mut pending = vec![node];
    while let Some(node) = pending.pop() {
        if node.is_alias() {
            return true;
        }
        pending.extend(node.items());
        pending.extend(node.entries().map(|(_, value)| value));
    }
    false
}

/// Moves `serviceName` and `servicePort` under `service`: what stood behind the keys stays, byte
/// for byte.
fn backend_changes(backend: Node<'_>) -> Option<Vec<Change>> {
    let entries: Vec<_> = backend.entries().collect();
    if let [(key, _)] = entries.as_slice() {
        return matches!(key.text(), Some("service" | "resource")).then(Vec::new);
    }
    let [first, second] = entries.as_slice() else {
        return None;
    };
    let (name_is_first, port) = match (first.0.text()?, second.0.text()?) {
        ("serviceName", "servicePort") => (true, second.1),
        ("servicePort", "serviceName") => (false, first.1),
        _ => return None,
    };
    let kind = match port.value() {
        Value::Int(_) => "number",
        Value::String(name) if is_port_name(name) => "name",
        _ => return None,
    };
    let is_plain = |(key, value): &(Node<'_>, Node<'_>)| {
        let whole = Span::new(key.span().start as usize, value.span().end as usize);
        !backend.source().slice(whole).contains('\n')
    };
    if !is_plain(first) || !is_plain(second) {
        return None;
    }
    // The keys that take the place of the old ones; in flow style, the braces behind their values.
    let ways: [(&[&str], &str); 2] = if name_is_first {
        [(&["service", "name"], ""), (&["port", kind], "}}")]
    } else {
        [(&["service", "port", kind], "}"), (&["name"], "}")]
    };
    let is_flow = backend.source().slice(backend.span()).starts_with('{');
    let mut changes = Vec::new();
    for (depth, ((key, value), (way, braces))) in entries.iter().zip(ways).enumerate() {
        if is_flow {
            changes.push(renamed(*key, &way.join(": {")));
            changes.extend(closed(*value, braces));
        } else {
            changes.push(indented(*key, way, depth)?);
        }
    }
    Some(changes)
}

/// What the API takes for the name of a port.
fn is_port_name(name: &str) -> bool {
    let takes = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
    name.len() <= 15
        && name.chars().all(takes)
        && name.contains(|char: char| char.is_ascii_lowercase())
}

/// Another key, with every word in the quotes of the old one.
fn renamed(key: Node<'_>, new: &str) -> Change {
    let place = key.place();
    let replacement = match place
        .text()
        .chars()
        .next()
        .filter(|first| "\"'".contains(*first))
    {
        Some(quote) => format!(
            "{quote}{}{quote}",
            new.replace(": {", &format!("{quote}: {{{quote}"))
        ),
        None => new.to_owned(),
    };
    Change { place, replacement }
}

/// Braces behind a value, if there are any.
fn closed(value: Node<'_>, braces: &str) -> Option<Change> {
    let end = value.span().end as usize;
    let change = Change {
        place: Place {
            source: Arc::clone(value.source()),
            span: Span::new(end, end),
        },
        replacement: braces.to_owned(),
    };
    (!braces.is_empty()).then_some(change)
}

/// Keys below one another, the first of them further in by `depth`.
fn indented(key: Node<'_>, way: &[&str], depth: usize) -> Option<Change> {
    let source = key.source();
    let start = source.line_start(key.span().start);
    let column = source
        .slice(Span::new(start, key.span().start as usize))
        .len();
    let line_end = if source.text.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let lines = way.iter().enumerate().map(|(below, word)| match below {
        0 => format!("{}{word}", "  ".repeat(depth)),
        _ => format!("{}{word}", " ".repeat(column + 2 * (below + depth))),
    });
    let replacement = lines.collect::<Vec<_>>().join(&format!(":{line_end}"));
    let is_plain = key.style() == Some(Style::Plain);
    is_plain.then(|| Change {
        place: key.place(),
        replacement,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;
    use crate::text::Source;

    #[test]
    fn line_ends_are_kept() {
        let old = "apiVersion: extensions/v1beta1\r\nkind: Ingress\r\nmetadata: {name: a}\r\nspec:\r\n  backend:\r\n    serviceName: web\r\n    servicePort: 80\r\n";
        let reading = document::read(&Source::new("a.yaml", old), |_, _| true);
        let ingress = Ingress::new(crate::kind::Object::new(&reading.documents[0]));
        let mut changes = ingress.to_v1().unwrap().changes;
        changes.sort_by_key(|change| std::cmp::Reverse(change.place.span));
        let mut new = old.to_owned();
        for change in changes {
            new.replace_range(change.place.span.range(), &change.replacement);
        }
        assert!(new.ends_with("  defaultBackend:\r\n    service:\r\n      name: web\r\n      port:\r\n        number: 80\r\n"), "{new}");
    }
}
