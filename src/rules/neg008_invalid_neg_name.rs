//! NEG008: a NEG name that Compute Engine refuses, at all or in an additional subnet.

use std::collections::HashSet;

use crate::controller::decode::Spanned;
use crate::controller::names::{MAX_CUSTOM_NAME_WITH_SUBNET, NegName};
use crate::document::Inner;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::Kind;
use crate::remedy::Edit;
use crate::world::{Joined, World};

use super::Row;

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG008",
    slug: "invalid-neg-name",
    severity: Severity::Error,
    reads: &[Kind::Service],
    follows: &[],
    check,
};

/// The longest name of a resource in Compute Engine.
const MAX_NAME: usize = 63;

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    let taken: HashSet<&str> = world
        .services()
        .filter_map(|service| service.service.claim())
        .flat_map(|(_, claim)| claim.named().map(|(_, name)| name.value.as_str()))
        .collect();
    for service in world.services() {
        let Some((inner, claim)) = service.service.claim() else {
            continue;
        };
        for (port, name) in claim.named() {
            let finding = match Fault::of(&name.value) {
                Some(fault) => refused(service, inner, name, &fault).edit(
                    mended(&name.value, &taken).and_then(|better| edit(inner, name, &better)),
                ),
                None if name.value.len() > MAX_CUSTOM_NAME_WITH_SUBNET => {
                    let Some(finding) = too_long_with_subnet(world, service, inner, name) else {
                        continue;
                    };
                    finding
                }
                None => continue,
            };
            verdicts.find(finding.detail(port.port));
        }
    }
}

/// Why a name is refused.
enum Fault {
    Character { at: usize, character: char },
    Start(char),
    End,
    Length(usize),
}

impl Fault {
    fn of(name: &str) -> Option<Self> {
        let allowed = |character| matches!(character, 'a'..='z' | '0'..='9' | '-');
        let odd = name.char_indices().find(|(_, char)| !allowed(*char));
        let first = name.chars().next()?;
        match odd {
            Some((at, character)) => Some(Self::Character { at, character }),
            None if !first.is_ascii_lowercase() => Some(Self::Start(first)),
            None if name.ends_with('-') => Some(Self::End),
            None if name.len() > MAX_NAME => Some(Self::Length(name.len())),
            None => None,
        }
    }

    /// The bytes of the name that are wrong, and what to say of them.
    fn label(&self, name: &str) -> (std::ops::Range<usize>, String) {
        match *self {
            Self::Character { at, character } => {
                let text = format!("{character:?} is no lower-case letter, digit or hyphen");
                (at..at + character.len_utf8(), text)
            }
            Self::Start(first) => (0..1, format!("starts with {first:?}, not with a letter")),
            Self::End => (name.len() - 1..name.len(), "ends with a hyphen".to_owned()),
            Self::Length(length) => (
                MAX_NAME..length,
                format!("{length} characters: beyond {MAX_NAME}"),
            ),
        }
    }
}

fn refused(
    service: Joined<'_, '_>,
    inner: &Inner<'_>,
    name: &Spanned<String>,
    fault: &Fault,
) -> Finding {
    let text = &name.value;
    let who = if NegName::new(text.as_str()).is_object_name() {
        "Compute Engine refuses it"
    } else {
        "the API server refuses the ServiceNetworkEndpointGroup of that name"
    };
    let message = format!(
        "Service {} asks for NEG {text}, which is no valid name: {who}",
        service.object.name
    );
    let (range, label) = fault.label(text);
    // Without escapes the name stands in the JSON as it is, after the quote.
    let start = name.range.start + 1;
    let verbatim = inner.text().get(start..start + text.len()) == Some(text.as_str());
    let range = if verbatim {
        start + range.start..start + range.end
    } else {
        name.range.clone()
    };
    let label = Label::new(inner.place(range), label);
    Finding::new(&ROW, &service.object, message, label).help(
        "a NEG name has lower-case letters, digits and hyphens, starts with a letter, ends with no \
         hyphen, and has at most 63 characters; the controller does not check that, so no event \
         says it before creation fails",
    )
}

fn too_long_with_subnet(
    world: &World<'_>,
    service: Joined<'_, '_>,
    inner: &Inner<'_>,
    name: &Spanned<String>,
) -> Option<Finding> {
    let mut stated: Vec<_> = world
        .clusters(&service.object)
        .map(|cluster| cluster.additional_subnets)
        .collect();
    stated.sort_unstable();
    let (severity, consequence) = match (stated.last()?, stated.first()?) {
        (Some(true), _) => (
            Severity::Error,
            "Pods in additional subnets get no NEG".to_owned(),
        ),
        (_, Some(false)) => return None,
        _ => (
            Severity::Note,
            "in a cluster with additional subnets their Pods get no NEG".to_owned(),
        ),
    };
    let length = name.value.len();
    let message = format!(
        "Service {} asks for a NEG name of {length} characters: {consequence}",
        service.object.name
    );
    let label = format!("more than {MAX_CUSTOM_NAME_WITH_SUBNET} characters");
    let label = Label::new(inner.place(name.range.clone()), label);
    let finding = Finding::new(&ROW, &service.object, message, label).severity(severity);
    Some(finding.help(format!(
        "the controller appends seven characters to the name in every subnet but the default one; \
         use at most {MAX_CUSTOM_NAME_WITH_SUBNET}"
    )))
}

/// The valid name that is plainly meant, unless some Service asks for that one already.
fn mended(name: &str, taken: &HashSet<&str>) -> Option<String> {
    let better = name.to_ascii_lowercase().replace('_', "-");
    let usable = Fault::of(&better).is_none() && !taken.contains(better.as_str());
    usable.then_some(better)
}

fn edit(inner: &Inner<'_>, name: &Spanned<String>, better: &str) -> Option<Edit> {
    let change = inner.change(name.range.clone(), &format!("\"{better}\""))?;
    Some(Edit::risky(format!("name the NEG {better}"), change))
}
