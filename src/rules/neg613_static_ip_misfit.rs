//! NEG613: an Ingress names an address that its controller cannot use.

use std::net::IpAddr;

use crate::controller::event::{Cause, Trouble};
use crate::controller::ingress::IngressClass;
use crate::controller::names::NegName;
use crate::document::remove_entry;
use crate::finding::{Finding, Label, Severity, Verdicts};
use crate::kind::cloud::Address;
use crate::kind::ingress::{CLASS_ANNOTATION, Ingress};
use crate::kind::{Annotation, Kind};
use crate::remedy::Edit;
use crate::world::{Cluster, Missing, World};

use super::{Row, cloud};

/// The rule.
pub(super) static ROW: Row = Row {
    id: "NEG613",
    slug: "static-ip-misfit",
    severity: Severity::Error,
    reads: &[Kind::Ingress, Kind::Event, Kind::Address, Kind::Node],
    follows: &[],
    check,
};

const GLOBAL: &str = "kubernetes.io/ingress.global-static-ip-name";
const REGIONAL: &str = "kubernetes.io/ingress.regional-static-ip-name";

/// The address that the front of an Ingress of some class needs.
struct Wanted {
    /// The annotation that is meant for it.
    key: &'static str,
    /// The annotation for the other scope. The controller reads it all the same.
    other_key: &'static str,
    /// `global external`
    words: &'static str,
    address_type: &'static str,
}

impl Wanted {
    fn by(class: IngressClass) -> Self {
        let regional = class.needs_negs();
        let (key, other_key) = if regional {
            (REGIONAL, GLOBAL)
        } else {
            (GLOBAL, REGIONAL)
        };
        let internal = class == IngressClass::Internal;
        Self {
            key,
            other_key,
            words: match (regional, internal) {
                (false, _) => "global external",
                (true, false) => "regional external",
                (true, true) => "regional internal",
            },
            address_type: if internal { "INTERNAL" } else { "EXTERNAL" },
        }
    }

    /// What is wrong with an address of the name that it takes; `None` where it fits.
    fn misfit(&self, address: &Address<'_>, cluster: &Cluster) -> Option<String> {
        let region = address.link.region();
        let own_region = cluster.region().is_none_or(|own| region == Some(own));
        let scope = match self.key {
            GLOBAL => region.is_none(),
            _ => region.is_some() && own_region,
        };
        if !scope {
            return Some(cloud::place(address.link));
        }
        let other = address.address_type() != self.address_type;
        other.then(|| format!("is {}", address.address_type()))
    }
}

/// A name that an Ingress gives.
struct Named<'d> {
    annotation: Annotation<'d>,
    text: &'d str,
}

fn check(world: &World<'_>, verdicts: &mut Verdicts) {
    for ingress in world.ingresses().iter().filter(|it| it.is_served_by_gce()) {
        let wanted = Wanted::by(ingress.class());
        match (named(ingress, wanted.key), named(ingress, wanted.other_key)) {
            (Some(own), Some(other)) => verdicts.find(both(ingress, &wanted, &own, &other)),
            (Some(own), None) => judge(world, ingress, &wanted, &own, verdicts),
            (None, Some(other)) => judge(world, ingress, &wanted, &other, verdicts),
            (None, None) => {}
        }
    }
}

fn named<'d>(ingress: &Ingress<'d>, key: &str) -> Option<Named<'d>> {
    let annotation = ingress.object.annotation(key)?;
    let known = annotation.inner()?.placeholder().is_none();
    let text = annotation.string().filter(|it| known && !it.is_empty())?;
    Some(Named { annotation, text })
}

fn both(ingress: &Ingress<'_>, wanted: &Wanted, own: &Named<'_>, other: &Named<'_>) -> Finding {
    let object = &ingress.object;
    let message = format!(
        "Ingress {} names a global and a regional address: its controller takes only one, and the \
         Ingress does not sync",
        object.name
    );
    let label = Label::new(other.annotation.key, "one too many");
    let annotations = object.metadata.and_then(|it| it.get("annotations"));
    let change = annotations.and_then(|it| remove_entry(it, other.annotation.key));
    Finding::new(&ROW, object, message, label)
        .because(
            own.annotation.key,
            format!("fits the class: it takes a {} address", wanted.words),
        )
        .help(format!("keep {} alone, if the class is right", wanted.key))
        .edit(change.map(|it| Edit::risky(format!("remove {}", wanted.other_key), it)))
}

