//! Annotations of a Service that the Ingress controller fails to translate: it stops every Ingress
//! that sends to the Service, as a whole, and says so on the Ingress only.

use crate::controller::decode::Refused;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity};
use crate::world::Joined;

use super::Row;

/// The finding that such an annotation makes, graver where an Ingress may read it.
pub(super) fn stops_ingresses(
    rule: &'static Row,
    service: Joined<'_, '_>,
    what: &str,
    label: Label,
) -> Finding {
    let ingress = service.gce_ingress();
    let (severity, consequence) = match ingress {
        Some((ingress, _)) => (
            Severity::Error,
            format!("Ingress {} stops as a whole", ingress.object.name),
        ),
        None if service.serves_no_ingress() => (
            Severity::Warning,
            "the first Ingress that sends to it will stop as a whole".to_owned(),
        ),
        None => (
            Severity::Error,
            "an Ingress that sends to it stops as a whole".to_owned(),
        ),
    };
    let message = format!("{what}: {consequence}");
    let finding = Finding::new(rule, &service.object, message, label).severity(severity);
    match ingress {
        Some((ingress, backend)) => finding.concerning(&ingress.object).because(
            backend.service.unwrap_or(backend.node),
            "the Ingress sends to it",
        ),
        None => finding,
    }
}

/// Where and why the text of an annotation is refused, and what to say of the annotation.
pub(super) fn refusal(inner: &Inner<'_>, refused: &Refused) -> (Label, &'static str) {
    let whole = 0..inner.text().len();
    let (range, label, what) = match refused {
        Refused::Syntax(error) => (error.range.clone(), error.message.clone(), "is not JSON"),
        Refused::Types(errors) => {
            let first = errors.first();
            (
                first.map_or(whole, |error| error.range.clone()),
                first.map(ToString::to_string).unwrap_or_default(),
                "is JSON of another shape",
            )
        }
    };
    (Label::new(inner.place(range), label), what)
}

/// The text with JSON's quotes in place of others.
pub(super) fn with_json_quotes(text: &str) -> String {
    text.replace(['\'', '‘', '’', '“', '”'], "\"")
}
