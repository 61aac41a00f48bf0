//! NEG001: the value of `cloud.google.com/neg` is not JSON.

use crate::controller::decode::Refused;
use crate::controller::mend::mend;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::json::SyntaxError;
use crate::kind::Kind;
use crate::kind::service::Service;
use crate::remedy::{Edit, Safety};
use crate::world::{Missing, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG001",
    slug: "annotation-not-json",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some((inner, Refused::Syntax(error))) = service.refused() else {
            continue;
        };
        if let Some(name) = inner.placeholder() {
            let missing = Missing::new(
                format!("the NEG annotation holds {name}, which is filled in later"),
                "the manifests as they are applied, with the variables filled in",
            );
            verdicts.leave(missing.undecided(&ROW, &service.object, inner.node()));
        } else {
            verdicts.find(finding(&service, inner, error));
        }
    }
}

fn finding(service: &Service<'_>, inner: &Inner<'_>, error: &SyntaxError) -> Finding {
    let text = inner.text();
    let name = service.object.name;
    if text.trim().is_empty() {
        let message = format!(
            "The NEG annotation of Service {name} is empty: the controller refuses the Service"
        );
        let label = Label::new(inner.node(), "not JSON");
        return Finding::new(&ROW, &service.object, message, label).help(
            "write '{\"ingress\": true}' for an Ingress or '{\"exposed_ports\": {\"<port>\": {}}}' \
             for NEGs of its own; to ask for nothing, '{\"ingress\": false}'",
        );
    }
    let message = format!(
        "The NEG annotation of Service {name} is not JSON: the controller refuses the Service"
    );
    let shown = visible(text, error);
    let what = match text.get(shown.clone()) {
        Some("True" | "TRUE" | "False" | "FALSE" | "None" | "nil") => {
            "JSON has `true`, `false` and `null`"
        }
        _ => &error.message,
    };
    let label = Label::new(inner.place(shown), what);
    let finding = Finding::new(&ROW, &service.object, message, label).help(
        "until the annotation is JSON no NEG of the Service is made or changed, an Ingress goes \
         without NEGs, and endpoints of NEGs that exist go stale",
    );
    let edit = mend(text)
        .filter(|mend| service.admits(&mend.claim))
        .and_then(|mend| {
            Some(Edit {
                title: title(mend.guessed).to_owned(),
                safety: if mend.guessed {
                    Safety::Unsafe
                } else {
                    Safety::Safe
                },
                changes: inner.changes(&mend.patches)?,
            })
        });
    finding.edit(edit)
}

fn title(guessed: bool) -> &'static str {
    if guessed {
        "complete the JSON"
    } else {
        "spell it as JSON"
    }
}

/// The bytes to show: where something is missing, what stands there instead or before.
fn visible(text: &str, error: &SyntaxError) -> std::ops::Range<usize> {
    let range = error.range.clone();
    if !range.is_empty() {
        return range;
    }
    let next = text.get(range.start..).and_then(|rest| rest.chars().next());
    if let Some(next) = next.filter(|next| !next.is_whitespace()) {
        return range.start..range.start + next.len_utf8();
    }
    let kept = text.get(..range.start).unwrap_or_default().trim_end();
    let last = kept.chars().next_back().map_or(0, char::len_utf8);
    kept.len() - last..kept.len()
}
