//! NEG003: the NEG annotation is JSON of a shape that the controller refuses.

use crate::controller::claim::Claim;
use crate::controller::decode::{Refused, TypeError};
use crate::controller::mend::patched;
use crate::controller::retype::retype;
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::json::{self, Json};
use crate::kind::Kind;
use crate::kind::service::{Service, ServicePort};
use crate::remedy::Edit;
use crate::world::{Missing, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG003",
    slug: "wrong-value-type",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

/// More mistakes in one annotation than anybody reads of.
const MANY: usize = 20;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for service in world.services() {
        let Some((inner, Refused::Types(errors))) = service.refused() else {
            continue;
        };
        let Ok(json) = json::parse(inner.text()) else {
            continue;
        };
        for error in errors.iter().take(MANY) {
            let written = inner.text().get(error.range.clone()).unwrap_or_default();
            if let Some(name) = inner.placeholder().filter(|name| written.contains(name)) {
                let missing = Missing::new(
                    format!("the NEG annotation holds {name}, which is filled in later"),
                    "the manifests as they are applied, with the variables filled in",
                );
                verdicts.leave(missing.undecided(&ROW, &service.object, inner.node()));
            } else {
                verdicts.find(finding(&service, inner, &json, error, errors.len()));
            }
        }
    }
}

fn finding(
    service: &Service<'_>,
    inner: &Inner<'_>,
    json: &Json,
    error: &TypeError,
    errors: usize,
) -> Finding {
    let name = service.object.name;
    let path = json.path(&error.range);
    let is_key = is_port_key(error);
    let (what, label) = if is_key {
        let what = format!("{} is no port number", error.found);
        (what, "must be a port number".to_owned())
    } else {
        let place = if path.is_empty() { "it" } else { &path };
        let what = format!("{place} is {}, not {}", error.found, error.expected);
        (what, format!("must be {}", error.expected))
    };
    let message =
        format!("The controller refuses the NEG annotation of Service {name} as a whole: {what}");
    let label = Label::new(inner.place(error.range.clone()), label);
    let detail = if is_key {
        format!("{path} (key)")
    } else {
        path
    };
    let mut finding = Finding::new(&ROW, &service.object, message, label).detail(detail);
    for port in named(service, error) {
        let place = port.node.get("name").unwrap_or(port.node);
        finding = finding.because(place, format!("the name of port {}", port.port));
    }
    let only_named = || {
        let mut ports = named(service, error);
        ports.next().filter(|_| ports.next().is_none())
    };
    let only_named = only_named().map(|port| port.port);
    let edit = retype(inner.text(), error, only_named).and_then(|(text, keeps_meaning)| {
        let mended = (error.range.clone(), text);
        is_progress(service, inner.text(), &mended, errors).then_some(())?;
        let title = format!("write {}", mended.1);
        let change = inner.change(mended.0, &mended.1)?;
        Some(if keeps_meaning {
            Edit::safe(title, change)
        } else {
            Edit::risky(title, change)
        })
    });
    finding
        .help(
            "the shape is {\"ingress\": true, \"exposed_ports\": {\"80\": {\"name\": \"…\"}}, \
             \"zones\": [\"…\"]}, each member optional; until it fits, no NEG of the Service is \
             made or changed",
        )
        .edit(edit)
}

fn is_port_key(error: &TypeError) -> bool {
    error.what == "a port in exposed_ports"
}

/// The Service's ports that have the name which stands where a number belongs.
fn named<'s, 'd>(
    service: &'s Service<'d>,
    error: &'s TypeError,
) -> impl Iterator<Item = &'s ServicePort<'d>> {
    let written = is_port_key(error).then(|| error.found.trim_matches('"'));
    let ports = service.ports.iter();
    ports.filter(move |port| !port.name.is_empty() && Some(port.name) == written)
}

/// Whether an edit leaves nothing to refuse, or at least less.
fn is_progress(
    service: &Service<'_>,
    text: &str,
    patch: &(std::ops::Range<usize>, String),
    errors: usize,
) -> bool {
    match Claim::read(&patched(text, std::slice::from_ref(patch))) {
        Ok(claim) => {
            claim.unknown.is_empty() && claim.repeated.is_empty() && service.admits(&claim)
        }
        Err(Refused::Types(left)) => left.len() < errors,
        Err(Refused::Syntax(_)) => false,
    }
}