fn judge(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    wanted: &Wanted,
    name: &Named<'_>,
    verdicts: &mut Verdicts,
) {
    if !ingress.object.observed && is_filled_in_later(name.text) {
        let missing = Missing::new(
            format!(
                "\"{}\" looks like a name that something fills in",
                name.text
            ),
            "the manifest as it is applied",
        );
        let place = name.annotation.value;
        verdicts.leave(missing.undecided(&ROW, &ingress.object, place));
        return;
    }
    if !NegName::new(name.text).is_resource_name() {
        verdicts.find(no_name(ingress, wanted, name));
        return;
    }
    let fits_class = name.annotation.name() == wanted.key;
    match in_cloud(world, ingress, wanted, name) {
        Some(Ok(found)) => verdicts.findings.extend(found),
        Some(Err(missing)) if fits_class => {
            verdicts.leave(missing.undecided(&ROW, &ingress.object, name.annotation.value));
        }
        _ if !fits_class => verdicts.find(other_scope(world, ingress, wanted, name)),
        _ => {}
    }
}

/// Whether a word of a name is all capitals, as people and kpt write what is to be put in: no name of
/// Google Cloud has a capital.
fn is_filled_in_later(name: &str) -> bool {
    let mut words = name.split(|char: char| !char.is_ascii_alphanumeric());
    words.any(|word| {
        let capitals = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit();
        word.len() > 1
            && word.starts_with(|it: char| it.is_ascii_uppercase())
            && word.chars().all(capitals)
    })
}

/// What can be no name of a resource.
fn no_name(ingress: &Ingress<'_>, wanted: &Wanted, name: &Named<'_>) -> Finding {
    let object = &ingress.object;
    let (label, help) = if name.text.parse::<IpAddr>().is_ok() {
        (
            "an address, where its name is wanted",
            "give the name under which the address is reserved",
        )
    } else {
        (
            "no name of a reserved address",
            "give the name alone of the reserved address",
        )
    };
    let message = format!(
        "Ingress {} names its address \"{}\", and no address can be reserved under that: the \
         Ingress does not sync",
        object.name, name.text
    );
    Finding::new(
        &ROW,
        object,
        message,
        Label::new(name.annotation.value, label),
    )
    .help(format!(
        "{help}; it must be a {} one of the cluster's project",
        wanted.words
    ))
}

/// What Google Cloud says of the name; `None` where nothing of it was seen.
fn in_cloud(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    wanted: &Wanted,
    name: &Named<'_>,
) -> Option<Result<Option<Finding>, Missing>> {
    let cloud = world.cloud();
    let mut clusters = world.clusters(&ingress.object);
    let cluster = clusters.next().filter(|_| !cloud.is_empty())?;
    let project = cluster.project.as_deref()?;
    if let Err(missing) = cloud.whole(Kind::Address, project) {
        return Some(Err(missing));
    }
    let of_name: Vec<_> = cloud
        .addresses()
        .filter(|it| it.name() == name.text && it.link.project == project)
        .collect();
    let misfits: Vec<_> = of_name
        .iter()
        .map(|it| wanted.misfit(it, cluster))
        .collect();
    if misfits.contains(&None) {
        return Some(Ok(None));
    }
    let object = &ingress.object;
    let message = format!(
        "Ingress {} names address {}, and project {project} has no {} one of that name: the Ingress \
         does not sync",
        object.name, name.text, wanted.words
    );
    let label = Label::new(name.annotation.value, "not found in this scope");
    let mut finding = Finding::new(&ROW, object, message, label).help(format!(
        "reserve a {} address {}{}",
        wanted.words,
        name.text,
        match (wanted.key, cluster.region()) {
            (REGIONAL, Some(region)) => format!(" in {region}"),
            _ => String::new(),
        }
    ));
    for (address, misfit) in of_name.iter().zip(misfits.into_iter().flatten()) {
        finding = finding.because(address.head(), misfit);
    }
    Some(Ok(Some(finding)))
}

/// The annotation of the other scope: what it names is looked for in the scope of the class.
fn other_scope(
    world: &World<'_>,
    ingress: &Ingress<'_>,
    wanted: &Wanted,
    name: &Named<'_>,
) -> Finding {
    let object = &ingress.object;
    let message = format!(
        "Ingress {} names address {} by {}, and its class takes a {} one: without one of that name \
         the Ingress does not sync",
        object.name, name.text, wanted.other_key, wanted.words
    );
    let label = Label::new(name.annotation.key, "the annotation of the other scope");
    let mut finding = Finding::new(&ROW, object, message, label)
        .severity(Severity::Warning)
        .help(format!(
            "reserve a {} address and name it by {}, or correct the class",
            wanted.words, wanted.key
        ));
    if let Some(class) = object.annotation(CLASS_ANNOTATION) {
        finding = finding.because(class.value, "the class decides which is looked for");
    }
    for told in world.told(object) {
        let mut causes = told.decoded.causes.iter();
        let missed = told.trouble == Trouble::IngressSync
            && causes.any(|it| matches!(it.cause, Cause::StaticAddress { name: missed } if missed == name.text));
        if missed && told.is_recent(world.now(object)) {
            finding.labels.push(told.label(world.now(object)));
            return finding.severity(Severity::Error);
        }
    }
    finding
}
